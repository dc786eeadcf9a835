package won_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
)

// shape is upper organisation, team and deals of each group.
func shape(g won.Groups) string {
	var all []string
	for _, group := range g.Groups {
		var deals []string
		for _, d := range group.Deals {
			name := "nobody"
			if d.Person != nil {
				name = *d.Person.ID
			}
			deals = append(deals, *d.ID+" of "+name)
		}
		all = append(all, fmt.Sprintf("%s/%s: %d people, %s", group.UpperOrg, group.Team, len(group.People), strings.Join(deals, ", ")))
	}
	return strings.Join(all, "\n")
}

// TestPersonlessWonDeals: before, Won deals whose person isn't one of the
// organisation's were in the summary and in no group, while they opened the
// group of people without upper organisation.
func TestPersonlessWonDeals(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.person("p", "o", "연구소", "1팀")
	w.person("blank", "o", " ", "NULL")
	w.person("elsewhere", "o2", "본사", "총무팀")
	w.deal("d1", "o", "p", "Won", "100", "2025-01-01")
	w.deal("gone", "o", "no-such-person", "Won", "200", "2025-01-01")
	w.deal("none", "o", "NULL", "Won", "400", "2024-01-01")
	w.deal("open", "o", "NULL", "SQL", "1", "2025-01-01") // of nobody and not Won
	w.deal("far", "o", "elsewhere", "Won", "800", "2025-01-01")
	w.deal("asked", "o", "blank", "SQL", "1", "NULL")
	for n, want := range map[normalise.Numbers]string{
		normalise.AsBefore: "미입력/미입력: 1 people, asked of blank\n연구소/1팀: 1 people, d1 of p",
		normalise.Corrected: "미입력/미입력: 1 people, gone of nobody, none of nobody, asked of blank\n" +
			"본사/총무팀: 0 people, far of elsewhere\n연구소/1팀: 1 people, d1 of p",
	} {
		m := must{t, w.report(n)}
		if diff := cmp.Diff(want, shape(m.groups("o"))); diff != "" {
			t.Errorf("%s:\n%s", n, diff)
		}
		total := m.compact("o").Organization.Summary
		if got, want := total.Won(2025)+total.Won(2024), map[normalise.Numbers]float64{normalise.AsBefore: 100, normalise.Corrected: 1500}[n]; got != want {
			t.Errorf("%s: groups of %v won, want %v", n, got, want)
		}
		inSummary := 0.0
		for _, item := range m.summary("o").Items {
			for _, x := range item.Won {
				inSummary += x
			}
		}
		if inSummary != 1500 {
			t.Errorf("%s: summary of %v won", n, inSummary)
		}
	}
	markdown := must{t, w.report(normalise.Corrected)}.markdown("o", options())
	if want := "| 1 | 딜 gone (gone) | Won | 200 | 2025-01-01 |  |  |  |  |  |"; !strings.Contains(markdown, want) {
		t.Errorf("no %s in\n%s", want, markdown)
	}
	o := options()
	o.UpperOrg = " "
	if only := (must{t, w.report(normalise.Corrected)}).markdown("o", o); strings.Contains(only, "## 본사") || !strings.Contains(only, "딜 gone") {
		t.Errorf("of people without upper organisation:\n%s", only)
	}
}

// TestYears: a contract has one year, that of its day in Korea. Before, summary
// and groups went by its text and totals by the day that was shown.
func TestYears(t *testing.T) {
	t.Parallel()
	before := normalise.RulesFor(normalise.AsBefore)
	strict := normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
	corrected := normalise.RulesFor(normalise.Corrected)
	for _, tc := range []struct {
		contract string
		rules    normalise.Rules
		want     string // years of the summary, of the totals; groups
	}{
		{"2024-12-31T15:30:00.000Z", before, "2024, 2025, 1"},
		{"2024-12-31T15:30:00.000Z", strict, "2024, 2025, 1"},
		{"2024-12-31T15:30:00.000Z", corrected, "2025, 2025, 1"},
		{"2022-12-31T15:30:00.000Z", before, "none, none, 0"},
		{"2022-12-31T15:30:00.000Z", corrected, "2023, 2023, 1"},
		{"2025-12-31T15:30:00.000Z", before, "2025, none, 1"},
		{"2025-12-31T15:30:00.000Z", corrected, "none, none, 0"},
		{"2025. 1. 2", before, "2025, 2025, 1"},
		{"2025. 1. 2", strict, "2025, none, 1"},
		{"2025-12", corrected, "2025, 2025, 1"},
		{" 2025-01-02", before, "none, none, 0"}, // not trimmed, so no target
		{" 2025-01-02", corrected, "2025, 2025, 1"},
		{"NULL", corrected, "none, none, 0"},
	} {
		w := newWorkspace()
		w.org("o")
		w.person("p", "o", "연구소", "1팀")
		w.deal("d", "o", "p", "Won", "100", tc.contract)
		m := must{t, w.reportWith(tc.rules)}
		summary, compact := "none", m.compact("o")
		for i, x := range m.summary("o").Items[0].Won {
			if x > 0 {
				summary = strconv.Itoa(w.years[i])
			}
		}
		total := "none"
		for _, year := range w.years {
			if compact.Organization.Summary.Won(year) > 0 {
				total = strconv.Itoa(year)
			}
		}
		if got := fmt.Sprintf("%s, %s, %d", summary, total, len(compact.Groups)); got != tc.want {
			t.Errorf("%s, %v: %s, want %s", tc.contract, tc.rules, got, tc.want)
		}
	}
}

