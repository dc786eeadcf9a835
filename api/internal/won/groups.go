package won

import (
	"context"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Groups is GET /api/orgs/{id}/won-groups-json (spec 02 §3): the teams of the
// upper organisations that bought something in one of the years, with their
// people and all their deals. An unknown organisation is nil and has none. It
// fails with a *crm.MissingError or with what reading memos met.
func (r *Report) Groups(ctx context.Context, organizationID string) (Groups, error) {
	d, err := r.dossier(ctx, organizationID, "")
	if err != nil || d.organization == nil {
		return Groups{Groups: []Group{}}, err
	}
	o := d.organization
	answer := Groups{
		Organization: &Organization{
			ID: o.ID.Ptr(), Name: o.DisplayName().Ptr(), Size: o.Size.Ptr(), Industry: o.IndustryName.Ptr(),
			IndustryMajor: o.Industry.Ptr(), IndustryMid: o.IndustryMid.Ptr(), Memos: memoItems(d.memos.organization),
		},
		Groups: make([]Group, 0, len(d.groups)),
	}
	for i := range d.groups {
		answer.Groups = append(answer.Groups, r.groupItem(&d.groups[i], d.memos))
	}
	return answer, nil
}

// dossier is what is known of an organisation, before it is put into words.
type dossier struct {
	organization *crm.Organization // nil: there is none with the id
	groups       []group
	memos        memos
}

// group is a team of an upper organisation.
type group struct {
	upper, team string
	people      []*crm.Person
	deals       []deal
}

// deal is a deal with its person, nil if nobody has the id.
type deal struct {
	*crm.Deal

	person *crm.Person
}

// dossier gathers an organisation (spec 02 §3.1). With an upper organisation,
// only its groups; blank means people without one, empty means all.
func (r *Report) dossier(ctx context.Context, organizationID, upperOrg string) (dossier, error) {
	if err := r.require(); err != nil {
		return dossier{}, err
	}
	row, ok := r.organizations.First(organizationID)
	if !ok {
		return dossier{}, nil
	}
	d := dossier{organization: &r.data.Organizations[row]}
	deals := r.dealsWithPeople(organizationID)
	d.groups = r.group(organizationID, deals, r.targets(deals, upperOrg))
	var err error
	d.memos, err = r.readMemos(ctx, organizationID)
	return d, err
}

func (r *Report) dealsWithPeople(organizationID string) []deal {
	rows := r.dealsOf.Rows(organizationID)
	deals := make([]deal, len(rows))
	for i, row := range rows {
		d := &r.data.Deals[row]
		person := r.anyone(d.PersonID)
		// Before, people of other organisations were not found, although
		// the Won summary has their deals.
		if person != nil && !r.rules.PersonlessWonDealsAreGrouped() && !person.OrganizationID.Is(organizationID) {
			person = nil
		}
		deals[i] = deal{d, person}
	}
	return deals
}

// targets are the upper organisations that bought something in one of the
// years.
func (r *Report) targets(deals []deal, upperOrg string) map[string]bool {
	targets := map[string]bool{}
	for _, d := range deals {
		if _, counted := r.yearPlace(r.rules.PrefixYear(d.ContractDate)); counted && d.Status.Is(statusWon) {
			targets[upperOf(d.person)] = true
		}
	}
	if upperOrg == "" {
		return targets
	}
	wanted := normalise.TextTrimmed(crm.NewText(upperOrg))
	return map[string]bool{wanted: targets[wanted]}
}

// group puts the people and deals of the targets together by team. Deals of
// nobody are left out, unless rules are corrected and they are Won.
func (r *Report) group(organizationID string, deals []deal, targets map[string]bool) []group {
	type key struct{ upper, team string }
	var groups []group
	places := map[key]int{}
	of := func(p *crm.Person) (*group, bool) {
		k := key{upperOf(p), teamOf(p)}
		if !targets[k.upper] {
			return nil, false
		}
		place, ok := places[k]
		if !ok {
			place = len(groups)
			places[k] = place
			groups = append(groups, group{upper: k.upper, team: k.team})
		}
		return &groups[place], true
	}
	for _, row := range r.peopleOf.Rows(organizationID) {
		p := &r.data.People[row]
		if g, ok := of(p); ok {
			g.people = append(g.people, p)
		}
	}
	for _, d := range deals {
		if d.person == nil && (!r.rules.PersonlessWonDealsAreGrouped() || !d.Status.Is(statusWon)) {
			continue
		}
		if g, ok := of(d.person); ok {
			g.deals = append(g.deals, d)
		}
	}
	slices.SortFunc(groups, func(a, b group) int {
		if c := strings.Compare(a.upper, b.upper); c != 0 {
			return c
		}
		return strings.Compare(a.team, b.team)
	})
	return groups
}

func (r *Report) groupItem(g *group, m memos) Group {
	item := Group{UpperOrg: g.upper, Team: g.team, People: make([]Person, len(g.people)), Deals: make([]Deal, len(g.deals))}
	for i, p := range g.people {
		item.People[i] = Person{
			Contact: *contactItem(p), Webforms: r.webforms(p), Memos: memoItems(m.people[p.ID.String()]),
		}
	}
	for i, d := range g.deals {
		item.Deals[i] = r.dealItem(d, m)
	}
	return item
}

func contactItem(p *crm.Person) *Contact {
	if p == nil {
		return nil
	}
	return &Contact{
		ID: p.ID.Ptr(), Name: p.DisplayName().Ptr(), UpperOrg: upperOf(p), Team: p.TeamSignature.Ptr(),
		Title: p.TitleSignature.Ptr(), EducationArea: p.EducationArea.Ptr(),
	}
}

func (r *Report) dealItem(d deal, m memos) Deal {
	return Deal{
		ID: d.ID.Ptr(), Name: d.DisplayName().Ptr(), Team: d.Team.Ptr(), Owner: ownerOf(d.Owner), Status: d.Status.Ptr(),
		CreatedAt: r.rules.DateOnly(d.CreatedDate), ExpectedDate: r.rules.DateOnly(d.ExpectedDate),
		LostAt: r.rules.DateOnly(d.LostDate), ContractDate: r.rules.DateOnly(d.ContractDate),
		StartDate: r.rules.DateOnly(d.CourseStart), EndDate: r.rules.DateOnly(d.CourseEnd),
		Probability: d.Probability.Ptr(), LostReason: d.LostReason.Ptr(), CourseFormat: d.CourseFormat.Ptr(),
		Category: d.Category.Ptr(), NetPercent: d.NetPercent.Ptr(),
		Amount: r.amount(d.Amount), ExpectedAmount: r.amount(d.ExpectedAmount),
		Person: contactItem(d.person), Memos: memoItems(m.deals[d.ID.String()]),
	}
}

func (r *Report) amount(t crm.Text) *float64 {
	if won, ok := r.rules.Amount(t); ok {
		return &won
	}
	return nil
}

// ownerOf is an object's name, else its id; what else the field holds as it
// stands.
func ownerOf(field crm.Text) normalise.Value {
	owner := normalise.JSON(field)
	if owner.Kind != normalise.Object {
		return owner
	}
	if name := owner.Get("name"); !name.Falsy() {
		return name
	}
	return owner.Get("id")
}
