package won_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
)

// random draws a workspace with memos and messy JSON.
func random(t *rapid.T) *workspace {
	w := newWorkspace()
	w.data = *crmtest.Random(t)
	draw := func(name string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, name) }
	for i := range w.data.Deals {
		w.data.Deals[i].Team = cell(draw("team", "NULL", "", "[]", `[{"id":"t","name":"1팀"}]`, `["글자",null,{"id":5}]`, "{}", "팀", "null", "[[1.0]]"))
	}
	for i := range w.data.People {
		w.data.People[i].Forms = cell(draw("forms", "NULL", `[{"id":"f"}]`, `["가",{"name":["나"]},{"id":{}}]`, "{"))
	}
	w.data.Memos = nil
	for range rapid.IntRange(0, 8).Draw(t, "memos") {
		w.memo(draw("org", "o0", "o1", "NULL"), draw("person", "p0", "", "NULL"), draw("deal", "d0", "d1", "", "NULL"), draw("at", "2025-01-02", "NULL", "x|y"),
			draw("text", "NULL", "", "a|b\r\nc", "궁금 : 010-1234-5678\nutm_source : x", "고객이름 : x\nutm_source", strings.Repeat("가 ", 200)),
			draw("html", "NULL", "", "<p>x</p>", "<table><tr><td>a|b", "Q&A"))
	}
	return w
}

func close2(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(a), math.Abs(b)) }

// bought are totals by upper organisation and year.
func bought(c won.Compact, years []int) map[string]float64 {
	totals := map[string]float64{}
	for _, g := range c.Groups {
		for _, year := range years {
			totals[fmt.Sprint(g.UpperOrg, " ", year)] += g.Summary.Won(year)
		}
	}
	return totals
}

// TestAgreement: in every setting the groups add up to the organisation's
// summary. Corrected, they also agree with the Won summary, upper organisation
// by upper organisation.
func TestAgreement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := random(rt)
		for _, n := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
			m := must{t, w.report(n)}
			for _, org := range []string{"o0", "o1", "o2"} {
				compact := m.compact(org)
				of := bought(compact, w.years)
				for _, year := range w.years {
					total := 0.0
					for _, g := range compact.Groups {
						total += g.Summary.Won(year)
					}
					if got := compact.Organization.Summary.Won(year); !close2(got, total) {
						rt.Fatalf("%s, %s, %d: %v, groups %v", n, org, year, got, total)
					}
				}
				if n != normalise.Corrected || compact.Organization.ID == nil {
					continue
				}
				for _, item := range m.summary(org).Items {
					for i, year := range w.years {
						if key := fmt.Sprint(item.Name, " ", year); !close2(of[key], item.Won[i]) {
							rt.Fatalf("%s, %s: groups %v, summary %v", org, key, of[key], item.Won[i])
						}
						delete(of, fmt.Sprint(item.Name, " ", year))
					}
				}
				for key, x := range of {
					if x != 0 {
						rt.Fatalf("%s: groups have %v of %s, the summary nothing", org, x, key)
					}
				}
			}
		}
	})
}

