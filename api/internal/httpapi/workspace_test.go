package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspacewatch"
	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

// planned is the example with another plan year.
func planned(year int) string {
	return regexp.MustCompile(`\n  plan: \d+\n`).ReplaceAllString(string(exampleworkspace.YAML()), fmt.Sprintf("\n  plan: %d\n", year))
}

// edited is a service that follows a workspace file.
type edited struct {
	*service
	path string
}

func startEdited(t *testing.T, dbPath string) *edited {
	t.Helper()
	e := &edited{path: filepath.Join(t.TempDir(), "workspace.yaml")}
	e.save(t, planned(2026))
	watch, err := workspacewatch.New(e.path, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	e.service = start(t, dbPath, settings{follow: watch.Current, change: func(o *httpapi.Options) { o.Workspace = watch.Status }})
	return e
}

// save renames a new file over the old one.
func (e *edited) save(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(e.path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(e.path+".new", e.path); err != nil {
		t.Fatal(err)
	}
}

var planYears = regexp.MustCompile(`"(?:reportYear|year)":(\d+)`)

// planOf returns the plan year that an answer was computed with, and the
// generation in its ETag.
func planOf(r reply) (generation, year string, err error) {
	generation, _, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Etag"), `W/"`), "-")
	m := planYears.FindStringSubmatch(r.Body)
	if r.Status != 200 || !ok || m == nil {
		return "", "", fmt.Errorf("status %d, ETag %q: %.200s", r.Status, r.Header.Get("Etag"), r.Body)
	}
	return generation, m[1], nil
}

func TestWorkspace(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	e := startEdited(t, v.Live())
	r := e.get("/api/workspace")
	if r.Status != 200 || !strings.Contains(r.Body, `"reportYear":2026`) || !strings.Contains(r.Body, `"snapshot":{"version":""}`) || r.Header.Get("Etag") != "" {
		t.Fatalf("before the first snapshot: %d %v %.200s", r.Status, r.Header, r.Body)
	}
	e.save(t, planned(2027))
	testkit.Poll(t, 10*time.Second, "the change, still without a snapshot", func() bool {
		return strings.Contains(e.get("/api/workspace").Body, `"reportYear":2027`)
	})
	v.Publish(v.Add(snapshottest.Small(1)))
	e.ready()
	stream := e.events(t.Context())
	first := <-stream.seen
	r = e.get("/api/workspace")
	if !strings.Contains(r.Body, `"snapshot":{"version":"`+r.Header.Get("X-Snapshot-Version")+`"}`) {
		t.Errorf("headers %v, body …%s", r.Header, r.Body[max(0, len(r.Body)-100):])
	}
	tag := r.Header.Get("Etag")
	if again := e.do(http.MethodGet, "/api/workspace", "If-None-Match", tag); again.Status != 304 {
		t.Errorf("revalidation: %d", again.Status)
	}

	e.save(t, planned(2028))
	second := <-stream.seen // pages are told
	if second.id == first.id || second.data.Version != first.data.Version {
		t.Errorf("told of %+v, before %+v", second, first)
	}
	r = e.do(http.MethodGet, "/api/workspace", "If-None-Match", tag)
	if r.Status != 200 || !strings.Contains(r.Body, `"reportYear":2028`) || r.Header.Get("Etag") == tag {
		t.Errorf("after the change: %d %v", r.Status, r.Header)
	}
}

func TestWorkspace_Invalid(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	e := startEdited(t, v.Live())
	e.ready()
	type info struct {
		Workspace struct {
			File, Version string
			Rejected      *struct{ Reason string }
		}
	}
	before := e.get("/api/workspace")
	look := func() (i info) { e.get("/api/snapshot").decode(t, &i); return i }
	sound := look()
	if sound.Workspace.File != "workspace.yaml" || sound.Workspace.Version == "" || sound.Workspace.Rejected != nil {
		t.Errorf("%+v", sound)
	}
	e.save(t, planned(2027)+"\nteems: []\n")
	testkit.Poll(t, 10*time.Second, "the file to be refused", func() bool { return look().Workspace.Rejected != nil })
	if got := look(); !strings.Contains(got.Workspace.Rejected.Reason, "teems") || !strings.Contains(got.Workspace.Rejected.Reason, "line ") ||
		got.Workspace.Version != sound.Workspace.Version {
		t.Errorf("%+v", got)
	}
	if r := e.get("/api/workspace"); r.Body != before.Body || r.Header.Get("Etag") != before.Header.Get("Etag") {
		t.Errorf("another answer: %v", r.Header)
	}
	metrics := e.get("/metrics").Body
	for _, want := range []string{"salesmap_api_workspace_rejected 1", "salesmap_api_workspace_rejected_total 1", "salesmap_api_workspace_loaded_timestamp_seconds "} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
	// A new snapshot swaps in all the same, and with the old workspace.
	v.Publish(v.Add(snapshottest.Small(2)))
	testkit.Poll(t, 10*time.Second, "the swap", func() bool {
		r := e.get("/api/workspace")
		return r.Header.Get("X-Snapshot-Version") != before.Header.Get("X-Snapshot-Version") && strings.Contains(r.Body, `"reportYear":2026`)
	})
	e.save(t, planned(2027))
	testkit.Poll(t, 10*time.Second, "the mended file", func() bool {
		return look().Workspace.Rejected == nil && strings.Contains(e.get("/api/workspace").Body, `"reportYear":2027`)
	})
	if r := e.get("/metrics"); !strings.Contains(r.Body, "salesmap_api_workspace_rejected 0") {
		t.Error("the metric still says rejected")
	}
}

// TestWorkspace_ChangedUnderLoad: whatever is edited and swapped, every answer
// is computed with one configuration and one snapshot, and none fails.
func TestWorkspace_ChangedUnderLoad(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	e := startEdited(t, v.Live())
	e.ready()
	var mu sync.Mutex
	years := map[string]string{} // by generation
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wait sync.WaitGroup
	for c := range 6 {
		wait.Go(func() {
			for n := c; ctx.Err() == nil; n++ {
				path := []string{"/api/workspace", "/api/performance/pl-progress/actual-overrides"}[n%2]
				req, err := http.NewRequest(http.MethodGet, e.URL+path, http.NoBody)
				if err != nil {
					t.Error(err)
					return
				}
				generation, year, err := planOf(e.send(req))
				if err != nil {
					t.Errorf("%s: %v", path, err)
					return
				}
				mu.Lock()
				if known := years[generation]; known != "" && known != year {
					t.Errorf("%s: generation %s answers with %s and with %s", path, generation, known, year)
				}
				years[generation] = year
				mu.Unlock()
			}
		})
	}
	for n := range 12 {
		swaps := e.Watcher.Status().Swaps
		e.save(t, planned(2027+n))
		if n%3 == 0 {
			v.Publish(v.Add(snapshottest.Small(n + 2)))
		}
		testkit.Poll(t, 30*time.Second, "the change", func() bool { return e.Watcher.Status().Swaps > swaps })
	}
	testkit.Poll(t, 30*time.Second, "the last year", func() bool {
		_, year, err := planOf(e.get("/api/performance/pl-progress/actual-overrides"))
		return err == nil && year == "2038"
	})
	stop()
	wait.Wait()
	if len(years) < 6 {
		t.Errorf("clients saw %d generations: the load did not meet the changes", len(years))
	}
	if open := e.Watcher.Status().Open; open != 1 {
		t.Errorf("%d generations are open after the load", open)
	}
}
