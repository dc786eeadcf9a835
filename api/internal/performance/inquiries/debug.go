package inquiries

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// Debug is the diagnostics of a summary (`meta.debug`). All but TeamFilter
// cover every deal that was loaded, whatever was asked for.
type Debug struct {
	LoadDebug
	TeamFilter *TeamFilter `json:"team_filter,omitempty"`
}

// LoadDebug counts what loading met (spec 03 §2.1).
type LoadDebug struct {
	Impl       string              `json:"impl_tag"`
	Excluded   ExcludedCounts      `json:"excluded"`
	Values     ValueCounts         `json:"value_counts"`
	JoinSource JoinSource          `json:"join_source"`
	Join       JoinDiagnostics     `json:"join_diag"`
	Samples    map[string][]string `json:"raw_samples"`
}

// ExcludedCounts counts deals that were left out; those of FirstUnknown were
// not, whatever the key says.
type ExcludedCounts struct {
	Convert        int `json:"status_convert"`
	NotFirst       int `json:"online_first_false"`
	FirstUnknown   int `json:"online_first_missing"`
	MissingCreated int `json:"missing_created_at"`
}

// ValueCounts counts values of the deals.
type ValueCounts struct {
	Sizes           map[string]int `json:"sizeGroup"`
	FormatMissing   int            `json:"courseFormat_missing_raw"`
	CategoryMissing int            `json:"category_missing_raw"`
	RawSizes        map[string]int `json:"size_raw_counts"`
	SizesAgain      map[string]int `json:"size_group_counts"` // the same as Sizes
}

// JoinSource counts by what deals were joined with organisations.
type JoinSource struct {
	Deal    int `json:"deal_org_used"`
	Person  int `json:"people_org_used"`
	Neither int `json:"missing_both"`
}

// JoinDiagnostics counts what the join met. The replaced service counted every
// deal as one without organisation and with one without person, and no misses
// (spec 03 P9).
type JoinDiagnostics struct {
	DealNull    int `json:"deal_org_null"`
	DealBlank   int `json:"deal_org_blank"`
	PersonNull  int `json:"people_org_null"`
	PersonBlank int `json:"people_org_blank"`
	NoID        int `json:"coalesce_org_blank"`
	Miss        int `json:"org_join_miss"`
	SizeMissing int `json:"org_size_raw_missing"`

	Misses   []JoinSample `json:"sample_join_miss"`
	Sizeless []JoinSample `json:"sample_size_missing_univ_public"`
}

// JoinSample is a deal that somebody should look at.
type JoinSample struct {
	DealID         *string `json:"deal_id"`
	DealName       *string `json:"deal_name"`
	OrgName        string  `json:"org_name"`
	OrganizationID *string `json:"org_id"`
	Size           *string `json:"size_raw"`
}

const (
	implTag        = "inq_v1_people_nullif_trim"
	noSize         = "<NULL_OR_EMPTY>"
	universityWord = "대학" // in names whose size is missing
	maxSamples     = 20
)

// loadDebug gathers a LoadDebug.
type loadDebug struct {
	LoadDebug
	sizes, formats, categories map[string]struct{}
}

func newLoadDebug() *loadDebug {
	d := &loadDebug{sizes: map[string]struct{}{}, formats: map[string]struct{}{}, categories: map[string]struct{}{}}
	d.Impl = implTag
	d.Values.Sizes, d.Values.RawSizes = map[string]int{}, map[string]int{}
	d.Join.Misses, d.Join.Sizeless = []JoinSample{}, []JoinSample{}
	return d
}

func (d *loadDebug) finish() LoadDebug {
	d.Values.SizesAgain = d.Values.Sizes
	d.Samples = map[string][]string{
		"size_raw_unique_top":          performance.Sample(d.sizes, maxSamples),
		"course_format_raw_unique_top": performance.Sample(d.formats, maxSamples),
		"category_raw_unique_top":      performance.Sample(d.categories, maxSamples),
	}
	return d.LoadDebug
}

func (d *loadDebug) sample(size crm.Text, row *crm.Deal) {
	d.sizes[normalise.Trim(size.String())] = struct{}{}
	d.formats[normalise.Trim(row.CourseFormat.String())] = struct{}{}
	d.categories[normalise.Trim(row.Category.String())] = struct{}{}
}

// join counts how a deal found its organisation (spec 03 §2.1, steps 4 to 9).
func (d *loadDebug) join(r *Report, e *performance.Entry, size crm.Text) {
	ofDeal, ofPerson := r.book.Deal(e).OrganizationID, r.book.Person(e).OrganizationID
	if r.book.Rules.DiagnosticsCountWhatTheyName() {
		countMissing(ofDeal, &d.Join.DealNull, &d.Join.DealBlank)
		countMissing(ofPerson, &d.Join.PersonNull, &d.Join.PersonBlank)
		if !normalise.Blank(e.OrganizationID) && r.book.Organization(e) == nil {
			d.Join.Miss++
			d.Join.Misses = appendSample(d.Join.Misses, r, e, size)
		}
	} else {
		d.Join.DealNull++
		d.Join.PersonNull++
	}
	switch {
	case normalise.TrimSQL(ofDeal.String()) != "":
		d.JoinSource.Deal++
	case normalise.TrimSQL(ofPerson.String()) != "":
		d.JoinSource.Person++
	default:
		d.JoinSource.Neither++
	}
	raw := normalise.Trim(size.String())
	if raw == "" {
		raw = noSize
	}
	d.Values.RawSizes[raw]++
	if normalise.Blank(e.OrganizationID) {
		d.Join.NoID++
	}
	if raw == noSize {
		d.Join.SizeMissing++
		if r.looksPublic(e) {
			d.Join.Sizeless = appendSample(d.Join.Sizeless, r, e, size)
		}
	}
}

func countMissing(id crm.Text, null, blank *int) {
	switch {
	case id.IsNull():
		*null++
	case normalise.Blank(id):
		*blank++
	}
}

// looksPublic reports whether an organisation's name gives away that it is a
// university or a public body.
func (r *Report) looksPublic(e *performance.Entry) bool {
	name := normalise.Trim(r.book.OrganizationName(e).String())
	return strings.Contains(name, universityWord) ||
		slices.ContainsFunc(r.config.PublicKeywords, func(word string) bool { return strings.Contains(name, word) })
}

func appendSample(samples []JoinSample, r *Report, e *performance.Entry, size crm.Text) []JoinSample {
	if len(samples) == maxSamples {
		return samples
	}
	row := r.book.Deal(e)
	return append(samples, JoinSample{
		DealID: row.ID.Ptr(), DealName: row.Name.Ptr(), OrgName: normalise.Trim(r.book.OrganizationName(e).String()),
		OrganizationID: e.OrganizationID.Ptr(), Size: size.Ptr(),
	})
}
