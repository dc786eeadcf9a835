package revenue_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
)

// random draws deals that are complete now and then.
func random(t *rapid.T) *crm.Dataset {
	data := crmtest.Random(t)
	for i := range data.Deals {
		d := &data.Deals[i]
		d.Probability = text(rapid.SampledFrom([]string{"", "확정", "높음", `["높음"]`, "LOST"}).Draw(t, "probability"))
		d.ExpectedDate = crmtest.Date(t, "expected")
		if rapid.Bool().Draw(t, "complete") {
			d.Status, d.Amount, d.Name, d.CourseID = text("Won"), text("10"), text("가"), text("7")
			d.CourseStart, d.CourseEnd = text("2025-01-01"), text("2025-01-02")
		}
	}
	return data
}

func setting(t *rapid.T) normalise.Rules {
	return rapid.SampledFrom([]normalise.Rules{before(), beforeKST(), corrected()}).Draw(t, "rules")
}

// TestProperty_HistoryIsTheMonths: the history of some months is the review
// lists of each, and the counts are the lengths of the lists.
func TestProperty_HistoryIsTheMonths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := revenue.New(random(t), written, setting(t), config())
		team := rapid.SampledFrom([]string{"north", "south"}).Draw(t, "team")
		whole, err := r.Month(revenue.Query{Team: team, Year: 2026, Month: 3, HistoryFrom: "2024-01"})
		if err != nil {
			t.Fatal(err)
		}
		var months []revenue.ReviewMonth
		for n := 2026*12 + 2; n >= 2024*12; n-- {
			a, err := r.Month(revenue.Query{Team: team, Year: n / 12, Month: n%12 + 1})
			if err != nil {
				t.Fatal(err)
			}
			if got := (revenue.Counts{Report: len(a.Report), Review: len(a.Review), Missing: len(a.Missing)}); a.Counts != got {
				t.Fatalf("counts %+v of lists %+v", a.Counts, got)
			}
			if a.History != nil {
				t.Fatal("a history that nobody asked for")
			}
			if len(a.Review) > 0 {
				months = append(months, revenue.ReviewMonth{
					Year: a.Year, Month: a.Month, Key: fmt.Sprintf("%d-%02d", a.Year, a.Month), Count: len(a.Review), Deals: a.Review,
				})
			}
		}
		if diff := cmp.Diff(months, whole.History, equateEmpty()); diff != "" {
			t.Fatalf("months (-), history (+):\n%s", diff)
		}
	})
}

func equateEmpty() cmp.Option {
	return cmp.FilterValues(func(a, b []revenue.ReviewMonth) bool { return len(a) == 0 && len(b) == 0 }, cmp.Ignore())
}

// TestProperty_ListedOnce: no deal is reported and to be reviewed, those of a
// team are among those of the file, and what accounting misses was reported in
// its own month.
func TestProperty_ListedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := revenue.New(random(t), written, setting(t), config())
		a, err := r.Month(revenue.Query{Team: "north", Year: 2025, Month: rapid.IntRange(1, 12).Draw(t, "month")})
		if err != nil {
			t.Fatal(err)
		}
		reported := map[string]bool{}
		for _, d := range a.Report {
			if reported[d.DealID] || d.CourseID == "" || d.DealName == "" || d.ContractDate[:7] != fmt.Sprintf("2025-%02d", a.Month) {
				t.Fatalf("reported %+v", d)
			}
			reported[d.DealID] = true
		}
		for _, d := range a.Review {
			if reported[d.DealID] {
				t.Fatalf("%s is reported and to be reviewed", d.DealID)
			}
		}
		for _, m := range a.Missing {
			var year, month int
			if _, err := fmt.Sscanf(m.Month, "%d-%d", &year, &month); err != nil || (year == 2025 && month >= a.Month) || m.Month < "2025-02" {
				t.Fatalf("missing %+v, %v", m, err)
			}
			own, err := r.Month(revenue.Query{Team: "north", Year: year, Month: month})
			if err != nil {
				t.Fatal(err)
			}
			if !contains(own.Report, m.ReportDeal) {
				t.Fatalf("%+v was never reported", m)
			}
		}
	})
}

func contains(deals []revenue.ReportDeal, d revenue.ReportDeal) bool {
	for _, other := range deals {
		if cmp.Equal(other, d) {
			return true
		}
	}
	return false
}

// FuzzHistoryFrom: any text is understood or refused.
func FuzzHistoryFrom(f *testing.F) {
	for _, s := range []string{"", "2025-01", " 2025-06 ", "0000-01", "9999-12", "2025-1", "２０２５-01", "2025-0\x00", "\xff025-01"} {
		f.Add(s)
	}
	r := report(corrected(), complete())
	f.Fuzz(func(t *testing.T, from string) {
		q := june()
		q.HistoryFrom = from
		a, err := r.Month(q)
		if _, refused := errors.AsType[*revenue.ValueError](err); err != nil && !refused {
			t.Fatal(err)
		}
		if err == nil && (a.History != nil) != (from != "") {
			t.Errorf("%q: history %v", from, a.History)
		}
	})
}

// BenchmarkMonth measures a first answer after a swap, without its encoding.
func BenchmarkMonth(b *testing.B) {
	const deals = 50_000
	w := goldentest.Workspace(b)
	c := config()
	c.Teams[0].Members, _ = w.ReportTeamMembers("edu1")
	r := revenue.New(goldentest.ManyRows(b, deals), written, corrected(), c)
	q := revenue.Query{Team: "north", Year: 2026, Month: 2, HistoryFrom: "2025-01"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Month(q); err != nil {
			b.Fatal(err)
		}
	}
}
