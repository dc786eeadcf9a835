package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// receiver records calls and answers with the statuses given, then 200.
type receiver struct {
	mu       sync.Mutex
	calls    []string
	bodies   [][]byte
	statuses []int
	url      string
}

func listen(t *testing.T, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{statuses: statuses}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.calls = append(r.calls, req.Method+" "+req.URL.RequestURI())
		r.bodies = append(r.bodies, body)
		if len(r.statuses) > 0 {
			w.WriteHeader(r.statuses[0])
			r.statuses = r.statuses[1:]
		}
	}))
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

func entry(status runhistory.Status) runhistory.Entry {
	return runhistory.Entry{RunTag: "20260101_000000", Status: status, Error: "why", Errors: runhistory.Errors{Count: 1, Details: []string{"deal: page3:http_500"}}}
}

func TestEnded_AlertsOncePerChange(t *testing.T) {
	t.Parallel()
	const (
		ok, failed, partial = runhistory.StatusPublished, runhistory.StatusFailed, runhistory.StatusPartial
		fallback            = runhistory.StatusFallback
		interrupted         = runhistory.StatusInterrupted
		skipped             = runhistory.StatusSkipped
	)
	r := listen(t)
	n := notify.Notifier{Webhook: envdoc.Secret(r.url + "/hook"), Client: http.DefaultClient}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	var history []runhistory.Entry
	var alerted []bool
	sequence := []runhistory.Status{ok, failed, failed, interrupted, failed, skipped, ok, ok, partial, fallback, ok}
	for _, status := range sequence {
		before := len(r.calls)
		if err := n.Ended(t.Context(), entry(status), history); err != nil {
			t.Fatal(err)
		}
		history = append(history, entry(status))
		alerted = append(alerted, len(r.calls) > before)
	}
	want := []bool{false, true, false, false, false, false, true, false, true, true, true}
	if diff := cmp.Diff(want, alerted); diff != "" {
		t.Errorf("alerted (-want +got):\n%s", diff)
	}
	var first notify.Alert
	if err := json.Unmarshal(r.bodies[0], &first); err != nil {
		t.Fatal(err)
	}
	if first.Status != failed || !strings.Contains(first.Text, "why") || first.ErrorsCount != 1 || first.Recovered {
		t.Errorf("alert %+v", first)
	}
	if !strings.Contains(string(r.bodies[1]), `"recovered":true`) {
		t.Errorf("recovery %s", r.bodies[1])
	}
}

func TestEnded_FirstRunFails(t *testing.T) {
	t.Parallel()
	r := listen(t)
	n := notify.Notifier{Webhook: envdoc.Secret(r.url)}
	if err := n.Ended(t.Context(), entry(runhistory.StatusFailed), nil); err != nil || len(r.calls) != 1 {
		t.Errorf("calls %v, %v", r.calls, err)
	}
}

func TestPings(t *testing.T) {
	t.Parallel()
	r := listen(t)
	n := notify.Notifier{Ping: envdoc.Secret(r.url + "/abc?x=1")}
	if err := n.Started(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, status := range []runhistory.Status{runhistory.StatusPublished, runhistory.StatusFailed, runhistory.StatusInterrupted} {
		if err := n.Ended(t.Context(), entry(status), nil); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"GET /abc/start?x=1", "GET /abc?x=1", "GET /abc/fail?x=1"}
	if diff := cmp.Diff(want, r.calls); diff != "" {
		t.Errorf("pings (-want +got):\n%s", diff)
	}
}

func TestSend_TriesThreeTimesAndHidesTheAddress(t *testing.T) {
	t.Parallel()
	r := listen(t, 500, 503, 200)
	n := notify.Notifier{Webhook: envdoc.Secret(r.url + "/secret"), Pause: time.Nanosecond}
	if err := n.Ended(t.Context(), entry(runhistory.StatusFailed), nil); err != nil || len(r.calls) != 3 {
		t.Errorf("%d calls, %v", len(r.calls), err)
	}
	r = listen(t, 500, 500, 500, 500)
	n.Webhook = envdoc.Secret(r.url + "/secret")
	err := n.Ended(t.Context(), entry(runhistory.StatusFailed), nil)
	if err == nil || len(r.calls) != 3 || strings.Contains(err.Error(), "secret") {
		t.Errorf("%d calls, %v", len(r.calls), err)
	}
	n.Webhook = "http://127.0.0.1:1/secret"
	if err := n.Ended(t.Context(), entry(runhistory.StatusFailed), nil); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("unreachable: %v", err)
	}
	n.Webhook = "http://%zz/secret"
	if err := n.Ended(t.Context(), entry(runhistory.StatusFailed), nil); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("no URL: %v", err)
	}
}

func TestNobodyToTell(t *testing.T) {
	t.Parallel()
	var n notify.Notifier
	if err := n.Started(t.Context()); err != nil {
		t.Error(err)
	}
	if err := n.Ended(t.Context(), entry(runhistory.StatusFailed), nil); err != nil {
		t.Error(err)
	}
}
