package statepath

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// group is a team of an upper organisation and what it bought in the two years,
// in 억.
type group struct {
	upper, team string
	hrd         bool
	from, to    rails
}

// rails are sums by rail.
type rails struct{ online, offline float64 }

func (s *rails) add(online bool, x float64) {
	if online {
		s.online += x
	} else {
		s.offline += x
	}
}

func (s rails) total() float64 { return s.online + s.offline }

// eok converts sums in won.
func (s rails) eok() rails { return rails{normalise.Eok(s.online), normalise.Eok(s.offline)} }

// groupKey names a group; they are sorted by it.
type groupKey struct{ upper, team string }

func (r *Report) keyOf(person int32) groupKey {
	if person == none {
		return groupKey{normalise.NotEntered, normalise.NotEntered}
	}
	p := &r.data.People[person]
	return groupKey{counterparty(p), normalise.TextTrimmed(p.TeamSignature)}
}

func (r *Report) sorted(byKey map[groupKey]*group) []group {
	keys := slices.SortedFunc(maps.Keys(byKey), func(a, b groupKey) int {
		return cmp.Or(strings.Compare(a.upper, b.upper), strings.Compare(a.team, b.team))
	})
	groups := make([]group, len(keys))
	for i, key := range keys {
		groups[i] = *byKey[key]
		groups[i].upper, groups[i].team = key.upper, key.team
	}
	return groups
}

// groupsOfSales puts the sales of a customer into groups, by whom they were
// made to, wherever that person belongs.
func (r *Report) groupsOfSales(years Years, c *customer) []group {
	byKey := map[groupKey]*group{}
	for _, i := range c.sales {
		s := &r.sales[i]
		if int(s.year) != years.From && int(s.year) != years.To {
			continue
		}
		key := r.keyOf(s.person)
		g, ok := byKey[key]
		if !ok {
			g = &group{hrd: s.cell.hrd()}
			byKey[key] = g
		}
		if int(s.year) == years.From {
			g.from.add(s.cell.online(), s.eok)
		}
		if int(s.year) == years.To {
			g.to.add(s.cell.online(), s.eok)
		}
	}
	return r.sorted(byKey)
}

// groupsBefore are the groups of spec 05 §9: everybody at the organisation in
// an upper organisation with Won deals, with the contract amounts of the two
// years. Deals of people who belong elsewhere are left out.
func (r *Report) groupsBefore(years Years, id string) []group {
	deals := r.dealsOf.Rows(id)
	counterparties := map[string]struct{}{}
	for _, row := range deals {
		d := &r.data.Deals[row]
		if d.Status.Is(statusWon) && slices.Contains(r.config.WonYears, r.rules.PrefixYear(d.ContractDate)) {
			counterparties[r.keyOf(r.ownPerson(d, id)).upper] = struct{}{}
		}
	}
	byKey := map[groupKey]*group{}
	for _, person := range r.peopleOf.Rows(id) {
		key := r.keyOf(person)
		if _, ok := counterparties[key.upper]; ok && byKey[key] == nil {
			byKey[key] = &group{hrd: r.isHRD(person)}
		}
	}
	for _, row := range deals {
		d := &r.data.Deals[row]
		person := r.ownPerson(d, id)
		if person == none || !d.Status.Is(statusWon) {
			continue
		}
		g, ok := byKey[r.keyOf(person)]
		won, isNumber := r.rules.Amount(d.Amount)
		if !ok || !isNumber {
			continue
		}
		day := r.rules.DateOnly(crm.NewText(r.rules.DateOnly(d.ContractDate)))
		if strings.HasPrefix(day, strconv.Itoa(years.From)) {
			g.from.add(r.online(d), won)
		}
		if strings.HasPrefix(day, strconv.Itoa(years.To)) {
			g.to.add(r.online(d), won)
		}
	}
	groups := r.sorted(byKey)
	for i := range groups {
		groups[i].from, groups[i].to = groups[i].from.eok(), groups[i].to.eok()
	}
	return groups
}

// ownPerson is the person of a deal if they belong to the organisation.
func (r *Report) ownPerson(d *crm.Deal, id string) int32 {
	person := r.person(d)
	if person != none && r.data.People[person].OrganizationID.Is(id) {
		return person
	}
	return none
}

// journeyOfGroups adds up groups, in their order.
func (r *Report) journeyOfGroups(groups []group) journey {
	var from, to amounts
	for i := range groups {
		g := &groups[i]
		from[cellOf(g.hrd, true)] += g.from.online
		from[cellOf(g.hrd, false)] += g.from.offline
		to[cellOf(g.hrd, true)] += g.to.online
		to[cellOf(g.hrd, false)] += g.to.offline
	}
	return journey{r.stand(from), r.stand(to)}
}
