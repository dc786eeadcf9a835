package workspace_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

func TestTargets_Golden(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	rules, _ := w.Rules("")
	targets := w.Targets(rules)
	if len(targets.Offline) != 32 || len(targets.Online) != 24 {
		t.Errorf("%d offline and %d online targets count", len(targets.Offline), len(targets.Online))
	}
	key := func(org, upper string) workspace.TargetKey { return workspace.NewTargetKey(org, crm.NewText(upper)) }
	for _, tt := range []struct {
		name  string
		table map[workspace.TargetKey]float64
		key   workspace.TargetKey
		want  float64
		ok    bool
	}{
		{"plain", targets.Offline, key("표본마당화학", "IT기획실"), 5.01 * 1e8, true},
		{"zero, typed with blanks", targets.Offline, key("슬기움터물류", "조직문화실"), 0, true},
		{"no counterparty", targets.Offline, key("해찬솔빛전자", ""), 1.25 * 1e8, true},
		{"twice", targets.Offline, key("미리내숲디스플레이", "재무본부"), 0, false},
		{"a dash and 미입력", targets.Offline, key("마루별채물류", "-"), 0, false},
		{"a number as text", targets.Online, key("미리내숲디스플레이", "재무본부"), 0.35 * 1e8, true},
		{"no number", targets.Online, key("슬기움터물류", "조직문화실"), 0, false},
		{"a no-break space", targets.Online, key("겹눈\u00a0온빛상사", "재무본부"), 0.12 * 1e8, true},
	} {
		got, ok := tt.table[tt.key]
		if diff := got - tt.want; ok != tt.ok || diff > 1 || diff < -1 {
			t.Errorf("%s: got %v, %t; want %v, %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// Two organisations of one name each have their target where the file tells
// them apart; before, the rows were one counterparty with two amounts.
func TestTargets_OrgID(t *testing.T) {
	t.Parallel()
	w := parse(t, minimal(t)+`
counterparty_targets:
  offline:
  - {org: 쌍둥이, org_id: o1, counterparty: 본부, amount_eok: 1}
  - {org: 쌍둥이, org_id: o2, counterparty: 본부, amount_eok: 2}
  - {org: 하나, counterparty: 본부, amount_eok: true}
  - {org: 하나, counterparty: 지사, amount_eok: '1,000'}
`)
	corrected := w.Targets(normalise.RulesFor(normalise.Corrected)).Offline
	want := map[workspace.TargetKey]float64{
		{Org: "쌍둥이", Upper: "본부", OrgID: "o1"}: 1e8, {Org: "쌍둥이", Upper: "본부", OrgID: "o2"}: 2e8,
		{Org: "하나", Upper: "본부"}: 1e8, {Org: "하나", Upper: "지사"}: 1e11,
	}
	if diff := cmp.Diff(want, corrected); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	before := w.Targets(normalise.RulesFor(normalise.AsBefore)).Offline
	if diff := cmp.Diff(map[workspace.TargetKey]float64{{Org: "하나", Upper: "본부"}: 1e8}, before); diff != "" {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
}

func TestPnLTargetLines(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	lines, ok := w.PnLTargetLines(2026)
	if !ok || len(lines) != 16 {
		t.Fatalf("2026: %d lines, %t", len(lines), ok)
	}
	if op := lines["OP"]; op.Year != 21.1 || op.Months["2601"] != -1.7 || len(op.Months) != 12 {
		t.Errorf("OP: %+v", op)
	}
	for _, year := range []int{2025, 2027, 0} {
		if _, ok := w.PnLTargetLines(year); ok {
			t.Errorf("%d has targets", year)
		}
	}
	if _, ok := parse(t, minimal(t)).PnLTargetLines(0); ok {
		t.Error("a file without targets has some for the year 0")
	}
}

func TestPnLActuals(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	rules, _ := w.Rules("")
	got := w.PnLActuals(2026, rules)
	f := func(x float64) *float64 { return &x }
	want := workspace.Actuals{
		Lines: map[string]map[string]*float64{
			"REV_TOTAL":          {"2601": f(6.26), "2602": f(7.9)},
			"REV_ONLINE":         {"2601": f(3.37), "2602": f(3.82)},
			"REV_OFFLINE":        {"2601": f(3.86), "2602": nil},
			"COST_CONTRIB_TOTAL": {"2601": f(1.15), "2602": nil},
			"OP":                 {"2601": f(-1.68), "2602": nil},
			"OP_MARGIN":          {"2601": nil, "2602": nil},
			"COST_FIXED_PROD":    {"2601": nil, "2602": nil, "2604": f(0.7)},
		},
		Months:   []string{"2601", "2602", "2604"},
		Unmapped: []string{"손님 수"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("2026 (-want +got):\n%s", diff)
	}
	if got := w.PnLActuals(2025, rules); len(got.Lines) != 2 || len(got.Months) != 2 {
		t.Errorf("2025: %+v", got)
	}
	if got := w.PnLActuals(2126, rules); len(got.Lines) != len(want.Lines) {
		t.Errorf("2126 carries the same two digits as 2026 and has %d lines", len(got.Lines))
	}
	if got := w.PnLActuals(1999, rules); len(got.Lines) != 0 || len(got.Months) != 0 {
		t.Errorf("1999: %+v", got)
	}
}

func TestPnLActuals_Objects(t *testing.T) {
	t.Parallel()
	w := parse(t, minimal(t)+`
pnl_actual_overrides:
- {category: OP, months: {2601: {A: 1.5}, 2602: {A: null}, ' 2601': 2}}
`)
	got := w.PnLActuals(2026, normalise.DefaultRules()).Lines["OP"]
	if got["2601"] == nil || *got["2601"] != 2 || got["2602"] != nil || len(got) != 2 {
		t.Errorf("got %v; of a month that is there twice the last counts", got)
	}
}

func TestAccounting(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	if w.AccountingStatus() != workspace.AccountingOK || !w.AccountingKnows("212403") || !w.AccountingKnows("218389") || w.AccountingKnows("") {
		t.Error("ids count by their digits")
	}
	if !w.Audited("2025-01") || w.Audited("2024-12") {
		t.Error("the audit begins in 2025-01")
	}
	bare := parse(t, minimal(t))
	if bare.AccountingStatus() != workspace.AccountingMissing || bare.Audited("2026-01") {
		t.Errorf("without a list the status is %s", bare.AccountingStatus())
	}
}

func TestAccounting_File(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, content string
		numbers       string
		status        workspace.AccountingStatus
		known         bool // 212403
	}{
		{"good", "번호\t코스 ID\r\n1\t212,403\r\n2\r\n", "corrected", workspace.AccountingOK, true},
		{"empty", "", "corrected", workspace.AccountingOK, false},
		{"byte order mark", "\ufeff코스 ID\n212403\n", "corrected", workspace.AccountingOK, true},
		{"byte order mark as before", "\ufeff코스 ID\n212403\n", "as_before", workspace.AccountingInvalidHeader, false},
		{"other header", "과정\n212403\n", "corrected", workspace.AccountingInvalidHeader, false},
		{"no UTF-8", "코스 ID\n\xff\n", "corrected", workspace.AccountingInvalidHeader, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write := func(name, content string) string {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				return path
			}
			path := write("workspace.yaml", minimal(t)+"\nnumbers: "+tt.numbers+"\naccounting: {course_ids_file: ids.tsv, course_ids: [7]}\n")
			w, err := workspace.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			if w.AccountingStatus() != workspace.AccountingMissing || !w.AccountingKnows("7") || w.Stale() {
				t.Errorf("without the file: status %s, stale %t", w.AccountingStatus(), w.Stale())
			}
			before := w.Version()
			ids := write("ids.tsv", tt.content)
			if !w.Stale() {
				t.Error("not stale after the file appeared")
			}
			if w, err = workspace.Load(path); err != nil {
				t.Fatal(err)
			}
			if w.AccountingStatus() != tt.status || w.AccountingKnows("212403") != tt.known {
				t.Errorf("status %s, knows %t; want %s, %t", w.AccountingStatus(), w.AccountingKnows("212403"), tt.status, tt.known)
			}
			if w.Version() == before {
				t.Error("the version is the same with and without the file")
			}
			if w.Stale() {
				t.Error("stale right after loading")
			}
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(ids, later, later); err != nil {
				t.Fatal(err)
			}
			if !w.Stale() {
				t.Error("not stale after the file changed")
			}
		})
	}
}
