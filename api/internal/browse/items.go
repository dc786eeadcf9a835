// Package browse answers the organisation, people and deal lists of spec 02 §1
// from one snapshot's rows.
package browse

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// SizeList is the answer of /api/sizes.
type SizeList struct {
	Sizes []string `json:"sizes"`
}

// Organization is one organisation as the lists show it.
type Organization struct {
	ID    string           `json:"id"`
	Name  string           `json:"name"`
	Size  *string          `json:"size"`
	Team  normalise.Value  `json:"team"`  // [] when there is none
	Owner *normalise.Value `json:"owner"` // nil when there is none
}

// OrganizationList is the answer of /api/orgs.
type OrganizationList struct {
	Items []Organization `json:"items"`
}

// OrganizationItem is the answer of /api/orgs/{id}.
type OrganizationItem struct {
	Item Organization `json:"item"`
}

// Person is one person as the lists show it; texts are raw.
type Person struct {
	ID             *string `json:"id"`
	OrganizationID *string `json:"organizationId"`
	Name           *string `json:"name"`
	UpperOrg       *string `json:"upper_org"`
	TeamSignature  *string `json:"team_signature"`
	TitleSignature *string `json:"title_signature"`
	EducationArea  *string `json:"edu_area"`
	Email          *string `json:"email"`
	Phone          *string `json:"phone"`
	DealCount      int     `json:"deal_count"`
}

// PersonList is the answer of /api/orgs/{id}/people.
type PersonList struct {
	Items []Person `json:"items"`
}

// Deal is one deal as the lists show it. Amounts are won, nil where the text is
// no number; dates are raw text.
type Deal struct {
	ID             *string  `json:"id"`
	PersonID       *string  `json:"peopleId"`
	OrganizationID *string  `json:"organizationId"`
	Name           *string  `json:"name"`
	Status         *string  `json:"status"`
	Amount         *float64 `json:"amount"`
	ExpectedAmount *float64 `json:"expected_amount"`
	ContractDate   *string  `json:"contract_date"`
	OwnerName      *string  `json:"ownerName"`
	CreatedAt      *string  `json:"created_at"`
}

// DealList is the answer of /api/people/{id}/deals.
type DealList struct {
	Items []Deal `json:"items"`
}

// Memo is one memo; text and HTML are raw.
type Memo struct {
	ID        *string `json:"id"`
	Text      *string `json:"text"`
	HTMLBody  *string `json:"htmlBody"`
	OwnerID   *string `json:"ownerId"`
	CreatedAt *string `json:"createdAt"`
	UpdatedAt *string `json:"updatedAt"`
	OwnerName *string `json:"ownerName"`
}

// MemoList is the answer of the three memo lists.
type MemoList struct {
	Items []Memo `json:"items"`
}

func organizationItem(o *crm.Organization) Organization {
	item := Organization{
		ID: o.ID.String(), Name: o.DisplayName().String(), Size: o.Size.Ptr(),
		Team: normalise.JSON(o.Team),
	}
	if item.Team.Falsy() {
		item.Team = normalise.Value{Kind: normalise.List}
	}
	if owner := normalise.JSON(o.Owner); !owner.Falsy() {
		item.Owner = &owner
	}
	return item
}
