package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

// stoppable is a service that the test stops itself.
func stoppable(t *testing.T, change func(*httpapi.Options)) (s *service, stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	s = start(t, v.Live(), settings{change: change}).ready()
	ln := listen(t) // a second listener of the same server, with an end of its own
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	o := s.options
	server, err := httpapi.New(o)
	if err != nil {
		t.Fatal(err)
	}
	go func() { done <- server.Serve(ctx, ln) }()
	s.URL = "http://" + ln.Addr().String()
	t.Cleanup(cancel)
	return s, cancel, done
}

func TestStop_DrainsRequests(t *testing.T) {
	t.Parallel()
	s, stop, ended := stoppable(t, nil)
	x := &slowTexts{asked: make(chan struct{}, 1), done: make(chan struct{})}
	s.withTexts(x)
	answered := make(chan reply, 1)
	go func() { answered <- s.get("/api/deals/deal-1-1/memos") }()
	<-x.asked
	stop()
	testkit.Poll(t, 10*time.Second, "the listener to close", func() bool {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/livez", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		return err != nil
	})
	close(x.done)
	if r := <-answered; r.Status != 200 || !strings.Contains(r.Body, "items") {
		t.Errorf("the request in flight got %d %s", r.Status, r.Body)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestStop_SaysSoFirst(t *testing.T) {
	t.Parallel()
	s, stop, ended := stoppable(t, func(o *httpapi.Options) { o.DrainDelay = 300 * time.Millisecond })
	stop()
	testkit.Poll(t, 10*time.Second, "readyz to say stopping", func() bool {
		r := s.get("/readyz")
		return r.Status == 503 && strings.Contains(r.Body, `"status":"stopping"`)
	})
	if r := s.get("/api/sizes"); r.Status != 200 {
		t.Errorf("a request before the end: %d", r.Status)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestStop_GivesUpOnTime(t *testing.T) {
	t.Parallel()
	s, stop, ended := stoppable(t, func(o *httpapi.Options) { o.DrainTimeout = 30 * time.Millisecond })
	x := &slowTexts{asked: make(chan struct{}, 1), done: make(chan struct{})}
	s.withTexts(x)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/deals/deal-1-1/memos", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	cut := make(chan error, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		cut <- err
	}()
	<-x.asked
	stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "drain") {
		t.Errorf("serve: %v, want to hear that the drain was cut short", err)
	}
	if err := <-cut; err == nil {
		t.Error("the request that never ends was answered")
	}
}
