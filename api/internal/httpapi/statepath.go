package httpapi

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

// Bounds of the portfolio (spec 05 §10.2).
const (
	maxPortfolio     = 2000
	defaultPortfolio = 500
)

// statePathRoutes are the state path of spec 05 §9 and §10, by paths without
// years and by the older ones, which have the years that the service began
// with.
func statePathRoutes() []dataRoute {
	return []dataRoute{
		{"/api/statepath/portfolio", statePathPortfolio},
		{"/api/statepath/orgs/:id", statePathDetail},
		{"/api/orgs/:id/statepath", statePathOrganization},
		{"/api/statepath/portfolio-2425", statePathPortfolio},
		{"/api/orgs/:id/statepath-2425", statePathDetail},
	}
}

// statePathYears reads the two years, 0 where one is absent: the workspace has
// its own.
func statePathYears(in *input) statepath.Years {
	return statepath.Years{From: yearIfGiven(in, "from_year"), To: yearIfGiven(in, "to_year")}
}

func statePathOrganization(in *input) answer {
	id, years := in.id(), statePathYears(in)
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.StatePath.Organization(id, years) }
}

func statePathDetail(in *input) answer {
	id, years := in.id(), statePathYears(in)
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.StatePath.Detail(id, years) }
}

func statePathPortfolio(in *input) answer {
	filter := func(name string) string { return in.text(name, statepath.All) }
	q := statepath.PortfolioQuery{Segment: in.text("segment", statepath.AllSegments)}
	if sizeGroup := in.text("sizeGroup", ""); sizeGroup != "" {
		q.Segment = sizeGroup
	}
	q.Search, q.Sort = in.text("search", ""), in.text("sort", statepath.ByTotal)
	q.Limit = in.limit(defaultPortfolio, maxPortfolio)
	q.Offset = in.offset()
	q.RiskOnly, q.HasOpen, q.HasScaleUp = isTrue(in.flag("riskOnly")), isTrue(in.flag("hasOpen")), isTrue(in.flag("hasScaleUp"))
	q.CompanyDir, q.Seed = filter("companyDir"), filter("seed")
	q.Rail, q.RailDir = filter("rail"), filter("railDir")
	q.CompanyFrom, q.CompanyTo = filter("companyFrom"), filter("companyTo")
	q.Cell, q.CellEvent = filter("cell"), filter("cellEvent")
	q.Years = statePathYears(in)
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.StatePath.Portfolio(q) }
}
