package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// shelf serves a snapshot until it is broken.
type shelf struct {
	*httptest.Server
	broken atomic.Bool
	asked  atomic.Int64
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	raw, err := os.ReadFile(golden.Snapshot(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		switch {
		case s.broken.Load():
			w.WriteHeader(http.StatusForbidden)
		case r.Header.Get("If-None-Match") == `"1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"1"`)
			_, _ = w.Write(raw)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// TestRun_Fetch: statuses and words of worker fetch, with an address that holds
// a secret.
func TestRun_Fetch(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	dir := t.TempDir()
	db, history := filepath.Join(dir, "salesmap_latest.db"), filepath.Join(dir, "logs")
	fetch := func(wantStatus int, want string, more ...string) {
		t.Helper()
		args := append([]string{"fetch", "--url", s.URL + "/db?sig=" + canary, "--db-path", db, "--log-dir", history, "--min-bytes", "1000"}, more...)
		r := call(t.Context(), args...)
		if r.status != wantStatus || !strings.Contains(r.stdout+r.stderr, want) {
			t.Errorf("%v: status %d, want %d; %q is not in %q", more, r.status, wantStatus, want, r.stdout+r.stderr)
		}
		if strings.Contains(r.stdout+r.stderr, canary) {
			t.Errorf("%v: the secret is in the output: %s", more, r.stderr)
		}
	}
	fetch(exitFailed, "DB_MIN_BYTES", "--min-bytes", "50000000")
	fetch(exitOK, "published")
	fetch(exitOK, "unchanged")
	asked := s.asked.Load()
	fetch(exitOK, "nothing was fetched", "--always-refresh=false")
	if s.asked.Load() != asked {
		t.Error("the address was asked all the same")
	}
	s.broken.Store(true)
	fetch(exitFailed, "403")
	fetch(exitOK, "kept", "--fallback")
	lock, err := fsx.AcquireLock(filepath.Join(dir, ".salesmap_worker.lock"))
	if err != nil {
		t.Fatal(err)
	}
	fetch(exitLocked, "lock", "--fallback")
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Verify(t.Context(), db); err != nil {
		t.Errorf("live: %v", err)
	}
	if r := call(t.Context(), "history", "--log-dir", history, "--db-path", db); !strings.Contains(r.stdout, "published") || strings.Contains(r.stdout, canary) {
		t.Errorf("history: %s", r.stdout)
	}
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	fetch(exitFailed, "403", "--fallback") // nothing to fall back to
}

// TestProcess_FetchInterrupted: a stop signal ends a fetch with its status.
func TestProcess_FetchInterrupted(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("SQLite format 3\x00"))
		_ = http.NewResponseController(w).Flush()
		arrived <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	dir := t.TempDir()
	p := start(t, "fetch", "--url", s.URL, "--db-path", filepath.Join(dir, "s.db"), "--log-dir", dir)
	<-arrived
	testkit.Poll(t, time.Minute, "the first bytes on disk", func() bool {
		info, err := os.Stat(filepath.Join(dir, "snapshots", "fetch.part"))
		return err == nil && info.Size() > 0
	})
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := p.wait(); status != exitSignalBase+int(syscall.SIGTERM) {
		t.Errorf("status %d: %s", status, p.stderr.String())
	}
}
