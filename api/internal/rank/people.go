package rank

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Person is a person of a customer that bought in the year, with all deals of
// theirs there. What there is no such person for is nil; texts are raw.
type Person struct {
	OrgID          string       `json:"orgId"`
	OrgName        string       `json:"orgName"`      // the id where the CRM has no name
	OrgTotal       float64      `json:"orgTotal2025"` // Won in the year, whichever it is, in won
	ID             *string      `json:"personId"`     // as the deals have it
	Name           *string      `json:"personName"`   // the id where the CRM has no name
	UpperOrg       *string      `json:"upper_org"`
	TeamSignature  *string      `json:"team_signature"`
	TitleSignature *string      `json:"title_signature"`
	EducationArea  *string      `json:"edu_area"`
	Deals          []PersonDeal `json:"deals"`
}

// PersonDeal is a deal of any status and year; texts are raw.
type PersonDeal struct {
	ID           string   `json:"dealId"`
	Name         string   `json:"dealName"` // the id where the CRM has no name
	Status       *string  `json:"status"`
	Amount       *float64 `json:"amount"` // won; nil where the text is no number
	ContractDate *string  `json:"contract_date"`
	CreatedAt    *string  `json:"created_at"`
	CourseFormat *string  `json:"course_format"`
}

// PersonList is the answer of /api/rank/deals-people.
type PersonList struct {
	Items []Person `json:"items"`
}

// People is GET /api/rank/deals-people, by its old name
// /api/rank/2025-deals-people (spec 05 §2): of the customers with Won deals in
// the year, biggest first, everybody who has a deal there. Deals that name
// nobody stand under one entry without a person.
func (r *Report) People(q Query) (PersonList, error) {
	err := r.require(
		[]string{
			field.ID, field.OrganizationID, field.PeopleID, field.Name, field.Status, field.Amount, field.ContractDate,
			field.CourseFormat,
		},
		[]string{field.ID, field.Name, field.UpperOrg, field.TeamSignature, field.TitleSignature, field.EducationArea},
		[]string{field.ID, field.Name, field.CompanySize},
	)
	if err == nil {
		err = r.rules.Require(r.data, snapshot.TableDeal, normalise.CreatedColumn)
	}
	if err != nil {
		return PersonList{}, err
	}
	year, size := r.year(q), q.size(r.config.DefaultSize)
	list := PersonList{Items: []Person{}}
	for place := range r.customers {
		c := &r.customers[place]
		if c.id.IsNull() || !size.takes(c) {
			continue
		}
		if total, bought := r.boughtIn(year, place); bought {
			list.Items = r.appendPeople(list.Items, place, total)
		}
	}
	slices.SortStableFunc(list.Items, func(a, b Person) int {
		return cmp.Or(
			cmp.Compare(b.OrgTotal, a.OrgTotal),
			compareOrEmpty(a.UpperOrg, b.UpperOrg),
			compareOrEmpty(a.TeamSignature, b.TeamSignature),
			compareOrEmpty(a.Name, b.Name),
		)
	})
	return list, nil
}

// compareOrEmpty compares by code point; nil is empty.
func compareOrEmpty(a, b *string) int {
	return strings.Compare(crm.SharedText(a).String(), crm.SharedText(b).String())
}

// boughtIn sums the Won deals of a customer in a year, false if there are none.
func (r *Report) boughtIn(year int16, place int) (won float64, bought bool) {
	for _, i := range r.dealsOf[place] {
		if d := &r.deals[i]; d.won && d.year == year {
			won += d.summed
			bought = true
		}
	}
	return normalise.Finite(won), bought
}

// appendPeople appends the people of a customer in the order in which their
// first deals come: by the person's name, then latest created, deals without a
// day of creation last.
func (r *Report) appendPeople(items []Person, place int, total float64) []Person {
	c := &r.customers[place]
	rows := slices.Clone(r.dealsOf[place])
	slices.SortStableFunc(rows, func(a, b int32) int {
		if n := r.personName(a).Compare(r.personName(b)); n != 0 {
			return n
		}
		return r.data.Deals[b].CreatedDate.Compare(r.data.Deals[a].CreatedDate)
	})
	known := map[string]int{}
	nobody := none
	for _, row := range rows {
		id := r.data.Deals[row].PersonID
		at, ok := nobody, nobody != none
		if !id.IsNull() {
			at, ok = known[id.String()]
		}
		if !ok {
			at = len(items)
			items = append(items, r.person(c, row, total))
			if id.IsNull() {
				nobody = at
			} else {
				known[id.String()] = at
			}
		}
		items[at].Deals = append(items[at].Deals, r.personDeal(row))
	}
	return items
}

// personName is the name of a deal's person, NULL if there is no such person.
func (r *Report) personName(row int32) crm.Text {
	if person := r.deals[row].person; person != none {
		return r.data.People[person].DisplayName()
	}
	return crm.Text{}
}

// person describes the person of a deal.
func (r *Report) person(c *customer, row int32, total float64) Person {
	item := Person{
		OrgID: c.id.String(), OrgName: c.name().String(), OrgTotal: total,
		ID: r.data.Deals[row].PersonID.Ptr(),
	}
	if person := r.deals[row].person; person != none {
		p := &r.data.People[person]
		item.Name, item.UpperOrg, item.TeamSignature = p.DisplayName().Ptr(), p.UpperOrg.Ptr(), p.TeamSignature.Ptr()
		item.TitleSignature, item.EducationArea = p.TitleSignature.Ptr(), p.EducationArea.Ptr()
	}
	return item
}

func (r *Report) personDeal(row int32) PersonDeal {
	d := &r.data.Deals[row]
	return PersonDeal{
		ID: d.ID.String(), Name: d.DisplayName().String(), Status: d.Status.Ptr(), Amount: r.deals[row].ptr(),
		ContractDate: d.ContractDate.Ptr(), CreatedAt: d.CreatedDate.Ptr(), CourseFormat: d.CourseFormat.Ptr(),
	}
}
