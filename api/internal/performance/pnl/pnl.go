// Package pnl answers /api/performance/pl-progress-2026: a year's profit and
// loss by month, targets beside what the deals at hand are expected to bring,
// the deals behind a number, and the actuals that people enter (spec 03 §4).
//
// Money in grids is 억 (1e8 won), in deals won.
package pnl

import (
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// Config is what a workspace decides.
type Config struct {
	PlanYear int // the year that is meant when none is named
	Lines    []Line
	Online   normalise.FormatSet
	Costs    Costs

	// Targets returns the targets of a year by the key of their line, false if
	// there are none for it.
	Targets func(year int) (map[string]Target, bool)
	// Actuals returns what was entered for the months of a year.
	Actuals         func(year int) Actuals
	ActualsFile     string    // name of the file that they stand in
	ActualsModified time.Time // when it was last changed

	Now func() time.Time
}

// Line is a line of the P&L.
type Line struct {
	Key     string
	Label   string
	Level   int  // 1 is part of the 0 above
	Percent bool // else 억
}

// Costs are the assumptions behind the expected columns (spec 03 §4.3). Money
// is 억 a month.
type Costs struct {
	OnlineContributionRate  float64 // of online revenue
	OfflineContributionRate float64 // of offline revenue
	Production              float64
	Marketing               float64
	Labor                   float64
	RentRateOfLabor         float64
	OtherBase               float64
	OtherRateOfOffline      float64 // of offline revenue
}

// Target is a line's targets in 억.
type Target struct {
	Year   float64            // as given; need not be the sum of the months
	Months map[string]float64 // by YYMM
}

// Actuals are what people entered, in 억.
type Actuals struct {
	Lines    map[string]map[string]*float64 // by line and YYMM; nil: entered, but no number
	Months   []string                       // that occur, ascending
	Unmapped []string                       // categories that are no line, ascending
}

// deal is a deal whose revenue is spread over the days of its course.
type deal struct {
	entry      *performance.Entry
	used       float64 // won
	start, end normalise.Date
	totalDays  int
	online     bool
}

// Excluded counts deals that would have revenue if they were complete, over all
// years.
type Excluded struct {
	MissingDates  int `json:"missing_dates"`
	MissingAmount int `json:"missing_amount"`
	InvalidRange  int `json:"invalid_date_range"`
}

// Report answers from one snapshot.
type Report struct {
	config   Config
	book     *performance.Book
	missing  error  // what the snapshot lacks
	deals    []deal // in snapshot order
	excluded Excluded
}

// New reads the deals of a book, which may be a blank one.
func New(book *performance.Book, config Config) *Report {
	r := &Report{config: config, book: book}
	if book.Blank() {
		return r
	}
	r.missing = book.Require(
		[]string{
			field.ID, field.Name, field.OrganizationID, field.PeopleID, field.CourseFormat, field.Owner, field.Status,
			field.Probability, field.Amount, field.ExpectedAmount, field.ContractDate, field.ExpectedDate, field.CourseStart, field.CourseEnd,
		},
		[]string{field.ID, field.Name, field.UpperOrg},
		[]string{field.ID, field.Name},
	)
	if r.missing == nil {
		r.read()
	}
	return r
}

func (r *Report) read() {
	entries := r.book.Entries(normalise.DealsOrg)
	for i := range entries {
		if !r.expected(&entries[i]) {
			continue
		}
		if d, ok := r.spread(&entries[i]); ok {
			d.online = r.book.Rules.Online(r.config.Online, r.book.Deal(d.entry).CourseFormat, normalise.Formatted)
			r.deals = append(r.deals, d)
		}
	}
}

const statusWon = "Won"

// expected reports whether a deal's revenue is expected (spec 03 §4.2, step 1):
// it is confirmed or likely, or Won while nobody says how likely it is.
func (r *Report) expected(e *performance.Entry) bool {
	row, facts := r.book.Deal(e), r.book.Facts(e)
	if row.CourseStart.IsNull() && row.CourseEnd.IsNull() {
		return false
	}
	if facts.Confirmed || facts.High {
		return !r.book.LostForGood(e)
	}
	return facts.NoProbability && normalise.Trim(row.Status.String()) == statusWon
}

// spread works out the days and the money of a deal, false for one that is
// incomplete.
func (r *Report) spread(e *performance.Entry) (deal, bool) {
	row := r.book.Deal(e)
	d := deal{
		entry: e, used: r.book.Facts(e).Used(),
		start: r.book.Rules.ParseDate(row.CourseStart), end: r.book.Rules.ParseDate(row.CourseEnd),
	}
	switch {
	case d.start.IsZero() || d.end.IsZero():
		r.excluded.MissingDates++
	case d.end < d.start:
		r.excluded.InvalidRange++
	case d.used <= 0:
		r.excluded.MissingAmount++
	default:
		d.totalDays = d.end.DaysSince(d.start) + 1
		return d, true
	}
	return d, false
}

// eok is 억 in won.
const eok = 1e8

// share is the revenue that a deal has in some month, in 억, and the days of
// its course there.
func (d *deal) share(m *normalise.Month) (recognised float64, days int) {
	from, to := max(d.start, m.First), min(d.end, m.Last)
	if from > to {
		return 0, 0
	}
	days = to.DaysSince(from) + 1
	// The contract's order of operations; the conversion keeps it from fusing.
	return float64(d.used*float64(days)) / float64(d.totalDays) / eok, days
}

// inYear reports whether a deal may have revenue in a year.
func (d *deal) inYear(year int) bool { return d.start.Year() <= year && year <= d.end.Year() }

// snapshotReady reports what keeps the report from answering from deals.
func (r *Report) snapshotReady() error {
	if r.book.Blank() {
		return performance.ErrNoSnapshot
	}
	return r.missing
}

// year is the year that a request means.
func (r *Report) year(given *int) int {
	if given == nil {
		return r.config.PlanYear
	}
	return *given
}

// checkYear refuses a year that the calendar doesn't have.
func checkYear(year int) error {
	if year < 1 || year > 9999 {
		return performance.Refuse("year %d is out of range", year)
	}
	return nil
}
