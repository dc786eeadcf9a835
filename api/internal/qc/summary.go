package qc

import (
	"cmp"
	"slices"
	"strings"
)

// Summary is how many deals of each person break which rule.
type Summary struct {
	Meta   Meta     `json:"meta"`
	Rules  []Rule   `json:"rules"`
	People []Person `json:"people"` // who has most to mend first
}

// Person is somebody whose deals break rules.
type Person struct {
	Name      string         `json:"ownerName"` // as the first of the deals shows it
	Team      string         `json:"teamKey"`
	TeamLabel string         `json:"teamLabel"`
	Issues    int            `json:"totalIssues"`
	Deals     int            `json:"dealCount"`
	ByRule    map[string]int `json:"byRule"` // every rule that is shown
}

// tally is a Person in the making.
type tally struct {
	name   string
	team   int32
	deals  int
	broken [len(table)]int
}

// Summary is GET /api/qc/deal-errors/summary for a team key. It fails with an *UnknownTeamError or a *crm.MissingError.
func (r *Report) Summary(team string) (Summary, error) {
	s, err := r.scope(team)
	if err != nil {
		return Summary{}, err
	}
	var tallies []tally
	places := make([]int, len(r.people)) // in tallies, from 1
	for i := range r.records {
		rec := &r.records[i]
		broken, ok := r.broken(&s, rec)
		if !ok {
			continue
		}
		o := &r.owners[rec.owner]
		if places[o.person] == 0 {
			tallies = append(tallies, tally{name: o.name, team: o.team})
			places[o.person] = len(tallies)
		}
		t := &tallies[places[o.person]-1]
		t.deals++
		for _, l := range r.shown {
			if broken.has(l.rule) {
				t.broken[l.rule]++
			}
		}
	}
	people := make([]Person, len(tallies))
	for i := range tallies {
		people[i] = r.person(&tallies[i])
	}
	slices.SortStableFunc(people, func(a, b Person) int {
		return cmp.Or(cmp.Compare(b.Issues, a.Issues), cmp.Compare(b.Deals, a.Deals), strings.Compare(a.Name, b.Name))
	})
	return Summary{Meta: s.meta, Rules: r.config.Rules, People: people}, nil
}

func (r *Report) person(t *tally) Person {
	key := r.teams[t.team].key
	p := Person{
		Name: t.name, Team: key, TeamLabel: r.config.TeamLabel(key), Deals: t.deals, ByRule: make(map[string]int, len(r.shown)),
	}
	for _, l := range r.shown {
		p.ByRule[l.code] = t.broken[l.rule]
		p.Issues += t.broken[l.rule]
	}
	return p
}
