package httpapi

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// Bounds of list lengths (spec 02 §1).
const (
	maxLimit        = 500
	defaultLimit    = 200
	defaultOrgMemos = 100
)

func listSizes(*input) answer {
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Browse.Sizes(), nil }
}

func listOrganizations(in *input) answer {
	f := browse.OrganizationFilter{
		Size:   in.text("size", browse.AllSizes),
		Search: in.text("search", ""),
		Limit:  in.limit(defaultLimit, maxLimit),
		Offset: in.offset(),
	}
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Browse.Organizations(f), nil }
}

func getOrganization(in *input) answer {
	id := in.id()
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Browse.Organization(id) }
}

func listOrganizationPeople(in *input) answer {
	id, hasDeal := in.id(), in.flag("hasDeal")
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Browse.People(id, hasDeal), nil }
}

func listOrganizationMemos(in *input) answer {
	id, limit := in.id(), in.limit(defaultOrgMemos, maxLimit)
	return func(ctx context.Context, s *served.Snapshot) (any, error) {
		return s.Browse.OrganizationMemos(ctx, id, limit)
	}
}

func listPersonMemos(in *input) answer {
	id, limit := in.id(), in.limit(defaultLimit, maxLimit)
	return func(ctx context.Context, s *served.Snapshot) (any, error) {
		return s.Browse.PersonMemos(ctx, id, limit)
	}
}

func listPersonDeals(in *input) answer {
	id := in.id()
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Browse.Deals(id), nil }
}

func listDealMemos(in *input) answer {
	id, limit := in.id(), in.limit(defaultLimit, maxLimit)
	return func(ctx context.Context, s *served.Snapshot) (any, error) {
		return s.Browse.DealMemos(ctx, id, limit)
	}
}