// TestSeveralOwners: before, they were nobody in the summary and a Python list
// in the dossier.
func TestSeveralOwners(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.person("p", "o", "연구소", "1팀")
	w.deal("d", "o", "p", "Won", "100", "2025-01-01").Owner = cell(`[{"id":"u1","name":"최담당"},{"id":"u2","name":"O'Neill"}]`)
	for n, want := range map[normalise.Numbers][2]string{
		normalise.AsBefore:  {"미입력", `owner=[{'id': 'u1', 'name': '최담당'}, {'id': 'u2', 'name': "O'Neill"}]`},
		normalise.Corrected: {"최담당, O'Neill", "owner=최담당, O'Neill"},
	} {
		m := must{t, w.report(n)}
		item := m.summary("o").Items[0]
		if len(item.Owners) != 1 || item.Owners[0] != want[0] || item.LatestOwners[0] != want[0] {
			t.Errorf("%s: %v, %v", n, item.Owners, item.LatestOwners)
		}
		if markdown := m.markdown("o", options()); !strings.Contains(markdown, " | "+want[1]+" |  |") {
			t.Errorf("%s: no %s in\n%s", n, want[1], markdown)
		}
		// As a list it stays a list.
		const list = `"owner":[{"id":"u1","name":"최담당"},{"id":"u2","name":"O'Neill"}]`
		if compact := asJSON(t, m.compact("o")); !strings.Contains(compact, list) {
			t.Errorf("%s: %s", n, compact)
		}
	}
}

// TestMemoTexts: before, an empty body erased a text, the form came back in
// full, and a number beside a letter was shown.
func TestMemoTexts(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.person("p", "o", "연구소", "1팀")
	w.deal("d", "o", "p", "Won", "100", "2025-01-01")
	w.memo("o", "p", "d", "2025-01-03", "한 줄", "")
	w.memo("o", "p", "d", "2025-01-02", "- 궁금한 점 : 가격\n- utm_source : x\n- 고객 전화 : 010-1234-5678", "<p>전문 010-1234-5678</p>")
	w.memo("o", "p", "d", "2025-01-01", "연락처010-1234-5678로", "NULL")
	for n, want := range map[normalise.Numbers]struct{ memos, line string }{
		normalise.AsBefore: {
			`"memos":[{"date":"2025-01-03","text":"","created_at_ts":"2025-01-03"},` +
				`{"date":"2025-01-02","text":"전문 010-1234-5678","cleanText":{"question":"가격","utm_source":"x"},"created_at_ts":"2025-01-02"},` +
				`{"date":"2025-01-01","text":"연락처010-1234-5678로","created_at_ts":"2025-01-01"}]`,
			"(총 3개) 1) 2025-01-03 - <br>2) 2025-01-02 - 가격<br>3) 2025-01-01 - 연락처010-1234-5678로 |",
		},
		normalise.Corrected: {
			`"memos":[{"date":"2025-01-03","text":"한 줄","created_at_ts":"2025-01-03"},` +
				`{"date":"2025-01-02","cleanText":{"question":"가격","utm_source":"x"},"created_at_ts":"2025-01-02"},` +
				`{"date":"2025-01-01","text":"연락처010-1234-5678로","created_at_ts":"2025-01-01"}]`,
			"(총 3개) 1) 2025-01-03 - 한 줄<br>2) 2025-01-02 - 가격<br>3) 2025-01-01 - 연락처[phone]로 |",
		},
	} {
		m := must{t, w.report(n)}
		if compact := asJSON(t, m.compact("o")); !strings.Contains(compact, want.memos) {
			t.Errorf("%s: want %s in\n%s", n, want.memos, compact)
		}
		if markdown := m.markdown("o", options()); !strings.Contains(markdown, want.line) {
			t.Errorf("%s: want %s in\n%s", n, want.line, markdown)
		}
	}
}
