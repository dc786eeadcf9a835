// Package closerate answers /api/performance/monthly-close-rate: how many of
// the deals created in a month came to be confirmed or likely, by size and
// course, for new and existing customers (spec 03 §3).
package closerate

import (
	"slices"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// Config is what a workspace decides.
type Config struct {
	Years           []int    // of creation; others are not loaded
	Sizes           []string // rows, in order
	Groups          []string // of course formats: rows within a size, in order
	OfflineGroup    string   // one of Groups
	OfflineCategory string   // category group that the offline group is limited to

	SizeRows       normalise.Labels // which of Sizes
	Formats        normalise.CloseFormats
	CategoryGroups normalise.Categories

	// Existing returns the names of the organisations that are listed as
	// existing customers of a year, false if the year is to be computed.
	Existing         func(year int) (names map[string]struct{}, listed bool)
	ExistingFile     string    // name of the file that the lists stand in
	ExistingModified time.Time // when it was last changed; zero if unknown

	Scopes performance.Teams // parameter `scope`
}

// metric is a line of a group. Its numbers are places in metrics.
type metric int8

const (
	total metric = iota
	confirmed
	high
	low
	lost
	closeRate
	metricCount
)

func metrics() [metricCount]performance.Named {
	return [metricCount]performance.Named{
		total:     {Key: "total", Label: "전체"},
		confirmed: {Key: "confirmed", Label: "확정"},
		high:      {Key: "high", Label: "높음"},
		low:       {Key: "low", Label: "낮음"},
		lost:      {Key: "lost", Label: "LOST"},
		closeRate: {Key: "close_rate", Label: "체결률(%)"},
	}
}

// deal is a deal that counts in some month.
type deal struct {
	entry       *performance.Entry
	category    string // group
	month       performance.Month
	size, group int16  // places in Config.Sizes and Config.Groups
	outcome     metric // confirmed, high, low or lost
	existing    bool
}

// Report answers from one snapshot.
type Report struct {
	config  Config
	book    *performance.Book
	missing error  // what the snapshot lacks
	deals   []deal // in snapshot order
	load    LoadDebug
}

// New sorts the deals of a book, which may be a blank one.
func New(book *performance.Book, config Config) *Report {
	r := &Report{config: config, book: book}
	if book.Blank() {
		return r
	}
	r.missing = book.RequireCreated(
		[]string{
			field.ID, field.Name, field.OrganizationID, field.PeopleID, field.CourseFormat, field.Status, field.Probability,
			field.ExpectedAmount, field.Amount, field.ExpectedDate, field.ContractDate, field.CourseStart, field.CourseEnd, field.Owner,
		},
		[]string{field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature},
		[]string{field.ID, field.Name, field.CompanySize},
	)
	if r.missing == nil {
		r.read()
	}
	return r
}

func (r *Report) read() {
	l := loader{
		Report: r, debug: newLoadDebug(r.book), customers: newCustomers(r.book, &r.config),
		firstKnown: r.book.Column(normalise.OnlineFirstColumn) != "",
	}
	entries := r.book.Entries(normalise.DealsOrgElseTrim)
	for i := range entries {
		if d, ok := l.deal(&entries[i]); ok {
			r.deals = append(r.deals, d)
		}
	}
	r.load = l.debug.finish(l.customers)
}

type loader struct {
	*Report
	debug      *loadDebug
	customers  *customers
	firstKnown bool // the snapshot says which online courses are first ones
}

// deal places one deal and counts it in the diagnostics (spec 03 §3.1); false
// if it counts nowhere.
func (l *loader) deal(e *performance.Entry) (d deal, ok bool) {
	row, facts := l.book.Deal(e), l.book.Facts(e)
	if l.undated(row, facts) || !slices.Contains(l.config.Years, facts.CreatedYear) {
		return d, false
	}
	l.debug.Loaded++
	d = deal{entry: e, month: facts.CreatedMonth}
	if d.month == performance.NoMonth {
		l.debug.MissingCreated++
		return d, false
	}
	if facts.Status == normalise.StatusConvert {
		l.debug.Convert++
		return d, false
	}
	l.debug.sample(row)
	group, ok := l.config.Formats.Group(row.CourseFormat)
	if !ok {
		l.debug.OtherFormat++
		return d, false
	}
	d.category = l.book.Rules.CloseRateGroup(l.config.CategoryGroups, row.Category)
	offline := group == l.config.OfflineGroup
	if offline && d.category != l.config.OfflineCategory {
		l.debug.OtherCategory++
		return d, false
	}
	if !offline && l.firstKnown && normalise.FalseLike(row.OnlineFirst) {
		l.debug.NotFirst++
		return d, false
	}
	d.size = place(l.config.Sizes, l.config.SizeRows.SizeRow(l.sizeOf(e)))
	d.group = place(l.config.Groups, group)
	d.outcome = outcome(facts)
	d.existing = l.customers.existing(e, d.month.CenturyYear())
	return d, d.size >= 0 && d.group >= 0
}

// undated reports whether corrected diagnostics count a deal as one without a
// readable creation date. Before, such deals were never looked at, so that the
// counters stayed 0.
func (l *loader) undated(row *crm.Deal, facts *performance.Facts) bool {
	if !l.book.Rules.DiagnosticsCountWhatTheyName() || facts.CreatedMonth != performance.NoMonth {
		return false
	}
	if normalise.Blank(row.CreatedDate) {
		l.debug.MissingCreated++
	} else {
		l.debug.UnreadableCreated++
	}
	return true
}

// outcome is what became of a deal; without any word on it, it is low.
func outcome(f *performance.Facts) metric {
	switch {
	case f.Status == normalise.StatusLost:
		return lost
	case f.Confirmed:
		return confirmed
	case f.High:
		return high
	case f.MarkedLost:
		return lost
	default:
		return low
	}
}

func (r *Report) sizeOf(e *performance.Entry) crm.Text {
	if o := r.book.Organization(e); o != nil {
		return o.Size
	}
	return crm.Text{}
}

// place returns where a label stands in a list, -1 if it doesn't.
func place(list []string, label string) int16 {
	return int16(slices.Index(list, label)) //nolint:gosec // lists of a configuration file
}

// kind says which customers count.
type kind int8

const (
	allCustomers kind = iota
	newCustomersOnly
	existingCustomers
)

func customerKind(text string) (kind, error) {
	switch text {
	case "all":
		return allCustomers, nil
	case "new":
		return newCustomersOnly, nil
	case "existing":
		return existingCustomers, nil
	default:
		return 0, performance.Refuse("Unknown cust: %s", text)
	}
}

func (k kind) takes(d *deal) bool {
	return k == allCustomers || d.existing == (k == existingCustomers)
}

func (r *Report) scope(key string) (normalise.Members, error) {
	who, known := r.config.Scopes(key)
	if !known {
		return who, performance.Refuse("Unknown scope: %s", key)
	}
	return who, nil
}

// ready reports what keeps the report from answering.
func (r *Report) ready() error {
	if r.book.Blank() {
		return performance.ErrNoSnapshot
	}
	return r.missing
}
