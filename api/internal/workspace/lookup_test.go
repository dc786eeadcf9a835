package workspace_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestGrades(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	for won, want := range map[float64]string{
		1e9: "S0", 999_999_999: "P0", 2e8: "P0", 1e8: "P1", 5e7: "P2", 2.5e7: "P3", 1e7: "P4", 9_999_999: "P5", 0: "P5", -1: "P5",
	} {
		if got := w.GradeTable().Of(won); got != want {
			t.Errorf("grade of %v won is %s, want %s", won, got, want)
		}
	}
	for grade, want := range map[string]float64{"S0": 1.5, "P1": 1.7, "P5": 1, "N": 1} {
		if got := w.OfflineMultiplier(grade); got != want {
			t.Errorf("multiplier of %s is %v, want %v", grade, got, want)
		}
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	for eok, want := range map[float64][2]string{
		-1: {"Ø", "Ø"}, 0: {"Ø", "Ø"}, 0.01: {"P5", "P5"}, 0.05: {"P5", "P4"}, 0.1: {"P4", "P4"}, 0.125: {"P4", "P3"},
		0.25: {"P3", "P2"}, 0.5: {"P2", "P1"}, 1: {"P1", "P0"}, 2: {"P0", "P0"}, 5: {"P0", "S0"}, 10: {"S0", "S0"},
	} {
		if got := [2]string{w.CompanyBuckets().Of(eok), w.RailBuckets().Of(eok)}; got != want {
			t.Errorf("buckets of %v 억 are %v, want %v", eok, got, want)
		}
	}
	for upper, want := range map[string]bool{"인재개발실": true, "Global human Office": true, "three": true, "영업본부": false, "": false} {
		if got := w.IsHRD(upper); got != want {
			t.Errorf("IsHRD(%q) = %t", upper, got)
		}
	}
}

func TestSegment_Matches(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	matching := func(keyAccount, online, major bool) (keys []string) {
		for _, s := range w.Performance.Segments {
			if s.Matches(keyAccount, online, major) {
				keys = append(keys, s.Key)
			}
		}
		return keys
	}
	if diff := cmp.Diff([]string{"ALL", "KEY_ACCOUNT", "KEY_ACCOUNT_ONLINE"}, matching(true, true, true)); diff != "" {
		t.Errorf("key account online (-want +got):\n%s", diff)
	}
	want := []string{"ALL", "NON_MAJOR_SIZE", "NON_KEY_ACCOUNT_OFFLINE", "OFFLINE_NON_MAJOR_SIZE"}
	if diff := cmp.Diff(want, matching(false, false, false)); diff != "" {
		t.Errorf("small other account offline (-want +got):\n%s", diff)
	}
}

func TestCatalog(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	rules, _ := w.Rules("")
	text := crm.NewText
	if !rules.Online(w.OnlineFormats(), text("포팅"), normalise.Exact) || rules.Online(w.OnlineFormats(), text("출강"), normalise.Exact) {
		t.Error("포팅 is online and 출강 is not")
	}
	if !rules.Online(w.OnlinePnLFormats(), text("구독제 (온라인)"), normalise.Exact) {
		t.Error("the P&L has its own online formats")
	}
	if group, ok := w.CloseFormats().Group(text("출강")); !ok || group != "오프라인" {
		t.Errorf("출강 is in %q, %t", group, ok)
	}
	if diff := cmp.Diff([]string{"구독제(온라인)", "선택구매(온라인)", "포팅", "오프라인"}, w.CloseGroups()); diff != "" {
		t.Errorf("close rate groups (-want +got):\n%s", diff)
	}
	if got := w.Categories().Group(text("마케팅")); got != "직무별교육" {
		t.Errorf("마케팅 is in %q", got)
	}
	if got := w.SizeRows().SizeRow(text("대기업(계열)")); got != "기타" {
		t.Errorf("an unknown size is in %q", got)
	}
	if got := w.FormatRows().FormatGroup(text("스킬컨설팅")); got != "스킬컨설팅" {
		t.Errorf("스킬컨설팅 is in %q", got)
	}
	if got := rules.SizeGroup(w.Sizes(), text("솔바람 산업진흥원"), crm.Text{}); got != normalise.SizePublic {
		t.Errorf("a public body is %q", got)
	}
}

func TestExistingCustomers(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	names, listed := w.ExistingCustomers(2025)
	if !listed || names.Len() != 91 || !names.Has("쌍둥별정밀") || names.Has("없는회사") {
		t.Errorf("2025: listed %t, %d names", listed, names.Len())
	}
	if !slices.IsSorted(names.Sorted()) {
		t.Error("names are not sorted")
	}
	if _, listed := w.ExistingCustomers(2026); listed {
		t.Error("2026 is not listed and to be computed")
	}
	odd := parse(t, minimal(t)+"\nexisting_customers: {2025: [\"\\ufeff가\", ' 가 ', '', 나]}\n")
	if names, _ := odd.ExistingCustomers(2025); !slices.Equal(names.Sorted(), []string{"가", "나"}) {
		t.Errorf("got %q", names.Sorted())
	}
}

func TestQualityControl(t *testing.T) {
	t.Parallel()
	q := goldenWorkspace(t).QualityControl
	checks := map[string][2]bool{
		"whole name":          {q.Excludes("국한결", "마루별채물류_직급별 과정"), true},
		"other name":          {q.Excludes("국한결", "마루별채물류_직급별 과정 2"), false},
		"prefix":              {q.Excludes("채다온", "솔바람터구청_콘텐츠 임대_2차"), true},
		"other owner":         {q.Excludes("국한결", "솔바람터구청_콘텐츠 임대_2차"), false},
		"contact exempt":      {q.ContactExempt("표로운"), true},
		"contact not exempt":  {q.ContactExempt("국한결"), false},
		"lecturer exempt":     {q.LecturerExempt("제갈빛나"), true},
		"lecturer with mark":  {q.LecturerExempt("제갈빛나A"), false},
		"contract may follow": {q.ContractMayFollow("설여울", "잎새담온은행"), true},
		"contract may not":    {q.ContractMayFollow("설여울", "잎새담온"), false},
		"shown rule":          {q.Computes("R16"), true},
		"hidden rule":         {q.Computes("R17") && q.Hidden("R17"), true},
		"shown is not hidden": {q.Hidden("R16"), false},
	}
	for name, c := range checks {
		if c[0] != c[1] {
			t.Errorf("%s: got %t", name, c[0])
		}
	}
	if n := len(q.Active()); n != 16 {
		t.Errorf("%d rules are active", n)
	}
	off := parse(t, replaced(t, minimal(t), "{code: R1, label: 계약 체결일 없음}", "{code: R1, label: 가, enabled: false}\n  - {code: R2, label: 나}")).QualityControl
	if off.Computes("R1") || !off.Computes("R2") || off.Computes("R3") || len(off.Active()) != 1 {
		t.Error("R1 is switched off, R2 on, R3 not listed")
	}
	warned := parse(t, replaced(t, minimal(t), "  rules:\n", "  month_name_exempt_owners: [가나다A]\n  rules:\n")).Warnings()
	if len(warned) != 1 || !strings.Contains(warned[0].Message, `write "가나다"`) {
		t.Errorf("warnings: %v", warned)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		yaml, override string
		numbers        normalise.Numbers
		dates          normalise.DateMode
		known          bool
	}{
		{"", "", normalise.Corrected, normalise.KST, true},
		{"numbers: as_before", "", normalise.AsBefore, normalise.AsText, true},
		{"{numbers: as_before, date_mode: kst}", "", normalise.AsBefore, normalise.KST, true},
		{"date_mode: text", "", normalise.Corrected, normalise.AsText, true},
		{"date_mode: strict", "", normalise.Corrected, normalise.KST, true},
		{"date_mode: legacy", "", normalise.Corrected, normalise.AsText, true},
		{"date_mode: shadow", "", normalise.Corrected, normalise.AsText, true},
		{"clock: {date_mode: legacy}", "", normalise.Corrected, normalise.AsText, true},
		{"date_mode: legacy", "strict", normalise.Corrected, normalise.KST, true},
		{"", "LEGACY", normalise.Corrected, normalise.AsText, true},
		{"", "shadow", normalise.Corrected, normalise.AsText, true},
		{"", "later", normalise.Corrected, normalise.AsText, false},
	}
	for _, tt := range tests {
		settings := strings.NewReplacer("{numbers: as_before, ", "numbers: as_before\n", "kst}", "kst").Replace(tt.yaml)
		w := parse(t, minimal(t)+"\n"+settings+"\n")
		got, known := w.Rules(tt.override)
		if want := (normalise.Rules{Numbers: tt.numbers, Dates: tt.dates}); got != want || known != tt.known {
			t.Errorf("%q, DATE_KST_MODE=%q: got %v, %t; want %v, %t", tt.yaml, tt.override, got, known, want, tt.known)
		}
	}
}

func TestNow(t *testing.T) {
	t.Parallel()
	clock := time.Date(2030, 1, 1, 20, 0, 0, 0, time.UTC)
	for setting, want := range map[string]string{
		"": "2030-01-02T05:00:00+09:00",
		"clock: {frozen_now: '2026-02-05T10:00:00+09:00'}":                                      "2026-02-05T10:00:00+09:00",
		"clock: {frozen_now: 2026-02-05T01:00:00Z}":                                             "2026-02-05T10:00:00+09:00",
		"clock: {frozen_now: 2026-02-05}":                                                       "2026-02-05T00:00:00+09:00",
		"clock: {frozen_now: '2026-02-05 10:00'}":                                               "2026-02-05T10:00:00+09:00",
		"clock: {frozen_now: '2026-02-05 10:00'}\nworkspace: {timezone: America/Los_Angeles}\n": "2026-02-05T10:00:00-08:00",
	} {
		w := parse(t, minimal(t)+"\n"+setting+"\n")
		if got := w.Now(clock).Format(time.RFC3339); got != want || w.Frozen() != (setting != "") {
			t.Errorf("%q: now is %s, want %s; frozen %t", setting, got, want, w.Frozen())
		}
	}
}
