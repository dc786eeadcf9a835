package workspace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// QCAllTeams is the key by which quality control is asked about every team.
const QCAllTeams = "all"

// Place is a part of a team, where a member belongs.
type Place struct {
	TeamKey   string
	TeamName  string
	ShortName string // of the team
	PartKey   string
	PartName  string
}

// roster answers who is where. Members are found by owner key (N-OWNER-NORM).
type roster struct {
	teams  map[string]normalise.Members // teams and unions
	parts  map[string]normalise.Members // by team key, "/" and part name
	bySelf map[string][]Place           // by name as the roster spells it
	byKey  map[string][]Place           // by owner key
}

func newRoster(c *Config) roster {
	r := roster{
		teams: map[string]normalise.Members{}, parts: map[string]normalise.Members{},
		bySelf: map[string][]Place{}, byKey: map[string][]Place{},
	}
	names := map[string][]string{} // members by team
	for _, t := range c.Teams {
		for _, p := range t.Parts {
			names[t.Key] = append(names[t.Key], p.Members...)
			r.parts[t.Key+"/"+p.Name] = normalise.NewMembers(p.Members...)
			place := Place{TeamKey: t.Key, TeamName: t.Name, ShortName: t.ShortName, PartKey: p.Key, PartName: p.Name}
			for _, member := range p.Members {
				addPlace(r.bySelf, normalise.Trim(member), place)
				addPlace(r.byKey, normalise.OwnerKey(member), place)
			}
		}
		r.teams[t.Key] = normalise.NewMembers(names[t.Key]...)
	}
	for _, u := range c.TeamUnions {
		r.teams[u.Key] = normalise.NewMembers(namesOf(names, u.Value)...)
	}
	return r
}

func namesOf(members map[string][]string, teams []string) []string {
	var all []string
	for _, team := range teams {
		all = append(all, members[team]...)
	}
	return all
}

func addPlace(places map[string][]Place, name string, p Place) {
	if name != "" && !slices.Contains(places[name], p) {
		places[name] = append(places[name], p)
	}
}

// TeamMembers returns the members of a value of the `team` parameter of deal
// check and performance: a team, or a union that is not quality control's
// (spec 01 N-ROSTER).
func (w *Workspace) TeamMembers(key string) (members normalise.Members, ok bool) {
	_, isUnion := w.TeamUnions.Get(key)
	if _, isQC := w.QCTeamLabels.Get(key); isUnion && isQC {
		return normalise.Members{}, false
	}
	members, ok = w.roster.teams[key]
	return members, ok
}

// QCTeams returns the keys of the teams that a value of quality control's
// `team` parameter stands for: the keys of qc_team_labels, and QCAllTeams also
// where that has no such key.
func (w *Workspace) QCTeams(key string) (teams []string, ok bool) {
	_, labelled := w.QCTeamLabels.Get(key)
	if !labelled && key != QCAllTeams {
		return nil, false
	}
	if teams, ok := w.TeamUnions.Get(key); ok {
		return teams, true
	}
	if key != QCAllTeams {
		return []string{key}, true
	}
	for _, t := range w.Teams {
		teams = append(teams, t.Key)
	}
	return teams, true
}

// ReportTeamMembers is TeamMembers for the revenue report: teams only
// (spec 06 §3).
func (w *Workspace) ReportTeamMembers(key string) (members normalise.Members, ok bool) {
	if _, ok := w.Team(key); !ok {
		return normalise.Members{}, false
	}
	return w.roster.teams[key], true
}

// Team returns the team with that key.
func (w *Workspace) Team(key string) (t Team, ok bool) {
	for _, t := range w.Teams {
		if t.Key == key {
			return t, true
		}
	}
	return Team{}, false
}

// TeamOf returns the key of the first team that an owner key belongs to, in
// the order of the file (spec 06 §2.2).
func (w *Workspace) TeamOf(ownerKey string) (key string, ok bool) {
	for _, t := range w.Teams {
		if w.roster.teams[t.Key].HasKey(ownerKey) {
			return t.Key, true
		}
	}
	return "", false
}

// TeamLabel is the name by which quality control and the revenue report show a
// team key.
func (w *Workspace) TeamLabel(key string) string {
	if label, ok := w.QCTeamLabels.Get(key); ok {
		return label
	}
	if t, ok := w.Team(key); ok {
		return t.Name
	}
	if key == QCAllTeams {
		return "전체"
	}
	return key
}

// AmountScope returns the members of a value of the `scope` parameter of
// monthly amounts (spec 03 §0.5).
func (w *Workspace) AmountScope(key string) (members normalise.Members, ok bool) {
	return w.scope(w.Scopes.MonthlyAmounts, key)
}

// CloseRateScope is AmountScope for the close rate.
func (w *Workspace) CloseRateScope(key string) (members normalise.Members, ok bool) {
	return w.scope(w.Scopes.CloseRate, key)
}

func (w *Workspace) scope(scopes Dict[Scope], key string) (members normalise.Members, ok bool) {
	s, ok := scopes.Get(key)
	switch {
	case !ok:
		return normalise.Members{}, false
	case s.NoFilter:
		return normalise.Everyone(), true
	case s.Team != "":
		return w.roster.parts[s.Team+"/"+s.Part], true
	default:
		var names []string
		for _, team := range s.Teams {
			t, _ := w.Team(team) // checked when the file was read
			for _, p := range t.Parts {
				names = append(names, p.Members...)
			}
		}
		return normalise.NewMembers(names...), true
	}
}

// PlaceOf returns where an owner belongs: by the name as it stands, else by its
// owner key. A name that stands in two parts belongs nowhere (spec 07 §4.8).
func (w *Workspace) PlaceOf(owner string) (p Place, ok bool) {
	places := w.roster.bySelf[normalise.Trim(owner)]
	if len(places) == 0 {
		places = w.roster.byKey[normalise.OwnerKey(owner)]
	}
	if len(places) != 1 {
		return Place{}, false
	}
	return places[0], true
}

// Placement says which parts the owners of a row belong to (spec 07 §4.8).
type Placement struct {
	Places  []Place // distinct, the one with most owners first; empty if unknown
	Unknown []string
	// DRI: one part is directly responsible, since all owners belong to it.
	DRI bool
}

// Placement returns where the owners of a row belong.
func (w *Workspace) Placement(owners []string) Placement {
	var result Placement
	count := map[Place]int{}
	for _, owner := range owners {
		p, ok := w.PlaceOf(owner)
		if !ok {
			result.Unknown = append(result.Unknown, owner)
			continue
		}
		if count[p]++; count[p] == 1 {
			result.Places = append(result.Places, p)
		}
	}
	slices.SortStableFunc(result.Places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(count[b], count[a]),
			strings.Compare(a.TeamName, b.TeamName), strings.Compare(a.PartName, b.PartName))
	})
	result.DRI = len(result.Places) == 1 && len(result.Unknown) == 0
	return result
}

// Text is a placement in words: the part, `… 외 1개` with others, `미확인(…)`
// with the owners that belong nowhere, `-` without owners. short takes the
// short names of teams.
func (p Placement) Text(short bool) string {
	switch {
	case len(p.Unknown) > 0:
		return "미확인(" + strings.Join(p.Unknown, ", ") + ")"
	case len(p.Places) == 0:
		return "-"
	}
	team := p.Places[0].TeamName
	if short {
		team = p.Places[0].ShortName
	}
	text := team + " " + p.Places[0].PartName
	if more := len(p.Places) - 1; more > 0 {
		text += fmt.Sprintf(" 외 %d개", more)
	}
	return text
}
