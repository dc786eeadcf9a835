package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// paramID is the name of the id in paths such as /api/orgs/:id.
const paramID = "id"

// answer computes a response's JSON from one snapshot.
type answer func(ctx context.Context, s *served.Snapshot) (any, error)

// dataRoute is a GET endpoint whose response depends on the snapshot and its
// parameters only, so that it can be cached and revalidated.
type dataRoute struct {
	path string
	bind func(in *input) answer // reads all parameters, then computes nothing yet
}

// dataRoutes is the table of the data endpoints.
func dataRoutes() []dataRoute {
	return slices.Concat(workspaceRoutes(), browseRoutes(), performanceRoutes(), counterpartyRoutes(), rankRoutes(), statePathRoutes(), qualityRoutes(), revenueRoutes(), wonRoutes())
}

// canonical names the path that has the same answers as an older one, so that
// both share what is computed.
func canonical(path string) string {
	switch path {
	case "/api/rank/2025-top100-counterparty-dri":
		return "/api/rank/counterparty-dri"
	case "/api/rank/2025-top100-counterparty-dri/targets-summary":
		return "/api/rank/counterparty-dri/targets-summary"
	case "/api/rank/2025-counterparty-dri/detail":
		return "/api/rank/counterparty-dri/detail"
	case "/api/rank/2025-deals":
		return "/api/rank/deals"
	case "/api/rank/2025-deals-people":
		return "/api/rank/deals-people"
	case "/api/rank/2025/summary-by-size":
		return "/api/rank/summary-by-size"
	case "/api/ops/2026-online-retention":
		return "/api/ops/online-retention"
	case "/api/statepath/portfolio-2425":
		return "/api/statepath/portfolio"
	case "/api/orgs/:id/statepath-2425":
		return "/api/statepath/orgs/:id"
	default:
		return path
	}
}

// workspaceRoutes tell screens what is the company's own.
func workspaceRoutes() []dataRoute {
	return []dataRoute{{"/api/workspace", getWorkspace}}
}

func getWorkspace(*input) answer {
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Workspace, nil }
}

// browseRoutes are the lists of spec 02 §1.
func browseRoutes() []dataRoute {
	return []dataRoute{
		{"/api/sizes", listSizes},
		{"/api/orgs", listOrganizations},
		{"/api/orgs/:id", getOrganization},
		{"/api/orgs/:id/people", listOrganizationPeople},
		{"/api/orgs/:id/memos", listOrganizationMemos},
		{"/api/people/:id/memos", listPersonMemos},
		{"/api/people/:id/deals", listPersonDeals},
		{"/api/deals/:id/memos", listDealMemos},
	}
}

// plainRoute is an endpoint about the service itself.
type plainRoute struct {
	path    string
	handler echo.HandlerFunc
	limited bool // counts towards MaxInFlight
	open    bool // answers those without a token, too
}

func (s *Server) plainRoutes() []plainRoute {
	return []plainRoute{
		{path: "/api/health", handler: s.health, open: true},
		{path: "/api/snapshot", handler: s.snapshot, limited: true},
		{path: "/api/events", handler: s.events},
		{path: "/livez", handler: s.livez, open: true},
		{path: "/readyz", handler: s.readyz, open: true},
		{path: "/metrics", handler: s.metrics.handler()},
		{path: "/openapi.json", handler: s.openapi.serve, limited: true},
		{path: "/docs", handler: s.docs.serve, limited: true},
	}
}

// sessionRoutes are the only ones that take POST; everybody may knock.
func (s *Server) sessionRoutes() []plainRoute {
	return []plainRoute{
		{path: "/api/login", handler: s.login, limited: true, open: true},
		{path: "/api/logout", handler: s.logout, limited: true, open: true},
	}
}

func (s *Server) addRoutes(e *echo.Echo) {
	get := func(path string, h echo.HandlerFunc) {
		e.GET(path, h)
		e.HEAD(path, h) // echo has no HEAD of its own
		s.metrics.expect(path)
	}
	for _, r := range slices.Concat(browseRoutes(), counterpartyRoutes(), rankRoutes(), statePathRoutes(), qualityRoutes(), wonRoutes()) {
		get(r.path, s.guard(s.limit(s.data(r))))
	}
	for _, r := range slices.Concat(workspaceRoutes(), performanceRoutes(), revenueRoutes()) {
		get(r.path, s.guard(s.limit(s.orUnpublished(r.path, binderOf(r)))))
	}
	get(revenueSheetPath, s.guard(s.limit(s.orUnpublished(revenueSheetPath, revenueSheet))))
	get(wonMarkdownPath, s.guard(s.limit(s.respond(wonMarkdownPath, wonMarkdown))))
	for _, r := range streamRoutes() {
		get(r.path, s.guard(s.limit(s.stream(r))))
	}
	for _, r := range s.plainRoutes() {
		get(r.path, s.plain(r))
	}
	for _, r := range s.sessionRoutes() {
		e.POST(r.path, s.plain(r))
	}
	page := s.asset(s.o.Site.Index())
	get("/", page)
	get("/org_tables_v2.html", page)
	get("/assets/*", s.hashedAsset)
	for _, name := range s.o.Site.RootFiles() {
		if asset, ok := s.o.Site.Find(name); ok && name != "org_tables_v2.html" {
			get("/"+name, s.asset(asset))
		}
	}
}

func (s *Server) plain(r plainRoute) echo.HandlerFunc {
	h := r.handler
	if r.limited {
		h = s.limit(h)
	}
	if !r.open {
		h = s.guard(h)
	}
	return h
}

// withoutTrailingSlash returns where `/api/orgs/` is meant to go, if
// `/api/orgs` exists. It only ever names paths that routes know, so that nobody
// is sent to another host by `//host/`.
func (s *Server) withoutTrailingSlash(u *url.URL) (target string, ok bool) {
	if n := len(u.Path); n < 2 || u.Path[n-1] != '/' {
		return "", false
	}
	target = strings.TrimSuffix(u.EscapedPath(), "/")
	plain, err := url.PathUnescape(target)
	if err != nil || strings.HasPrefix(target, "//") || strings.HasSuffix(plain, "/") || !s.knows(plain) {
		return "", false
	}
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	return target, true
}

// knows reports whether GET path would reach a route.
func (s *Server) knows(path string) bool {
	c := s.echo.AcquireContext()
	defer s.echo.ReleaseContext(c)
	c.Reset(nil, nil)
	s.echo.Router().Find(http.MethodGet, path, c)
	return slices.ContainsFunc(s.echo.Routes(), func(r *echo.Route) bool {
		return r.Path == c.Path() && r.Method == http.MethodGet
	})
}
