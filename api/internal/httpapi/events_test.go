package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

// events reads a stream until it ends, one event at a time.
type events struct {
	status int
	header http.Header
	seen   chan event
}

type event struct {
	name, id string
	data     struct {
		Version    string  `json:"version"`
		Generation string  `json:"generation"`
		RunTag     *string `json:"run_tag"`
	}
}

func (s *service) events(ctx context.Context) *events {
	s.tb.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/events", http.NoBody)
	if err != nil {
		s.tb.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // closed when the stream ends
	if err != nil {
		s.tb.Fatal(err)
	}
	e := &events{status: resp.StatusCode, header: resp.Header, seen: make(chan event)}
	go func() {
		defer close(e.seen)
		defer resp.Body.Close()
		var next event
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				next.name = value
			case name == "id":
				next.id = value
			case name == "data":
				if err := json.Unmarshal([]byte(value), &next.data); err != nil {
					return
				}
			case lines.Text() == "" && next.name != "":
				select {
				case e.seen <- next:
				case <-ctx.Done():
					return
				}
				next = event{}
			}
		}
	}()
	return e
}

func TestEvents(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	s := start(t, v.Live(), settings{})
	e := s.events(t.Context())
	if e.status != 200 || e.header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, headers %v", e.status, e.header)
	}
	// Connected before there is anything to tell, then told of each swap.
	for n := 1; n <= 3; n++ {
		v.Publish(v.Add(snapshottest.Small(n)))
		got, ok := <-e.seen
		if !ok {
			t.Fatal("the stream ended")
		}
		info := s.snapshot()
		if got.name != "snapshot" || got.id != info.Generation || got.data.Generation != info.Generation ||
			got.data.Version != info.Version || got.data.RunTag == nil || *got.data.RunTag != *info.RunTag {
			t.Errorf("event %+v, served %+v", got, info)
		}
	}
	// A second client is told at once.
	late := <-s.events(t.Context()).seen
	if late.id != s.snapshot().Generation {
		t.Errorf("told %s on connecting, served %s", late.id, s.snapshot().Generation)
	}
}

func TestEvents_EndWithTheServer(t *testing.T) { //nolint:tparallel // the subtest must end before the rest
	t.Parallel()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	var e *events
	t.Run("server", func(t *testing.T) { // its end stops the server, and what follows waits for that
		s := start(t, v.Live(), settings{}).ready()
		e = s.events(context.WithoutCancel(t.Context()))
		<-e.seen
	})
	for range e.seen {
		t.Error("an event after the end")
	}
}

func TestEvents_Limit(t *testing.T) {
	t.Parallel()
	s := smallWith(t, settings{change: func(o *httpapi.Options) { o.MaxStreams = 2 }})
	ctx, cancel := context.WithCancel(t.Context())
	<-s.events(ctx).seen
	<-s.events(ctx).seen
	wantProblem(t, s.get("/api/events"), 503, "overloaded", "")
	cancel()
	testkit.Poll(t, 10*time.Second, "a place to become free", func() bool {
		again, stop := context.WithCancel(t.Context())
		defer stop()
		return s.events(again).status == 200
	})
}

// snapshotInfo is what tests look at in /api/snapshot.
type snapshotInfo struct {
	Version    string
	Generation string
	RunTag     *string    `json:"run_tag"`
	CapturedAt *time.Time `json:"captured_at"`
	LoadedAt   time.Time  `json:"loaded_at"`
	AgeSeconds float64    `json:"age_seconds"`
	Stale      bool
	Size       int64
	Tables     map[string]int64
	Numbers    string
	DateMode   string `json:"date_mode"`
	LastRun    *struct {
		RunTag     string `json:"run_tag"`
		Status     string
		ErrorCount int `json:"error_count"`
		Error      *string
	} `json:"last_run"`
	Rejected *struct {
		File, Version, Reason string
		RejectedAt            time.Time `json:"rejected_at"`
	}
}

func (s *service) snapshot() snapshotInfo {
	s.tb.Helper()
	r := s.get("/api/snapshot")
	if r.Status != 200 {
		s.tb.Fatalf("/api/snapshot: %d %s", r.Status, r.Body)
	}
	var info snapshotInfo
	r.decode(s.tb, &info)
	return info
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	history := filepath.Join(t.TempDir(), runhistory.FileName)
	s := smallWith(t, settings{change: func(o *httpapi.Options) {
		o.LastRun = func() (runhistory.Entry, bool, error) { return runhistory.Last(history) }
	}})
	info := s.snapshot()
	if info.LastRun != nil {
		t.Errorf("a last run without a history: %+v", info.LastRun)
	}
	if info.Version != "db_mtime:1795320001" || *info.RunTag != "20261122_000001" ||
		!info.CapturedAt.Equal(time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)) ||
		info.Tables["organization"] != 12 || info.Tables["deal"] != 48 || info.Tables["webform_history"] != 0 || len(info.Tables) != 8 ||
		info.Numbers != "corrected" || info.DateMode != "kst" || info.Rejected != nil || info.Size == 0 {
		t.Errorf("%+v", info)
	}
	age := time.Since(*info.CapturedAt).Seconds()
	if info.AgeSeconds < age-60 || info.AgeSeconds > age || info.Stale != (age > (26*time.Hour).Seconds()) {
		t.Errorf("age %v, stale %v; it is %v", info.AgeSeconds, info.Stale, age)
	}
	line := `{"run_tag":"20261122_030000","status":"failed","errors":{"count":2,"details":["a","b"]},"error":"publish: rename /data/volume/x.db.tmp: no space"}` + "\n"
	if err := os.WriteFile(history, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	last := s.snapshot().LastRun
	if last == nil || last.RunTag != "20261122_030000" || last.Status != "failed" || last.ErrorCount != 2 ||
		last.Error == nil || *last.Error != "publish: rename x.db.tmp: no space" {
		t.Errorf("last run %+v", last)
	}
}

func TestReadyz(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	s := start(t, v.Live(), settings{})
	r := s.get("/readyz")
	if r.Status != 503 || !strings.Contains(r.Body, `"status":"starting"`) {
		t.Errorf("without a snapshot: %d %s", r.Status, r.Body)
	}
	if r := s.get("/livez"); r.Status != 200 {
		t.Errorf("livez without a snapshot: %d", r.Status)
	}
	v.Publish(v.Add(snapshottest.Small(1)))
	s.ready()
}

// TestEvents_OutliveTimeouts: the server's own deadlines are for requests, and
// a stream is none that ends.
func TestEvents_OutliveTimeouts(t *testing.T) {
	t.Parallel()
	const deadline = 60 * time.Millisecond
	v := snapshottest.NewVolume(t)
	s := start(t, v.Live(), settings{change: func(o *httpapi.Options) {
		o.ReadTimeout, o.WriteTimeout, o.RequestTimeout = deadline, deadline, deadline
	}})
	e := s.events(t.Context())
	began := time.Now()
	for n := 1; time.Since(began) < 5*deadline; n++ {
		v.Publish(v.Add(snapshottest.Small(n)))
		if _, ok := <-e.seen; !ok {
			t.Fatalf("the stream ended after %s", time.Since(began))
		}
	}
}
