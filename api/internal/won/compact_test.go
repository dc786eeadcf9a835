package won_test

import (
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// deals makes a group of deals with these owners; "" is no owner.
func dealsOf(owners ...string) *workspace {
	w := newWorkspace()
	w.org("o")
	w.person("p", "o", "연구소", "1팀")
	for i, owner := range owners {
		d := w.deal(string(rune('a'+i)), "o", "p", "Won", "1", "2025-01-01")
		if owner != "" {
			d.Owner = cell(owner)
		}
	}
	return w
}

func TestCompact_Defaults(t *testing.T) {
	t.Parallel()
	const u, v = `{"name":"가"}`, `{"name":"나"}`
	for _, tc := range []struct {
		name     string
		owners   []string
		defaults string // JSON, empty for none
		left     int    // deals with an owner of their own
	}{
		{"two deals", []string{u, u}, "", 2},
		{"three of three", []string{u, u, u}, `{"owner":"가"}`, 0},
		{"two of three", []string{u, u, v}, "", 3},
		{"two values among three", []string{u, u, ""}, "", 2},
		{"four of five", []string{v, u, u, u, u}, `{"owner":"가"}`, 1},
		{"four of five deals, one without", []string{"", u, u, u, u}, `{"owner":"가"}`, 0},
		{"three of four", []string{u, u, u, ""}, "", 3},
		{"lists, keys in any order", []string{`[{"a":1,"b":[2]}]`, `[{"b":[2],"a":1}]`, `[{"a":1,"b":[2]}]`}, `{"owner":[{"a":1,"b":[2]}]}`, 0},
		{"empty lists are none", []string{"[]", "[]", "[]"}, "", 0},
		{"numbers and texts differ", []string{"1", `"1"`, "1"}, "", 3},
		{"lists of nothing leave nothing", []string{"[null]", "[null]", "[null]"}, "", 0},
	} {
		g := dealsOf(tc.owners...).compactOf(t, normalise.Corrected).Groups[0]
		defaults := ""
		if g.Defaults != nil {
			defaults = asJSON(t, g.Defaults)
		}
		left := 0
		for i := range g.Deals {
			if g.Deals[i].Owner != nil {
				left++
			}
		}
		if defaults != tc.defaults || left != tc.left {
			t.Errorf("%s: %s, %d left; want %s, %d", tc.name, defaults, left, tc.defaults, tc.left)
		}
	}
}

func TestCompact_Fields(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ field, value, want string }{
		{
			"team", `[{"id":"t1","name":"1팀","more":1},null,{"more":1},{"id":null,"name":""},"글자",5,1e3,true,["가"],{}]`,
			`"day1_teams":[{"id":"t1","name":"1팀"},{"name":""},{"name":"글자"},{"name":"5"},{"name":"1000.0"},{"name":"True"},{"name":"['가']"}]`,
		},
		{"team", `{"id":"t1"}`, `"day1_teams":[{"id":"t1"}]`},
		{"team", "기업성장", `"day1_teams_raw":"기업성장"`},
		{"team", `"인용"`, `"day1_teams_raw":"\"인용\""`},
		{"team", "7", `"day1_teams_raw":"7"`},
		{"team", "", `"day1_teams_raw":""`},
		{"team", "null", `"day1_teams_raw":"null"`},
		{"probability", `["높음",null,[],{"a":{}}]`, `"probability":["높음"]`},
		{"probability", `"높음"`, `"probability":"\"높음\""`},
		{"probability", "", `"probability":""`},
		{"probability", `{"a":null,"b":0}`, `"probability":{"b":0}`},
		{"owner", `{"id":"u1","name":""}`, `"owner":"u1"`},
		{"owner", `[null,{"name":"가","id":null}]`, `"owner":[{"name":"가"}]`},
		{"owner", "false", `"owner":false`},
	} {
		w := dealsOf("")
		d := &w.data.Deals[0]
		switch tc.field {
		case "team":
			d.Team = cell(tc.value)
		case "probability":
			d.Probability = cell(tc.value)
		default:
			d.Owner = cell(tc.value)
		}
		deal := asJSON(t, w.compactOf(t, normalise.Corrected).Groups[0].Deals[0])
		if !strings.Contains(deal, tc.want) {
			t.Errorf("%s of %s: want %s in %s", tc.field, tc.value, tc.want, deal)
		}
	}
	w := dealsOf("")
	const bare = `{"id":"a","name":"딜 a","status":"Won","contract_date":"2025-01-01","amount":1,"people_id":"p"}`
	equalJSON(t, bare, w.compactOf(t, normalise.Corrected).Groups[0].Deals[0])
	w.data.Deals[0].Team, w.data.Deals[0].Probability, w.data.Deals[0].Owner = cell("[null,{}]"), cell("[[]]"), cell("{}")
	equalJSON(t, bare, w.compactOf(t, normalise.Corrected).Groups[0].Deals[0])
}

// TestCompact_Amounts: Won only, of the years, online by the course format.
func TestCompact_Amounts(t *testing.T) {
	t.Parallel()
	w := dealsOf()
	for i, tc := range []struct{ status, amount, contract, format string }{
		{"Won", "1", "2025-01-01", "구독제(온라인)"},
		{"Won", "10", "2025-01-01", "출강"},
		{"Won", "100", "2025-01-01", "NULL"},
		{"Won", "1000", "2024-01-01", "포팅"},
		{"Won", "10000", "2026-01-01", "포팅"},
		{"SQL", "100000", "2025-01-01", "포팅"},
		{"Won", "oops", "2025-01-01", "포팅"},
		{"Won", "2", "2025-01-01", " 포팅"},
	} {
		w.deal(string(rune('a'+i)), "o", "p", tc.status, tc.amount, tc.contract).CourseFormat = cell(tc.format)
	}
	for n, want := range map[normalise.Numbers]string{
		normalise.AsBefore: `{"won_amount_by_year":{"2023":0,"2024":1000,"2025":113},` +
			`"won_amount_online_by_year":{"2023":0,"2024":1000,"2025":1},"won_amount_offline_by_year":{"2023":0,"2024":0,"2025":112}}`,
		normalise.Corrected: `{"won_amount_by_year":{"2023":0,"2024":1000,"2025":113},` +
			`"won_amount_online_by_year":{"2023":0,"2024":1000,"2025":3},"won_amount_offline_by_year":{"2023":0,"2024":0,"2025":110}}`,
	} {
		c := w.compactOf(t, n)
		equalJSON(t, want, c.Organization.Summary)
		equalJSON(t, want, c.Groups[0].Summary)
	}
}
