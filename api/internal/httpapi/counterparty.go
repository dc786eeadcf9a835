package httpapi

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// counterpartyRoutes are the counterparty DRI of spec 04, by paths without a
// year and by the older ones, which have the year that the service began with.
func counterpartyRoutes() []dataRoute {
	return []dataRoute{
		{"/api/rank/counterparty-dri", counterpartyList},
		{"/api/rank/counterparty-dri/targets-summary", counterpartySummary},
		{"/api/rank/counterparty-dri/detail", counterpartyDetail},
		{"/api/rank/2025-top100-counterparty-dri", counterpartyList},
		{"/api/rank/2025-top100-counterparty-dri/targets-summary", counterpartySummary},
		{"/api/rank/2025-counterparty-dri/detail", counterpartyDetail},
	}
}

func counterpartyList(in *input) answer {
	q := counterparty.Query{Size: in.given("size")}
	if limit := in.limitIfGiven(counterparty.MaxLimit); limit != nil {
		q.Limit = *limit
	}
	q.Offset = in.offset()
	q.Debug = isTrue(in.flag("debug"))
	q.BaseYear = yearIfGiven(in, "base_year")
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Counterparties.List(q) }
}

func counterpartySummary(in *input) answer {
	q := counterparty.Query{Size: in.given("size"), BaseYear: yearIfGiven(in, "base_year")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Counterparties.Summary(q) }
}

func counterpartyDetail(in *input) answer {
	q := counterparty.DetailQuery{OrgID: in.required("orgId"), UpperOrg: in.required("upperOrg"), BaseYear: yearIfGiven(in, "base_year")}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Counterparties.Detail(q) }
}
