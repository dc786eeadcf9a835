package qc

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// team is a team that owns deals, with how many of them were not checked.
type team struct {
	key                     string
	deals                   int
	nonRevenue, beforeSince int
}

// leftOut counts the deals that are of no team.
type leftOut struct{ noOwner, noTeam int }

// checker goes through the deals.
type checker struct {
	*Report
	organizations, contacts crm.Index
	sizes                   []string         // size groups of organisations that have a name
	lists                   map[string]int32 // of owners, by raw text
	places                  map[string]int32 // of people, by owner key
}

// check records the deals that break rules.
func (r *Report) check() {
	c := checker{
		Report:        r,
		organizations: crm.NewIndex(len(r.data.Organizations), func(i int) crm.Text { return r.data.Organizations[i].ID }),
		contacts:      crm.NewIndex(len(r.data.People), func(i int) crm.Text { return r.data.People[i].ID }),
		sizes:         make([]string, len(r.data.Organizations)),
		lists:         map[string]int32{},
		places:        map[string]int32{},
	}
	for i := range r.data.Organizations {
		o := &r.data.Organizations[i]
		c.sizes[i] = r.rules.SizeGroup(r.config.Sizes, o.Name, o.Size)
	}
	for i := range r.data.Deals {
		d := &r.data.Deals[i]
		owner := c.ownerOf(d)
		created := r.rules.ParseDate(d.CreatedDate)
		name := dealName(d)
		if !r.isChecked(&r.owners[owner], name, created) {
			continue
		}
		rec := record{deal: int32(i), owner: owner, created: created}
		f := facts{row: d, owner: &r.owners[owner], name: name, created: created}
		c.join(&rec, &f)
		c.read(&f)
		if rec.broken, rec.later = r.judge(&f); rec.broken|rec.later != 0 {
			r.records = append(r.records, rec)
		}
	}
	r.records = slices.Clip(r.records)
}

// dealName is the name that quality control goes by: trimmed, the id where
// there is none.
func dealName(d *crm.Deal) string { return normalise.Trim(d.DisplayName().String()) }

// isChecked decides by spec 06 §2.2 and counts what is left out.
func (r *Report) isChecked(o *owner, name string, created normalise.Date) bool {
	if o.key == "" {
		r.left.noOwner++
		return false
	}
	if o.team == none {
		r.left.noTeam++
		return false
	}
	t := &r.teams[o.team]
	t.deals++
	switch marker := r.config.NonRevenueMarker; {
	case marker != "" && strings.Contains(name, marker):
		t.nonRevenue++
		return false
	case !created.IsZero() && created < r.config.Since:
		t.beforeSince++
		return false
	default:
		return !r.config.Excludes(o.name, name)
	}
}

// ownerOf returns the place of a deal's owners.
func (c *checker) ownerOf(d *crm.Deal) int32 {
	raw := d.Owner.String()
	place, known := c.lists[raw]
	if !known {
		place = int32(len(c.owners)) //nolint:gosec // a snapshot has fewer rows
		c.lists[raw] = place
		c.owners = append(c.owners, c.readOwner(d.Owner))
	}
	return place
}

// readOwner finds out who the first of the owners is. The team is looked for by
// the key's own key, so that somebody with two letters after the name has one.
func (c *checker) readOwner(raw crm.Text) owner {
	o := owner{team: none, person: none}
	names := normalise.Owners(normalise.JSON(raw))
	if len(names) == 0 {
		return o
	}
	o.name, o.key = names[0], normalise.OwnerKey(names[0])
	key, ok := c.config.TeamOf(normalise.OwnerKey(o.key))
	if !ok || o.key == "" {
		return o
	}
	o.team = c.teamAt(key)
	place, known := c.places[o.key]
	if !known {
		place = int32(len(c.people)) //nolint:gosec // a snapshot has fewer rows
		c.places[o.key] = place
		c.people = append(c.people, o.key)
	}
	o.person = place
	return o
}

func (r *Report) teamAt(key string) int32 {
	at := slices.IndexFunc(r.teams, func(t team) bool { return t.key == key })
	if at < 0 {
		at = len(r.teams)
		r.teams = append(r.teams, team{key: key})
	}
	return int32(at) //nolint:gosec // teams are few
}

// chosen marks the teams that a request is about.
func (r *Report) chosen(keys []string) []bool {
	chosen := make([]bool, len(r.teams))
	for i := range r.teams {
		chosen[i] = slices.Contains(keys, r.teams[i].key)
	}
	return chosen
}

// leftOutOf counts what was not checked for some of the teams.
func (r *Report) leftOutOf(chosen []bool) DQ {
	dq := DQ{NotInTeam: r.left.noTeam, NoOwner: r.left.noOwner}
	for i := range r.teams {
		if t := &r.teams[i]; chosen[i] {
			dq.NonRevenue += t.nonRevenue
			dq.BeforeSince += t.beforeSince
		} else {
			dq.NotInTeam += t.deals
		}
	}
	return dq
}