// TestGroups_Whole: groups are in order and each deal stands in one of them;
// the compact groups have the same people and deals; a filter takes away groups
// and changes none.
func TestGroups_Whole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := random(rt)
		m := must{t, w.report(rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(rt, "numbers"))}
		all, compact := m.groups("o0"), m.compact("o0")
		if len(all.Groups) != len(compact.Groups) {
			rt.Fatalf("%d groups, %d compact", len(all.Groups), len(compact.Groups))
		}
		seen := map[*string]bool{}
		for i, g := range all.Groups {
			if i > 0 && (all.Groups[i-1].UpperOrg+"\x00"+all.Groups[i-1].Team) >= g.UpperOrg+"\x00"+g.Team {
				rt.Fatalf("%s/%s comes after %s/%s", g.UpperOrg, g.Team, all.Groups[i-1].UpperOrg, all.Groups[i-1].Team)
			}
			c := compact.Groups[i]
			if c.UpperOrg != g.UpperOrg || c.Team != g.Team || len(c.People) != len(g.People) || len(c.Deals) != len(g.Deals) {
				rt.Fatalf("group %d differs when compact", i)
			}
			for _, d := range g.Deals {
				if seen[d.ID] {
					rt.Fatalf("deal %s stands twice", *d.ID)
				}
				seen[d.ID] = true
			}
		}
		whole := m.markdown("o0", options())
		for _, upper := range []string{"인사본부", "영업본부", " "} {
			o := options()
			o.UpperOrg = upper
			part := m.markdown("o0", o)
			wanted := normalise.TextTrimmed(crm.NewText(upper))
			has := slices.ContainsFunc(all.Groups, func(g won.Group) bool { return g.UpperOrg == wanted })
			if has != (part != "데이터가 없습니다.") {
				rt.Fatalf("%q: has groups %v, and the dossier is\n%s", upper, has, part)
			}
			if _, groups, ok := strings.Cut(part, "\n\n---\n"); ok && !strings.Contains(whole, groups) {
				rt.Fatalf("%q: the filter changes\n%s", upper, groups)
			}
		}
	})
}

// TestCompact_Pruned: nothing empty is left, and what is there is JSON.
func TestCompact_Pruned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := random(rt)
		m := must{t, w.report(rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(rt, "numbers"))}
		for _, org := range []string{"o0", "o1", "unknown"} {
			var v any
			text := asJSON(t, m.compact(org))
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				rt.Fatal(err)
			}
			if path, ok := emptyAt("$", v); ok {
				rt.Fatalf("%s is empty in %s", path, text)
			}
		}
	})
}

func emptyAt(path string, v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return path, true
	case []any:
		for i, item := range v {
			if at, ok := emptyAt(fmt.Sprintf("%s[%d]", path, i), item); ok {
				return at, true
			}
		}
		return path, len(v) == 0
	case map[string]any:
		for key, item := range v {
			if key == "htmlBody" {
				return path, true
			}
			if at, ok := emptyAt(path+"."+key, item); ok {
				return at, true
			}
		}
		return path, len(v) == 0
	default:
		return "", false
	}
}

// FuzzMarkdown: any bounds over random rows keep to the limit of characters.
func FuzzMarkdown(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("one organisation, some deals, few characters"))
	f.Fuzz(rapid.MakeFuzz(checkMarkdown))
}

// TestMarkdown_Limits is FuzzMarkdown on random input.
func TestMarkdown_Limits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkMarkdown)
}

func checkMarkdown(rt *rapid.T) {
	r := random(rt).report(rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(rt, "numbers"))
	o := won.MarkdownOptions{
		UpperOrg: rapid.SampledFrom([]string{"", " ", "인사본부", "없음"}).Draw(rt, "upper"),
		MaxDeals: rapid.IntRange(1, 500).Draw(rt, "deals"), MaxPeople: rapid.IntRange(1, 500).Draw(rt, "people"),
		DealMemos: rapid.IntRange(1, 50).Draw(rt, "memos"), MemoChars: rapid.IntRange(50, 500).Draw(rt, "chars"),
		RedactPhone: rapid.Bool().Draw(rt, "redact"), MaxOutputChars: rapid.IntRange(0, 4000).Draw(rt, "limit"),
	}
	d, err := r.Markdown(rt.Context(), "o0", o)
	if err != nil {
		rt.Fatal(err)
	}
	kept, truncated := strings.CutSuffix(d.Markdown, "(truncated due to size limit)")
	if d.Markdown != "데이터가 없습니다." && utf8.RuneCountInString(kept) > o.MaxOutputChars {
		rt.Fatalf("%d characters, limit %d, truncated %v", utf8.RuneCountInString(kept), o.MaxOutputChars, truncated)
	}
	if o.RedactPhone && strings.Contains(d.Markdown, "010-1234-5678") {
		rt.Fatalf("a number is shown:\n%s", d.Markdown)
	}
}
