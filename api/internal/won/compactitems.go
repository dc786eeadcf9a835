package won

import (
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// compactVersion is the compact answer's schema_version.
const compactVersion = "won-groups-json/compact-v1"

// Compact is the answer of /api/orgs/{id}/won-groups-json-compact: Groups
// without HTML and without what is null or an empty list or object, texts kept
// although empty (spec 02 §4.6).
type Compact struct {
	SchemaVersion string              `json:"schema_version"`
	Organization  CompactOrganization `json:"organization"`
	Groups        []CompactGroup      `json:"groups,omitempty"`
}

// CompactOrganization is the customer and what the groups bought together. Of
// an unknown one there is the summary only.
type CompactOrganization struct {
	ID            *string       `json:"id,omitempty"`
	Name          *string       `json:"name,omitempty"`
	Size          *string       `json:"size,omitempty"`
	Industry      *string       `json:"industry,omitempty"`
	IndustryMajor *string       `json:"industry_major,omitempty"`
	IndustryMid   *string       `json:"industry_mid,omitempty"`
	Memos         []CompactMemo `json:"memos,omitempty"`
	Summary       Amounts       `json:"summary"`
}

// CompactGroup is a team of an upper organisation that bought something.
type CompactGroup struct {
	UpperOrg string          `json:"upper_org"`
	Team     string          `json:"team"`
	Defaults *Common         `json:"deal_defaults,omitempty"`
	Summary  Amounts         `json:"counterparty_summary"`
	People   []CompactPerson `json:"people,omitempty"`
	Deals    []CompactDeal   `json:"deals,omitempty"`
}

// CompactPerson is a person of the organisation.
type CompactPerson struct {
	ID            *string       `json:"id,omitempty"`
	Name          *string       `json:"name,omitempty"`
	UpperOrg      string        `json:"upper_org"`
	Team          *string       `json:"team,omitempty"`
	Title         *string       `json:"title,omitempty"`
	EducationArea *string       `json:"edu_area,omitempty"`
	Webforms      []Webform     `json:"webforms,omitempty"`
	Memos         []CompactMemo `json:"memos,omitempty"`
}

// Common is what deals of a group often have in common. As deal_defaults it
// stands for every deal of the group that doesn't say otherwise.
type Common struct {
	CourseFormat *normalise.Value `json:"course_format,omitempty"`
	Category     *normalise.Value `json:"category,omitempty"`
	Owner        *normalise.Value `json:"owner,omitempty"`
	Day1Teams    *normalise.Value `json:"day1_teams,omitempty"` // objects with id and name
}

// fields are the parts of c in the order in which the dossier lists them.
func (c *Common) fields() []**normalise.Value {
	return []**normalise.Value{&c.CourseFormat, &c.Category, &c.Owner, &c.Day1Teams}
}

// CompactDeal is a deal of a group; as Deal, but without what is missing.
type CompactDeal struct {
	ID             *string          `json:"id,omitempty"`
	CreatedAt      string           `json:"created_at,omitempty"`
	Name           *string          `json:"name,omitempty"`
	Status         *string          `json:"status,omitempty"`
	Probability    *normalise.Value `json:"probability,omitempty"` // a text, or the list or object that it was
	ExpectedDate   string           `json:"expected_date,omitempty"`
	ExpectedAmount *float64         `json:"expected_amount,omitempty"`
	LostAt         string           `json:"lost_confirmed_at,omitempty"`
	LostReason     *string          `json:"lost_reason,omitempty"`
	ContractDate   string           `json:"contract_date,omitempty"`
	Amount         *float64         `json:"amount,omitempty"`
	StartDate      string           `json:"start_date,omitempty"`
	EndDate        string           `json:"end_date,omitempty"`
	NetPercent     *string          `json:"net_percent,omitempty"`
	PersonID       *string          `json:"people_id,omitempty"`
	Day1TeamsRaw   *string          `json:"day1_teams_raw,omitempty"` // a team field that is no list
	Memos          []CompactMemo    `json:"memos,omitempty"`
	Common

	person *crm.Person // nil: nobody has the id
}

// CompactMemo is a memo whose text may be made of its HTML.
type CompactMemo struct {
	Date      string          `json:"date"`
	Text      *string         `json:"text,omitempty"`
	Fields    memotext.Fields `json:"cleanText,omitempty"`
	CreatedAt *string         `json:"created_at_ts,omitempty"`
}

// Amounts are Won totals in won by year, in the order of the years.
type Amounts struct {
	years                []int
	all, online, offline []float64
}

func newAmounts(years []int) Amounts {
	n := len(years)
	return Amounts{years: years, all: make([]float64, n), online: make([]float64, n), offline: make([]float64, n)}
}

// Won returns the total of a year, 0 for one that is not configured.
func (a Amounts) Won(year int) float64 {
	for i, y := range a.years {
		if y == year {
			return a.all[i]
		}
	}
	return 0
}

// plus adds another's totals to a's.
func (a Amounts) plus(b Amounts) {
	for i := range a.years {
		a.all[i] += b.all[i]
		a.online[i] += b.online[i]
		a.offline[i] += b.offline[i]
	}
}

// MarshalJSON writes three objects with a key for each year.
func (a Amounts) MarshalJSON() ([]byte, error) {
	var v normalise.Value
	v.Kind = normalise.Object
	for _, part := range a.parts() {
		years := normalise.Value{Kind: normalise.Object}
		for i, year := range a.years {
			years.Members = append(years.Members, normalise.Member{Key: strconv.Itoa(year), Value: numberValue(part.won[i])})
		}
		v.Members = append(v.Members, normalise.Member{Key: part.key, Value: years})
	}
	return v.AppendJSON(nil), nil
}

// amountsPart is one row of the totals.
type amountsPart struct {
	key, label string
	won        []float64
}

func (a Amounts) parts() []amountsPart {
	return []amountsPart{
		{"won_amount_by_year", "Won 합계", a.all},
		{"won_amount_online_by_year", "Won 온라인", a.online},
		{"won_amount_offline_by_year", "Won 오프라인", a.offline},
	}
}
