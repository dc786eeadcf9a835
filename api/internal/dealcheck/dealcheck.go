// Package dealcheck answers the deal check of spec 06 §1: what a team has open,
// and what it won or lost in the last days, customers to retain first.
package dealcheck

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Status is how a deal stands.
type Status string

// The statuses of listed deals.
const (
	Open Status = "sql"
	Won  Status = "won"
	Lost Status = "lost"
)

// statusWon is the raw status of deals that make a customer one to retain.
const statusWon = "Won"

// statusOf reads a raw status as it is spelled exactly; deals with any other
// are never listed.
func statusOf(raw crm.Text) (s Status, ok bool) {
	switch raw.String() {
	case "SQL":
		return Open, true
	case statusWon:
		return Won, true
	case "Lost", "LOST":
		return Lost, true
	default:
		return "", false
	}
}

// Config is what a workspace decides.
type Config struct {
	RetentionYear int // whose Won deals make a customer one to retain
	Window        int // business days that a Won or Lost deal stays visible

	// Teams finds the people of a value of the `team` parameter.
	Teams func(key string) (members normalise.Members, ok bool)

	Now func() time.Time
}

// UnknownTeamError refuses a value of the `team` parameter. Its text is part of
// the HTTP contract, and the answer is a 400.
type UnknownTeamError struct{ Key string }

func (e *UnknownTeamError) Error() string { return "Unknown teamKey: " + e.Key }

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config Config
	rules  normalise.Rules
	data   *crm.Dataset

	owners     [][]string  // lists of names that occur
	candidates []candidate // in snapshot order
}

// candidate is a deal that is listed for the teams of its owners while its day
// is in the window.
type candidate struct {
	deal, person, organization int32 // places in the dataset; none if there is no such row
	owners                     int32 // place in Report.owners
	memos                      int32
	day                        normalise.Date // that the window is about; of no matter if open
	status                     Status
	retained                   bool
	wonTotal                   float64 // won by the organisation in the retention year, in won
}

const none = -1

// New reads every deal once.
func New(data *crm.Dataset, rules normalise.Rules, config Config) *Report {
	r := &Report{config: config, rules: rules, data: data}
	organizations := crm.NewIndex(len(data.Organizations), func(i int) crm.Text { return data.Organizations[i].ID })
	people := crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].ID })
	wonTotals := r.wonTotals()
	lists := map[string]int32{} // of owners, by raw text
	for i := range data.Deals {
		d := &data.Deals[i]
		status, ok := statusOf(d.Status)
		if !ok {
			continue
		}
		c := candidate{
			deal: int32(i), person: none, organization: none, status: status,
			day: r.day(d, status),
		}
		if status != Open && c.day.IsZero() {
			continue
		}
		if c.owners = r.ownersOf(d, lists); c.owners == none {
			continue
		}
		if row, ok := people.Find(d.PersonID); ok {
			c.person = int32(row) //nolint:gosec // a snapshot has fewer rows
		}
		id := r.organizationID(&c)
		if row, ok := organizations.Find(id); ok {
			c.organization = int32(row) //nolint:gosec // a snapshot has fewer rows
		}
		c.wonTotal, c.retained = wonTotals[id.String()]
		r.candidates = append(r.candidates, c)
	}
	r.countMemos()
	r.candidates = slices.Clip(r.candidates)
	return r
}

// wonTotals sums what each organisation bought in the retention year. Who bought
// for nothing is in it too; blank ids are not.
func (r *Report) wonTotals() map[string]float64 {
	totals := map[string]float64{}
	for i := range r.data.Deals {
		d := &r.data.Deals[i]
		if !d.Status.Is(statusWon) || d.OrganizationID.String() == "" ||
			r.rules.PrefixYear(d.ContractDate) != r.config.RetentionYear {
			continue
		}
		if won, ok := r.rules.Amount(d.Amount); ok && won >= 0 {
			totals[d.OrganizationID.String()] += won
		}
	}
	return totals
}

