package httpapi_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
)

// small starts a service on a small snapshot of generation 1.
func small(tb testing.TB) *service {
	tb.Helper()
	return smallWith(tb, settings{})
}

func smallWith(tb testing.TB, set settings) *service {
	tb.Helper()
	v := snapshottest.NewVolume(tb)
	v.Publish(v.Add(snapshottest.Small(1)))
	return start(tb, v.Live(), set).ready()
}

func TestParameters(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, tc := range []struct {
		query  string
		status int
		names  string // parameters that a 422 names
	}{
		{"", 200, ""},
		{"limit=1", 200, ""},
		{"limit=500", 200, ""},
		{"limit=%205%20", 200, ""},
		{"limit=%2B5", 200, ""},
		{"limit=+5", 200, ""}, // the plus is a space
		{"limit=007", 200, ""},
		{"limit=0", 422, "limit"},
		{"limit=-0", 422, "limit"},
		{"limit=501", 422, "limit"},
		{"limit=99999999999999999999999", 422, "limit"},
		{"limit=", 422, "limit"},
		{"limit", 422, "limit"},
		{"limit=x", 422, "limit"},
		{"limit=1.5", 422, "limit"},
		{"limit=1e2", 422, "limit"},
		{"limit=0x10", 422, "limit"},
		{"limit=1_0", 422, "limit"},
		{"limit=%EF%BC%91", 422, "limit"}, // a full-width 1
		{"limit=1%002", 422, "limit"},
		{"limit=--1", 422, "limit"},
		{"offset=-1", 422, "offset"},
		{"offset=99999999999999999999999", 200, ""},
		{"offset=x&limit=y", 422, "limit offset"},
		{"limit=x&limit=5", 200, ""},
		{"limit=5&limit=x", 422, "limit"},
		{"%6Cimit=x", 422, "limit"},
		{"Limit=x", 200, ""},
		{"unknown=x&%zz=%zz&=&&a=b=c", 200, ""},
		{"search=a;b&limit=x", 422, "limit"},
		{"search=%zz%", 200, ""},
		{"search=%ff%00", 200, ""},
		{"search=" + url.QueryEscape(strings.Repeat("%_", 4000)), 200, ""},
	} {
		r := s.get("/api/orgs?" + tc.query)
		if r.Status != tc.status {
			t.Errorf("%s: status %d, want %d", tc.query, r.Status, tc.status)
			continue
		}
		if tc.status != 422 {
			continue
		}
		p := wantProblem(t, r, 422, "invalid-parameter", "")
		for name := range strings.FieldsSeq(tc.names) {
			if !strings.Contains(p.Detail, name) {
				t.Errorf("%s: detail %q doesn't name %s", tc.query, p.Detail, name)
			}
		}
		if len(p.Errors) != len(strings.Fields(tc.names)) {
			t.Errorf("%s: errors %+v, want one for each of %s", tc.query, p.Errors, tc.names)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, tc := range []struct {
		value  string
		status int
		people int
	}{
		{"1", 200, 3},
		{"true", 200, 3},
		{"T", 200, 3},
		{"YES", 200, 3},
		{"y", 200, 3},
		{"On", 200, 3},
		{"0", 200, 0},
		{"False", 200, 0},
		{"f", 200, 0},
		{"no", 200, 0},
		{"N", 200, 0},
		{"off", 200, 0},
		{"", 422, 0},
		{"2", 422, 0},
		{"maybe", 422, 0},
		{"+true", 422, 0},
	} {
		r := s.get("/api/orgs/org-1/people?hasDeal=" + tc.value)
		if r.Status != tc.status {
			t.Errorf("hasDeal=%s: status %d, want %d", tc.value, r.Status, tc.status)
			continue
		}
		if tc.status == 200 && len(items(t, r)) != tc.people {
			t.Errorf("hasDeal=%s: %d people, want %d", tc.value, len(items(t, r)), tc.people)
		}
	}
}

func items(tb testing.TB, r reply) []map[string]any {
	tb.Helper()
	var list struct{ Items []map[string]any }
	r.decode(tb, &list)
	return list.Items
}

func TestErrors(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, tc := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/api/no-such-endpoint", 404, "not-found"},
		{"GET", "/nothing/here", 404, "not-found"},
		{"GET", "/assets/none.js", 404, "not-found"},
		{"GET", "/assets/../../etc/passwd", 404, "not-found"},
		{"GET", "/assets/%2e%2e/%2e%2e/etc/passwd", 404, "not-found"},
		{"GET", "/api/orgs/no-such-org", 404, "not-found"},
		{"GET", "/api/orgs/org-1%2F..%2Forg-2", 404, "not-found"},
		{"GET", "/api/orgs/%25", 404, "not-found"},
		{"GET", "/api/orgs/%", 400, ""},
		{"POST", "/api/orgs", 405, "method-not-allowed"},
		{"DELETE", "/api/orgs/org-1", 405, "method-not-allowed"},
		{"PATCH", "/api/health", 405, "method-not-allowed"},
		{"POST", "/api/no-such-endpoint", 404, "not-found"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tc.method, s.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Opaque = tc.path // sent as it is
		r := s.send(req)
		if tc.kind == "" { // net/http refuses before we see it
			if r.Status != tc.status {
				t.Errorf("%s %s: status %d, want %d", tc.method, tc.path, r.Status, tc.status)
			}
			continue
		}
		wantProblem(t, r, tc.status, tc.kind, "")
		if tc.status == 405 && !strings.Contains(r.Header.Get("Allow"), "GET") {
			t.Errorf("%s %s: Allow is %q", tc.method, tc.path, r.Header.Get("Allow"))
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	r := small(t).do(http.MethodOptions, "/api/orgs")
	if r.Status != 204 || !strings.Contains(r.Header.Get("Allow"), "GET") {
		t.Errorf("status %d, Allow %q", r.Status, r.Header.Get("Allow"))
	}
}

func TestBodyOnGet(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, body := range []io.Reader{strings.NewReader("x"), io.MultiReader(strings.NewReader("chunked"))} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/orgs", body)
		if err != nil {
			t.Fatal(err)
		}
		r := s.send(req)
		wantProblem(t, r, 400, "bad-request", "body")
	}
}

func TestTrailingSlash(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, tc := range []struct{ path, location string }{
		{"/api/orgs/", "/api/orgs"},
		{"/api/orgs/?limit=1&search=%ED%95%9C", "/api/orgs?limit=1&search=%ED%95%9C"},
		{"/api/orgs/org-1/", "/api/orgs/org-1"},
		{"/api/orgs/%ED%95%9C/people/", "/api/orgs/%ED%95%9C/people"},
		{"/livez/", "/livez"},
	} {
		r := s.get(tc.path)
		if r.Status != 307 || r.Header.Get("Location") != tc.location {
			t.Errorf("%s: %d to %q, want 307 to %q", tc.path, r.Status, r.Header.Get("Location"), tc.location)
		}
	}
	for _, path := range []string{"/api/nothing/", "//other.example/", "/api/orgs//", "/%2F/"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Opaque = path
		if r := s.send(req); r.Status == 307 {
			t.Errorf("%s: redirected to %q", path, r.Header.Get("Location"))
		}
	}
}

func TestRevalidation(t *testing.T) {
	t.Parallel()
	s := small(t)
	first := s.get("/api/orgs?limit=5")
	tag := first.Header.Get("Etag")
	if !strings.HasPrefix(tag, `W/"`) || first.Header.Get("Cache-Control") != "no-cache" || first.Header.Get("X-Snapshot-Version") == "" {
		t.Fatalf("headers %v", first.Header)
	}
	for _, same := range []string{"/api/orgs?limit=5&offset=0", "/api/orgs?unknown=1&limit=%2B5", "/api/orgs?limit=9&limit=5&size=%EC%A0%84%EC%B2%B4"} {
		if got := s.get(same).Header.Get("Etag"); got != tag {
			t.Errorf("%s: ETag %s, want that of the same question, %s", same, got, tag)
		}
	}
	for _, other := range []string{"/api/orgs?limit=6", "/api/orgs?limit=5&offset=1", "/api/orgs?limit=5&search=5", "/api/sizes"} {
		if got := s.get(other).Header.Get("Etag"); got == tag || got == "" {
			t.Errorf("%s: ETag %q, want another than %s", other, got, tag)
		}
	}
	for _, known := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag + ` , "y"`} {
		r := s.do(http.MethodGet, "/api/orgs?limit=5", "If-None-Match", known)
		if r.Status != 304 || r.Body != "" || r.Header.Get("Etag") != tag || r.Header.Get("X-Snapshot-Version") == "" {
			t.Errorf("If-None-Match: %s: status %d, body %q, headers %v", known, r.Status, r.Body, r.Header)
		}
	}
	if r := s.do(http.MethodGet, "/api/orgs?limit=6", "If-None-Match", tag); r.Status != 200 {
		t.Errorf("another question with that ETag: status %d", r.Status)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, path := range []string{"/api/orgs", "/api/orgs/org-1", "/api/health", "/api/snapshot", "/livez", "/", "/openapi.json", "/api/events"} {
		r := s.do(http.MethodHead, path)
		if r.Status != 200 || r.Body != "" {
			t.Errorf("HEAD %s: status %d, body %q", path, r.Status, r.Body)
		}
	}
	get, head := s.get("/api/orgs"), s.do(http.MethodHead, "/api/orgs")
	for _, name := range []string{"Etag", "Content-Type", "X-Snapshot-Version"} {
		if get.Header.Get(name) != head.Header.Get(name) {
			t.Errorf("%s: %q on GET, %q on HEAD", name, get.Header.Get(name), head.Header.Get(name))
		}
	}
	if r := s.do(http.MethodHead, "/api/orgs?limit=x"); r.Status != 422 || r.Body != "" {
		t.Errorf("HEAD with a bad parameter: status %d, body %q", r.Status, r.Body)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	s := small(t)
	plain := s.do(http.MethodGet, "/api/orgs", "Accept-Encoding", "identity")
	for _, tc := range []struct{ accept, coding string }{
		{"gzip", "gzip"},
		{"zstd", "zstd"},
		{"gzip, deflate, br, zstd", "zstd"},
		{"zstd;q=0.1, gzip;q=0.9", "gzip"},
		{"zstd;q=0, *", "gzip"},
		{"*;q=0", ""},
		{"br", ""},
		{"gzip;q=0", ""},
	} {
		for range 2 { // made on first use, then kept
			r := s.do(http.MethodGet, "/api/orgs", "Accept-Encoding", tc.accept)
			if got := r.Header.Get("Content-Encoding"); got != tc.coding {
				t.Errorf("%s: coding %q, want %q", tc.accept, got, tc.coding)
				continue
			}
			if got := unpack(t, tc.coding, r.Body); got != plain.Body {
				t.Errorf("%s: other bytes", tc.accept)
			}
			if tc.coding != "" && len(r.Body) >= len(plain.Body) {
				t.Errorf("%s: %d bytes of %d", tc.accept, len(r.Body), len(plain.Body))
			}
			if r.Header.Get("Etag") != plain.Header.Get("Etag") || !strings.Contains(r.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: headers %v", tc.accept, r.Header)
			}
		}
	}
}

func unpack(tb testing.TB, coding, body string) string {
	tb.Helper()
	var r io.Reader = strings.NewReader(body)
	switch coding {
	case "gzip":
		zr, err := gzip.NewReader(r)
		if err != nil {
			tb.Fatal(err)
		}
		r = zr
	case "zstd":
		zr, err := zstd.NewReader(r)
		if err != nil {
			tb.Fatal(err)
		}
		defer zr.Close()
		r = zr
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return string(plain)
}

func TestCORS(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, origin := range []string{"null", "http://dash.example"} {
		for _, path := range []string{"/api/orgs", "/api/nothing"} { // errors too, or a page cannot read them
			r := s.do(http.MethodGet, path, "Origin", origin)
			if r.Header.Get("Access-Control-Allow-Origin") != "*" || r.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s from %s: %v", path, origin, r.Header)
			}
		}
		r := s.do(http.MethodOptions, "/api/orgs", "Origin", origin, "Access-Control-Request-Method", "GET",
			"Access-Control-Request-Headers", "if-none-match")
		if r.Status != 204 || !strings.Contains(r.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
			t.Errorf("preflight from %s: %d %v", origin, r.Status, r.Header)
		}
	}
	narrow := smallWith(t, settings{change: func(o *httpapi.Options) { o.CORSOrigins = []string{"https://dash.example", "null"} }})
	for _, tc := range []struct{ origin, allowed string }{
		{"https://dash.example", "https://dash.example"}, {"null", "null"}, {"https://evil.example", ""}, {"https://dash.example.evil.example", ""},
	} {
		r := narrow.do(http.MethodGet, "/api/orgs", "Origin", tc.origin)
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != tc.allowed || !strings.Contains(r.Header.Get("Vary"), "Origin") {
			t.Errorf("from %s: allowed %q, want %q; Vary %q", tc.origin, got, tc.allowed, r.Header.Get("Vary"))
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, r := range httpapi.RoutesForTest(s.Server) {
		h := s.do(http.MethodHead, strings.ReplaceAll(r.OpenAPIPath, "{id}", "org-1")).Header
		if (h.Get("Content-Security-Policy") != "default-src 'none'; frame-ancestors 'none'" && r.OpenAPIPath != "/docs") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", r.OpenAPIPath, h)
		}
	}
	if h := s.get("/api/nothing").Header; h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" {
		t.Errorf("an error: %v", h)
	}
	for _, path := range []string{"/", "/org_tables_v2.html"} {
		h := s.get(path).Header
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: CSP %q lacks %s", path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: CSP %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	s := small(t)
	if got := s.do(http.MethodGet, "/livez", "X-Request-Id", "proxy-7.a_B").Header.Get("X-Request-Id"); got != "proxy-7.a_B" {
		t.Errorf("a sane id came back as %q", got)
	}
	for _, odd := range []string{strings.Repeat("a", 65), `"><script>`, "a b"} {
		if got := s.do(http.MethodGet, "/livez", "X-Request-Id", odd).Header.Get("X-Request-Id"); got == odd || got == "" {
			t.Errorf("%q came back as %q", odd, got)
		}
	}
	if a, b := s.get("/livez").Header.Get("X-Request-Id"), s.get("/livez").Header.Get("X-Request-Id"); a == b {
		t.Errorf("two requests are called %s", a)
	}
}
