// Package counterparty answers the counterparty DRI of spec 04: who a customer's
// buyers are, what they bought in a base year, what is already certain for the
// year after, and the targets that sales has set. A counterparty is an
// organisation together with the upper organisation that a contact belongs to.
//
// Money is won.
package counterparty

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// AllSizes is the size filter that lets every organisation through.
const AllSizes = "전체"

// TargetTier is the tier of rows that are there for their target only.
const TargetTier = "N"

// Statuses as the CRM spells them.
const (
	statusWon     = "Won"
	statusLost    = "Lost"
	statusConvert = "Convert"
)

// Config is what a workspace decides.
type Config struct {
	BaseYear    int    // unless a request asks for another; targets are for the year after
	DefaultSize string // that the list is limited to, unless a request asks for another

	Online     normalise.FormatSet
	Grades     normalise.Grades           // the tiers
	Multiplier func(grade string) float64 // last year's offline amount → this year's target
	Targets    Targets
}

// Key names a counterparty in the targets: the plain name of the organisation
// and TextUpper of the upper organisation. OrgID is only looked at where the
// rules tell organisations of one name apart, and empty where nobody gave it.
type Key struct{ Org, Upper, OrgID string }

// Targets are sales targets in won by counterparty.
type Targets struct {
	Offline, Online map[Key]float64
	Version         string // names this state of the targets in responses
}

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config  Config
	rules   normalise.Rules
	version string
	data    *crm.Dataset

	deals     []deal     // in snapshot order, see reader.deals
	customers []customer // that deals name, in order of appearance
	uppers    []string   // upper organisations of contacts, each once
	owners    [][]string // of deals, see deal.owners

	customerOf map[string]int32 // places by id
	upperOf    map[string]int32 // places by text

	dealsOf  crm.Index // by organisation
	peopleOf crm.Index // by organisation
	targets  targets
}

// deal is what a row means, whatever the base year.
type deal struct {
	row   int32 // place in the dataset's deals
	again bool  // the row has been read already, with another person of the same id

	used   float64 // the amount, else the expected amount
	summed float64 // the amount as SQL adds it up

	contractYear int16 // by the filter that ignores the date mode; 0 for none
	expectedYear int16 // … of the expected date
	year         int16 // of the contract, else of the expected date
	startYear    int16 // of the course

	valued  bool // there is an amount to add up
	open    bool // neither lost nor converted
	won     bool
	certain bool // counts by the list's rule
	online  bool // … by the list's rule

	customer int32 // place in customers
	person   int32 // place in the dataset's people, none if there is no such person
	upper    int32 // place in uppers
	owners   int32 // place in owners
}

// customer is an organisation as deals name it, whether it exists or not.
type customer struct {
	id   crm.Text
	row  *crm.Organization // nil: there is none
	name string            // as rows show it and targets are matched by
}

const none = -1

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
		config: config, rules: rules, version: version, data: data, deals: make([]deal, 0, len(data.Deals)),
		peopleOf:   crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].OrganizationID }),
		customerOf: map[string]int32{}, upperOf: map[string]int32{},
		targets: newTargets(data.Organizations, config.Targets, rules),
	}
	read := newReader(r)
	for i := range data.Deals {
		read.deals(i)
	}
	r.dealsOf = crm.NewIndex(len(r.deals), func(i int) crm.Text { return r.row(&r.deals[i]).OrganizationID })
	return r
}

// row returns a deal's row.
func (r *Report) row(d *deal) *crm.Deal { return &r.data.Deals[d.row] }

// baseYear is the base year asked for; 0 means that of the workspace.
func (r *Report) baseYear(asked int) int16 {
	if asked == 0 {
		asked = r.config.BaseYear
	}
	return int16(asked) //nolint:gosec // a year of more than four digits is refused before
}

// requireList returns a *crm.MissingError for the first column that the list
// cannot do without (spec 04 §2).
func (r *Report) requireList() error {
	err := r.data.Require(snapshot.TableDeal,
		field.OrganizationID, field.PeopleID, field.Status, field.Amount, field.ExpectedAmount, field.ContractDate,
		field.CourseFormat, field.Owner)
	if err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TableOrganization, field.ID, field.Name, field.CompanySize); err != nil {
		return err
	}
	return r.data.Require(snapshot.TablePeople, field.ID, field.OrganizationID, field.UpperOrg)
}

// requireDetail is requireList for the detail (spec 04 §6).
func (r *Report) requireDetail() error {
	err := r.data.Require(snapshot.TablePeople,
		field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature)
	if err != nil {
		return err
	}
	return r.data.Require(snapshot.TableDeal,
		field.ID, field.Name, field.OrganizationID, field.PeopleID, field.Status, field.Probability, field.Amount,
		field.ExpectedAmount, field.ContractDate, field.ExpectedDate, field.CourseStart, field.CourseEnd,
		field.CreatedDate, field.CourseFormat, field.Owner)
}
