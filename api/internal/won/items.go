package won

import (
	"encoding/json"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Groups is the answer of /api/orgs/{id}/won-groups-json.
type Groups struct {
	Organization *Organization `json:"organization"` // nil: there is none with the id
	Groups       []Group       `json:"groups"`
}

// Organization is the customer; texts are raw.
type Organization struct {
	ID            *string `json:"id"`
	Name          *string `json:"name"`
	Size          *string `json:"size"`
	Industry      *string `json:"industry"`
	IndustryMajor *string `json:"industry_major"`
	IndustryMid   *string `json:"industry_mid"`
	Memos         []Memo  `json:"memos"` // on neither deal nor person
}

// Group is a team of an upper organisation that bought something.
type Group struct {
	UpperOrg string   `json:"upper_org"`
	Team     string   `json:"team"`
	People   []Person `json:"people"`
	Deals    []Deal   `json:"deals"` // of any status
}

// Contact is a person as a deal has it; texts but UpperOrg are raw.
type Contact struct {
	ID            *string `json:"id"`
	Name          *string `json:"name"`
	UpperOrg      string  `json:"upper_org"`
	Team          *string `json:"team"`
	Title         *string `json:"title"`
	EducationArea *string `json:"edu_area"`
}

// Person is a person of the organisation.
type Person struct {
	Contact
	Webforms []Webform `json:"webforms"`
	Memos    []Memo    `json:"memos"`
}

// Webform is a form that a person filled in.
type Webform struct {
	Name normalise.Value `json:"name"` // as a rule a text
	Date FormDates       `json:"date"`
}

// FormDates are the days on which a form was filled in, ascending, each once.
type FormDates []string

// dateUnknown stands for no date.
const dateUnknown = "날짜 확인 불가"

// MarshalJSON writes one day as a text, several as a list, and none as a text
// that says so.
func (d FormDates) MarshalJSON() ([]byte, error) {
	switch len(d) {
	case 0:
		return json.Marshal(dateUnknown)
	case 1:
		return json.Marshal(d[0])
	default:
		return json.Marshal([]string(d))
	}
}

// Deal is a deal of a group. Amounts are won, nil where the text is no number;
// dates are N-DATE, empty for none; the other texts are raw.
type Deal struct {
	ID             *string         `json:"id"`
	CreatedAt      string          `json:"created_at"`
	Name           *string         `json:"name"`
	Team           *string         `json:"team"`
	Owner          normalise.Value `json:"owner"` // a name or id, or what else the field holds
	Status         *string         `json:"status"`
	Probability    *string         `json:"probability"`
	ExpectedDate   string          `json:"expected_date"`
	ExpectedAmount *float64        `json:"expected_amount"`
	LostAt         string          `json:"lost_confirmed_at"`
	LostReason     *string         `json:"lost_reason"`
	CourseFormat   *string         `json:"course_format"`
	Category       *string         `json:"category"`
	ContractDate   string          `json:"contract_date"`
	Amount         *float64        `json:"amount"`
	StartDate      string          `json:"start_date"`
	EndDate        string          `json:"end_date"`
	NetPercent     *string         `json:"net_percent"`
	Person         *Contact        `json:"people"` // nil: nobody has the id
	Memos          []Memo          `json:"memos"`
}

// Memo is a memo with the fields of a cleaned form, or else its text.
type Memo struct {
	Date      string          `json:"date"` // N-DATE, empty for none
	Text      *RawText        `json:"text,omitempty"`
	Fields    memotext.Fields `json:"cleanText,omitempty"`
	HTMLBody  *string         `json:"htmlBody"`
	CreatedAt *string         `json:"created_at_ts"` // raw
}

// RawText is a cell that JSON shows as it stands, null included.
type RawText struct{ Cell crm.Text }

// MarshalJSON writes the text or null.
func (t RawText) MarshalJSON() ([]byte, error) {
	if t.Cell.IsNull() {
		return []byte("null"), nil
	}
	return textValue(t.Cell.String()).AppendJSON(nil), nil
}
