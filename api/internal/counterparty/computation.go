package counterparty

import (
	"cmp"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// computation is one list in the making.
type computation struct {
	*Report
	base int16
	size string

	groups []group // by place in customers
	taken  []int32 // customers on the page, in order
	last   bool    // the page ends the list

	entries []entry
	places  map[entryKey]int32 // in entries

	rows        []Row
	keys        []Key   // of each row, as targets know it
	ranks       []int32 // of each row's organisation
	diagnostics []Diagnostic
}

// group is the open deals of an organisation that are dated in the two years.
type group struct {
	listed  bool
	valued  bool    // one of them has an amount
	total   float64 // of them
	online  float64 // Won in the base year
	offline float64
	rank    int32 // among those taken, none if it isn't
}

// entryKey is a counterparty: places in customers and uppers.
type entryKey struct{ customer, upper int32 }

// entry is what a counterparty's deals add up to.
type entry struct {
	entryKey
	baseOnline, baseOffline, base float64
	nextOnline, nextOffline       float64
	baseDeals                     int
	owners                        []string
}

// inYears is the base filter (spec 04 §2, F) without the size: a deal that is
// open and has either date in either year.
func (c *computation) inYears(d *deal) bool {
	next := c.base + 1
	return d.open && (d.contractYear == c.base || d.contractYear == next || d.expectedYear == c.base || d.expectedYear == next)
}

func (c *computation) group() {
	c.groups = make([]group, len(c.customers))
	for i := range c.groups {
		c.groups[i].rank = none
	}
	for i := range c.deals {
		d := &c.deals[i]
		if d.again || !c.inYears(d) {
			continue
		}
		g := &c.groups[d.customer]
		g.listed = true
		if d.valued {
			g.valued = true
			g.total += d.summed
		}
		if d.won && d.contractYear == c.base {
			if d.online {
				g.online += d.summed
			} else {
				g.offline += d.summed
			}
		}
	}
}

// total is the organisation's total, see Row.
func (c *computation) total(g *group) float64 {
	if c.rules.OrgTotalsMeanWhatTheySay() {
		return g.online + g.offline
	}
	return g.total
}

// order returns the organisations of the size that have deals, largest first.
func (c *computation) order() []int32 {
	var places []int32
	for i := range c.groups {
		if c.groups[i].listed && (c.size == AllSizes || c.customers[i].size().Is(c.size)) {
			places = append(places, int32(i))
		}
	}
	slices.SortFunc(places, func(a, b int32) int {
		x, y := &c.groups[a], &c.groups[b]
		if c.rules.OrgTotalsMeanWhatTheySay() {
			if way := descending(c.total(x), c.total(y)); way != 0 {
				return way
			}
		}
		if x.valued != y.valued {
			if x.valued {
				return -1
			}
			return 1
		}
		return cmp.Or(descending(x.total, y.total), c.customers[a].id.Compare(c.customers[b].id))
	})
	return places
}

// addDeals adds up what the counterparties on the page have (step B). Deals
// without an organisation belong to no counterparty.
func (c *computation) addDeals() {
	c.places = map[entryKey]int32{}
	for i := range c.deals {
		d := &c.deals[i]
		if c.groups[d.customer].rank == none || c.customers[d.customer].id.IsNull() || !c.inYears(d) {
			continue
		}
		key := entryKey{d.customer, d.upper}
		place, known := c.places[key]
		if !known {
			place = int32(len(c.entries)) //nolint:gosec // a snapshot has fewer rows
			c.entries = append(c.entries, entry{entryKey: key})
			c.places[key] = place
		}
		c.entries[place].add(d, c.base)
	}
}

// period says which year a deal's amount counts for.
type period int8

const (
	neither  period = iota
	baseYear        // the base year
	nextYear        // the year after, or a course that begins only then
)

func (d *deal) period(base int16) period {
	switch {
	case d.used <= 0 || !d.certain:
		return neither
	case d.year == base && d.startYear != base+1:
		return baseYear
	case d.year == base || d.year == base+1:
		return nextYear
	default:
		return neither
	}
}

func (e *entry) add(d *deal, base int16) {
	switch p := d.period(base); {
	case p == baseYear:
		if d.online {
			e.baseOnline += d.used
		} else {
			e.baseOffline += d.used
		}
		e.base += d.used
		e.baseDeals++
	case p == nextYear && d.online:
		e.nextOnline += d.used
	case p == nextYear:
		e.nextOffline += d.used
	}
}

// addOwners collects who won the deals of the base year (step C).
func (c *computation) addOwners() {
	for i := range c.deals {
		d := &c.deals[i]
		if !d.won || d.contractYear != c.base {
			continue
		}
		if place, known := c.places[entryKey{d.customer, d.upper}]; known {
			e := &c.entries[place]
			e.owners = append(e.owners, c.owners[d.owners]...)
		}
	}
}

// sortedSet returns the names sorted by code point, each once, never nil.
func sortedSet(names []string) []string {
	if len(names) == 0 {
		return []string{}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// addEntries makes a row of every counterparty that has deals (step D).
func (c *computation) addEntries() {
	c.rows = make([]Row, 0, len(c.entries))
	for i := range c.entries {
		e := &c.entries[i]
		customer, g := &c.customers[e.customer], &c.groups[e.customer]
		row := Row{
			OrgID: customer.id.String(), OrgName: customer.name, Tier: c.config.Grades.Of(c.total(g)),
			Total: normalise.Finite(c.total(g)), UpperOrg: c.uppers[e.upper],
			BaseOnline: normalise.Finite(e.baseOnline), BaseOffline: normalise.Finite(e.baseOffline), Base: normalise.Finite(e.base),
			NextOnline: normalise.Finite(e.nextOnline), NextOffline: normalise.Finite(e.nextOffline),
			Owners: sortedSet(e.owners), BaseDeals: e.baseDeals,
		}
		c.split(&row, g)
		row.TargetOn = row.BaseOnline
		row.TargetOff = normalise.Finite(row.BaseOffline * c.config.Multiplier(row.Tier))
		key := c.targets.key(customer.id, row.OrgName, row.UpperOrg)
		row.aim(c.targets.goals[key])
		c.addRow(row, key, g.rank)
	}
}

// split fills in what the organisation's total is made of (spec 04 D3).
func (c *computation) split(row *Row, g *group) {
	if c.rules.OrgTotalsMeanWhatTheySay() {
		row.TotalOnline, row.TotalOffline = normalise.Finite(g.online), normalise.Finite(g.offline)
	}
}

func (c *computation) addRow(row Row, key Key, rank int32) {
	c.rows = append(c.rows, row)
	c.keys = append(c.keys, key)
	c.ranks = append(c.ranks, rank)
}

// aim puts the given targets in the place of those that follow from the base
// year.
func (row *Row) aim(g goal) {
	if g.hasOffline {
		row.TargetOff, row.OfflineGiven = g.offline, true
	}
	if g.hasOnline {
		row.TargetOn, row.OnlineGiven = g.online, true
	}
}
