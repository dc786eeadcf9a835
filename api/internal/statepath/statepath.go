// Package statepath answers the state path of spec 05 §8–§10: what a customer
// bought in one year and the next, split into four cells by lane (who in the
// customer buys) and rail (online or not), as buckets and as the steps from one
// year to the other.
//
// Money is 억 (1e8 won), never rounded. Sums are added in the contract's order,
// because the edges of buckets are float results.
package statepath

import (
	"errors"
	"fmt"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// ErrOrganizationNotFound says that no organisation has the id, or none with a
// state path.
var ErrOrganizationNotFound = errors.New("no such organization in the state path")

const statusWon = "Won"

// Config is what a workspace decides.
type Config struct {
	Years    Years            // that are compared, unless asked for others
	WonYears []int            // whose Won deals make an upper organisation a counterparty, as before
	Buckets  []string         // from low to high; the first is for nothing at all
	Company  normalise.Grades // buckets of a year's total in 억, highest first
	Rail     normalise.Grades // … of a rail or cell

	HRD    func(upperOrg string) bool // whether an upper organisation, by its name, is about people and learning
	Online normalise.FormatSet
	Sizes  normalise.Sizes
}

// Years are the two years that a path leads between. The zero value stands for
// those of the workspace.
type Years struct{ From, To int }

// YearsError refuses two years of which the first isn't the earlier.
type YearsError struct{ Years Years }

func (e *YearsError) Error() string {
	return fmt.Sprintf("from_year %d is not before to_year %d", e.Years.From, e.Years.To)
}

// years are the years asked for. It fails with a *YearsError.
func (r *Report) years(y Years) (Years, error) {
	if y.From == 0 {
		y.From = r.config.Years.From
	}
	if y.To == 0 {
		y.To = r.config.Years.To
	}
	if y.From >= y.To {
		return Years{}, &YearsError{y}
	}
	return y, nil
}

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config        Config
	rules         normalise.Rules
	data          *crm.Dataset
	company, rail scale

	organizations crm.Index // by id
	people        crm.Index // by id
	peopleOf      crm.Index // by organisation
	dealsOf       crm.Index // by organisation
	hrd           map[string]bool

	sales     []sale // in snapshot order
	customers []customer
	places    map[string]int32 // of customers by id
}

// sale is a Won deal with an amount and a year.
type sale struct {
	customer int32 // place in customers
	person   int32 // place in the dataset's people, none if there is no such person
	year     int16
	cell     cell
	eok      float64
}

// customer is an organisation with sales, whether it exists or not.
type customer struct {
	id      string
	row     *crm.Organization // nil: there is none
	segment string            // size group
	sales   []int32
}

const none = -1

// name is the organisation's name, or the id where that is NULL.
func (c *customer) name() string {
	if c.row == nil {
		return c.id
	}
	return c.row.DisplayName().String()
}

// size is the raw size, NULL without an organisation.
func (c *customer) size() crm.Text {
	if c.row == nil {
		return crm.Text{}
	}
	return c.row.Size
}

// New reads every deal once.
func New(data *crm.Dataset, rules normalise.Rules, config Config) *Report {
	r := &Report{
		config: config, rules: rules, data: data,
		company: newScale(config.Buckets, config.Company), rail: newScale(config.Buckets, config.Rail),
		organizations: crm.NewIndex(len(data.Organizations), func(i int) crm.Text { return data.Organizations[i].ID }),
		people:        crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].ID }),
		peopleOf:      crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].OrganizationID }),
		dealsOf:       crm.NewIndex(len(data.Deals), func(i int) crm.Text { return data.Deals[i].OrganizationID }),
		hrd:           map[string]bool{}, places: map[string]int32{},
	}
	for i := range data.People {
		upper := counterparty(&data.People[i])
		if _, known := r.hrd[upper]; !known {
			r.hrd[upper] = upper != normalise.NotEntered && config.HRD(upper)
		}
	}
	for i := range data.Deals {
		r.read(&data.Deals[i])
	}
	return r
}

