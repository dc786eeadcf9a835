package httpapi

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// qualityRoutes are the deal check and quality control of spec 06 §1 and §2.
// Teams that had a path of their own keep it.
func qualityRoutes() []dataRoute {
	return []dataRoute{
		{"/api/deal-check", dealCheck},
		{"/api/deal-check/edu-all", dealCheckOf("edu_all")},
		{"/api/deal-check/edu1", dealCheckOf("edu1")},
		{"/api/deal-check/edu2", dealCheckOf("edu2")},
		{"/api/qc/deal-errors/summary", dealErrorsSummary},
		{"/api/qc/deal-errors/person", dealErrorsOfPerson},
	}
}

func dealCheck(in *input) answer { return dealCheckOf(in.required("team"))(in) }

func dealCheckOf(team string) func(*input) answer {
	return func(in *input) answer {
		in.changesDaily()
		return func(_ context.Context, s *served.Snapshot) (any, error) { return s.DealCheck.Team(team) }
	}
}

func dealErrorsSummary(in *input) answer {
	in.changesDaily()
	team := in.text("team", workspace.QCAllTeams)
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.DealErrors.Summary(team) }
}

func dealErrorsOfPerson(in *input) answer {
	in.changesDaily()
	owner, team := in.required("owner"), in.text("team", workspace.QCAllTeams)
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.DealErrors.Person(owner, team) }
}
