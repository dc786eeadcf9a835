package httpapi

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// standardRequest is a request that the dashboard sends before anybody has
// chosen anything.
type standardRequest struct {
	path  string
	query url.Values
}

// ask makes a request of names and values.
func ask(path string, namesAndValues ...string) standardRequest {
	r := standardRequest{path: path, query: url.Values{}}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		r.query.Set(namesAndValues[i], namesAndValues[i+1])
	}
	return r
}

// standardRequests is the table of what every screen asks first (spec 07 §2),
// with the parameters of the workspace: what is computed before a generation
// is served. Screens that open most come first, should the time run out.
func standardRequests(s *served.Snapshot) []standardRequest {
	w := s.Workspace
	size := w.SizeGroups.Default
	year, yearBefore := strconv.Itoa(w.ReportYear), strconv.Itoa(slices.Min(append(w.Years, w.ReportYear)))
	from, to := year+"-01", year+"-12"

	all := []standardRequest{
		ask("/api/workspace"),
		ask("/api/sizes"),
		ask("/api/orgs", "size", size), // the viewer
		ask("/api/orgs", "size", browse.AllSizes),
	}
	all = append(all, targetboardRequests(s)...)
	all = append(all,
		ask("/api/rank/counterparty-dri", "size", size),
		ask("/api/performance/pl-progress/summary", "year", year),
		ask("/api/performance/pl-progress/actual-overrides", "year", year),
		ask("/api/performance/pl-progress-2026/summary", "year", year),
		ask("/api/performance/pl-progress-2026/actual-overrides", "year", year),
		ask("/api/performance/monthly-amounts/summary", "from", from, "to", to),
	)
	for _, entry := range w.Menu.MonthlyAmounts {
		all = append(all, scoped(ask("/api/performance/monthly-amounts/summary", "from", from, "to", to), entry))
	}
	all = append(all,
		ask("/api/performance/monthly-inquiries/summary", "from", from, "to", to),
		ask("/api/performance/monthly-close-rate/summary", "from", yearBefore+"-01", "to", to, "cust", "new", "scope", "all"),
		ask("/api/ops/online-retention"),
		ask("/api/statepath/portfolio", "segment", statepath.AllSegments, "sort", statepath.ByTotal, "limit", strconv.Itoa(w.StatePath.Limit)),
		ask("/api/rank/deals"),
		ask("/api/rank/deals", "size", browse.AllSizes),
		ask("/api/rank/deals-people", "size", size),
		ask("/api/rank/mismatched-deals", "size", size),
	)
	for _, team := range w.Teams {
		all = append(all, ask("/api/deal-check", "team", team.Key), ask("/api/deal-check/"+team.Key), ask("/api/qc/deal-errors/summary", "team", team.Key))
	}
	return all
}

// targetboardRequests are the lists of the board, one a size.
func targetboardRequests(s *served.Snapshot) []standardRequest {
	var all []standardRequest
	for _, word := range s.Workspace.SizeGroups.Targetboard {
		r := ask("/api/rank/counterparty-dri", "size", knownSize(s, word))
		if limit := s.Workspace.Targetboard.LimitPerSize; limit != nil {
			r.query.Set("limit", strconv.Itoa(*limit))
		}
		all = append(all, r)
	}
	return all
}

// knownSize is the first size that occurs and contains a word, else the word.
func knownSize(s *served.Snapshot, word string) string {
	sizes := s.Browse.Sizes().Sizes
	if i := slices.IndexFunc(sizes, func(size string) bool { return strings.Contains(size, word) }); i >= 0 {
		return sizes[i]
	}
	return word
}

// scoped adds the parameters of a menu entry.
func scoped(r standardRequest, entry workspace.PublicMenuEntry) standardRequest {
	if entry.Team != nil {
		r.query.Set("team", *entry.Team)
	}
	if entry.Scope != nil {
		r.query.Set("scope", *entry.Scope)
	}
	return r
}
