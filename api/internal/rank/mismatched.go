package rank

import (
	"cmp"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// MismatchedDeal is a deal of one organisation with a person of another. Names
// are ids where the CRM has none; the contract date is raw.
type MismatchedDeal struct {
	ID            string   `json:"dealId"`
	Name          string   `json:"dealName"`
	OrgID         string   `json:"dealOrgId"`
	OrgName       string   `json:"dealOrgName"`
	PersonID      string   `json:"personId"`
	PersonName    string   `json:"personName"`
	PersonOrgID   string   `json:"personOrgId"`
	PersonOrgName string   `json:"personOrgName"`
	ContractDate  *string  `json:"contract_date"`
	Amount        *float64 `json:"amount"` // won; nil where the text is no number
}

// MismatchedList is the answer of /api/rank/mismatched-deals.
type MismatchedList struct {
	Items []MismatchedDeal `json:"items"`
}

// Mismatched is GET /api/rank/mismatched-deals (spec 05 §3): deals of any status
// and year whose person belongs to another organisation, latest contract first,
// deals without a contract date last. The size is that of the deal's
// organisation.
func (r *Report) Mismatched(q Query) (MismatchedList, error) {
	err := r.require(
		[]string{field.ID, field.Name, field.OrganizationID, field.PeopleID, field.ContractDate, field.Amount},
		[]string{field.ID, field.Name, field.OrganizationID},
		[]string{field.ID, field.Name, field.CompanySize},
	)
	if err != nil {
		return MismatchedList{}, err
	}
	size := q.size(r.config.DefaultSize)
	var rows []int32
	for i := range r.deals {
		if d := &r.deals[i]; r.mismatched(int32(i)) && size.takes(&r.customers[d.customer]) {
			rows = append(rows, int32(i))
		}
	}
	slices.SortStableFunc(rows, func(a, b int32) int {
		x, y := &r.data.Deals[a], &r.data.Deals[b]
		return cmp.Or(y.ContractDate.Compare(x.ContractDate), x.ID.Compare(y.ID))
	})
	list := MismatchedList{Items: make([]MismatchedDeal, 0, len(rows))}
	for _, row := range rows {
		list.Items = append(list.Items, r.mismatchedDeal(row))
	}
	return list, nil
}

// mismatched reports whether a deal's person belongs to another organisation.
func (r *Report) mismatched(row int32) bool {
	person := r.deals[row].person
	if person == none {
		return false
	}
	own, theirs := r.data.Deals[row].OrganizationID, r.data.People[person].OrganizationID
	return !own.IsNull() && !theirs.IsNull() && !own.Equal(theirs)
}

func (r *Report) mismatchedDeal(row int32) MismatchedDeal {
	d := &r.data.Deals[row]
	p := &r.data.People[r.deals[row].person]
	return MismatchedDeal{
		ID: d.ID.String(), Name: d.DisplayName().String(),
		OrgID: d.OrganizationID.String(), OrgName: r.customers[r.deals[row].customer].name().String(),
		PersonID: p.ID.String(), PersonName: p.DisplayName().String(),
		PersonOrgID: p.OrganizationID.String(), PersonOrgName: r.organizationName(p.OrganizationID).String(),
		ContractDate: d.ContractDate.Ptr(), Amount: r.deals[row].ptr(),
	}
}

// organizationName is the name of an organisation, the id where it has none or
// there is no such organisation.
func (r *Report) organizationName(id crm.Text) crm.Text {
	if row, ok := r.organizations.First(id.String()); ok {
		return r.data.Organizations[row].DisplayName()
	}
	return id
}
