package closerate_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
)

// TestCellsEqualTheirLists: under corrected rules every count of the summary is
// that of its list and every rate is the list's; a filter only takes deals
// away, and new and existing customers together are all.
func TestCellsEqualTheirLists(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := corrected
		rules.Dates = rapid.SampledFrom([]normalise.DateMode{normalise.KST, normalise.AsText}).Draw(rt, "dates")
		r := closerate.New(performancetest.Book(rules, performancetest.Random(rt)), config())
		q := all()
		q.Scope = rapid.SampledFrom([]string{"all", "t1", "t2", "empty"}).Draw(rt, "scope")
		kept := map[string]int{}
		for _, q.Customers = range []string{"all", "new", "existing"} {
			s, err := r.Summary(q)
			if err != nil {
				rt.Fatal(err)
			}
			kept[q.Customers] = s.Meta.Debug.Kept
			checkLists(rt, r, q, s)
		}
		if kept["new"]+kept["existing"] != kept["all"] {
			rt.Fatalf("customers: %v", kept)
		}
		q.Customers, q.Scope = "all", "all"
		if s, err := r.Summary(q); err != nil || s.Meta.Debug.Kept < kept["all"] {
			rt.Fatalf("the scope added deals: %v, %v", kept, err)
		}
	})
}

func checkLists(rt *rapid.T, r *closerate.Report, q closerate.SummaryQuery, s closerate.Summary) {
	for _, row := range s.Rows {
		if row.Level == 1 {
			continue
		}
		for month, value := range values(rt, row) {
			list, err := r.Deals(closerate.DealsQuery{Segment: row.Size, Month: month, Row: row.Key, Customers: q.Customers, Scope: q.Scope})
			if err != nil {
				rt.Fatal(err)
			}
			got := float64(list.DealCount)
			if row.Label == "체결률(%)" {
				got = *list.Meta.Rate
			}
			if got != value || len(list.Items) != list.DealCount {
				rt.Fatalf("%s %s %s: the cell is %v, its list %v", row.Size, row.Key, month, value, got)
			}
		}
	}
}

func FuzzDeals(f *testing.F) {
	f.Add("대기업", "2501", "오프라인||total", "", "", "all", "t1")
	f.Add("", "", "", "오프라인", "high", "new", "all")
	f.Add("대기업", "25 1", "||", "||", "||", "", "")
	r := report(corrected, created(func(*crm.Deal) {}))
	f.Fuzz(func(t *testing.T, segment, month, row, course, metric, customers, scope string) {
		list, err := r.Deals(closerate.DealsQuery{
			Segment: segment, Month: month, Row: row, Course: course, Metric: metric, Customers: customers, Scope: scope,
		})
		if _, refused := errors.AsType[*performance.ValueError](err); err != nil && !refused {
			t.Fatal(err)
		}
		if err == nil && (list.Segment.Key != segment || list.Row.Key == "" || list.DealCount > 1 || list.Meta.Filters.Scope != scope) {
			t.Errorf("%+v", list)
		}
	})
}
