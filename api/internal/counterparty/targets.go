package counterparty

import (
	"cmp"
	"maps"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// goal is the targets of a counterparty in won.
type goal struct {
	offline, online       float64
	hasOffline, hasOnline bool
}

// targets finds the targets of counterparties.
//
// The replaced service knew them by name only, so that organisations of one
// name had the same target each. Corrected rules give a target to the
// organisation whose id the file has, else to the only one of its name, else to
// none (spec 04 D5).
type targets struct {
	byID       bool
	goals      map[Key]goal // by the form that key gives
	candidates []candidate  // ascending by name, upper organisation and id
}

// candidate is a target that a row may be made of.
type candidate struct {
	Key
	matches int               // organisations that it may mean
	row     *crm.Organization // the one that it means; nil for none or several
}

func newTargets(organizations []crm.Organization, given Targets, rules normalise.Rules) targets {
	t := targets{byID: rules.SharedNamesNeedAnID(), goals: map[Key]goal{}}
	byName, byID := map[string][]int{}, map[string][]int{}
	for i := range organizations {
		o := &organizations[i]
		name := normalise.PlainSpaces(o.DisplayName().String())
		byName[name] = append(byName[name], i)
		if !o.ID.IsNull() {
			byID[o.ID.String()] = append(byID[o.ID.String()], i)
		}
	}
	resolved := map[Key]*crm.Organization{}
	for _, amounts := range []map[Key]float64{given.Offline, given.Online} {
		for key := range amounts {
			if _, known := resolved[key]; known || key.Org == "" && key.OrgID == "" {
				continue
			}
			rows := byName[key.Org]
			if t.byID && key.OrgID != "" {
				rows = byID[key.OrgID]
			}
			c := candidate{Key: key, matches: len(rows)}
			if len(rows) == 1 {
				c.row = &organizations[rows[0]]
			}
			resolved[key] = c.row
			t.candidates = append(t.candidates, c)
		}
	}
	slices.SortFunc(t.candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.Org, b.Org), cmp.Compare(a.Upper, b.Upper), cmp.Compare(a.OrgID, b.OrgID))
	})
	for key, won := range t.placed(given.Offline, resolved) {
		t.goals[key] = goal{offline: won, hasOffline: true}
	}
	for key, won := range t.placed(given.Online, resolved) {
		g := t.goals[key]
		g.online, g.hasOnline = won, true
		t.goals[key] = g
	}
	return t
}

// key is the form in which a counterparty's target is looked up: by the id of
// its organisation or by its name.
func (t *targets) key(id crm.Text, name, upper string) Key {
	if t.byID {
		return Key{OrgID: id.String(), Upper: upper}
	}
	return Key{Org: name, Upper: upper}
}

// placed brings one side's amounts into the form of key. A target with an id
// comes before one with a name; two with an id for one counterparty are none,
// as repeated ones are in the file.
func (t *targets) placed(amounts map[Key]float64, resolved map[Key]*crm.Organization) map[Key]float64 {
	if !t.byID {
		return amounts
	}
	named, identified, times := map[Key]float64{}, map[Key]float64{}, map[Key]int{}
	for key, won := range amounts {
		row := resolved[key]
		if row == nil {
			continue
		}
		place := t.key(row.ID, "", key.Upper)
		if key.OrgID == "" {
			named[place] = won
			continue
		}
		identified[place] = won
		times[place]++
	}
	maps.Copy(named, identified)
	maps.DeleteFunc(named, func(place Key, _ float64) bool { return times[place] > 1 })
	return named
}
