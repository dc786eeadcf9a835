package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/fetch"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// database is a snapshot's bytes, changed by the statements given.
func database(tb testing.TB, statements ...string) []byte {
	tb.Helper()
	path := golden.Snapshot(tb)
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range append(statements, "DELETE FROM lead; UPDATE manifest SET row_count = 0 WHERE \"table\" = 'lead'") {
		if _, err := db.ExecContext(tb.Context(), s); err != nil {
			tb.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func gzipped(tb testing.TB, raw []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(tb testing.TB, raw []byte) []byte {
	tb.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	return z.EncodeAll(raw, nil)
}

// site serves one file, in the way that answer wants.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func serve(tb testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *site {
	tb.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		n := len(s.requests)
		s.mu.Unlock()
		answer(n, w, r)
	}))
	tb.Cleanup(s.Close)
	return s
}

// file answers as a web server that knows ranges does.
func file(raw []byte, etag string) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, r *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(raw))
	}
}

// target is a data volume and what fetches into it.
type target struct {
	tb testing.TB
	fetch.Fetcher
}

func newTarget(tb testing.TB, address string) *target {
	tb.Helper()
	dir := tb.TempDir()
	volume, err := snapshot.NewVolume(filepath.Join(dir, "salesmap_latest.db"))
	if err != nil {
		tb.Fatal(err)
	}
	return &target{tb: tb, Fetcher: fetch.Fetcher{
		Volume: volume, LogDir: filepath.Join(dir, "logs"), URL: address, KeepSnapshots: 3, Log: zap.NewNop(), FS: fsx.Real{},
		Transfer: fetch.Transfer{Stall: 10 * time.Second, MaxRetries: 2, Backoff: func(int) time.Duration { return time.Millisecond }},
	}}
}

func (t *target) fetched() fetch.Result {
	t.tb.Helper()
	r, err := t.Fetch(t.tb.Context())
	if err != nil {
		t.tb.Fatal(err)
	}
	return r
}

// live is what readers see; empty if there is nothing.
func (t *target) live() []byte {
	t.tb.Helper()
	raw, err := os.ReadFile(t.Volume.Live())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.tb.Fatal(err)
	}
	return raw
}

func (t *target) last() runhistory.Entry {
	t.tb.Helper()
	entries, _, err := runhistory.Read(filepath.Join(t.LogDir, runhistory.FileName))
	if err != nil || len(entries) == 0 {
		t.tb.Fatalf("no history: %v", err)
	}
	return entries[len(entries)-1]
}

