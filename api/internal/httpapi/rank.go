package httpapi

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// Years that a request may ask for, as the workspace bounds its own.
const (
	firstYear = 2000
	lastYear  = 2099
)

// rankRoutes are the rankings of spec 05 §1–§7, by paths without a year and by
// the older ones, which have the year that the service began with.
func rankRoutes() []dataRoute {
	return []dataRoute{
		{"/api/rank/deals", rankCustomers},
		{"/api/rank/deals-people", rankPeople},
		{"/api/rank/mismatched-deals", rankMismatched},
		{"/api/rank/won-yearly-totals", rankWonBySize},
		{"/api/rank/won-industry-summary", rankWonByIndustry},
		{"/api/rank/summary-by-size", rankSummaryBySize},
		{"/api/ops/online-retention", onlineRetention},
		{"/api/rank/2025-deals", rankCustomers},
		{"/api/rank/2025-deals-people", rankPeople},
		{"/api/rank/2025/summary-by-size", rankSummaryBySize},
		{"/api/ops/2026-online-retention", onlineRetention},
	}
}

// yearIfGiven reads a year, 0 if it is absent: the workspace has its own.
func yearIfGiven(in *input, name string) int {
	if year := in.wholeBetween(name, firstYear, lastYear); year != nil {
		return *year
	}
	return 0
}

func rankCustomers(in *input) answer {
	q := rank.Query{Size: in.given("size"), Year: yearIfGiven(in, "year")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Rank.Customers(q) }
}

func rankPeople(in *input) answer {
	q := rank.Query{Size: in.given("size"), Year: yearIfGiven(in, "year")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Rank.People(q) }
}

func rankMismatched(in *input) answer {
	q := rank.Query{Size: in.given("size")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Rank.Mismatched(q) }
}

func rankWonBySize(*input) answer {
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Rank.WonBySize() }
}

func rankWonByIndustry(in *input) answer {
	q := rank.Query{Size: in.given("size")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Rank.WonByIndustry(q) }
}

func rankSummaryBySize(in *input) answer {
	q := rank.SizeSummaryQuery{Excluded: in.given("exclude_org_name"), Years: in.text("years", "")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Rank.SummaryBySize(q) }
}

func onlineRetention(*input) answer {
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Retention.List() }
}
