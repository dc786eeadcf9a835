package httpapi_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/webui"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		http.DefaultClient.CloseIdleConnections()
		noRedirects.CloseIdleConnections()
		osExit(code)
	}))
}

// service is the API as it runs, on a loopback port, watching a file.
type service struct {
	tb      testing.TB
	URL     string
	Watcher *generation.Watcher[*served.Snapshot]
	Server  *httpapi.Server
	options httpapi.Options
}

// settings of a service under test; the zero value is production with quick
// polling.
type settings struct {
	rules     normalise.Rules
	workspace *workspace.Workspace        // nil is the one that ships
	follow    func() *workspace.Workspace // instead of workspace
	now       func() time.Time            // unless the workspace stops the clock; nil is time.Now
	interval  time.Duration
	log       *zap.Logger
	change    func(*httpapi.Options)
	warm      bool
	noWatch   bool // the test calls Watcher.Check itself
}

func (set settings) following(tb testing.TB) func() *workspace.Workspace {
	tb.Helper()
	if set.follow != nil {
		return set.follow
	}
	company := set.workspace
	if company == nil {
		var err error
		if company, err = workspace.Default(); err != nil {
			tb.Fatal(err)
		}
	}
	return func() *workspace.Workspace { return company }
}

func start(tb testing.TB, dbPath string, set settings) *service {
	tb.Helper()
	if set.rules == (normalise.Rules{}) {
		set.rules = normalise.DefaultRules()
	}
	if set.interval == 0 {
		set.interval = 2 * time.Millisecond
	}
	if set.log == nil {
		set.log = zap.NewNop()
	}
	s := &service{tb: tb}
	reader := served.NewReader(served.ReaderOptions{
		Workspace: set.following(tb), Rules: func(*workspace.Workspace) normalise.Rules { return set.rules }, CacheBytes: 64 << 20,
		Now: set.now,
	})
	watch := generation.Options[*served.Snapshot]{Path: dbPath, Interval: set.interval, Log: set.log, Recipe: reader.Recipe}
	if set.warm {
		watch.Warm = func(ctx context.Context, g *httpapi.Generation) error { return s.Server.Warm(ctx, g) }
	}
	s.Watcher = generation.NewWatcher(watch)
	site, err := webui.BuiltIn()
	if err != nil {
		tb.Fatal(err)
	}
	o := httpapi.Options{
		Generations: s.Watcher, Unpublished: reader.Unpublished, DBName: filepath.Base(dbPath), Site: site, Log: set.log,
		StaleAfter: 26 * time.Hour, CORSOrigins: []string{"*"}, MaxInFlight: 1024, MaxStreams: 64,
		RequestTimeout: 30 * time.Second, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10,
		DrainTimeout: 15 * time.Second,
	}
	if set.change != nil {
		set.change(&o)
	}
	s.options = o
	if s.Server, err = httpapi.New(o); err != nil {
		tb.Fatal(err)
	}
	s.serve(set.noWatch)
	return s
}

// serve runs server and watcher until the test ends.
func (s *service) serve(noWatch bool) {
	s.tb.Helper()
	ln := listen(s.tb)
	s.URL = "http://" + ln.Addr().String()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.tb.Context()))
	served, watched := make(chan error, 1), make(chan struct{})
	go func() { served <- s.Server.Serve(ctx, ln) }()
	go func() {
		defer close(watched)
		if !noWatch {
			s.Watcher.Run(ctx)
		}
	}()
	s.tb.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		noRedirects.CloseIdleConnections()
		cancel()
		if err := <-served; err != nil {
			s.tb.Errorf("serve: %v", err)
		}
		<-watched
		s.Watcher.Close()
		// A computation that outlived its request lets go a moment later.
		testkit.Poll(s.tb, 10*time.Second, "every generation to be closed after everything stopped", func() bool {
			return s.Watcher.Status().Open == 0
		})
	})
}

// reply is a response with its body.
type reply struct {
	Status int
	Header http.Header
	Body   string
}

func (r reply) decode(tb testing.TB, into any) {
	tb.Helper()
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		tb.Fatalf("decode %.200q: %v", r.Body, err)
	}
}

// do sends a request as it stands; headers come as name, value pairs.
func (s *service) do(method, path string, headers ...string) reply {
	s.tb.Helper()
	req, err := http.NewRequestWithContext(s.tb.Context(), method, s.URL+path, http.NoBody)
	if err != nil {
		s.tb.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	return s.send(req)
}

func (s *service) send(req *http.Request) reply {
	s.tb.Helper()
	resp, err := noRedirects.Do(req)
	if err != nil {
		s.tb.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.tb.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	return reply{Status: resp.StatusCode, Header: resp.Header, Body: string(body)}
}

func (s *service) get(path string) reply {
	s.tb.Helper()
	return s.do(http.MethodGet, path)
}

// noRedirects keeps a connection for each client of a load test.
var noRedirects = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 128},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// problem is the body of an error.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	RequestID string `json:"request_id"`
	Errors    []struct {
		Parameter string `json:"parameter"`
		Message   string `json:"message"`
	} `json:"errors"`
}

// wantProblem checks that a reply is a whole and honest problem.
func wantProblem(tb testing.TB, r reply, status int, kind, detail string) problem {
	tb.Helper()
	var p problem
	if r.Status != status {
		tb.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		tb.Errorf("content type %q", got)
	}
	r.decode(tb, &p)
	if p.Type != "urn:salesmap-mirror:problem:"+kind || p.Status != status || p.Title != http.StatusText(status) {
		tb.Errorf("problem %+v, want kind %s and status %d", p, kind, status)
	}
	if !strings.Contains(p.Detail, detail) {
		tb.Errorf("detail %q, want something with %q", p.Detail, detail)
	}
	if p.RequestID == "" || p.RequestID != r.Header.Get("X-Request-Id") {
		tb.Errorf("request id %q, in the header %q", p.RequestID, r.Header.Get("X-Request-Id"))
	}
	if r.Header.Get("Etag") != "" {
		tb.Errorf("a problem has the ETag %s", r.Header.Get("Etag"))
	}
	return p
}