func TestFetch_Forms(t *testing.T) {
	t.Parallel()
	raw := database(t)
	for name, form := range map[string]func(testing.TB, []byte) []byte{
		"plain": func(_ testing.TB, b []byte) []byte { return b }, "gzip": gzipped, "zstd": zstandard,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			packed := form(t, raw)
			s := serve(t, file(packed, `"1"`))
			to := newTarget(t, s.URL+"/salesmap_latest.db")
			for _, of := range [][]byte{packed, raw} { // the digest of either
				sum := sha256.Sum256(of)
				to.SHA256 = hex.EncodeToString(sum[:])
				to.URL += "?" // another address: nothing is known of it
				r := to.fetched()
				if r.Unchanged || r.Entry.Status != runhistory.StatusPublished || r.Entry.Bytes != int64(len(raw)) || !bytes.Equal(to.live(), raw) {
					t.Fatalf("%+v", r)
				}
			}
			if e := to.last(); e.Tables[snapshot.TableDeal].Rows == 0 || e.CapturedAtUTC == "" || e.Requests != 1 {
				t.Errorf("history %+v", e)
			}
			if left, _ := filepath.Glob(filepath.Join(to.Volume.SnapshotsDir(), "*.part")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestFetch_Unchanged: what is live already is neither sent nor published
// again, unless something else is live by now.
func TestFetch_Unchanged(t *testing.T) {
	t.Parallel()
	raw := database(t)
	s := serve(t, file(raw, `"1"`))
	to := newTarget(t, s.URL)
	first := to.fetched()
	if r := to.fetched(); !r.Unchanged || s.requests[1].Header.Get("If-None-Match") != `"1"` {
		t.Errorf("%+v", r)
	}
	pub := &publish.Publisher{FS: fsx.Real{}, Volume: to.Volume, Log: zap.NewNop()}
	if tag, _ := pub.LiveTag(); tag != first.Entry.RunTag {
		t.Errorf("live is %s", tag)
	}
	if err := os.Remove(to.Volume.Live()); err != nil {
		t.Fatal(err)
	}
	if r := to.fetched(); r.Unchanged || len(to.live()) == 0 {
		t.Errorf("the link is gone, and it was not fetched: %+v", r)
	}
}

// TestFetch_GoesOn: a cut body is gone on with, in the same fetch and in the
// next, but never with the rest of another version.
func TestFetch_GoesOn(t *testing.T) {
	t.Parallel()
	one, two := database(t), database(t, `UPDATE deal SET "금액" = '1'`)
	cut := func(raw []byte, etag string, at int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("ETag", etag)
			w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
			_, _ = w.Write(raw[:at])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		switch n {
		case 1:
			cut(one, `"1"`, len(one)/3)(w)
		case 2:
			if r.Header.Get("Range") != fmt.Sprintf("bytes=%d-", len(one)/3) || r.Header.Get("If-Range") != `"1"` {
				t.Errorf("second request: %v", r.Header)
			}
			file(one, `"1"`)(n, w, r)
		case 3:
			cut(one, `"3"`, len(one)/2)(w)
		default:
			file(two, `"4"`)(n, w, r)
		}
	})
	to := newTarget(t, s.URL)
	to.fetched()
	if !bytes.Equal(to.live(), one) {
		t.Fatal("the two halves are not the file")
	}
	to.MaxRetries = 0
	if _, err := to.Fetch(t.Context()); err == nil || !bytes.Equal(to.live(), one) {
		t.Fatalf("a cut body: %v", err)
	}
	to.fetched()
	if got := s.requests[3].Header.Get("If-Range"); got != `"3"` || !bytes.Equal(to.live(), two) {
		t.Errorf("If-Range %q; equal to the new version: %t", got, bytes.Equal(to.live(), two))
	}
}

// TestFetch_Faults breaks each file operation of a fetch: the live snapshot is
// the old or the new one entire, and the next fetch works.
func TestFetch_Faults(t *testing.T) {
	t.Parallel()
	old, raw := database(t), database(t, `UPDATE deal SET "금액" = '1'`)
	oldSite, site := serve(t, file(old, `"1"`)), serve(t, file(gzipped(t, raw), `"2"`))
	recorder := faultfs.New(fsx.Real{}, nil)
	to := newTarget(t, oldSite.URL)
	to.fetched()
	to.URL, to.FS = site.URL, recorder
	to.fetched()
	points, seen := 0, map[string]int{}
	for _, c := range recorder.Calls() {
		if seen[c.Op]++; seen[c.Op] > 2 { // the first and the second write are like all others
			continue
		}
		points++
		to := newTarget(t, oldSite.URL)
		to.fetched()
		broken := faultfs.New(fsx.Real{}, faultfs.FailOnce(c.Op, c.N, syscall.ENOSPC))
		to.URL, to.FS = site.URL, broken
		_, err := to.Fetch(t.Context())
		live := to.live()
		if !bytes.Equal(live, raw) && !bytes.Equal(live, old) {
			t.Fatalf("%s %d: live is neither the old nor the new snapshot", c.Op, c.N)
		}
		if err == nil && !bytes.Equal(live, raw) {
			t.Errorf("%s %d: no error, and the old snapshot is live", c.Op, c.N)
		}
		to.FS = fsx.Real{}
		to.fetched()
		if !bytes.Equal(to.live(), raw) {
			t.Errorf("%s %d: the next fetch left another file live", c.Op, c.N)
		}
	}
	t.Logf("%d points", points)
	if points < 20 {
		t.Errorf("only %d points were tried", points)
	}
}

// TestFetch_AlreadyThere: what was downloaded to its end but not published is
// not sent again.
func TestFetch_AlreadyThere(t *testing.T) {
	t.Parallel()
	raw := database(t)
	s := serve(t, file(raw, `"1"`))
	to := newTarget(t, s.URL)
	to.FS = faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
		if c.Op == "fetch.read" {
			panic("killed")
		}
		return nil
	})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the fetch was not killed")
			}
		}()
		_, _ = to.Fetch(t.Context())
	}()
	to.FS = fsx.Real{}
	r := to.fetched()
	if !bytes.Equal(to.live(), raw) || s.requests[1].Header.Get("Range") == "" || r.Entry.Requests != 1 {
		t.Errorf("%v, %+v", s.requests[1].Header, r.Entry)
	}
}

