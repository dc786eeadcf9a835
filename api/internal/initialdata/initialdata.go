// Package initialdata writes the whole snapshot as one JSON object, which the
// first page of the replaced service began with (spec 02 §1.9).
//
// It is the one answer that grows with the snapshot, so it is never held as a
// whole: rows are put in order by their numbers, memos are read in batches, and
// what is written is forgotten.
package initialdata

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// MemoTexts reads memos from the snapshot by their places, in the order asked
// for.
type MemoTexts interface {
	MemoTexts(ctx context.Context, rows []int64) ([]crm.MemoText, error)
}

// Report writes one snapshot. It is safe for concurrent use: every call orders
// the rows for itself, since few ask.
type Report struct {
	rules normalise.Rules
	data  *crm.Dataset
	texts MemoTexts
}

// New returns a report. Texts is asked for memos while writing.
func New(data *crm.Dataset, texts MemoTexts, rules normalise.Rules) *Report {
	return &Report{rules: rules, data: data, texts: texts}
}

// Write is GET /api/initial-data: organisations, people, deals and memos, all
// values raw. It fails with what reading memos or writing met, before which w
// may have got a part.
func (r *Report) Write(ctx context.Context, w io.Writer) error {
	p := &printer{w: w}
	dealsOf := crm.NewIndex(len(r.data.Deals), func(i int) crm.Text { return r.data.Deals[i].PersonID })
	p.raw(`{"organizations":`)
	r.organizations(p)
	people := r.peopleInOrder()
	for _, part := range []struct {
		key       string
		withDeals bool
	}{{"peopleWithDeals", true}, {"peopleWithoutDeals", false}} {
		p.raw(`,"` + part.key + `":`)
		r.people(p, people, dealsOf, part.withDeals)
	}
	p.raw(`,"dealsByPersonId":`)
	r.deals(p)
	places := r.memoPlaces()
	for _, part := range []struct {
		key   string
		about about
	}{{"companyMemos", aboutOrganization}, {"peopleMemosById", aboutPerson}, {"dealMemosById", aboutDeal}} {
		p.raw(`,"` + part.key + `":`)
		if err := r.memos(ctx, p, places[part.about]); err != nil {
			return fmt.Errorf("write initial data: %w", err)
		}
	}
	p.raw("}")
	p.flush()
	if p.err != nil {
		return fmt.Errorf("write initial data: %w", p.err)
	}
	return nil
}

// organizations writes those that have people; corrected rules also keep those
// that have deals only.
func (r *Report) organizations(p *printer) {
	kept := map[string]bool{}
	keep := func(id crm.Text) {
		if !id.IsNull() {
			kept[id.String()] = true
		}
	}
	for i := range r.data.People {
		keep(r.data.People[i].OrganizationID)
	}
	if r.rules.DealOnlyOrganizationsAreListed() {
		for i := range r.data.Deals {
			keep(r.data.Deals[i].OrganizationID)
		}
	}
	rows := ordered(len(r.data.Organizations), func(a, b int32) int {
		return r.data.Organizations[a].DisplayName().Compare(r.data.Organizations[b].DisplayName())
	})
	p.begin('[')
	for _, row := range rows {
		o := &r.data.Organizations[row]
		if o.ID.IsNull() || !kept[o.ID.String()] {
			continue
		}
		p.item('{')
		p.text("id", o.ID)
		p.text("name", o.DisplayName())
		p.text("industry", o.IndustryName)
		p.text("team", o.Team)
		p.text("owner", o.Owner)
		p.text("phone", o.Phone)
		p.text("size", o.Size)
		p.end('}')
	}
	p.end(']')
}

func (r *Report) peopleInOrder() []int32 {
	return ordered(len(r.data.People), func(a, b int32) int {
		x, y := &r.data.People[a], &r.data.People[b]
		return cmp.Or(x.OrganizationID.Compare(y.OrganizationID), x.DisplayName().Compare(y.DisplayName()))
	})
}

func (r *Report) people(p *printer, rows []int32, dealsOf crm.Index, withDeals bool) {
	p.begin('[')
	for _, row := range rows {
		person := &r.data.People[row]
		deals := dealsOf.Count(person.ID)
		if withDeals != (deals > 0) {
			continue
		}
		p.item('{')
		p.text("id", person.ID)
		p.text("organizationId", person.OrganizationID)
		p.text("name", person.DisplayName())
		p.text("title", person.JobTitle)
		p.text("email", person.Email)
		p.text("phone", person.Phone)
		p.text("status", person.CustomerStatus)
		p.number("dealCount", deals)
		p.end('}')
	}
	p.end(']')
}

// deals writes the deals of each person, by organisation and then in snapshot
// order. Deals of nobody are left out.
func (r *Report) deals(p *printer) {
	rows := ordered(len(r.data.Deals), func(a, b int32) int {
		x, y := &r.data.Deals[a], &r.data.Deals[b]
		return cmp.Or(x.PersonID.Compare(y.PersonID), x.OrganizationID.Compare(y.OrganizationID))
	})
	rows = slices.DeleteFunc(rows, func(row int32) bool { return r.data.Deals[row].PersonID.String() == "" })
	p.begin('{')
	for from := 0; from < len(rows); {
		person := r.data.Deals[rows[from]].PersonID
		p.key(person.String())
		p.begin('[')
		for ; from < len(rows) && r.data.Deals[rows[from]].PersonID.Equal(person); from++ {
			d := &r.data.Deals[rows[from]]
			p.item('{')
			p.text("id", d.ID)
			p.text("peopleId", d.PersonID)
			p.text("organizationId", d.OrganizationID)
			p.text("name", d.DisplayName())
			p.text("status", d.Status)
			p.text("amount", d.Amount)
			p.text("expected_amount", d.ExpectedAmount)
			p.text("deadline", d.Deadline)
			p.text("expected_date", d.ExpectedDate)
			p.end('}')
		}
		p.end(']')
	}
	p.end('}')
}

// ordered returns the rows 0…n-1 in an order, equal ones in snapshot order.
func ordered(n int, compare func(a, b int32) int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortStableFunc(rows, compare)
	return rows
}
