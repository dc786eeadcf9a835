package httpapi

import (
	"context"
	"math"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/amounts"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/inquiries"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// Bounds of the P&L's deal list (spec 03 §4.4).
const (
	maxPnLDeals     = 2000
	defaultPnLDeals = 500
)

// performanceRoutes are the monthly sales views of spec 03.
func performanceRoutes() []dataRoute {
	return []dataRoute{
		{"/api/performance/monthly-amounts/summary", amountsSummary},
		{"/api/performance/monthly-amounts/deals", amountsDeals},
		{"/api/performance/monthly-inquiries/summary", inquiriesSummary},
		{"/api/performance/monthly-inquiries/deals", inquiriesDeals},
		{"/api/performance/monthly-close-rate/summary", closeRateSummary},
		{"/api/performance/monthly-close-rate/deals", closeRateDeals},
		{"/api/performance/pl-progress/summary", pnlSummary(planYear)},
		{"/api/performance/pl-progress/deals", pnlDeals(planYear)},
		{"/api/performance/pl-progress/actual-overrides", pnlOverrides(planYear)},
		// From when there was one year only.
		{"/api/performance/pl-progress-2026/summary", pnlSummary(year2026)},
		{"/api/performance/pl-progress-2026/deals", pnlDeals(year2026)},
		{"/api/performance/pl-progress-2026/actual-overrides", pnlOverrides(year2026)},
	}
}

// months reads the month parameters of a summary, which all of them take by
// either name; what they make of them is their business.
func months(in *input) performance.RangeQuery {
	return performance.RangeQuery{
		From: in.given("from"), To: in.given("to"),
		FromMonth: in.given("from_month"), ToMonth: in.given("to_month"),
	}
}

func isTrue(flag *bool) bool { return flag != nil && *flag }

func amountsSummary(in *input) answer {
	q := amounts.SummaryQuery{Range: months(in), Team: in.given("team"), Scope: in.given("scope")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Amounts.Summary(q) }
}

func amountsDeals(in *input) answer {
	q := amounts.DealsQuery{
		Segment: in.required("segment"), Row: in.required("row"), Month: in.required("month"),
		Team: in.given("team"), Scope: in.given("scope"),
	}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Amounts.Deals(q) }
}

func inquiriesSummary(in *input) answer {
	q := inquiries.SummaryQuery{Range: months(in), Team: in.given("team"), Debug: isTrue(in.flag("debug"))}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Inquiries.Summary(q) }
}

func inquiriesDeals(in *input) answer {
	q := inquiries.DealsQuery{
		Segment: in.required("segment"), Row: in.required("row"), Month: in.required("month"),
		Team: in.given("team"), Debug: isTrue(in.flag("debug")),
	}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Inquiries.Deals(q) }
}

func closeRateSummary(in *input) answer {
	q := closerate.SummaryQuery{Range: months(in), Customers: in.text("cust", "all"), Scope: in.text("scope", "all")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.CloseRate.Summary(q) }
}

func closeRateDeals(in *input) answer {
	q := closerate.DealsQuery{
		Segment: in.required("segment"), Month: in.required("month"),
		Row: in.text("row", ""), Course: in.text("course", ""), Metric: in.text("metric", ""),
		Customers: in.text("cust", "all"), Scope: in.text("scope", "all"),
	}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.CloseRate.Deals(q) }
}

// yearParameter reads the year; nil means the workspace's plan year. Which
// years there are the views know: one that the calendar doesn't have is a 400.
type yearParameter func(in *input) *int

func planYear(in *input) *int { return in.wholeBetween("year", math.MinInt, math.MaxInt) }

func year2026(in *input) *int {
	year := in.whole("year", 2026, math.MinInt, math.MaxInt)
	return &year
}

func pnlSummary(year yearParameter) func(*input) answer {
	return func(in *input) answer {
		y := year(in)
		return func(_ context.Context, s *served.Snapshot) (any, error) { return s.PnL.Summary(y) }
	}
}

func pnlDeals(year yearParameter) func(*input) answer {
	return func(in *input) answer {
		q := pnl.DealsQuery{
			Month: in.required("month"), Rail: in.required("rail"), Year: year(in), Variant: in.text("variant", "E"),
			Limit: in.limit(defaultPnLDeals, maxPnLDeals), Offset: in.offset(),
		}
		return func(_ context.Context, s *served.Snapshot) (any, error) { return s.PnL.Deals(q) }
	}
}

func pnlOverrides(year yearParameter) func(*input) answer {
	return func(in *input) answer {
		y := year(in)
		return func(_ context.Context, s *served.Snapshot) (any, error) { return s.PnL.Overrides(y), nil }
	}
}
