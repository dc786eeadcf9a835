package workspace

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// checker tests what no single value shows: references, orders, combinations.
// A check whose values could not even be read is left out, so that one mistake
// is reported once.
type checker struct {
	*decoder
	c        *Config
	warnings []Problem
}

func (k *checker) check() {
	if k.full() {
		return
	}
	k.clock()
	k.teams()
	k.teamReferences()
	k.scopes()
	k.formats()
	k.grids()
	k.segments()
	k.thresholds()
	k.years()
	k.dates()
	k.quality()
	k.money()
	k.forms()
}

// wrong reports a value that can't be right.
func (k *checker) wrong(path, format string, args ...any) {
	k.fail(k.lines[path], path, format, args...)
}

// odd reports a value that is taken as it stands.
func (k *checker) odd(path, format string, args ...any) {
	k.warnings = append(k.warnings, Problem{Line: k.lines[path], Path: path, Message: fmt.Sprintf(format, args...)})
}

// sound reports whether everything at and below the paths could be read, and
// the file as a whole.
func (k *checker) sound(paths ...string) bool {
	return !slices.ContainsFunc(k.problems, func(p Problem) bool {
		return slices.ContainsFunc(paths, func(path string) bool {
			rest, below := strings.CutPrefix(p.Path, path)
			return p.Path == "" || below && (rest == "" || rest[0] == '.' || rest[0] == '[')
		})
	})
}

// at makes the path of an element.
func at(path string, index int) string { return path + "[" + strconv.Itoa(index) + "]" }

// unique reports the elements of a list that stand in it before.
func (k *checker) unique(path string, list []string) {
	for i, item := range list {
		if first := slices.Index(list, item); first < i {
			k.wrong(at(path, i), "%q stands in the list twice", item)
		}
	}
}

// keys checks keys that stand in addresses.
func (k *checker) keys(path string, keys []string) {
	for _, key := range keys {
		if problem := checkFormat("key", key); problem != "" {
			k.wrong(join(path, key), "%s", problem)
		}
	}
}

func (k *checker) clock() {
	c := k.c
	if c.Clock.FrozenNow != "" && k.sound("clock.frozen_now") {
		if _, ok := parseMoment(c.Clock.FrozenNow, time.UTC); !ok {
			k.wrong("clock.frozen_now", "want a moment such as 2026-02-05T10:00:00+09:00, found %q", c.Clock.FrozenNow)
		}
	}
	if c.DateMode != "" && c.Clock.DateMode != "" && dateMode(c.DateMode) != dateMode(c.Clock.DateMode) {
		k.wrong("clock.date_mode", "%s contradicts date_mode %s", c.Clock.DateMode, c.DateMode)
	}
}

func (k *checker) teams() {
	keys := make([]string, len(k.c.Teams))
	homes := map[string]string{} // owner key → path of the part
	for i, t := range k.c.Teams {
		path := at("teams", i)
		keys[i] = t.Key
		if slices.Index(keys, t.Key) < i && t.Key != "" {
			k.wrong(path+".key", "another team has the key %q", t.Key)
		}
		for j, p := range t.Parts {
			partPath := at(path+".parts", j)
			for _, before := range t.Parts[:j] {
				if before.Name == p.Name {
					k.wrong(partPath+".name", "another part of the team is called %q", p.Name)
				}
			}
			k.partKeys(partPath+".key", &t, j)
			if len(p.Members) == 0 {
				k.odd(partPath+".members", "a part without members matches no deal")
			}
			k.members(partPath, p.Members, homes)
		}
	}
}

// partKeys reports a part that has the key of one before it, given or derived.
func (k *checker) partKeys(path string, t *Team, index int) {
	key := func(i int) string { return cmp.Or(t.Parts[i].Key, k.c.partKey(t, i)) }
	for i := range index {
		if key(i) == key(index) {
			k.wrong(path, "another part of the team has the key %q", key(index))
		}
	}
}

// members looks at the names of a part: one that is there twice can't be told
// from its namesake.
func (k *checker) members(partPath string, members []string, homes map[string]string) {
	for i, name := range members {
		path := at(partPath+".members", i)
		owner := normalise.OwnerKey(name)
		if !k.sound(path) {
			continue
		}
		if owner == "" {
			k.wrong(path, "a name needs more than one Latin letter")
			continue
		}
		if home, ok := homes[owner]; ok {
			k.odd(path, "%q is in %s too: deals of either count in both, and on screens by part in neither", name, home)
		}
		homes[owner] = partPath
	}
}

// isTeam reports whether a team has that key.
func (k *checker) isTeam(key string) bool {
	return slices.ContainsFunc(k.c.Teams, func(t Team) bool { return t.Key == key })
}

func (k *checker) teamKeys() string {
	var keys []string
	for _, t := range k.c.Teams {
		keys = append(keys, t.Key)
	}
	return strings.Join(keys, ", ")
}

// knownTeams reports the keys in a list that no team has.
func (k *checker) knownTeams(path string, keys []string) {
	if len(keys) == 0 {
		k.wrong(path, "must name a team")
	}
	for i, key := range keys {
		if !k.isTeam(key) {
			k.wrong(at(path, i), "no team has the key %q (there are %s)", key, k.teamKeys())
		}
	}
}

func (k *checker) teamReferences() {
	if !k.sound("teams", "team_unions") {
		return
	}
	k.keys("team_unions", k.c.TeamUnions.Keys())
	for _, u := range k.c.TeamUnions {
		path := join("team_unions", u.Key)
		if k.isTeam(u.Key) {
			k.wrong(path, "a team has that key")
		}
		k.knownTeams(path, u.Value)
	}
	for _, label := range k.c.QCTeamLabels {
		if _, isUnion := k.c.TeamUnions.Get(label.Key); !isUnion && !k.isTeam(label.Key) {
			k.wrong(join("qc_team_labels", label.Key), "neither a team nor a union has that key")
		}
	}
}

func (k *checker) scopes() {
	if !k.sound("teams", "scopes") {
		return
	}
	for family, scopes := range map[string]Dict[Scope]{
		"scopes.monthly_amounts": k.c.Scopes.MonthlyAmounts, "scopes.close_rate": k.c.Scopes.CloseRate,
	} {
		k.keys(family, scopes.Keys())
		for _, s := range scopes {
			k.scope(join(family, s.Key), s.Value)
		}
	}
}

func (k *checker) scope(path string, s Scope) {
	forms := 0
	for _, given := range []bool{s.Team != "" || s.Part != "", s.Teams != nil, s.NoFilter} {
		if given {
			forms++
		}
	}
	switch {
	case forms != 1:
		k.wrong(path, "needs exactly one of team and part, teams, or no_filter: true")
	case s.Teams != nil:
		k.knownTeams(path+".teams", s.Teams)
	case s.NoFilter:
	case s.Team == "" || s.Part == "":
		k.wrong(path, "needs both team and part")
	case !k.isTeam(s.Team):
		k.wrong(path+".team", "no team has the key %q (there are %s)", s.Team, k.teamKeys())
	default:
		var parts []string
		for _, t := range k.c.Teams {
			for _, p := range t.Parts {
				if t.Key == s.Team {
					parts = append(parts, p.Name)
				}
			}
		}
		if !slices.Contains(parts, s.Part) {
			k.wrong(path+".part", "team %s has no part %q (it has %s)", s.Team, s.Part, strings.Join(parts, ", "))
		}
	}
}
