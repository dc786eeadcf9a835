package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

// slowTexts answers when told to, or when its context ends.
type slowTexts struct {
	asked chan struct{}
	done  chan struct{}
}

func (x *slowTexts) MemoTexts(ctx context.Context, rows []int64) ([]crm.MemoText, error) {
	select {
	case x.asked <- struct{}{}:
	default:
	}
	select {
	case <-x.done:
		return make([]crm.MemoText, len(rows)), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// withTexts makes the memos of deal-1-1 of the served snapshot come from x.
func (s *service) withTexts(x browse.MemoTexts) {
	s.tb.Helper()
	g, err := s.Watcher.Acquire()
	if err != nil {
		s.tb.Fatal(err)
	}
	defer g.Release()
	data := &crm.Dataset{Memos: []crm.Memo{{Row: 1, DealID: crm.NewText("deal-1-1")}}}
	g.Content.Browse = browse.New(data, x, browse.Options{Rules: g.Content.Rules, WonSortYear: 2025})
}

func TestOverload(t *testing.T) {
	t.Parallel()
	s := smallWith(t, settings{change: func(o *httpapi.Options) { o.MaxInFlight = 2 }})
	x := &slowTexts{asked: make(chan struct{}, 1), done: make(chan struct{})}
	s.withTexts(x)
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() { s.get("/api/deals/deal-1-1/memos") })
	}
	testkit.Poll(t, 10*time.Second, "the third request to be turned away", func() bool {
		r := s.get("/api/deals/deal-1-1/memos?limit=x")
		if r.Status == 503 {
			wantProblem(t, r, 503, "overloaded", "")
			if r.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
		return r.Status == 503
	})
	for _, path := range []string{"/livez", "/readyz", "/api/health", "/metrics"} {
		if r := s.get(path); r.Status != 200 {
			t.Errorf("%s under load: %d", path, r.Status)
		}
	}
	close(x.done)
	wait.Wait()
	if r := s.get("/api/deals/deal-1-1/memos"); r.Status != 200 {
		t.Errorf("after the load: %d", r.Status)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	s := smallWith(t, settings{change: func(o *httpapi.Options) { o.RequestTimeout = 20 * time.Millisecond }})
	s.withTexts(&slowTexts{asked: make(chan struct{}, 1), done: make(chan struct{})})
	r := s.get("/api/deals/deal-1-1/memos")
	wantProblem(t, r, 503, "timeout", "too long")
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestClientGone(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	s := smallWith(t, settings{log: zap.New(core)})
	x := &slowTexts{asked: make(chan struct{}, 1), done: make(chan struct{})}
	s.withTexts(x)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/deals/deal-1-1/memos", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	<-x.asked
	cancel()
	<-gone
	testkit.Poll(t, 10*time.Second, "the abandoned request to be logged", func() bool {
		return logs.FilterField(zap.Int("status", 499)).Len() == 1
	})
	if n := logs.FilterLevelExact(zapcore.ErrorLevel).Len(); n != 0 {
		t.Errorf("%d errors logged for a client that left", n)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	s := smallWith(t, settings{log: zap.New(core)})
	g, err := s.Watcher.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	g.Content.Browse = nil
	g.Release()
	for range 2 { // a panic is not kept as an answer
		r := s.get("/api/sizes")
		p := wantProblem(t, r, 500, "internal", "")
		if strings.Contains(r.Body, "nil pointer") || strings.Contains(r.Body, ".go") {
			t.Errorf("the cause got out: %s", r.Body)
		}
		entries := logs.FilterField(zap.String("request_id", p.RequestID)).All()
		if len(entries) != 1 || entries[0].ContextMap()["stack"] == nil || entries[0].Level != zapcore.ErrorLevel {
			t.Errorf("log of %s: %+v", p.RequestID, entries)
		}
	}
	if r := s.get("/livez"); r.Status != 200 {
		t.Errorf("after a panic: %d", r.Status)
	}
}

// panicking panics in the handler itself.
type panicking struct{ httpapi.Generations }

func (panicking) Acquire() (*httpapi.Generation, error) { panic("out of order") }

func TestPanic_InHandler(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	s := start(t, t.TempDir()+"/none.db", settings{log: zap.New(core), change: func(o *httpapi.Options) {
		o.Generations = panicking{o.Generations}
	}})
	p := wantProblem(t, s.get("/api/sizes"), 500, "internal", "")
	if logs.FilterField(zap.String("request_id", p.RequestID)).Len() != 1 {
		t.Error("the panic was not logged once")
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	s := smallWith(t, settings{log: zap.New(core)})
	s.do(http.MethodGet, "/api/orgs?search=%EB%B9%84%EB%B0%80canary&limit=3", "Authorization", "Bearer canary-token", "Cookie", "session=canary-cookie")
	s.get("/api/people/canary-person/deals")
	s.get("/api/orgs?limit=canary")
	s.get("/canary-path")
	s.get("/livez")

	requests := logs.FilterMessage("request")
	if n := requests.Len(); n != 4 { // probes are quiet
		t.Errorf("%d records, want 4", n)
	}
	for _, e := range requests.All() {
		fields := e.ContextMap()
		for _, name := range []string{"method", "route", "status", "bytes", "took", "request_id"} {
			if fields[name] == nil {
				t.Errorf("record %v has no %s", fields, name)
			}
		}
		if e.Level != zapcore.InfoLevel {
			t.Errorf("record %v has level %s", fields, e.Level)
		}
	}
	var text strings.Builder
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	for _, e := range logs.All() {
		line, err := enc.EncodeEntry(e.Entry, e.Context)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(line.String())
	}
	for _, secret := range []string{"canary", "비밀"} {
		if strings.Contains(text.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, text.String())
		}
	}
	if first := requests.All()[0].ContextMap(); first["route"] != "/api/orgs" || first["generation"] == nil {
		t.Errorf("record of a data request: %v", first)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.get("/api/orgs/org-1")
	s.get("/api/orgs/org-1")
	s.get("/api/orgs/canary")
	s.get("/canary")
	s.do("CANARY", "/api/orgs")
	text := s.get("/metrics").Body
	for _, want := range []string{
		`salesmap_api_requests_total{method="GET",route="/api/orgs/:id",status="200"} 2`,
		`salesmap_api_requests_total{method="GET",route="/api/orgs/:id",status="404"} 1`,
		`salesmap_api_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`salesmap_api_request_duration_seconds_count{route="/api/orgs/:id"} 3`,
		"salesmap_api_cache_hits_total 1",
		"salesmap_api_cache_misses_total 2",
		"salesmap_api_snapshot_swaps_total 1",
		"salesmap_api_snapshot_rejected_total 0",
		"salesmap_api_snapshot_ready 1",
		"salesmap_api_snapshot_generations_open 1",
		"salesmap_api_snapshot_timestamp_seconds 1.7953164e+09",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(strings.ToLower(text), "canary") {
		t.Error("a path or method from a client became a label")
	}
}