func TestFetch_Refused(t *testing.T) {
	t.Parallel()
	raw := database(t)
	for name, c := range map[string]struct {
		answer func(int, http.ResponseWriter, *http.Request)
		change func(*target)
		want   string
	}{
		"web page": {file([]byte("<!doctype html><title>Login</title>"), ""), nil, "web page"},
		"text":     {file([]byte("see you tomorrow"), ""), nil, "neither an SQLite database"},
		"empty":    {file(nil, ""), nil, "empty"},
		"small":    {file(raw, ""), func(t *target) { t.MinBytes = int64(len(raw)) + 1 }, "DB_MIN_BYTES"},
		"digest":   {file(raw, ""), func(t *target) { t.SHA256 = strings.Repeat("0", 64) }, "DB_SHA256"},
		"cut":      {file(raw[:len(raw)/2], ""), nil, "snapshot refused"},
		"damaged":  {file(append(raw[:1<<16:1<<16], bytes.Repeat([]byte{7}, 1<<16)...), ""), nil, "snapshot refused"},
		"packed and cut": {
			file(gzipped(t, raw)[:1<<16], ""), nil, "unpack",
		},
		"table missing": {file(database(t, "DROP TABLE memo"), ""), nil, "memo"},
		"rows missing":  {file(database(t, "DELETE FROM deal WHERE rowid < 100"), ""), nil, "manifest"},
		"404":           {func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, nil, "404"},
		"500": {
			func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
			nil, "gave up after 3 attempts",
		},
		"stall": {
			func(_ int, w http.ResponseWriter, r *http.Request) {
				_, _ = w.Write(raw[:1<<12])
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			},
			func(t *target) { t.Stall, t.MaxRetries = 50*time.Millisecond, 1 }, "nothing arrived",
		},
		"redirect to nowhere": {
			func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://canary:%zz/")
				w.WriteHeader(http.StatusFound)
			}, nil, "leads to no address",
		},
		"redirects": {
			func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) },
			func(t *target) { t.MaxRetries = 0 }, "redirects",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := serve(t, file(raw, `"1"`))
			to := newTarget(t, good.URL)
			to.fetched()
			to.URL = serve(t, c.answer).URL + "/?signature=canary"
			if c.change != nil {
				c.change(to)
			}
			_, err := to.Fetch(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if !bytes.Equal(to.live(), raw) {
				t.Error("the live snapshot changed")
			}
			if e := to.last(); e.Status != runhistory.StatusFailed || e.Error != err.Error() || strings.Contains(e.Error, "canary") {
				t.Errorf("history %+v", e)
			}
			if left, _ := filepath.Glob(filepath.Join(to.Volume.SnapshotsDir(), "*.tmp")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			to.URL, to.MinBytes, to.SHA256 = good.URL+"/?2", 0, ""
			to.fetched()
		})
	}
}

// TestFetch_Redirect: another host is followed to, and told nothing.
func TestFetch_Redirect(t *testing.T) {
	t.Parallel()
	raw := database(t)
	store := serve(t, file(raw, `"1"`))
	door := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(store.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
	})
	to := newTarget(t, strings.Replace(door.URL, "://", "://user:canary@", 1)+"/?signature=canary")
	to.fetched()
	if door.requests[0].Header.Get("Authorization") == "" {
		t.Error("the first host was not told the password")
	}
	for name, values := range store.requests[0].Header {
		if name == "Referer" || name == "Authorization" || strings.Contains(fmt.Sprint(values), "canary") {
			t.Errorf("the other host was told %s: %v", name, values)
		}
	}
}

func TestFetch_Interrupted(t *testing.T) {
	t.Parallel()
	raw := database(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stopped by hand")
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n > 1 {
			file(raw, `"1"`)(n, w, r)
			return
		}
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
		_, _ = w.Write(raw[:1<<20])
		_ = http.NewResponseController(w).Flush()
		cancel(stop)
		<-r.Context().Done()
	})
	to := newTarget(t, s.URL)
	if _, err := to.Fetch(ctx); !errors.Is(err, stop) || to.last().Status != runhistory.StatusInterrupted || len(to.live()) != 0 {
		t.Fatalf("%v, %+v", err, to.last())
	}
	to.fetched()
	if !bytes.Equal(to.live(), raw) {
		t.Error("not the file")
	}
}

func TestFetch_Locked(t *testing.T) {
	t.Parallel()
	to := newTarget(t, "http://127.0.0.1:1/")
	lock, err := fsx.AcquireLock(to.Volume.LockFile())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := lock.Release(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := to.Fetch(t.Context()); !errors.Is(err, fsx.ErrLocked) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(to.LogDir, runhistory.FileName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the history was touched: %v", err)
	}
}
