package normalise_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// The fuzz targets look for panics, endless work and answers that no text may
// have. Their seeds are texts like those of real cells and the edges of the
// rules.

func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"", " ", "2025-01-02", "2025-1-2", "2025.1.2", "20250102", "2025012", "202512", "2025-12", "2025-13-01", "2025-02-30",
		"2025-01-02T15:00:00.000Z", "20250102T150000Z", "2025-01-02 15:00:00Z", "2025-01-02 15:00:00 +0900", "2025-01-02T23:00:00-05:00",
		"2025-W01-1T20:00:00Z", "2025W011", "2020-W53-5", "2025-01-02+09:00", "2025-01-02 (토)", "2025-01-02 오전 9:30", "2025. 1. 2", "2025년 9월",
		"9999-12-31T23:00:00Z", "0001-01-01T00:00:00+09:00", "0000-00-00", "LOST", "Today", "1735743600000", "2025-01-02토15:00Z", "2025-W01-\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkDate(t, s) })
}

func checkDate(tb testing.TB, s string) {
	tb.Helper()
	c := text(s)
	for _, r := range allRules() {
		strict := r.StrictDate(c)
		if strict != "" {
			if _, err := time.Parse(time.DateOnly, strict); err != nil {
				tb.Fatalf("StrictDate(%q) = %q: %v", s, strict, err)
			}
		}
		for _, d := range []normalise.Date{r.StrictDay(c), r.ParseDate(c), r.BestDate(c)} {
			if !d.IsZero() {
				if again, ok := normalise.NewDate(d.Year(), d.Month(), d.Day()); !ok || again != d {
					tb.Fatalf("%q is the day %d", s, d)
				}
			}
		}
		if legacy := r.LegacyDate(c); strings.ContainsAny(legacy, " T") || (strict == "" && !strings.Contains(s, legacy) && len(legacy) != len("2025-01-02")) {
			tb.Fatalf("LegacyDate(%q) = %q", s, legacy)
		}
		if yymm := r.YYMM(c); yymm != "" && (len(yymm) != 4 || strings.Trim(yymm, "0123456789") != "") {
			tb.Fatalf("YYMM(%q) = %q", s, yymm)
		}
		for _, year := range []int{r.Year(c), r.PrefixYear(c), r.KSTYear(c)} {
			if year < 0 || year > 9999 {
				tb.Fatalf("%q is in the year %d", s, year)
			}
		}
		if got := r.DateText(0, c); got != r.DateOnly(c) {
			tb.Fatalf("DateText(0, %q) = %q", s, got)
		}
	}
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{
		"", "1200000", " -5.5e3 ", "1_000", "１２３", "1,000", "1,234,567.8원", "₩ 1,000", "-₩500", "0x10", "nan", "-Infinity", "1e400", "1e-400", "1__0", ".", "-", "e", "미정",
		"1,00", "￦", "원", "+", "12abc", strings.Repeat("9", 400), "0." + strings.Repeat("0", 400) + "1", "1_", "𝟗𝟗",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkAmount(t, s) })
}

func checkAmount(tb testing.TB, s string) {
	tb.Helper()
	before, isBefore := beforeText.Amount(text(s))
	corrected, isCorrected := correctedKST.Amount(text(s))
	if isBefore && (!isCorrected || before != corrected) {
		tb.Fatalf("%q was %v and is now %v, %t", s, before, corrected, isCorrected)
	}
	for _, r := range allRules() {
		won, _ := r.Amount(text(s))
		if used, cast := r.AmountUsed(text(s), text(s)), r.SQLNumber(text(s)); math.IsInf(won+cast, 0) || math.IsNaN(won+cast) || used != max(won, 0) {
			tb.Fatalf("%q: amount %v, used %v, cast %v", s, won, used, cast)
		}
	}
}

func FuzzOwners(f *testing.F) {
	for _, s := range []string{
		"", " ", "독고온유", `"독고온유"`, `{"id":"u1","name":"홍길동A"}`, `{"id":7}`, `{"name":["x"]}`, `[{"name":" 표로운 "},"위아람"," ",null,[]]`,
		`{"name":{"name":"x"}}`, "John", "A", "홍길동 B", `[{"id":null,"name":""}]`, `20250101`, `{"name":"\ud800"}`, `[`, `{"name"`, "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkOwners(t, s) })
}

func checkOwners(tb testing.TB, s string) {
	tb.Helper()
	v := normalise.JSON(text(s))
	encoded, err := v.MarshalJSON()
	if err != nil || !json.Valid(encoded) || !utf8.Valid(encoded) {
		tb.Fatalf("%q encodes as %q, %v", s, encoded, err)
	}
	owners := normalise.Owners(v)
	for _, name := range owners {
		if name == "" || normalise.Trim(name) != name {
			tb.Fatalf("Owners(%q) = %q", s, owners)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(owners)))) != len(owners) {
		tb.Fatalf("Owners(%q) = %q", s, owners)
	}
	if rows := normalise.RowOwners(v); len(rows) < len(owners) {
		tb.Fatalf("RowOwners(%q) = %q, Owners %q", s, rows, owners)
	}
	labels := normalise.OwnerLabels(owners)
	if len(labels) > len(owners) || slices.Contains(labels, "") {
		tb.Fatalf("OwnerLabels(%q) = %q", owners, labels)
	}
	everybody := normalise.NewMembers(owners...)
	if hasKey := slices.ContainsFunc(normalise.OwnerKeys(owners), func(key string) bool { return key != "" }); everybody.MatchAny(owners) != hasKey {
		tb.Fatalf("owners %q match themselves: %t", owners, !hasKey)
	}
	for _, r := range allRules() {
		r.DealOwner(v)
		if name, ok := r.SummaryOwner(v); ok != (name != "") {
			tb.Fatalf("SummaryOwner(%q) = %q, %t", s, name, ok)
		}
	}
}

