// Package performance is what the monthly sales views of spec 03 have in
// common: deals joined with their people and organisations, the meaning of
// their cells worked out once per snapshot, teams, months, and the way
// parameters are refused. The views themselves are its sub-packages.
package performance

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Book is the deals of one snapshot as the views read them. Nothing in it
// changes after NewBook, so any number of requests may share it.
type Book struct {
	Rules   normalise.Rules
	Version string       // the snapshot's name in responses (snapshot_version)
	Data    *crm.Dataset // nil in a blank book

	facts  []Facts    // one per deal
	owners [][]string // distinct owner fields, each never nil
	joins  map[normalise.OrgRule][]Entry
}

// Facts are what the cells of a deal mean, whatever the view.
type Facts struct {
	Amount   Won // 금액
	Expected Won // 예상 체결액

	Status normalise.Status

	CreatedYear  int   // 생성 날짜, the Korean year; 0 for none
	CreatedMonth Month // NoMonth for none

	Confirmed     bool // the probability has 확정
	High          bool // … 높음
	MarkedLost    bool // … LOST
	NoProbability bool // … nothing

	owners int32 // place in Book.owners
}

// Used is the amount if it is above zero, else the expected amount if that is,
// else 0, in won (spec 01 N-AMOUNT-USED).
func (f *Facts) Used() float64 {
	switch {
	case f.Amount.Known && f.Amount.Value > 0:
		return f.Amount.Value
	case f.Expected.Known && f.Expected.Value > 0:
		return f.Expected.Value
	default:
		return 0
	}
}

// Won is a sum of money in won, if the cell holds a number.
type Won struct {
	Value float64
	Known bool
}

// Ptr returns the number as JSON wants it: nil for none.
func (w Won) Ptr() *float64 {
	if !w.Known {
		return nil
	}
	return &w.Value
}

// NewBook reads every deal once. Version is the snapshot's name in responses.
func NewBook(data *crm.Dataset, version string, rules normalise.Rules) *Book {
	b := &Book{Rules: rules, Version: version, Data: data, facts: make([]Facts, len(data.Deals))}
	r := reader{book: b, owners: map[string]int32{}, probabilities: map[*string]normalise.Probability{}}
	for i := range data.Deals {
		r.read(&data.Deals[i], &b.facts[i])
	}
	b.join()
	return b
}

// BlankBook is what there is before the first snapshot: views on it refuse what
// they must and answer what needs no deals.
func BlankBook(rules normalise.Rules) *Book { return &Book{Rules: rules} }

// Blank reports whether the book is a BlankBook.
func (b *Book) Blank() bool { return b.Data == nil }

// reader remembers what repeated cells mean while the deals are read.
type reader struct {
	book          *Book
	owners        map[string]int32
	probabilities map[*string]normalise.Probability
}

func (r *reader) read(d *crm.Deal, f *Facts) {
	rules := r.book.Rules
	f.Amount.Value, f.Amount.Known = rules.Amount(d.Amount)
	f.Expected.Value, f.Expected.Known = rules.Amount(d.ExpectedAmount)
	f.Status = rules.Status(d.Status)
	f.CreatedYear, f.CreatedMonth = rules.KSTYear(d.CreatedDate), MonthOf(rules.YYMM(d.CreatedDate))
	p, known := r.probabilities[d.Probability.Ptr()]
	if !known {
		p = rules.Probability(d.Probability)
		r.probabilities[d.Probability.Ptr()] = p
	}
	f.Confirmed, f.High = p.Has(normalise.Confirmed), p.Has(normalise.High)
	f.MarkedLost, f.NoProbability = p.Has(normalise.ProbabilityLost), len(p) == 0
	f.owners = r.ownersOf(d.Owner)
}

// ownersOf reads an owner field, each distinct text once. NULL and "" name
// nobody alike.
func (r *reader) ownersOf(t crm.Text) int32 {
	id, known := r.owners[t.String()]
	if !known {
		id = int32(len(r.book.owners)) //nolint:gosec // fewer than there are rows
		r.owners[t.String()] = id
		names := normalise.Owners(normalise.JSON(t))
		if names == nil {
			names = []string{}
		}
		r.book.owners = append(r.book.owners, names)
	}
	return id
}

// Require returns a *crm.MissingError for the first of the columns that the
// snapshot lacks (spec 03: "Mandatory columns").
func (b *Book) Require(deal, person, organization []string) error {
	if err := b.Data.Require(snapshot.TableDeal, deal...); err != nil {
		return err
	}
	if err := b.Data.Require(snapshot.TablePeople, person...); err != nil {
		return err
	}
	return b.Data.Require(snapshot.TableOrganization, organization...)
}

// Column returns the name of the deal column that holds a logical field, empty
// if the snapshot has none.
func (b *Book) Column(c normalise.Column) string {
	name, _ := b.Rules.Pick(c, b.Data.Columns[snapshot.TableDeal])
	return name
}

// RequireCreated is Require for views that go by the day of creation, whose
// column has several names. Without any of them it fails with a *ValueError, as
// the contract has it (spec 03 §0.6).
func (b *Book) RequireCreated(deal, person, organization []string) error {
	if err := b.Data.Require(snapshot.TableDeal); err != nil {
		return err
	}
	if b.Column(normalise.CreatedColumn) == "" {
		return Refuse("deal 생성 날짜 컬럼을 찾을 수 없습니다.")
	}
	return b.Require(deal, person, organization)
}