// read adds a deal to the sales if it is one (spec 05 §10.1): Won, of an
// organisation, with an amount and, by its contract or else its creation, a
// year.
func (r *Report) read(d *crm.Deal) {
	if !d.Status.Is(statusWon) || d.OrganizationID.IsNull() {
		return
	}
	won := r.rules.AmountUsed(d.Amount, d.ExpectedAmount)
	year := r.rules.DealYear(d.ContractDate, d.CreatedDate)
	if won <= 0 || year == 0 {
		return
	}
	person := r.person(d)
	s := sale{
		customer: r.customer(d.OrganizationID.String()), person: person, year: int16(year), //nolint:gosec // four digits
		cell: cellOf(r.isHRD(person), r.online(d)), eok: normalise.Eok(won),
	}
	c := &r.customers[s.customer]
	c.sales = append(c.sales, int32(len(r.sales))) //nolint:gosec // a snapshot has fewer rows
	r.sales = append(r.sales, s)
}

// customer returns the place of an organisation among the customers, which it
// joins if it is new.
func (r *Report) customer(id string) int32 {
	place, known := r.places[id]
	if known {
		return place
	}
	place = int32(len(r.customers)) //nolint:gosec // a snapshot has fewer rows
	r.places[id] = place
	r.customers = append(r.customers, r.describe(id))
	return place
}

// describe finds what is known of an organisation.
func (r *Report) describe(id string) customer {
	c := customer{id: id, row: r.organization(id)}
	c.segment = r.rules.SizeGroup(r.config.Sizes, crm.NewText(c.name()), c.size())
	return c
}

// organization finds an organisation, nil if there is none.
func (r *Report) organization(id string) *crm.Organization {
	row, ok := r.organizations.First(id)
	if !ok {
		return nil
	}
	return &r.data.Organizations[row]
}

// person finds the person of a deal.
func (r *Report) person(d *crm.Deal) int32 {
	if d.PersonID.IsNull() {
		return none
	}
	row, ok := r.people.First(d.PersonID.String())
	if !ok {
		return none
	}
	return int32(row) //nolint:gosec // a snapshot has fewer rows
}

// counterparty is the name of a person's upper organisation.
func counterparty(p *crm.Person) string { return normalise.TextTrimmed(p.UpperOrg) }

// isHRD reports whether a person is in the HRD lane; who is unknown isn't.
func (r *Report) isHRD(person int32) bool {
	return person != none && r.hrd[counterparty(&r.data.People[person])]
}

func (r *Report) online(d *crm.Deal) bool {
	return r.rules.Online(r.config.Online, d.CourseFormat, normalise.Exact)
}

// prepare checks what every answer needs: the years asked for and the columns
// of the snapshot. It fails with a *YearsError or a *crm.MissingError.
func (r *Report) prepare(y Years) (Years, error) {
	years, err := r.years(y)
	if err != nil {
		return Years{}, err
	}
	return years, r.require()
}

func (r *Report) require() error {
	if err := r.data.Require(snapshot.TableDeal,
		field.Status, field.OrganizationID, field.PeopleID, field.Amount, field.ExpectedAmount, field.ContractDate,
		field.CourseFormat); err != nil {
		return err
	}
	if err := r.rules.Require(r.data, snapshot.TableDeal, normalise.CreatedColumn); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TableOrganization, field.ID, field.Name, field.CompanySize); err != nil {
		return err
	}
	return r.data.Require(snapshot.TablePeople, field.ID, field.OrganizationID, field.UpperOrg, field.TeamSignature)
}

// scale finds the bucket of an amount.
type scale []step

type step struct {
	min    float64
	bucket int8 // place in the order of buckets
}

// newScale compiles a table of buckets, highest first, to places in their
// order.
func newScale(order []string, buckets normalise.Grades) scale {
	s := make(scale, len(buckets))
	for i, b := range buckets {
		s[i] = step{min: b.MinEok, bucket: int8(slices.Index(order, b.Name))} //nolint:gosec // a handful
	}
	return s
}

// of returns the bucket of an amount in 억; the first is for nothing or less.
func (s scale) of(eok float64) int8 {
	if !(eok > 0) {
		return 0
	}
	for _, step := range s {
		if eok >= step.min {
			return step.bucket
		}
	}
	return s[len(s)-1].bucket
}
