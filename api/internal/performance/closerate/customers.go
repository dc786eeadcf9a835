package closerate

import (
	"maps"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// customers tells existing customers from new ones (spec 03 §3.2).
type customers struct {
	book   *performance.Book
	config *Config
	byYear map[int]map[string]struct{} // ids of organisations
	won    map[int]map[string]struct{} // … with a Won contract in the year; nil until needed
}

func newCustomers(book *performance.Book, config *Config) *customers {
	return &customers{book: book, config: config, byYear: map[int]map[string]struct{}{}}
}

// existing reports whether a deal's organisation was a customer before the
// year.
func (c *customers) existing(e *performance.Entry, year int) bool {
	_, ok := c.in(year)[normalise.Trim(e.OrganizationID.String())]
	return ok
}

// in returns the organisations that are existing customers in a year: those
// listed for it or, without a list, those with a Won contract in the year
// before.
func (c *customers) in(year int) map[string]struct{} {
	ids, known := c.byYear[year]
	if known {
		return ids
	}
	if names, listed := c.config.Existing(year); listed {
		ids, _ = c.named(names)
	} else {
		if c.won == nil {
			c.readWon()
		}
		ids = c.won[year-1]
	}
	c.byYear[year] = ids
	return ids
}

// named returns the ids of the organisations that have one of the names, and
// the names that none has.
func (c *customers) named(names map[string]struct{}) (ids, missing map[string]struct{}) {
	ids, missing = map[string]struct{}{}, maps.Clone(names)
	for i := range c.book.Data.Organizations {
		o := &c.book.Data.Organizations[i]
		name := normalise.Trim(o.DisplayName().String())
		if _, ok := names[name]; ok {
			ids[o.ID.String()] = struct{}{}
			delete(missing, name)
		}
	}
	return ids, missing
}

// readWon finds the organisations that bought a course: by year of the
// contract, those with a Won deal that has all it takes. The probability
// doesn't count.
func (c *customers) readWon() {
	c.won = map[int]map[string]struct{}{}
	if c.book.Column(normalise.CourseIDColumn) == "" {
		return
	}
	entries := c.book.Entries(normalise.DealsOrgElseTrim)
	for i := range entries {
		e := &entries[i]
		if !c.bought(e) {
			continue
		}
		year := c.book.Rules.BestDate(c.book.Deal(e).ContractDate).Year()
		if c.won[year] == nil {
			c.won[year] = map[string]struct{}{}
		}
		c.won[year][normalise.Trim(e.OrganizationID.String())] = struct{}{}
	}
}

const statusWon = "Won"

func (c *customers) bought(e *performance.Entry) bool {
	row, amount := c.book.Deal(e), c.book.Facts(e).Amount
	return row.Status.Is(statusWon) && !normalise.Blank(e.OrganizationID) && !normalise.Blank(row.CourseID) &&
		amount.Known && amount.Value > 0 &&
		c.dated(row.CourseStart) && c.dated(row.CourseEnd) && c.dated(row.ContractDate)
}

func (c *customers) dated(t crm.Text) bool { return !c.book.Rules.BestDate(t).IsZero() }

// firstYear is the year whose list the diagnostics tell of.
func (c *customers) firstYear() int {
	if len(c.config.Years) == 0 {
		return 0
	}
	return slices.Min(c.config.Years)
}
