package dealcheck

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// List is the answer, customers that bought most in the retention year first.
type List struct {
	Items []Item `json:"items"`
}

// Item is a deal. Texts are raw, amounts won.
type Item struct {
	DealID         string   `json:"dealId"`
	OrgID          *string  `json:"orgId"`   // the deal's, else the person's
	OrgName        string   `json:"orgName"` // else OrgID, else a dash
	UpperOrg       *string  `json:"upperOrg"`
	TeamSignature  *string  `json:"teamSignature"`
	PersonID       *string  `json:"personId"` // null also if there is no such person
	PersonName     *string  `json:"personName"`
	CreatedAt      *string  `json:"createdAt"`
	DealName       *string  `json:"dealName"`
	CourseFormat   *string  `json:"courseFormat"`
	Owners         []string `json:"owners"` // as shown
	Probability    *string  `json:"probability"`
	ExpectedDate   *string  `json:"expectedCloseDate"`
	ExpectedAmount *float64 `json:"expectedAmount"` // null if it is no number
	PlanningSheet  *string  `json:"planningSheetLink"`
	Memos          int      `json:"memoCount"`
	IsRetention    bool     `json:"isRetention"`     // the customer has Won deals in the retention year
	WonTotal       float64  `json:"orgWon2025Total"` // in the retention year, whatever it is
	Status         Status   `json:"status"`
}

func (r *Report) item(c *candidate) Item {
	d := &r.data.Deals[c.deal]
	id := r.organizationID(c)
	item := Item{
		DealID: d.ID.String(), OrgID: id.Ptr(), OrgName: r.organizationName(c, id),
		CreatedAt: d.CreatedDate.Ptr(), DealName: d.Name.Ptr(), CourseFormat: d.CourseFormat.Ptr(), Owners: r.owners[c.owners],
		Probability: d.Probability.Ptr(), ExpectedDate: d.ExpectedDate.Ptr(),
		Memos: int(c.memos), IsRetention: c.retained, WonTotal: normalise.Finite(c.wonTotal), Status: c.status,
	}
	if c.person != none {
		p := &r.data.People[c.person]
		item.UpperOrg, item.TeamSignature = p.UpperOrg.Ptr(), p.TeamSignature.Ptr()
		item.PersonID, item.PersonName = p.ID.Ptr(), p.Name.Ptr()
	}
	if won, ok := r.rules.Amount(d.ExpectedAmount); ok {
		item.ExpectedAmount = &won
	}
	if link := normalise.Trim(d.PlanningSheet.String()); link != "" {
		item.PlanningSheet = &link
	}
	return item
}

// organizationName is the first that isn't empty of name, id and a dash.
func (r *Report) organizationName(c *candidate, id crm.Text) string {
	if c.organization != none {
		if name := r.data.Organizations[c.organization].Name.String(); name != "" {
			return name
		}
	}
	if id.String() != "" {
		return id.String()
	}
	return "-"
}
