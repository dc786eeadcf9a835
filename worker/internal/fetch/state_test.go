package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/fetch"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/notify"
)

// TestFetch_NotModifiedUnasked: "not modified" is no answer to a question that
// did not say what is there.
func TestFetch_NotModifiedUnasked(t *testing.T) {
	t.Parallel()
	s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	to := newTarget(t, s.URL)
	if r, err := to.Fetch(t.Context()); err == nil || r.Unchanged || !strings.Contains(err.Error(), "304") {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestFetch_LiveIsDamaged: a file that readers could not serve is fetched again,
// although the link to it is there and the address has not changed.
func TestFetch_LiveIsDamaged(t *testing.T) {
	t.Parallel()
	raw := database(t)
	for name, damage := range map[string]func(path string) error{
		"gone": os.Remove,
		"cut": func(path string) error {
			return errors.Join(os.Chmod(path, 0o600), os.Truncate(path, 1<<12))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := newTarget(t, serve(t, file(raw, `"1"`)).URL)
			first := to.fetched()
			if err := damage(to.Volume.Snapshot(first.Entry.RunTag)); err != nil {
				t.Fatal(err)
			}
			if r := to.fetched(); r.Unchanged || !bytes.Equal(to.live(), raw) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestFetch_InterruptedUnpacking: what was downloaded to its end is not sent
// again after an interruption either.
func TestFetch_InterruptedUnpacking(t *testing.T) {
	t.Parallel()
	raw := database(t)
	s := serve(t, file(raw, `"1"`))
	to := newTarget(t, s.URL)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stopped by hand")
	to.FS = faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
		if c.Op == "fetch.read" {
			cancel(stop)
		}
		return nil
	})
	if _, err := to.Fetch(ctx); !errors.Is(err, stop) {
		t.Fatalf("%v", err)
	}
	to.FS = fsx.Real{}
	to.fetched()
	if s.requests[1].Header.Get("Range") == "" || !bytes.Equal(to.live(), raw) {
		t.Errorf("second request: %v", s.requests[1].Header)
	}
}

// TestFetch_Pings: a monitor hears of the start and end of each fetch, of one
// that found nothing new too.
func TestFetch_Pings(t *testing.T) {
	t.Parallel()
	var (
		mu   sync.Mutex
		seen []string
	)
	monitor := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.URL.Path)
	}))
	t.Cleanup(monitor.Close)
	raw := database(t)
	to := newTarget(t, serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n > 2 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		file(raw, `"1"`)(n, w, r)
	}).URL)
	to.Notify = notify.Notifier{Ping: envdoc.Secret(monitor.URL + "/p"), Client: monitor.Client()}
	to.fetched()
	if r := to.fetched(); !r.Unchanged {
		t.Errorf("%+v", r)
	}
	if _, err := to.Fetch(t.Context()); err == nil || errors.Is(err, fetch.ErrRefused) {
		t.Errorf("%v", err)
	}
	if want := []string{"/p/start", "/p", "/p/start", "/p", "/p/start", "/p/fail"}; !slices.Equal(seen, want) {
		t.Errorf("pings %v, want %v", seen, want)
	}
}
