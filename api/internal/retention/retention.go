// Package retention answers /api/ops/2026-online-retention (spec 05 §7): online
// courses that were won, with the day on which each ends, so that customers can
// be asked in time whether they go on.
package retention

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

const statusWon = "Won"

// Config is what a workspace decides. Days are compared with raw texts, as
// texts.
type Config struct {
	CreatedFrom string // first day of creation
	EndFrom     string // first day of the course's end
	EndTo       string // last; an end with a time of that day is later
	Online      normalise.FormatSet
}

// Course is a deal of an online course. Texts are raw but for the two days.
type Course struct {
	DealID        *string  `json:"dealId"`
	OrgID         *string  `json:"orgId"`   // the deal's own
	OrgName       *string  `json:"orgName"` // of the deal's organisation, else of its person's; the deal's id without one
	UpperOrg      *string  `json:"upperOrg"`
	TeamSignature *string  `json:"teamSignature"`
	PersonID      *string  `json:"personId"`
	PersonName    *string  `json:"personName"`
	Owners        []string `json:"owners"` // of the deal, else of the person
	CreatedAt     *string  `json:"createdAt"`
	DealName      *string  `json:"dealName"`
	CourseFormat  *string  `json:"courseFormat"`
	Status        *string  `json:"status"`
	Amount        float64  `json:"amount"` // won
	OnlineCycle   *string  `json:"onlineCycle"`
	OnlineFirst   *string  `json:"onlineFirst"`
	StartDate     string   `json:"startDate"`
	EndDate       string   `json:"endDate"`
	Memos         int      `json:"memoCount"`
}

// List is the answer, ordered by the day of the end.
type List struct {
	Items []Course `json:"items"`
	Meta  Meta     `json:"meta"`
}

// Meta says what the list was made from and how long it is.
type Meta struct {
	Version string `json:"db_version"`
	Rows    int    `json:"rowCount"`
}

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config  Config
	rules   normalise.Rules
	version string
	data    *crm.Dataset
}

// New returns a report. Version is the snapshot's name in responses.
func New(data *crm.Dataset, version string, rules normalise.Rules, config Config) *Report {
	return &Report{config: config, rules: rules, version: version, data: data}
}

// List is GET /api/ops/online-retention, by its old name
// /api/ops/2026-online-retention. It fails with a *crm.MissingError; without a
// column for the start or the end of a course, it is empty.
func (r *Report) List() (List, error) {
	if err := r.require(); err != nil {
		return List{}, err
	}
	list := List{Items: []Course{}, Meta: Meta{Version: r.version}}
	if r.has(normalise.CourseStartColumn) && r.has(normalise.CourseEndColumn) {
		list.Items = r.courses()
	}
	list.Meta.Rows = len(list.Items)
	return list, nil
}

func (r *Report) require() error {
	if err := r.data.Require(snapshot.TableDeal, field.ID, field.OrganizationID, field.PeopleID, field.Name, field.Status,
		field.Amount, field.CourseFormat, field.Owner); err != nil {
		return err
	}
	if err := r.rules.Require(r.data, snapshot.TableDeal, normalise.CreatedColumn); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TablePeople, field.ID, field.Name, field.UpperOrg, field.TeamSignature, field.Owner,
		field.OrganizationID); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TableOrganization, field.ID, field.Name); err != nil {
		return err
	}
	return r.data.Require(snapshot.TableMemo, field.DealID)
}

func (r *Report) has(c normalise.Column) bool {
	_, ok := r.rules.Pick(c, r.data.Columns[snapshot.TableDeal])
	return ok
}

func (r *Report) courses() []Course {
	organizations := crm.NewIndex(len(r.data.Organizations), func(i int) crm.Text { return r.data.Organizations[i].ID })
	people := crm.NewIndex(len(r.data.People), func(i int) crm.Text { return r.data.People[i].ID })
	byCourseID := r.has(normalise.CourseIDColumn)
	items := []Course{}
	for i := range r.data.Deals {
		d := &r.data.Deals[i]
		if !r.listed(d) || (byCourseID && blank(d.CourseID)) {
			continue
		}
		item, ok := r.course(d)
		if !ok {
			continue
		}
		var p crm.Person
		if row, found := people.Find(d.PersonID); found {
			p = r.data.People[row]
			item.UpperOrg, item.TeamSignature = p.UpperOrg.Ptr(), p.TeamSignature.Ptr()
			item.PersonID, item.PersonName = p.ID.Ptr(), p.Name.Ptr()
		}
		if item.Owners = normalise.OwnersElse(d.Owner, p.Owner); item.Owners == nil {
			item.Owners = []string{}
		}
		name := d.OrganizationID
		if row, found := organizations.Find(d.OrganizationID.Or(p.OrganizationID)); found {
			name = r.data.Organizations[row].Name.Or(name)
		}
		item.OrgName = name.Ptr()
		items = append(items, item)
	}
	r.countMemos(items)
	slices.SortStableFunc(items, func(a, b Course) int {
		return cmp.Or(strings.Compare(a.EndDate, b.EndDate), compareOrEmpty(a.OrgName, b.OrgName), compareOrEmpty(a.DealID, b.DealID))
	})
	return items
}

// compareOrEmpty compares by code point; nil is empty.
func compareOrEmpty(a, b *string) int {
	return strings.Compare(crm.SharedText(a).String(), crm.SharedText(b).String())
}

// blank is SQL's idea of it: NULL, or spaces only.
func blank(t crm.Text) bool { return normalise.TrimSQL(t.String()) == "" }

// listed are the conditions on raw texts (spec 05 §7 "SQL conditions"), without
// that on the course id.
func (r *Report) listed(d *crm.Deal) bool {
	return d.Status.Is(statusWon) &&
		!d.CreatedDate.IsNull() && d.CreatedDate.String() >= r.config.CreatedFrom &&
		r.rules.Online(r.config.Online, d.CourseFormat, normalise.Exact) &&
		!blank(d.CourseStart) && !blank(d.CourseEnd) &&
		r.config.EndFrom <= d.CourseEnd.String() && d.CourseEnd.String() <= r.config.EndTo
}

// course reads what the deal itself says, false if it lacks an amount or a day.
func (r *Report) course(d *crm.Deal) (Course, bool) {
	won, ok := r.rules.Amount(d.Amount)
	start, end := r.rules.DateOnly(d.CourseStart), r.rules.DateOnly(d.CourseEnd)
	return Course{
		DealID: d.ID.Ptr(), OrgID: d.OrganizationID.Ptr(), CreatedAt: d.CreatedDate.Ptr(), DealName: d.Name.Ptr(),
		CourseFormat: d.CourseFormat.Ptr(), Status: d.Status.Ptr(), Amount: won,
		OnlineCycle: d.OnlineCycle.Ptr(), OnlineFirst: d.OnlineFirst.Ptr(), StartDate: start, EndDate: end,
	}, ok && start != "" && end != ""
}

// countMemos counts the memos on each deal. A blank id is nobody's.
func (r *Report) countMemos(items []Course) {
	counts := make(map[string]int, len(items))
	for i := range items {
		if id := crm.SharedText(items[i].DealID); !blank(id) {
			counts[id.String()] = 0
		}
	}
	for i := range r.data.Memos {
		if id := r.data.Memos[i].DealID; !id.IsNull() {
			if n, listed := counts[id.String()]; listed {
				counts[id.String()] = n + 1
			}
		}
	}
	for i := range items {
		items[i].Memos = counts[crm.SharedText(items[i].DealID).String()]
	}
}
