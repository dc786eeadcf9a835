package pnl_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
)

// TestCellsEqualTheirLists: under corrected rules the expected revenue of a
// month is the sum of the deals in its list, by rail, and rails add up.
func TestCellsEqualTheirLists(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := corrected
		rules.Dates = rapid.SampledFrom([]normalise.DateMode{normalise.KST, normalise.AsText}).Draw(rt, "dates")
		r := pnl.New(performancetest.Book(rules, performancetest.Random(rt)), config())
		year := rapid.IntRange(2024, 2027).Draw(rt, "year")
		s, err := r.Summary(&year)
		if err != nil {
			rt.Fatal(err)
		}
		for _, month := range s.Months {
			totals := map[string]int{}
			for rail, line := range map[string]string{"TOTAL": "REV_TOTAL", "ONLINE": "REV_ONLINE", "OFFLINE": "REV_OFFLINE"} {
				list, err := r.Deals(pnl.DealsQuery{Year: &year, Month: month, Rail: rail, Limit: 2000})
				if err != nil {
					rt.Fatal(err)
				}
				sum, won := 0.0, 0.0
				seen := map[string]bool{}
				for _, item := range list.Items {
					sum += item.Recognised
					won += item.AmountUsed * float64(item.OverlapDays) / float64(item.TotalDays) / 1e8
					if item.DealID != nil && seen[*item.DealID] {
						rt.Fatalf("%s %s: %s is there twice", month, rail, *item.DealID)
					} else if item.DealID != nil {
						seen[*item.DealID] = true
					}
				}
				totals[rail] = list.Meta.Total
				cell := value(rt, s, line, month+"_E")
				if math.Abs(cell-won) > 0.00005+1e-9 || math.Abs(cell-sum) > 0.00005*float64(1+len(list.Items)) {
					rt.Fatalf("%s %s: the cell is %v, its list %v", month, rail, cell, sum)
				}
			}
			if totals["ONLINE"]+totals["OFFLINE"] != totals["TOTAL"] {
				rt.Fatalf("%s: %v", month, totals)
			}
		}
	})
}

func FuzzDeals(f *testing.F) {
	f.Add("2601", "TOTAL", "E", 2026, 1, 0)
	f.Add("", "", "", 0, 0, 0)
	f.Add("26 1", "ſ", "ß", 10000, 5, math.MaxInt)
	r := report(corrected, course(func(*crm.Deal) {}))
	f.Fuzz(func(t *testing.T, month, rail, variant string, year, limit, offset int) {
		list, err := r.Deals(pnl.DealsQuery{Year: &year, Month: month, Rail: rail, Variant: variant, Limit: max(limit, 0), Offset: max(offset, 0)})
		if _, refused := errors.AsType[*performance.ValueError](err); err != nil && !refused {
			t.Fatal(err)
		}
		if err == nil && (len(list.Items) > min(list.Meta.Total, max(limit, 0)) || list.Items == nil) {
			t.Errorf("%+v", list)
		}
	})
}
