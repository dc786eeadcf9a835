package httpapi_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// standard lists what the snapshot being served was warmed up for.
func (s *service) standard() []string {
	s.tb.Helper()
	g, err := s.Watcher.Acquire()
	if err != nil {
		s.tb.Fatal(err)
	}
	defer g.Release()
	return httpapi.StandardRequestsForTest(g.Content)
}

// TestWarm_Standard: every standard request is one that the service answers,
// and is there when it comes, in the way that the pages spell it.
func TestWarm_Standard(t *testing.T) {
	t.Parallel()
	s := start(t, golden.Snapshot(t), settings{warm: true, workspace: goldentest.Workspace(t)}).ready()
	testkit.Poll(t, 60*time.Second, "the warm-up", func() bool {
		return strings.Contains(s.get("/metrics").Body, `salesmap_api_warmups_total{result="complete"} 1`)
	})
	requests := s.standard()
	// As spec 07 has them, older paths and other order of parameters.
	asPages := []string{
		"/api/workspace", "/api/sizes",
		"/api/orgs?size=" + url.QueryEscape("대기업") + "&limit=200&offset=0",
		"/api/performance/pl-progress-2026/summary?year=2026",
		"/api/performance/pl-progress-2026/actual-overrides?year=2026",
		"/api/performance/monthly-amounts/summary?from=2026-01&to=2026-12",
		"/api/performance/monthly-inquiries/summary?to=2026-12&from=2026-01",
		"/api/performance/monthly-close-rate/summary?from=2025-01&to=2026-12&cust=new&scope=all",
		"/api/ops/2026-online-retention",
		"/api/statepath/portfolio-2425?segment=" + url.QueryEscape("전체") + "&sort=won2025_desc&limit=500",
		"/api/rank/2025-deals",
		"/api/rank/2025-deals-people?size=" + url.QueryEscape("대기업"),
		"/api/rank/mismatched-deals?size=" + url.QueryEscape("대기업"),
		"/api/rank/2025-top100-counterparty-dri?size=" + url.QueryEscape("대기업"),
		"/api/deal-check/edu1", "/api/deal-check/edu2", "/api/deal-check?team=public",
		"/api/qc/deal-errors/summary?team=edu1", "/api/qc/deal-errors/summary?team=public",
	}
	for _, path := range append(requests, asPages...) {
		before := misses(t, s)
		if r := s.get(path); r.Status != 200 {
			t.Errorf("%s: %d %.200s", path, r.Status, r.Body)
		}
		if misses(t, s) != before {
			t.Errorf("%s was not computed before", path)
		}
	}
	if len(requests) < 30 {
		t.Errorf("only %d standard requests", len(requests))
	}
}

// TestWarm_FirstRequestAfterSwap: nobody waits after a swap.
func TestWarm_FirstRequestAfterSwap(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	s := start(t, v.Live(), settings{warm: true}).ready()
	first := s.get("/api/sizes").Header.Get("X-Snapshot-Version")
	testkit.Poll(t, 30*time.Second, "the first warm-up", func() bool {
		return strings.Contains(s.get("/metrics").Body, `salesmap_api_warmups_total{result="complete"} 1`)
	})
	before := misses(t, s)
	v.Publish(v.Add(snapshottest.Small(2)))
	testkit.Poll(t, 30*time.Second, "the swap", func() bool {
		return s.get("/api/sizes").Header.Get("X-Snapshot-Version") != first
	})
	s.get("/api/orgs")
	s.get("/api/workspace")
	if after := misses(t, s); after != before {
		t.Errorf("%s misses after the swap, %s before", after, before)
	}
}

func misses(t *testing.T, s *service) string {
	t.Helper()
	_, rest, ok := strings.Cut(s.get("/metrics").Body, "\nsalesmap_api_cache_misses_total ")
	if !ok {
		t.Fatal("no metric")
	}
	n, _, _ := strings.Cut(rest, "\n")
	return n
}

// TestWarm_GivesWay: a warm-up whose time is over leaves at once.
func TestWarm_GivesWay(t *testing.T) {
	t.Parallel()
	s := small(t)
	g, err := s.Watcher.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer g.Release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Server.Warm(ctx, g); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if n := g.Content.Responses.Stats().Entries; n > 1 {
		t.Errorf("%d responses computed", n)
	}
	if !strings.Contains(s.get("/metrics").Body, `salesmap_api_warmups_total{result="gave_way"} 1`) {
		t.Error("not counted")
	}
}

// BenchmarkWarmUp is what a swap takes longer for not keeping anybody waiting
// afterwards.
func BenchmarkWarmUp(b *testing.B) {
	s := benchServe(b, goldentest.LargeSnapshot(b, 50_000))
	g, err := s.Watcher.Acquire()
	if err != nil {
		b.Fatal(err)
	}
	defer g.Release()
	for b.Loop() {
		g.Content.Responses = cache.New(256 << 20)
		if err := s.Server.Warm(b.Context(), g); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(g.Content.Responses.Stats().Bytes)/(1<<20), "MiB-cached")
}
