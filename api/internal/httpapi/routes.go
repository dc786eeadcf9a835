package httpapi

import (
	"context"
	"net/http"
	"net/url"

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

// dataRoutes is the table of the data endpoints (spec 02 §1).
func dataRoutes() []dataRoute {
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
}

func (s *Server) plainRoutes() []plainRoute {
	return []plainRoute{
		{"/api/health", s.health, false},
		{"/api/snapshot", s.snapshot, true},
		{"/api/events", s.events, false},
		{"/livez", s.livez, false},
		{"/readyz", s.readyz, false},
		{"/metrics", s.metrics.handler(), false},
		{"/openapi.json", s.openapi.serve, true},
	}
}

func (s *Server) addRoutes(e *echo.Echo) {
	get := func(path string, h echo.HandlerFunc) {
		e.GET(path, h)
		e.HEAD(path, h) // echo has no HEAD of its own
		s.metrics.expect(path)
	}
	for _, r := range dataRoutes() {
		get(r.path, s.limit(s.data(r)))
	}
	for _, r := range s.plainRoutes() {
		h := r.handler
		if r.limited {
			h = s.limit(h)
		}
		get(r.path, h)
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

// redirectTrailingSlash sends `/api/orgs/` to `/api/orgs` if that exists. It
// only ever redirects to paths that routes know, so that nobody is sent to
// another host by `//host/`.
func redirectTrailingSlash(e *echo.Echo) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			path := r.URL.EscapedPath()
			if len(path) < 2 || path[len(path)-1] != '/' || path[1] == '/' {
				return next(c)
			}
			target := path[:len(path)-1]
			if !knows(e, target) {
				return echo.ErrNotFound
			}
			if r.URL.RawQuery != "" {
				target += "?" + r.URL.RawQuery
			}
			return c.Redirect(http.StatusTemporaryRedirect, target)
		}
	}
}

// knows reports whether GET path would reach a route.
func knows(e *echo.Echo, path string) bool {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return false
	}
	c := e.AcquireContext()
	defer e.ReleaseContext(c)
	c.Reset(nil, nil)
	e.Router().Find(http.MethodGet, plain, c)
	for _, r := range e.Routes() {
		if r.Path == c.Path() && r.Method == http.MethodGet {
			return true
		}
	}
	return false
}
