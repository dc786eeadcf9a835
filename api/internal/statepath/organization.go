package statepath

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// OrganizationPath is the answer of /api/orgs/{id}/statepath.
type OrganizationPath struct {
	Item OrganizationItem `json:"item"`
}

// OrganizationItem is the state path of an organisation with advice.
type OrganizationItem struct {
	CompanyName *string `json:"company_name"` // nil for an unknown id, as before
	States      States  `json:"year_states"`
	Path        Path    `json:"path_2024_to_2025"`
	Advice      Advice  `json:"ops_reco"`
	Quality     Quality `json:"qa"`
}

// Quality says what is odd about the numbers.
type Quality struct {
	Flags  []string `json:"flags"`
	Checks Checks   `json:"checks"`
}

// Checks say of each year whether its total is not negative.
type Checks struct {
	From bool `json:"y2024_ok"`
	To   bool `json:"y2025_ok"`
}

const flagNoAmount = "no_won_amount"

// Detail is the answer of /api/statepath/orgs/{id}.
type Detail struct {
	Item DetailItem `json:"item"`
}

// DetailItem is the state path of an organisation as the portfolio has it.
type DetailItem struct {
	Org     DetailOrg `json:"org"`
	States  States    `json:"year_states"`
	Path    Path      `json:"path_2024_to_2025"`
	Quality Quality   `json:"qa"`
}

// DetailOrg is an organisation with its raw size and its size group.
type DetailOrg struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	SizeRaw   *string `json:"sizeRaw"`
	SizeGroup string  `json:"sizeGroup"`
}

// Detail is GET /api/statepath/orgs/{id}, by its old name
// /api/orgs/{id}/statepath-2425 (spec 05 §10.3). It fails with
// ErrOrganizationNotFound: as before for an organisation without sales in the
// two years, corrected for an id that nothing has.
func (r *Report) Detail(id string, y Years) (Detail, error) {
	years, err := r.prepare(y)
	if err != nil {
		return Detail{}, err
	}
	c, known := r.find(id)
	j, sold := r.journeyOf(years, c)
	if r.rules.StatePathsAgree() {
		if !known {
			return Detail{}, ErrOrganizationNotFound
		}
	} else if !sold {
		return Detail{}, ErrOrganizationNotFound
	}
	return Detail{DetailItem{
		Org:    DetailOrg{ID: c.id, Name: c.name(), SizeRaw: c.size().Ptr(), SizeGroup: c.segment},
		States: r.states(years, &j), Path: r.path(&j),
		Quality: Quality{Flags: []string{}, Checks: Checks{From: true, To: true}},
	}}, nil
}

// find returns what is known of an organisation, false if that is nothing: it
// is in no list and has no sales.
func (r *Report) find(id string) (c *customer, known bool) {
	if place, ok := r.places[id]; ok {
		return &r.customers[place], true
	}
	described := r.describe(id)
	return &described, described.row != nil
}

// Organization is GET /api/orgs/{id}/statepath (spec 05 §9). As before, it
// counts the contract amounts of deals whose person belongs to the
// organisation, and an unknown id has an empty path. Corrected, it has the
// sales of the portfolio, and fails with ErrOrganizationNotFound for an id that
// nothing has.
func (r *Report) Organization(id string, y Years) (OrganizationPath, error) {
	years, err := r.prepare(y)
	if err != nil {
		return OrganizationPath{}, err
	}
	c, known := r.find(id)
	var name *string
	var groups []group
	var j journey
	if r.rules.StatePathsAgree() {
		if !known {
			return OrganizationPath{}, ErrOrganizationNotFound
		}
		name = c.label()
		groups = r.groupsOfSales(years, c)
		j, _ = r.journeyOf(years, c)
	} else {
		if c.row != nil {
			name = c.label()
			groups = r.groupsBefore(years, id)
		}
		j = r.journeyOfGroups(groups)
	}
	item := OrganizationItem{
		CompanyName: name, States: r.states(years, &j), Path: r.path(&j),
		Quality: Quality{Flags: []string{}, Checks: Checks{From: j.from.total >= 0, To: j.to.total >= 0}},
	}
	if j.from.total <= 0 && j.to.total <= 0 {
		item.Quality.Flags = append(item.Quality.Flags, flagNoAmount)
	}
	item.Advice = r.advice(&j, &item.Path, groups)
	return OrganizationPath{item}, nil
}

// label is the name, or the id where that is empty too.
func (c *customer) label() *string {
	name := c.name()
	if name == "" {
		name = c.id
	}
	return crm.NewText(name).Ptr()
}
