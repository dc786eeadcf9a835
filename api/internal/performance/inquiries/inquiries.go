// Package inquiries answers /api/performance/monthly-inquiries: deals created
// per month by size, course format and category, and the deals behind a number
// (spec 03 §2).
package inquiries

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// Config is what a workspace decides.
type Config struct {
	Years      []int    // of creation; others are not loaded
	Sizes      []string // rows, in order; as those of the next two
	Formats    []string
	Categories []string

	SizeRows       normalise.Labels // which of Sizes
	FormatRows     normalise.Labels // which of Formats
	CategoryGroups normalise.Categories
	Online         normalise.FormatSet
	PublicKeywords []string // words in the name of a public body

	Teams performance.Teams // parameter `team`
}

// deal is a deal that counts in some month. The three numbers are places in the
// lists of Config.
type deal struct {
	entry                  *performance.Entry
	month                  performance.Month
	size, format, category int16
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
			field.ID, field.Name, field.OrganizationID, field.PeopleID, field.CourseFormat, field.Category, field.Status, field.Probability,
			field.ExpectedAmount, field.Amount, field.ExpectedDate, field.ContractDate, field.CourseStart, field.CourseEnd, field.Owner,
		},
		[]string{field.ID, field.OrganizationID, field.Name, field.UpperOrg},
		[]string{field.ID, field.Name, field.CompanySize},
	)
	if r.missing == nil {
		r.read()
	}
	return r
}

func (r *Report) read() {
	l := loader{
		Report: r, debug: newLoadDebug(), firstKnown: r.book.Column(normalise.OnlineFirstColumn) != "",
	}
	entries := r.book.Entries(normalise.DealsOrgElseTrim)
	for i := range entries {
		if d, ok := l.deal(&entries[i]); ok {
			r.deals = append(r.deals, d)
		}
	}
	r.load = l.debug.finish()
}

type loader struct {
	*Report
	debug      *loadDebug
	firstKnown bool // the snapshot says which online courses are first ones
}

// deal places one deal and counts it in the diagnostics (spec 03 §2.1); false
// if it counts nowhere.
func (l *loader) deal(e *performance.Entry) (d deal, ok bool) {
	row, facts := l.book.Deal(e), l.book.Facts(e)
	inYears := slices.Contains(l.config.Years, facts.CreatedYear)
	if facts.CreatedMonth == performance.NoMonth && (inYears || l.book.Rules.DiagnosticsCountWhatTheyName()) {
		// Before, deals without a date were never looked at: they have no year.
		l.debug.Excluded.MissingCreated++
		return d, false
	}
	if !inYears {
		return d, false
	}
	d = deal{entry: e, month: facts.CreatedMonth}
	if facts.Status == normalise.StatusConvert {
		l.debug.Excluded.Convert++
		return d, false
	}
	size := l.sizeOf(e)
	l.debug.sample(size, row)
	l.debug.join(l.Report, e, size)
	if l.repeatEnrolment(row) {
		return d, false
	}
	label := l.config.SizeRows.SizeRow(size)
	l.debug.Values.Sizes[label]++
	if normalise.Blank(row.CourseFormat) {
		l.debug.Values.FormatMissing++
	}
	if normalise.Blank(row.Category) {
		l.debug.Values.CategoryMissing++
	}
	d.size = place(l.config.Sizes, label)
	d.format = place(l.config.Formats, l.config.FormatRows.FormatGroup(row.CourseFormat))
	d.category = place(l.config.Categories, l.config.CategoryGroups.Group(row.Category))
	return d, d.size >= 0 && d.format >= 0 && d.category >= 0
}

// repeatEnrolment reports whether a deal only goes on with an online course
// that began earlier, which makes it no inquiry. Where nothing says so, the
// deal is counted as one that doesn't say, and kept.
func (l *loader) repeatEnrolment(row *crm.Deal) bool {
	if !l.firstKnown || !l.book.Rules.Online(l.config.Online, row.CourseFormat, normalise.Formatted) {
		return false
	}
	if normalise.FalseLike(row.OnlineFirst) {
		l.debug.Excluded.NotFirst++
		return true
	}
	if normalise.MissingText(row.OnlineFirst) {
		l.debug.Excluded.FirstUnknown++
	}
	return false
}

// sizeOf is the raw size of a deal's organisation, NULL if there is none.
func (r *Report) sizeOf(e *performance.Entry) crm.Text {
	if o := r.book.Organization(e); o != nil {
		return o.Size
	}
	return crm.Text{}
}

// place returns where a label stands in a list, -1 if it doesn't: a workspace
// may do without rows for what is missing or unknown.
func place(list []string, label string) int16 {
	return int16(slices.Index(list, label)) //nolint:gosec // lists of a configuration file
}

// team chooses the filter. All and nothing mean everybody, whatever the
// service was asked before (spec 03 P2).
func (r *Report) team(key *string) (who normalise.Members, filtered bool, err error) {
	if r.book.Blank() {
		return who, false, performance.ErrNoSnapshot
	}
	if key == nil || normalise.Trim(*key) == "" || *key == allTeams {
		return normalise.Everyone(), false, r.missing
	}
	who, known := r.config.Teams(*key)
	if !known {
		return who, false, performance.Refuse("Unknown teamKey: %s", *key)
	}
	return who, true, r.missing
}

const allTeams = "all"
