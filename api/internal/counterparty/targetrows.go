package counterparty

import (
	"math"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Diagnostic says how a target was matched (spec 04 §4). What its keys promise
// is not always what the replaced service put there, and clients know it so.
type Diagnostic struct {
	OrgName      string  `json:"orgName"` // as the target has it, without odd spaces
	UpperOrg     string  `json:"upperOrg"`
	Matches      int     `json:"org_match_count"` // 2 for several
	OrgID        *string `json:"matched_org_id"`
	OrgSize      *string `json:"matched_org_size"`
	SizeMismatch bool    `json:"size_mismatch"`
	HasPeople    bool    `json:"upper_org_exists_in_people"`
	HasRow       bool    `json:"has_deal_row_already"`
	HasOverride  bool    `json:"has_override"` // always
	Base         float64 `json:"cpTotal2025"`
	Dropped      bool    `json:"would_be_dropped_by_zero_total_filter"`
}

// targetRows is step E in the making.
type targetRows struct {
	*computation
	known     map[Key]struct{}    // of rows that exist
	rowOwners map[string][]string // of rows that exist, by the organisations of targets
}

// addTargets makes rows of targets whose counterparty has no deals (step E).
func (c *computation) addTargets() {
	t := targetRows{computation: c, known: make(map[Key]struct{}, len(c.rows)), rowOwners: map[string][]string{}}
	for i := range c.targets.candidates {
		if row := c.targets.candidates[i].row; row != nil {
			t.rowOwners[row.ID.String()] = nil
		}
	}
	for i := range c.rows {
		t.known[c.keys[i]] = struct{}{}
		id := c.rows[i].OrgID
		if owners, wanted := t.rowOwners[id]; wanted {
			t.rowOwners[id] = append(owners, c.rows[i].Owners...)
		}
	}
	for i := range c.targets.candidates {
		c.diagnostics = append(c.diagnostics, t.consider(&c.targets.candidates[i]))
	}
}

// consider makes the row of a target if it needs one, and says how it was
// matched.
func (t *targetRows) consider(target *candidate) Diagnostic {
	d := Diagnostic{
		OrgName: target.Org, UpperOrg: target.Upper, Matches: min(target.matches, 2), HasOverride: true, Dropped: true,
	}
	if target.row == nil {
		return d
	}
	d.OrgID, d.OrgSize = target.row.ID.Ptr(), target.row.Size.Ptr()
	if t.size != AllSizes && !target.row.Size.Is(t.size) {
		d.SizeMismatch = true
		return d
	}
	place, dealt := t.customerOf[target.row.ID.String()]
	key := t.targets.key(target.row.ID, target.Org, target.Upper)
	_, d.HasRow = t.known[key]
	d.HasPeople = t.hasPeople(target.row.ID, target.Upper)
	d.Dropped = false
	if dealt {
		d.Base = t.baseOf(place, target.Upper)
	}
	if d.HasPeople && !d.HasRow && t.belongsHere(place, dealt) {
		t.add(target, key, place, dealt)
	}
	return d
}

func (t *targetRows) hasPeople(organization crm.Text, upper string) bool {
	if organization.IsNull() {
		return false
	}
	for _, person := range t.peopleOf.Rows(organization.String()) {
		if normalise.TextUpper(t.data.People[person].UpperOrg) == upper {
			return true
		}
	}
	return false
}

// baseOf is what the deals of a counterparty on this page add up to.
func (t *targetRows) baseOf(place int32, upper string) float64 {
	if upper, known := t.upperOf[upper]; known {
		if entry, known := t.places[entryKey{place, upper}]; known {
			return normalise.Finite(t.entries[entry].base)
		}
	}
	return 0
}

// belongsHere reports whether a target's row is on this page. The replaced
// service put it on every page but the one where its counterparty has a row;
// corrected rules put it beside its organisation's rows, or, if that has none,
// on the last page (spec 04 D1).
func (t *targetRows) belongsHere(place int32, dealt bool) bool {
	if !t.rules.TargetRowsOnce() {
		return true
	}
	if dealt && t.groups[place].listed {
		return t.groups[place].rank != none
	}
	return t.last
}

// afterAll is the rank of organisations that no page lists.
const afterAll = math.MaxInt32

func (t *targetRows) add(target *candidate, key Key, place int32, dealt bool) {
	g, ok := t.targets.goals[key]
	if !ok {
		return // two targets with its id: neither counts
	}
	id := target.row.ID.String()
	row := Row{OrgID: id, OrgName: normalise.TextNBSP(target.row.DisplayName()), Tier: TargetTier, UpperOrg: target.Upper}
	row.aim(g)
	rank := int32(afterAll)
	owners := t.rowOwners[id]
	if dealt {
		group := &t.groups[place]
		row.Total = normalise.Finite(t.total(group))
		t.split(&row, group)
		if group.rank != none {
			rank = group.rank
		}
		if len(owners) == 0 {
			owners = t.ownersOf(id)
		}
	}
	row.Owners = sortedSet(append([]string(nil), owners...))
	t.addRow(row, key, rank)
	t.known[key] = struct{}{}
}

// ownersOf is who won deals of an organisation in the base year, whatever the
// counterparty.
func (t *targetRows) ownersOf(organization string) []string {
	var names []string
	for _, i := range t.dealsOf.Rows(organization) {
		if d := &t.deals[i]; d.won && d.contractYear == t.base {
			names = append(names, t.owners[d.owners]...)
		}
	}
	return names
}
