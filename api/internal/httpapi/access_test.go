package httpapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
)

const (
	rightToken = "canary-right-token"
	wrongToken = "canary-wrong-token"
)

func guardOf(tb testing.TB, now func() time.Time) *access.Guard {
	tb.Helper()
	sum := sha256.Sum256([]byte(rightToken))
	tokens, err := access.ParseTokens("desk:" + hex.EncodeToString(sum[:]))
	if err != nil {
		tb.Fatal(err)
	}
	return access.NewGuard(tokens, time.Hour, now)
}

// closed starts a service that wants a token.
func closed(t *testing.T, set settings) *service {
	t.Helper()
	change := set.change
	set.change = func(o *httpapi.Options) {
		o.Access = guardOf(t, time.Now)
		if change != nil {
			change(o)
		}
	}
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	s := start(t, v.Live(), set)
	s.ready()
	return s
}

// post sends a body as the page does.
func (s *service) post(path, body string, headers ...string) reply {
	s.tb.Helper()
	req, err := http.NewRequestWithContext(s.tb.Context(), http.MethodPost, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return s.send(req)
}

func (s *service) login(token string, headers ...string) reply {
	s.tb.Helper()
	return s.post("/api/login", `{"token":"`+token+`"}`, headers...)
}

// cookieOf returns the session that a reply sets.
func cookieOf(tb testing.TB, r reply) *http.Cookie {
	tb.Helper()
	cookies := (&http.Response{Header: r.Header}).Cookies()
	if len(cookies) != 1 {
		tb.Fatalf("cookies %v", cookies)
	}
	return cookies[0]
}

// TestAccess asks every route there is, so that a new one cannot be left open
// by forgetting.
func TestAccess(t *testing.T) {
	t.Parallel()
	s := closed(t, settings{})
	cookie := cookieOf(t, s.login(rightToken))
	open := []string{"/", "/org_tables_v2.html", "/assets/*", "/livez", "/readyz", "/api/health"}
	open = append(open, httpapi.PageFilesForTest(s.Server)...)
	for _, r := range httpapi.EchoRoutesForTest(s.Server) {
		if r.Method == http.MethodPost || r.Method == echo.RouteNotFound {
			continue
		}
		path := strings.NewReplacer(":id", "org-1", "*", "none.js").Replace(r.Path)
		anonymous := s.do(r.Method, path)
		if slices.Contains(open, r.Path) {
			if anonymous.Status == 401 {
				t.Errorf("%s %s is closed", r.Method, r.Path)
			}
			continue
		}
		if anonymous.Status != 401 || anonymous.Header.Get("WWW-Authenticate") == "" || anonymous.Header.Get("Etag") != "" || anonymous.Header.Get("X-Snapshot-Version") != "" {
			t.Errorf("%s %s without a token: %d %v", r.Method, r.Path, anonymous.Status, anonymous.Header)
		}
		if r.Method == http.MethodHead || r.Path == "/api/events" {
			continue
		}
		if with := s.do(r.Method, path, "Authorization", "Bearer "+rightToken); with.Status == 401 {
			t.Errorf("%s with the token: 401", r.Path)
		}
		if with := s.do(r.Method, path, "Cookie", cookie.String()); with.Status == 401 {
			t.Errorf("%s with the session: 401", r.Path)
		}
	}
	wantProblem(t, s.get("/api/orgs"), 401, "unauthorized", "token")
	tag := s.do(http.MethodGet, "/api/orgs", "Authorization", "bearer  "+rightToken).Header.Get("Etag")
	if r := s.do(http.MethodGet, "/api/orgs", "If-None-Match", tag); tag == "" || r.Status != 401 {
		t.Errorf("revalidation without a token: %d", r.Status)
	}
	for _, odd := range []string{"Bearer", "Bearer ", "Basic " + rightToken, rightToken, "Bearer " + wrongToken} {
		if r := s.do(http.MethodGet, "/api/orgs", "Authorization", odd); r.Status != 401 {
			t.Errorf("%s: %d", odd, r.Status)
		}
	}
	// A wrong token isn't made right by a session beside it; other schemes are a proxy's.
	if r := s.do(http.MethodGet, "/api/orgs", "Authorization", "Bearer "+wrongToken, "Cookie", cookie.String()); r.Status != 401 {
		t.Errorf("wrong token and session: %d", r.Status)
	}
	if r := s.do(http.MethodGet, "/api/orgs", "Authorization", "Basic eDp5", "Cookie", cookie.String()); r.Status != 200 {
		t.Errorf("a proxy's scheme and session: %d", r.Status)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := closed(t, settings{})
	r := s.login(" " + rightToken + " ") // as people copy it
	var body struct {
		Name      string    `json:"name"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	r.decode(t, &body)
	if r.Status != 200 || body.Name != "desk" || time.Until(body.ExpiresAt) > time.Hour || time.Until(body.ExpiresAt) < 50*time.Minute {
		t.Fatalf("%d %+v", r.Status, body)
	}
	if err := newValidator(t, small(t).openAPI()).check("#/components/schemas/Login", r.Body); err != nil {
		t.Error(err)
	}
	c := cookieOf(t, r)
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure || c.Path != "/" || c.Domain != "" || c.MaxAge < 3000 || c.MaxAge > 3600 ||
		strings.Contains(c.Value, rightToken) || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("cookie %v, headers %v", c, r.Header)
	}
	if c := cookieOf(t, s.login(rightToken, "X-Forwarded-Proto", "https")); !c.Secure {
		t.Errorf("behind TLS: %v", c)
	}
	var info struct{ Reader string }
	s.do(http.MethodGet, "/api/snapshot", "Cookie", c.String()).decode(t, &info)
	if info.Reader != "desk" {
		t.Errorf("reader %q", info.Reader)
	}

	out := s.post("/api/logout", "", "Cookie", c.String())
	if gone := cookieOf(t, out); out.Status != 204 || gone.Value != "" || gone.MaxAge >= 0 || gone.Path != "/" {
		t.Errorf("logout: %d %v", out.Status, gone)
	}
}

func TestLogin_Refused(t *testing.T) {
	t.Parallel()
	s := closed(t, settings{})
	for _, tc := range []struct {
		name, body string
		headers    []string
		status     int
		kind       string
	}{
		{"wrong token", `{"token":"` + wrongToken + `"}`, nil, 401, "unauthorized"},
		{"no token", `{}`, nil, 400, "bad-request"},
		{"null", `{"token":null}`, nil, 400, "bad-request"},
		{"number", `{"token":1}`, nil, 400, "bad-request"},
		{"more keys", `{"token":"x","to":"y"}`, nil, 400, "bad-request"},
		{"two values", `{"token":"x"}{"token":"y"}`, nil, 400, "bad-request"},
		{"no JSON", `token=` + rightToken, nil, 400, "bad-request"},
		{"nothing", ``, nil, 400, "bad-request"},
		{"too long", `{"token":"` + strings.Repeat("x", 5000) + `"}`, nil, 400, "bad-request"},
		{"form", `token=` + rightToken, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "bad-request"},
		{"plain text", `{"token":"` + rightToken + `"}`, []string{"Content-Type", "text/plain"}, 415, "bad-request"},
		{"another site", `{"token":"` + rightToken + `"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403, "forbidden"},
		{"another origin", `{"token":"` + rightToken + `"}`, []string{"Origin", "https://evil.example"}, 403, "forbidden"},
		{"a file", `{"token":"` + rightToken + `"}`, []string{"Origin", "null"}, 403, "forbidden"},
	} {
		r := s.post("/api/login", tc.body, tc.headers...)
		wantProblem(t, r, tc.status, tc.kind, "")
		if r.Header.Get("Set-Cookie") != "" || strings.Contains(r.Body, "canary") {
			t.Errorf("%s: %v %s", tc.name, r.Header, r.Body)
		}
	}
	if r := s.post("/api/logout", "", "Sec-Fetch-Site", "cross-site"); r.Status != 403 || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("logout by another site: %d", r.Status)
	}
	if r := s.login(rightToken, "Origin", s.URL); r.Status != 200 {
		t.Errorf("our own page: %d %s", r.Status, r.Body)
	}
	if r := s.get("/api/login"); r.Status != 405 || !strings.Contains(r.Header.Get("Allow"), "POST") {
		t.Errorf("GET: %d %v", r.Status, r.Header)
	}
	preflight := s.do(http.MethodOptions, "/api/login", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST")
	if strings.Contains(preflight.Header.Get("Access-Control-Allow-Methods"), "POST") || preflight.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %v", preflight.Header)
	}
	if text := s.do(http.MethodGet, "/metrics", "Authorization", "Bearer "+rightToken).Body; !strings.Contains(text, "salesmap_api_wrong_tokens_total 1") {
		t.Error("the wrong token was not counted once")
	}
}

func TestLogin_NotNeeded(t *testing.T) {
	t.Parallel()
	s := small(t)
	wantProblem(t, s.login(rightToken), 404, "not-found", "off")
	if r := s.do(http.MethodGet, "/api/orgs", "Authorization", "Bearer "+wrongToken); r.Status != 200 {
		t.Errorf("a token where none is needed: %d", r.Status)
	}
}

// TestAccess_TwoProcesses: sessions are good on every replica and after a
// restart, until they are over.
func TestAccess_TwoProcesses(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	later := func(o *httpapi.Options) {
		o.Access = guardOf(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	}
	cookie := cookieOf(t, closed(t, settings{}).login(rightToken)).String()
	other := closed(t, settings{change: later})
	if r := other.do(http.MethodGet, "/api/orgs", "Cookie", cookie); r.Status != 200 {
		t.Errorf("on another replica: %d", r.Status)
	}
	ahead.Store(int64(2 * time.Hour))
	for range 20 { // what browsers keep is no failed attempt
		if r := other.do(http.MethodGet, "/api/orgs", "Cookie", cookie); r.Status != 401 {
			t.Fatalf("over: %d", r.Status)
		}
	}
	if r := other.login(rightToken); r.Status != 200 {
		t.Errorf("login after an old session: %d", r.Status)
	}
}

func TestAccess_Limited(t *testing.T) {
	t.Parallel()
	proxy := func(o *httpapi.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }
	s := closed(t, settings{change: proxy})
	from := func(address string) []string { return []string{"X-Forwarded-For", "198.51.100.9, " + address} }
	cookie := cookieOf(t, s.login(rightToken, from("192.0.2.1")...)).String()
	for n := range 10 {
		var r reply
		if n%2 == 0 {
			r = s.login(wrongToken, from("192.0.2.1")...)
		} else {
			r = s.do(http.MethodGet, "/api/orgs", append(from("192.0.2.1"), "Authorization", "Bearer "+wrongToken)...)
		}
		if r.Status != 401 {
			t.Fatalf("attempt %d: %d", n, r.Status)
		}
	}
	r := s.login(rightToken, from("192.0.2.1")...)
	wantProblem(t, r, 429, "too-many-attempts", "later")
	if wait, err := strconv.Atoi(r.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 30 {
		t.Errorf("Retry-After %q", r.Header.Get("Retry-After"))
	}
	if r := s.do(http.MethodGet, "/api/orgs", append(from("192.0.2.1"), "Authorization", "Bearer "+rightToken)...); r.Status != 429 {
		t.Errorf("token from a limited address: %d", r.Status)
	}
	if r := s.do(http.MethodGet, "/api/orgs", append(from("192.0.2.1"), "Cookie", cookie)...); r.Status != 200 {
		t.Errorf("session from a limited address: %d", r.Status)
	}
	if r := s.login(rightToken, from("192.0.2.2")...); r.Status != 200 {
		t.Errorf("another address: %d", r.Status)
	}

	// Without trusted proxies nobody chooses an address.
	direct := closed(t, settings{})
	for n := range 11 {
		r = direct.login(wrongToken, from("192.0.2."+strconv.Itoa(n))...)
	}
	if r.Status != 429 {
		t.Errorf("made-up addresses: %d", r.Status)
	}
}

func TestAccess_Log(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.DebugLevel)
	s := closed(t, settings{log: zap.New(core)})
	cookie := cookieOf(t, s.login(rightToken))
	s.login(wrongToken)
	s.do(http.MethodGet, "/api/orgs", "Authorization", "Bearer "+wrongToken)
	s.do(http.MethodGet, "/api/orgs", "Cookie", cookie.String())
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	for _, e := range logs.All() {
		line, err := enc.EncodeEntry(e.Entry, e.Context)
		if err != nil {
			t.Fatal(err)
		}
		if text := line.String(); strings.Contains(text, "canary") || strings.Contains(text, cookie.Value) {
			t.Errorf("a credential is in the log: %s", text)
		}
	}
	if n := logs.FilterMessage("a wrong token was shown").FilterField(zap.String("address", "127.0.0.1")).Len(); n != 2 {
		t.Errorf("%d wrong tokens logged", n)
	}
	if logs.FilterField(zap.String("reader", "desk")).FilterField(zap.String("route", "/api/orgs")).Len() != 1 {
		t.Error("the log doesn't say who read")
	}
}
