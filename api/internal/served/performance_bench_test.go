package served_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/amounts"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/inquiries"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// BenchmarkPerformance is what the views cost: once per snapshot (load), and
// for the first request after a swap, encoding included (the others).
func BenchmarkPerformance(b *testing.B) {
	o := served.Options{Rules: normalise.DefaultRules(), Workspace: goldentest.Workspace(b)}
	for _, deals := range []int{10_000, 50_000, 100_000} {
		data := goldentest.ManyRows(b, deals)
		load := func() served.Performance {
			return served.NewPerformance(performance.NewBook(data, performancetest.Version, o.Rules), o)
		}
		b.Run(fmt.Sprintf("load/deals=%d", deals), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				load()
			}
		})
		views := load()
		team := new("edu_all")
		for name, compute := range map[string]func() (any, error){
			"amounts-summary": func() (any, error) { return views.Amounts.Summary(amounts.SummaryQuery{Team: team}) },
			"amounts-deals": func() (any, error) {
				return views.Amounts.Deals(amounts.DealsQuery{Segment: "ALL", Row: "TOTAL", Month: "2506"})
			},
			"inquiries-summary": func() (any, error) { return views.Inquiries.Summary(inquiries.SummaryQuery{Team: team}) },
			"inquiries-deals": func() (any, error) {
				return views.Inquiries.Deals(inquiries.DealsQuery{Segment: "대기업", Row: "x", Month: "2505"})
			},
			"close-rate-summary": func() (any, error) {
				return views.CloseRate.Summary(closerate.SummaryQuery{Customers: "existing", Scope: "corp_group"})
			},
			"close-rate-deals": func() (any, error) {
				return views.CloseRate.Deals(closerate.DealsQuery{Segment: "대기업", Row: "오프라인||total", Month: "2505", Customers: "all", Scope: "all"})
			},
			"pnl-summary": func() (any, error) { return views.PnL.Summary(nil) },
			"pnl-deals": func() (any, error) {
				return views.PnL.Deals(pnl.DealsQuery{Month: "2601", Rail: "TOTAL", Limit: 500})
			},
			"pnl-overrides": func() (any, error) { return views.PnL.Overrides(nil), nil },
		} {
			b.Run(fmt.Sprintf("%s/deals=%d", name, deals), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					answer, err := compute()
					if err != nil {
						b.Fatal(err)
					}
					body, err := json.Marshal(answer)
					if err != nil {
						b.Fatal(err)
					}
					b.SetBytes(int64(len(body)))
				}
			})
		}
	}
}
