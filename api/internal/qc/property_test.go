package qc_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
)

// random draws a report on a random snapshot, whose owners are of two teams or
// none.
func random(t *rapid.T) (*qc.Report, normalise.Rules, int) {
	rules := normalise.Rules{
		Numbers: rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(t, "numbers"),
		Dates:   rapid.SampledFrom([]normalise.DateMode{normalise.AsText, normalise.KST}).Draw(t, "dates"),
	}
	c := config()
	c.TeamOf = func(key string) (string, bool) {
		team, ok := map[string]string{"김하나": "sales1", "이두리": "sales1", "박세찌": "sales2"}[key]
		return team, ok
	}
	c.Excludes = func(string, string) bool { return false }
	c.Now = func() time.Time {
		return time.Date(2026, 1, rapid.IntRange(1, 31).Draw(t, "day"), 3, 0, 0, 0, time.UTC)
	}
	now := c.Now()
	c.Now = func() time.Time { return now }
	data := crmtest.Random(t)
	return qc.New(data, modified(), rules, c), rules, len(data.Deals)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// TestProperty_DrillDown: what the summary says of a person is what the list of
// that person shows.
func TestProperty_DrillDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r, rules, _ := random(rt)
		for _, team := range []string{"all", "sales1", "sales2"} {
			s := must(r.Summary(team))
			for _, p := range s.People {
				list := must(r.Person(p.Name, team))
				counts, issues := map[string]int{}, 0
				for _, item := range list.Items {
					if item.Count != len(item.Codes) || item.Count != len(item.Descriptions) || (rules.HiddenIssuesAreClean() && item.Count == 0) {
						rt.Errorf("%s: %+v", p.Name, item)
					}
					for i, code := range item.Codes {
						counts[code]++
						issues++
						if !strings.HasPrefix(item.Descriptions[i], code+": ") {
							rt.Errorf("%s is described by %q", code, item.Descriptions[i])
						}
					}
				}
				if len(list.Items) != p.Deals || issues != p.Issues || list.Meta.Quality != s.Meta.Quality {
					rt.Errorf("%s in %s: %+v, in the list %d deals and %d issues", p.Name, team, p, len(list.Items), issues)
				}
				for code, n := range p.ByRule {
					if counts[code] != n {
						rt.Errorf("%s in %s: %s %d times, in the list %d", p.Name, team, code, n, counts[code])
					}
				}
			}
		}
	})
}

// TestProperty_Teams: the teams share out everybody, and a team never adds to
// what all have; every deal is counted once.
func TestProperty_Teams(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r, rules, deals := random(rt)
		whole := must(r.Summary("all"))
		var parts []qc.Person
		for _, team := range []string{"sales1", "sales2"} {
			s := must(r.Summary(team))
			parts = append(parts, s.People...)
			for _, p := range s.People {
				if p.Team != team {
					rt.Errorf("%s has %+v", team, p)
				}
			}
			if q, all := s.Meta.Quality, whole.Meta.Quality; q.NoOwner != all.NoOwner || q.NotInTeam < all.NotInTeam ||
				q.NonRevenue > all.NonRevenue || q.BeforeSince > all.BeforeSince {
				rt.Errorf("%s leaves out %+v, all %+v", team, q, all)
			}
			checkOrder(rt, s.People)
		}
		byName := func(a, b qc.Person) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Deals, b.Deals))
		}
		all := slices.SortedFunc(slices.Values(whole.People), byName)
		slices.SortFunc(parts, byName)
		same := func(a, b qc.Person) bool { return a.Name == b.Name && a.Deals == b.Deals && a.Issues == b.Issues }
		if !slices.EqualFunc(all, parts, same) {
			rt.Errorf("%s: all %+v, by team %+v", rules.Numbers, all, parts)
		}
		checkOrder(rt, whole.People)
		recorded, q := 0, whole.Meta.Quality
		for _, p := range whole.People {
			recorded += p.Deals
		}
		if left := q.NotInTeam + q.NonRevenue + q.BeforeSince + q.NoOwner; left+recorded > deals {
			rt.Errorf("%d left out and %d recorded of %d deals", left, recorded, deals)
		}
	})
}

func checkOrder(t *rapid.T, people []qc.Person) {
	inOrder := slices.IsSortedFunc(people, func(a, b qc.Person) int {
		return cmp.Or(cmp.Compare(b.Issues, a.Issues), cmp.Compare(b.Deals, a.Deals), strings.Compare(a.Name, b.Name))
	})
	if !inOrder {
		t.Errorf("out of order: %+v", people)
	}
	for _, p := range people {
		sum := 0
		for _, n := range p.ByRule {
			sum += n
			if n > p.Deals {
				t.Errorf("a rule broken more often than there are deals: %+v", p)
			}
		}
		if sum != p.Issues {
			t.Errorf("%d issues by rule: %+v", sum, p)
		}
	}
}