func FuzzProbability(f *testing.F) {
	for _, s := range []string{
		"", " ", "확정", `["확정"]`, `{"value":"높음"}`, `[null,{},[],"높음"]`, `"[\"높음\"]"`, `["[\"[\\\"높음\\\"]\"]"]`, "null", `[""]`, `100`, `1e3`, `true`, `확정(90%)`,
		strings.Repeat("[", 600), strings.Repeat(`["`, 40), "Closed Won", "SQL Lost", "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkProbability(t, s) })
}

func checkProbability(tb testing.TB, s string) {
	tb.Helper()
	for _, r := range allRules() {
		p := r.Probability(text(s))
		if !slices.IsSorted(p) || len(slices.Compact(slices.Clone(p))) != len(p) {
			tb.Fatalf("Probability(%q) = %q", s, p)
		}
		for _, label := range p {
			if label == "" || normalise.Trim(label) != label {
				tb.Fatalf("Probability(%q) = %q", s, p)
			}
		}
		if status := r.Status(text(s)); p.Label(status) == "" {
			tb.Fatalf("%q: no label for status %s", s, status)
		}
		if normalise.ProbablyWon(text(s)) && !p.Has(normalise.Confirmed) && !p.Has(normalise.High) {
			tb.Fatalf("%q is high without a label: %q", s, p)
		}
	}
}

func FuzzLike(f *testing.F) {
	f.Add("%상사%", "예시상사")
	f.Add(strings.Repeat("%a", 50)+"b", strings.Repeat("a", 200))
	f.Add("_\xff%", "\xffa")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		normalise.Like(pattern, s)
		if !normalise.Like("%"+strings.NewReplacer("%", "_", "_", "_").Replace(s)+"%", s) {
			t.Fatalf("%q is not like itself", s)
		}
	})
}

func FuzzMonthRange(f *testing.F) {
	f.Add("2025-01", "2026-12")
	f.Add("2025-13", "2025/00")
	f.Add(" 9999-99-99 ", "0-0")
	f.Add("2025.01", "")
	f.Fuzz(func(t *testing.T, from, to string) {
		months, err := normalise.MonthRange(from, to)
		if (err == nil) != (len(months) > 0) && err != nil || len(months) > normalise.MaxMonths {
			t.Fatalf("MonthRange(%q, %q): %d months, %v", from, to, len(months), err)
		}
	})
}

// Every cell of the golden snapshot goes through every rule.
func TestGolden_EveryCell(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range []string{"organization", "people", "deal", "lead", "memo", "webform_history"} {
		rows, _ := readTable(t, table)
		for _, r := range rows {
			for _, cell := range r {
				s := cell.String()
				if seen[s] {
					continue
				}
				seen[s] = true
				checkDate(t, s)
				checkAmount(t, s)
				checkOwners(t, s)
				checkProbability(t, s)
				checkLabels(t, s)
			}
		}
	}
	if len(seen) < 10_000 {
		t.Errorf("saw %d different cells", len(seen))
	}
}

// checkLabels goes through the rules that give a label, which is never empty
// unless empty is an answer.
func checkLabels(tb testing.TB, s string) {
	tb.Helper()
	c := text(s)
	labels := normalise.NewLabels("출강", "대기업")
	categories := normalise.NewCategories(map[string][]string{"온라인": {"온라인"}})
	for _, r := range allRules() {
		for _, label := range []string{
			normalise.TextTrimmed(c), normalise.TextFalsy(c), normalise.TextNBSP(c), normalise.TextUpper(c),
			labels.FormatGroup(c), labels.SizeRow(c), categories.Group(c), r.CloseRateGroup(categories, c), r.SizeGroup(sizes(), c, c),
		} {
			if label == "" {
				tb.Fatalf("%q has an empty label", s)
			}
		}
		r.Online(normalise.NewFormatSet("포팅"), c, normalise.Exact)
	}
	normalise.MissingText(c)
	normalise.FalseLike(c)
	normalise.MajorSize(c)
	if id := normalise.CourseIDDigits(c); strings.Trim(id, "0123456789") != "" {
		tb.Fatalf("CourseIDDigits(%q) = %q", s, id)
	}
}
