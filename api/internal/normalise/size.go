package normalise

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Size groups of N-SIZE. The workspace lists the labels that it shows; these
// are the ones that the rule itself gives.
const (
	SizeLarge      = "대기업"
	SizeMedium     = "중견기업"
	SizeSmall      = "중소기업"
	SizePublic     = "공공기관"
	SizeUniversity = "대학교"
	SizeOther      = "기타/미입력"
)

// majorSizes are the company sizes and the words by which a raw size means one.
var majorSizes = [...]struct{ word, label string }{
	{"대기업", SizeLarge},
	{"중견", SizeMedium},
	{"중소", SizeSmall},
}

// Sizes is the workspace's part of N-SIZE.
type Sizes struct {
	Labels             []string // known size groups
	PublicKeywords     []string // words in the name of a public body
	UniversityKeywords []string // words in the name of a university, in any case of letters
}

// SizeGroup is N-SIZE: the size group of an organisation by its raw size and
// its name. Corrected rules take a known label as it is, unless it says that
// nobody knows, and words for public bodies at the end of the name only.
func (r Rules) SizeGroup(sizes Sizes, name, raw crm.Text) string {
	size := Trim(raw.String())
	if r.KnownSizeCounts() && size != SizeOther && slices.Contains(sizes.Labels, size) {
		return size
	}
	if label, ok := majorSize(size); ok {
		return label
	}
	n := Trim(name.String())
	upper := strings.ToUpper(n)
	for _, word := range sizes.UniversityKeywords {
		if strings.Contains(upper, strings.ToUpper(word)) {
			return SizeUniversity
		}
	}
	matches := strings.Contains
	if r.PublicKeywordsAreSuffixes() {
		matches = strings.HasSuffix
	}
	for _, word := range sizes.PublicKeywords {
		if word != "" && matches(n, word) {
			return SizePublic
		}
	}
	return SizeOther
}

// MajorSize reports whether a raw size means one of the three company sizes
// ("major" of spec 03 §1.1).
func MajorSize(raw crm.Text) bool {
	_, ok := majorSize(raw.String())
	return ok
}

func majorSize(raw string) (label string, ok bool) {
	for _, s := range majorSizes {
		if strings.Contains(raw, s.word) {
			return s.label, true
		}
	}
	return "", false
}

// SizeRow is N-SIZE-INQ: the row of a raw size in the grids of inquiries and
// close rate. The name is not used.
func (l Labels) SizeRow(raw crm.Text) string {
	s := Trim(raw.String())
	if s == Unspecified { // a row for blanks, not a size
		return OtherLabel
	}
	return l.group(s)
}
