package browse

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// OrganizationFilter selects a page of organisations.
type OrganizationFilter struct {
	Size   string // exact; AllSizes or empty for every size
	Search string // part of name or id, with SQL's wildcards; empty for all
	Limit  int
	Offset int
}

// Organizations is GET /api/orgs (spec 02 §1.4).
func (c *Catalog) Organizations(f OrganizationFilter) OrganizationList {
	pattern := "%" + f.Search + "%"
	list := OrganizationList{Items: []Organization{}}
	for _, i := range c.listed {
		o := &c.data.Organizations[i]
		if f.Size != "" && f.Size != AllSizes && !o.Size.Is(f.Size) {
			continue
		}
		if f.Search != "" && !matches(pattern, o) {
			continue
		}
		if f.Offset > 0 {
			f.Offset--
			continue
		}
		if len(list.Items) == f.Limit {
			break
		}
		list.Items = append(list.Items, organizationItem(o))
	}
	return list
}

// matches looks at the name itself, not at the id that stands in for it.
func matches(pattern string, o *crm.Organization) bool {
	return (!o.Name.IsNull() && normalise.Like(pattern, o.Name.String())) || normalise.Like(pattern, o.ID.String())
}

// Organization is GET /api/orgs/{id} (spec 02 §1.5); it fails with
// ErrOrganizationNotFound.
func (c *Catalog) Organization(id string) (OrganizationItem, error) {
	row, ok := c.organizations.First(id)
	if !ok {
		return OrganizationItem{}, ErrOrganizationNotFound
	}
	return OrganizationItem{Item: organizationItem(&c.data.Organizations[row])}, nil
}

// People is GET /api/orgs/{id}/people (spec 02 §1.6). With hasDeal, only
// people with or without deals. An unknown organisation has none.
func (c *Catalog) People(organizationID string, hasDeal *bool) PersonList {
	rows := slices.Clone(c.peopleOf.Rows(organizationID))
	slices.SortStableFunc(rows, func(a, b int32) int {
		return c.data.People[a].DisplayName().Compare(c.data.People[b].DisplayName())
	})
	list := PersonList{Items: make([]Person, 0, len(rows))}
	for _, row := range rows {
		p := &c.data.People[row]
		deals := c.dealsOf.Count(p.ID)
		if hasDeal != nil && *hasDeal != (deals > 0) {
			continue
		}
		list.Items = append(list.Items, Person{
			ID: p.ID.Ptr(), OrganizationID: p.OrganizationID.Ptr(), Name: p.DisplayName().Ptr(),
			UpperOrg: p.UpperOrg.Ptr(), TeamSignature: p.TeamSignature.Ptr(), TitleSignature: p.TitleSignature.Ptr(),
			EducationArea: p.EducationArea.Ptr(), Email: p.Email.Ptr(), Phone: p.Phone.Ptr(), DealCount: deals,
		})
	}
	return list
}

// Deals is GET /api/people/{id}/deals (spec 02 §1.8): latest contract first,
// then latest created; deals without contract date last. An unknown person has
// none.
func (c *Catalog) Deals(personID string) DealList {
	rows := slices.Clone(c.dealsOf.Rows(personID))
	slices.SortStableFunc(rows, func(a, b int32) int {
		x, y := &c.data.Deals[a], &c.data.Deals[b]
		if n := y.ContractDate.Compare(x.ContractDate); n != 0 {
			return n
		}
		return y.CreatedDate.Compare(x.CreatedDate)
	})
	list := DealList{Items: make([]Deal, 0, len(rows))}
	for _, row := range rows {
		list.Items = append(list.Items, c.dealItem(&c.data.Deals[row]))
	}
	return list
}

func (c *Catalog) dealItem(d *crm.Deal) Deal {
	item := Deal{
		ID: d.ID.Ptr(), PersonID: d.PersonID.Ptr(), OrganizationID: d.OrganizationID.Ptr(),
		Name: d.DisplayName().Ptr(), Status: d.Status.Ptr(),
		ContractDate: d.ContractDate.Ptr(), CreatedAt: d.CreatedDate.Ptr(),
	}
	if won, ok := c.rules.Amount(d.Amount); ok {
		item.Amount = &won
	}
	if won, ok := c.rules.Amount(d.ExpectedAmount); ok {
		item.ExpectedAmount = &won
	}
	if name, ok := c.rules.DealOwner(normalise.JSON(d.Owner)); ok {
		item.OwnerName = &name
	}
	return item
}
