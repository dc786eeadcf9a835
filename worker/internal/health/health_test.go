package health_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/health"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var nextRun = time.Date(2026, 1, 3, 18, 0, 0, 0, time.UTC)

func published() runhistory.Entry {
	return runhistory.Entry{
		RunTag: "20260102_000000", Status: runhistory.StatusPublished, FinishedAt: time.Unix(1_767_312_060, 0).UTC(), DurationS: 60.5,
		Requests: 100, Retries: 3, RateLimited: 2, Bytes: 12345, Tables: map[string]runhistory.Table{"deal": {Rows: 42}},
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestServer(t *testing.T) {
	t.Parallel()
	m := health.NewMetrics([]runhistory.Entry{published()}, func() time.Time { return nextRun })
	s, err := health.Listen(t.Context(), "127.0.0.1:0", m)
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + s.Addr()
	if err := obs.Probe(t.Context(), base+"/healthz"); err != nil {
		t.Error(err)
	}
	if status, body := get(t, base+"/readyz"); status != http.StatusOK || !strings.Contains(body, "next run: 2026-01-03T18:00:00Z") ||
		!strings.Contains(body, "last run: 20260102_000000 published") {
		t.Errorf("readyz %d:\n%s", status, body)
	}
	if status, _ := get(t, base+"/other"); status != http.StatusNotFound {
		t.Errorf("unknown path: %d", status)
	}

	m.Begin("schedule")
	m.PageStored(record.Page{Table: "deal"}, 5)
	if _, body := get(t, base+"/readyz"); !strings.Contains(body, "running: schedule") {
		t.Errorf("readyz while running:\n%s", body)
	}
	wantMetrics(t, base, "salesmap_worker_run_active 1", "salesmap_worker_queue_pages 5", `salesmap_worker_pages_total{table="deal"} 1`)
	failed := published()
	failed.Status, failed.FinishedAt, failed.Bytes = runhistory.StatusFailed, failed.FinishedAt.Add(time.Hour), 0
	m.End(failed)
	m.Begin("schedule")
	m.End(runhistory.Entry{})
	m.Skip()
	wantMetrics(t, base,
		"salesmap_worker_run_active 0", "salesmap_worker_queue_pages 0", `salesmap_worker_runs_total{status="failed"} 1`,
		"salesmap_worker_skipped_runs_total 1", "salesmap_worker_requests_total 100", "salesmap_worker_retries_total 3",
		"salesmap_worker_rate_limited_total 2", "salesmap_worker_last_run_duration_seconds 60.5", "salesmap_worker_snapshot_bytes 12345",
		`salesmap_worker_table_rows{table="deal"} 42`, "salesmap_worker_last_success_timestamp_seconds 1.76731206e+09",
		"salesmap_worker_last_run_timestamp_seconds 1.76731566e+09", "salesmap_worker_next_run_timestamp_seconds 1.7674632e+09",
		"salesmap_worker_build_info{version=", "go_goroutines", "process_resident_memory_bytes",
	)

	m.Stopping()
	if status, body := get(t, base+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "stopping") {
		t.Errorf("readyz while stopping: %d\n%s", status, body)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := obs.Probe(t.Context(), base+"/healthz"); err == nil {
		t.Error("a closed server is healthy")
	}
}

func wantMetrics(t *testing.T, base string, lines ...string) {
	t.Helper()
	_, body := get(t, base+"/metrics")
	for _, want := range lines {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in the metrics", want)
		}
	}
}

func TestListen_AddressInUse(t *testing.T) {
	t.Parallel()
	m := health.NewMetrics(nil, func() time.Time { return nextRun })
	s, err := health.Listen(t.Context(), "127.0.0.1:0", m)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	if _, err := health.Listen(t.Context(), s.Addr(), m); err == nil {
		t.Error("listened twice on one address")
	}
}