// day is the day that decides whether a closed deal is still shown: of a Won
// one that of the contract, else the expected one.
func (r *Report) day(d *crm.Deal, status Status) normalise.Date {
	switch status {
	case Won:
		if day := r.rules.BestDate(d.ContractDate); !day.IsZero() {
			return day
		}
		return r.rules.BestDate(d.ExpectedDate)
	case Lost:
		return r.rules.BestDate(d.LostDate)
	default:
		return 0
	}
}

// ownersOf returns the place of a deal's list of owners, none if nobody owns it.
func (r *Report) ownersOf(d *crm.Deal, lists map[string]int32) int32 {
	raw := d.Owner.String()
	place, known := lists[raw]
	if !known {
		place = none
		if names := normalise.Owners(normalise.JSON(d.Owner)); len(names) > 0 {
			place = int32(len(r.owners)) //nolint:gosec // a snapshot has fewer rows
			r.owners = append(r.owners, names)
		}
		lists[raw] = place
	}
	return place
}

// organizationID is the deal's organisation, else its person's.
func (r *Report) organizationID(c *candidate) crm.Text {
	id := r.data.Deals[c.deal].OrganizationID
	if c.person == none {
		return id
	}
	return id.Or(r.data.People[c.person].OrganizationID)
}

func (r *Report) countMemos() {
	counts := make(map[string]int32, len(r.candidates))
	for i := range r.candidates {
		if id := r.data.Deals[r.candidates[i].deal].ID; !id.IsNull() {
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
	for i := range r.candidates {
		r.candidates[i].memos = counts[r.data.Deals[r.candidates[i].deal].ID.String()]
	}
}

// compare puts the customers first that bought most, then the oldest deals.
// What is equal stays in snapshot order.
func (r *Report) compare(a, b *candidate) int {
	if order := cmp.Compare(b.wonTotal, a.wonTotal); order != 0 {
		return order
	}
	x, y := &r.data.Deals[a.deal], &r.data.Deals[b.deal]
	if order := strings.Compare(x.CreatedDate.String(), y.CreatedDate.String()); order != 0 {
		return order
	}
	if order := strings.Compare(x.ID.String(), y.ID.String()); order != 0 {
		return order
	}
	return cmp.Compare(a.deal, b.deal)
}

// Today is the Korean day that answers are of.
func (r *Report) Today() normalise.Date { return normalise.Today(r.config.Now()) }

// Team is GET /api/deal-check for a team key. It fails with an
// *UnknownTeamError or a *crm.MissingError.
func (r *Report) Team(key string) (List, error) {
	members, ok := r.config.Teams(key)
	if !ok {
		return List{}, &UnknownTeamError{Key: key}
	}
	if err := r.require(); err != nil {
		return List{}, err
	}
	matches := make([]bool, len(r.owners))
	for i, names := range r.owners {
		matches[i] = members.MatchAny(names)
	}
	to := r.Today()
	from := normalise.BusinessDaysBefore(to, r.config.Window)
	var shown []*candidate
	for i := range r.candidates {
		c := &r.candidates[i]
		if matches[c.owners] && (c.status == Open || (from <= c.day && c.day <= to)) {
			shown = append(shown, c)
		}
	}
	slices.SortFunc(shown, r.compare) // of few; no stable sort, which takes three times as long
	list := List{Items: make([]Item, len(shown))}
	for i, c := range shown {
		list.Items[i] = r.item(c)
	}
	return list, nil
}

func (r *Report) require() error {
	if err := r.data.Require(snapshot.TableDeal, field.ID, field.PeopleID, field.OrganizationID, field.Name, field.CourseFormat,
		field.Owner, field.Probability, field.ExpectedDate, field.ExpectedAmount, field.Status, field.ContractDate); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TablePeople,
		field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TableOrganization, field.ID, field.Name); err != nil {
		return err
	}
	return r.data.Require(snapshot.TableMemo, field.DealID)
}
