// Package rank answers the rankings of spec 05 §1–§6: customers by what they
// bought in a year, the people behind those deals, deals whose person belongs
// to another customer, and Won totals by size and industry.
//
// Money is won. Sums read amounts as SQL does (spec 01 N-SQL-CAST), lists of
// deals as numbers (N-AMOUNT).
package rank

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// AllSizes is the size filter that lets every organisation through.
const AllSizes = "전체"

const statusWon = "Won"

// Config is what a workspace decides.
type Config struct {
	Year         int      // of the rankings, unless asked for another
	PreviousYear int      // that Year is compared with
	WonYears     []int    // of the totals by size and by industry, ascending
	SummaryYears []int    // of the summary by size, unless asked for others
	SummarySizes []string // that the summary by size always has
	DefaultSize  string   // that people and mismatched deals are limited to, unless asked for another
	Excluded     string   // name of the organisation left out of the summary by size; empty for none

	Grades normalise.Grades
	Online normalise.FormatSet
}

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config  Config
	rules   normalise.Rules
	version string
	data    *crm.Dataset

	deals         []deal // in snapshot order
	organizations crm.Index
	customers     []customer // that deals name, by id, NULL first
	dealsOf       [][]int32  // by customer, in snapshot order
}

// deal is what a row means.
type deal struct {
	summed   float64 // the amount as SQL adds it up
	amount   float64 // the amount as a number
	number   bool    // … if it is one
	won      bool
	online   bool
	year     int16 // of the contract; 0 for none
	rawYear  int16 // … by the filter that ignores the date mode
	customer int32 // place in customers
	person   int32 // place in the dataset's people, none if there is no such person
}

// customer is an organisation as deals name it, whether it exists or not.
type customer struct {
	id  crm.Text
	row *crm.Organization // nil: there is none
}

const none = -1

// ptr returns the amount as JSON wants it: nil for none. It must not be written
// through.
func (d *deal) ptr() *float64 {
	if !d.number {
		return nil
	}
	return &d.amount
}

// name is the organisation's name, or the id where that is NULL.
func (c *customer) name() crm.Text {
	if c.row == nil {
		return c.id
	}
	return c.row.Name.Or(c.id)
}

// size is the raw size, NULL without an organisation.
func (c *customer) size() crm.Text {
	if c.row == nil {
		return crm.Text{}
	}
	return c.row.Size
}

// New reads every deal once. Version is the snapshot's name in responses.
func New(data *crm.Dataset, version string, rules normalise.Rules, config Config) *Report {
	r := &Report{
		config: config, rules: rules, version: version, data: data, deals: make([]deal, len(data.Deals)),
		organizations: crm.NewIndex(len(data.Organizations), func(i int) crm.Text { return data.Organizations[i].ID }),
	}
	people := crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].ID })
	for i := range data.Deals {
		row, d := &data.Deals[i], &r.deals[i]
		d.summed = rules.SQLNumber(row.Amount)
		d.amount, d.number = rules.Amount(row.Amount)
		d.won = row.Status.Is(statusWon)
		d.online = rules.Online(config.Online, row.CourseFormat, normalise.Exact)
		d.year = int16(rules.Year(row.ContractDate))          //nolint:gosec // four digits
		d.rawYear = int16(rules.PrefixYear(row.ContractDate)) //nolint:gosec // four digits
		d.person = none
		if !row.PersonID.IsNull() {
			if person, ok := people.First(row.PersonID.String()); ok {
				d.person = int32(person) //nolint:gosec // a snapshot has fewer rows
			}
		}
	}
	r.readCustomers()
	return r
}

// readCustomers lists the organisations that deals name and gives each deal its
// own.
func (r *Report) readCustomers() {
	places := map[string]int32{}
	var null int32 = none
	for i := range r.data.Deals {
		id := r.data.Deals[i].OrganizationID
		place, known := null, null != none
		if !id.IsNull() {
			place, known = places[id.String()]
		}
		if !known {
			place = int32(len(r.customers)) //nolint:gosec // a snapshot has fewer rows
			r.customers = append(r.customers, r.customer(id))
			if id.IsNull() {
				null = place
			} else {
				places[id.String()] = place
			}
		}
		r.deals[i].customer = place
	}
	r.sortCustomers()
}

func (r *Report) customer(id crm.Text) customer {
	if !id.IsNull() {
		if row, ok := r.organizations.First(id.String()); ok {
			return customer{id: id, row: &r.data.Organizations[row]}
		}
	}
	return customer{id: id}
}

// sortCustomers puts the customers in the order of their ids.
func (r *Report) sortCustomers() {
	order := make([]int32, len(r.customers))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return r.customers[a].id.Compare(r.customers[b].id) })
	sorted := make([]customer, len(order))
	moved := make([]int32, len(order))
	for to, from := range order {
		sorted[to] = r.customers[from]
		moved[from] = int32(to)
	}
	r.customers = sorted
	r.dealsOf = make([][]int32, len(sorted))
	for i := range r.deals {
		place := moved[r.deals[i].customer]
		r.deals[i].customer = place
		r.dealsOf[place] = append(r.dealsOf[place], int32(i))
	}
}

// Query selects what a ranking is of.
type Query struct {
	Year int     // 0 means that of the workspace
	Size *string // raw size, exactly; AllSizes or blank for every one; nil for the ranking's default
}

// year is the year asked for.
func (r *Report) year(q Query) int16 {
	if q.Year == 0 {
		return int16(r.config.Year) //nolint:gosec // the workspace's years have four digits
	}
	return int16(q.Year) //nolint:gosec // a year of more digits is refused before
}

// previous is the year that a year is compared with.
func (r *Report) previous(year int16) int16 {
	if int(year) == r.config.Year {
		return int16(r.config.PreviousYear) //nolint:gosec // the workspace's years have four digits
	}
	return year - 1
}

// sizeFilter is the `size` parameter: an exact raw size, or every size.
type sizeFilter string

// takes reports whether a customer is of the size. Blank means every size
// (DECISIONS.md).
func (f sizeFilter) takes(c *customer) bool {
	return f == AllSizes || normalise.Trim(string(f)) == "" || c.size().Is(string(f))
}

// size is the size filter asked for.
func (q Query) size(fallback string) sizeFilter {
	if q.Size == nil {
		return sizeFilter(fallback)
	}
	return sizeFilter(*q.Size)
}

// require returns a *crm.MissingError for the first of the columns that the
// snapshot lacks (spec 05 §0 "Missing things").
func (r *Report) require(deal, person, organization []string) error {
	if err := r.data.Require(snapshot.TableDeal, deal...); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TableOrganization, organization...); err != nil {
		return err
	}
	if person == nil {
		return nil
	}
	return r.data.Require(snapshot.TablePeople, person...)
}
