package won

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Summary is the answer of /api/orgs/{id}/won-summary.
type Summary struct {
	Items []UpperOrg `json:"items"`
}

// UpperOrg is what one upper organisation of a customer bought.
type UpperOrg struct {
	Name         string
	Years        []int     // the configured ones
	Won          []float64 // in the order of Years
	Contacts     []string  // in code-point order, as are the next two
	Owners       []string  // of all its Won deals
	LatestOwners []string  // of those of the last year
	Deals        int       // Won deals of any year
}

// MarshalJSON writes a key for each year (`won2025`); the owners of the last
// year have a key of their own (`owners2025`).
func (u UpperOrg) MarshalJSON() ([]byte, error) {
	members := []normalise.Member{{Key: "upper_org", Value: textValue(u.Name)}}
	for i, year := range u.Years {
		members = append(members, normalise.Member{Key: "won" + strconv.Itoa(year), Value: numberValue(u.Won[i])})
	}
	members = append(
		members,
		normalise.Member{Key: "contacts", Value: listValue(u.Contacts)},
		normalise.Member{Key: "owners", Value: listValue(u.Owners)},
		normalise.Member{Key: "owners" + strconv.Itoa(slices.Max(u.Years)), Value: listValue(u.LatestOwners)},
		normalise.Member{Key: "dealCount", Value: numberValue(float64(u.Deals))},
	)
	return normalise.Value{Kind: normalise.Object, Members: members}.AppendJSON(nil), nil
}

// upperTotals gather an UpperOrg.
type upperTotals struct {
	won                            []float64
	contacts, owners, latestOwners map[string]struct{}
	deals                          int
}

// Summary is GET /api/orgs/{id}/won-summary (spec 02 §2): Won deals of an
// organisation by the upper organisation of their person, who may belong to
// another organisation. The one that bought most comes first, equal ones in the
// order of their first deals. An unknown organisation has none. It fails with a
// *crm.MissingError.
func (r *Report) Summary(organizationID string) (Summary, error) {
	if err := r.require(); err != nil {
		return Summary{}, err
	}
	var order []string
	groups := map[string]*upperTotals{}
	for _, row := range r.dealsOf.Rows(organizationID) {
		d := &r.data.Deals[row]
		if !d.Status.Is(statusWon) {
			continue
		}
		person := r.anyone(d.PersonID)
		upper := upperOf(person)
		g, ok := groups[upper]
		if !ok {
			g = &upperTotals{
				won: make([]float64, len(r.config.Years)), contacts: map[string]struct{}{},
				owners: map[string]struct{}{}, latestOwners: map[string]struct{}{},
			}
			groups[upper] = g
			order = append(order, upper)
		}
		r.addWon(g, upper, d, person)
	}
	list := Summary{Items: make([]UpperOrg, 0, len(order))}
	for _, upper := range order {
		g := groups[upper]
		list.Items = append(list.Items, UpperOrg{
			Name: upper, Years: r.config.Years, Won: g.won, Contacts: slices.Sorted(maps.Keys(g.contacts)),
			Owners: slices.Sorted(maps.Keys(g.owners)), LatestOwners: slices.Sorted(maps.Keys(g.latestOwners)), Deals: g.deals,
		})
	}
	slices.SortStableFunc(list.Items, func(a, b UpperOrg) int { return cmp.Compare(sum(b.Won), sum(a.Won)) })
	return list, nil
}

func (r *Report) addWon(g *upperTotals, upper string, d *crm.Deal, person *crm.Person) {
	g.deals++
	place, counted := r.yearPlace(r.rules.PrefixYear(d.ContractDate))
	amount, isNumber := r.rules.Amount(d.Amount)
	if counted {
		g.won[place] += amount
	}
	// People without upper organisation are many; only those who bought
	// something are worth a name.
	if upper != normalise.NotEntered || (counted && isNumber) {
		g.contacts[contactText(person)] = struct{}{}
	}
	owner, ok := r.rules.SummaryOwner(normalise.JSON(d.Owner))
	if !ok {
		owner = normalise.NotEntered
	}
	g.owners[owner] = struct{}{}
	if counted && r.config.Years[place] == slices.Max(r.config.Years) {
		g.latestOwners[owner] = struct{}{}
	}
}

// contactText is team, name, title and area of a person.
func contactText(p *crm.Person) string {
	if p == nil {
		p = &crm.Person{}
	}
	return strings.Join([]string{
		normalise.TextTrimmed(p.TeamSignature), normalise.TextTrimmed(p.DisplayName()),
		normalise.TextTrimmed(p.TitleSignature), normalise.TextTrimmed(p.EducationArea),
	}, " / ")
}

func sum(list []float64) (total float64) {
	for _, x := range list {
		total += x
	}
	return total
}
