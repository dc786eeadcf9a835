// Package amounts answers /api/performance/monthly-amounts: won per month by
// segment and certainty, and the deals behind a number (spec 03 §1).
package amounts

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// Config is what a workspace decides.
type Config struct {
	Years      []int  // of contract or expected date; others are not loaded
	KeyAccount string // name of the organisation that has segments of its own
	Segments   []Segment
	Online     normalise.FormatSet
	Sizes      normalise.Sizes
	MajorSizes []string // size groups of corporate customers

	Teams  performance.Teams // parameter `team`
	Scopes performance.Teams // parameter `scope`
}

// Segment is a group of customers or courses that has rows of its own.
type Segment struct {
	Key   string
	Label string
	// Takes reports whether the segment takes deals of the key account or
	// others, online or not, of corporate size or not.
	Takes func(keyAccount, online, major bool) bool
}

// class is what a deal is to segments: the answers to three questions.
type class uint8

const (
	keyAccount class = 1 << iota
	online
	major

	classes = 1 << iota
)

// takes reports whether deals of a class are in the segment.
func (s Segment) takes(c class) bool {
	return s.Takes(c&keyAccount != 0, c&online != 0, c&major != 0)
}

// bucket is how certain a deal's money is. Its numbers are places in
// bucketRows.
type bucket uint8

const (
	total bucket = iota // all of the others
	contract
	confirmed
	high
	buckets
)

// bucketRows are the rows of every segment.
func bucketRows() [buckets]performance.Named {
	return [buckets]performance.Named{
		total:     {Key: "TOTAL", Label: "합산"},
		contract:  {Key: "CONTRACT", Label: "계약 체결"},
		confirmed: {Key: "CONFIRMED", Label: "성사 확정"},
		high:      {Key: "HIGH", Label: "성사 높음"},
	}
}

// deal is a deal that counts in some month.
type deal struct {
	entry  *performance.Entry
	used   float64 // won
	month  performance.Month
	bucket bucket
	class  class
}

// Report answers from one snapshot.
type Report struct {
	config  Config
	book    *performance.Book
	missing error  // what the snapshot lacks
	deals   []deal // in snapshot order
}

// New sorts the deals of a book, which may be a blank one.
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
		[]string{field.ID, field.Name, field.CompanySize},
	)
	if r.missing == nil {
		r.load()
	}
	return r
}

func (r *Report) load() {
	l := loader{
		Report: r, noCourseIDs: r.book.Column(normalise.CourseIDColumn) == "", classes: map[*crm.Organization]class{},
	}
	entries := r.book.Entries(normalise.DealsOrg)
	for i := range entries {
		if d, ok := l.deal(&entries[i]); ok {
			r.deals = append(r.deals, d)
		}
	}
}

type loader struct {
	*Report
	noCourseIDs bool
	classes     map[*crm.Organization]class // what organisations contribute
}

// deal places one deal (spec 03 §1.1), false if it counts nowhere.
func (l *loader) deal(e *performance.Entry) (deal, bool) {
	rules, row := l.book.Rules, l.book.Deal(e)
	if !slices.Contains(l.config.Years, rules.PrefixYear(row.ContractDate)) &&
		!slices.Contains(l.config.Years, rules.PrefixYear(row.ExpectedDate)) {
		return deal{}, false
	}
	d := deal{entry: e, month: performance.MonthOf(rules.DealYYMM(row.ContractDate, row.ExpectedDate))}
	if d.month == performance.NoMonth {
		return deal{}, false
	}
	if d.bucket, d.used = l.bucket(e); d.bucket == total {
		return deal{}, false
	}
	d.class = l.organizationClass(e)
	if rules.Online(l.config.Online, row.CourseFormat, normalise.Trimmed) {
		d.class |= online
	}
	return d, true
}

const statusWon = "Won"

// bucket returns total for deals that are in no bucket. What counts as
// confirmed or high goes by the probability; that Lost and Convert deals may
// have one is corrected (spec 03 P4).
func (l *loader) bucket(e *performance.Entry) (b bucket, used float64) {
	row, facts := l.book.Deal(e), l.book.Facts(e)
	if normalise.Trim(row.Status.String()) == statusWon && facts.Amount.Known &&
		!normalise.Blank(row.CourseStart) && !normalise.Blank(row.CourseEnd) &&
		(l.noCourseIDs || !normalise.Blank(row.CourseID)) {
		return contract, facts.Amount.Value
	}
	if l.book.LostForGood(e) {
		return total, 0
	}
	switch {
	case facts.Confirmed:
		return confirmed, facts.Used()
	case facts.High:
		return high, facts.Used()
	default:
		return total, 0
	}
}

// organizationClass says whether a deal's organisation is the key account, and
// whether it is of a major size.
func (l *loader) organizationClass(e *performance.Entry) class {
	o := l.book.Organization(e)
	if o == nil {
		return l.classOf(l.book.OrganizationLabel(e), normalise.SizeOther)
	}
	c, known := l.classes[o]
	if !known {
		c = l.classOf(l.book.OrganizationLabel(e), l.book.Rules.SizeGroup(l.config.Sizes, o.Name, o.Size))
		l.classes[o] = c
	}
	return c
}

func (l *loader) classOf(name, size string) (c class) {
	if name == l.config.KeyAccount {
		c |= keyAccount
	}
	if slices.Contains(l.config.MajorSizes, size) {
		c |= major
	}
	return c
}

// owned chooses the filter (spec 03 §1.3, "Checks"): a scope that isn't empty
// goes before the team, which then isn't even looked at.
func (r *Report) owned(team, scope *string) (performance.OwnerFilter, error) {
	if r.book.Blank() {
		return performance.OwnerFilter{}, performance.ErrNoSnapshot
	}
	who := normalise.Everyone()
	if scope != nil && *scope != "" {
		members, known := r.config.Scopes(*scope)
		if !known {
			return performance.OwnerFilter{}, performance.Refuse("Unknown scope: %s", *scope)
		}
		who = members
	} else if team != nil {
		members, known := r.config.Teams(*team)
		if !known {
			return performance.OwnerFilter{}, performance.Refuse("Unknown teamKey: %s", *team)
		}
		who = members
	}
	return r.book.OwnedBy(who), r.missing
}
