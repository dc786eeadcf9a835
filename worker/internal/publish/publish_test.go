package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const (
	oldTag = "20260101_000000"
	newTag = "20260102_000000"
)

// volume makes a data volume; build and live fill it.
func volume(t *testing.T) snapshot.Volume {
	t.Helper()
	v, err := snapshot.NewVolume(filepath.Join(t.TempDir(), "salesmap_latest.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(v.SnapshotsDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	return v
}

type build struct {
	tag    string
	deals  int
	people int
	errors string // of deal, as the manifest has them
}

// make builds a finished snapshot where the worker would.
func (b build) make(t *testing.T, v snapshot.Volume) {
	t.Helper()
	w, err := ingest.Create(t.Context(), fsx.Real{}, ingest.Run{Tag: b.tag}, ingest.Options{Path: v.Building(b.tag)})
	if err != nil {
		t.Fatal(err)
	}
	meta := ingest.Meta{Info: snapshot.RunInfo{RunTag: b.tag}}
	for _, table := range snapshot.CrawlTables() {
		n := 1
		switch table {
		case snapshot.TableDeal:
			n = b.deals
		case snapshot.TablePeople:
			n = b.people
		}
		p := record.Page{Table: table, Number: 1, Last: true}
		for i := range n {
			p.Records = append(p.Records, record.Record{Fields: []record.Field{{Name: "id", Text: strconv.Itoa(i)}}})
		}
		if err := w.Put(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		row := snapshot.ManifestRow{Table: table}
		if table == snapshot.TableDeal {
			row.Errors = b.errors
		}
		meta.Manifest = append(meta.Manifest, row)
	}
	if err := errors.Join(w.Finish(t.Context(), meta), w.Close()); err != nil {
		t.Fatal(err)
	}
}

func publisher(fsys fsx.OS, v snapshot.Volume) *publish.Publisher {
	return &publish.Publisher{FS: fsys, Volume: v, Log: zap.NewNop(), Pause: time.Nanosecond}
}

// publishOK publishes a fresh snapshot without faults.
func publishOK(t *testing.T, v snapshot.Volume, tag string) publish.Result {
	t.Helper()
	build{tag: tag, deals: 5, people: 5}.make(t, v)
	r, err := publisher(fsx.Real{}, v).Publish(t.Context(), tag)
	if err != nil || r.Fallback != nil {
		t.Fatalf("publish %s: %v, %v", tag, err, r.Fallback)
	}
	return r
}

// verify returns the run tag of a sound snapshot.
func verify(t *testing.T, path string) string {
	t.Helper()
	in, err := snapshot.Verify(t.Context(), path)
	if err != nil {
		t.Fatalf("verify %s: %v", path, err)
	}
	return in.Info.RunTag
}

func TestPublish(t *testing.T) {
	t.Parallel()
	v := volume(t)
	publishOK(t, v, oldTag)
	r := publishOK(t, v, newTag)
	if got := verify(t, v.Live()); got != newTag {
		t.Errorf("live is %s", got)
	}
	target, err := os.Readlink(v.Live())
	if err != nil || target != "snapshots/salesmap_20260102_000000.db" {
		t.Errorf("link says %q, %v", target, err)
	}
	info, err := os.Stat(v.Live())
	if err != nil || info.Mode().Perm() != 0o444 || info.Size() != r.Bytes {
		t.Errorf("live: %v, %v, result %+v", info.Mode(), err, r)
	}
	if len(r.SHA256) != 64 || r.Path != v.Snapshot(newTag) || r.Unsynced != nil {
		t.Errorf("result %+v", r)
	}
	if got := verify(t, v.Snapshot(oldTag)); got != oldTag {
		t.Errorf("the old snapshot is %s", got)
	}
	wantFiles(t, v.Dir(), "salesmap_latest.db", "snapshots")
	wantFiles(t, v.SnapshotsDir(), "salesmap_20260101_000000.db", "salesmap_20260102_000000.db")
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files in %s (-want +got):\n%s", filepath.Base(dir), diff)
	}
}

// operations lists the labelled operations of one clean publish over a live
// link and over a live regular file.
func operations(t *testing.T, regular bool) []faultfs.Call {
	t.Helper()
	v := volumeWithLive(t, regular)
	recorder := faultfs.New(fsx.Real{}, nil)
	if _, err := publisher(recorder, v).Publish(t.Context(), newTag); err != nil {
		t.Fatal(err)
	}
	calls := recorder.Calls()
	if len(calls) < 8 {
		t.Fatalf("a publish took %d operations only: %v", len(calls), calls)
	}
	return calls
}

// volumeWithLive has a live snapshot of oldTag and a built one of newTag.
func volumeWithLive(t *testing.T, regular bool) snapshot.Volume {
	t.Helper()
	v := volume(t)
	publishOK(t, v, oldTag)
	if regular {
		if err := os.Rename(v.Snapshot(oldTag), v.Live()); err != nil {
			t.Fatal(err)
		}
	}
	build{tag: newTag, deals: 5, people: 5}.make(t, v)
	return v
}

// TestPublish_Faults lets each operation of a publish fail: once, for ever, or
// as the last thing that happens before the process dies. The live snapshot is
// then the old or the new one entire, the result says which, and publishing
// again succeeds.
func TestPublish_Faults(t *testing.T) {
	t.Parallel()
	points := 0
	for _, regular := range []bool{false, true} {
		for i, call := range operations(t, regular) {
			for _, kind := range []string{"once", "always", "crash"} {
				points++
				t.Run(fmt.Sprintf("regular=%t/%s_%d/%s", regular, call.Op, call.N, kind), func(t *testing.T) {
					t.Parallel()
					v := volumeWithLive(t, regular)
					seen := 0
					broken := faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
						seen++
						hit := c.Op == call.Op && c.N == call.N
						if kind == "always" {
							hit = c.Op == call.Op && c.N >= call.N
						}
						if kind == "crash" {
							hit = seen > i
						}
						if hit {
							return syscall.EIO
						}
						return nil
					})
					r, err := publisher(broken, v).Publish(t.Context(), newTag)
					checkAfterFault(t, v, r, err, kind == "crash")
					again(t, v, r, err)
				})
			}
		}
	}
	t.Logf("%d fault points", points)
}

func checkAfterFault(t *testing.T, v snapshot.Volume, r publish.Result, err error, crashed bool) {
	t.Helper()
	live := verify(t, v.Live())
	if live != oldTag && live != newTag {
		t.Fatalf("live is %q", live)
	}
	if crashed {
		return // the dead process cannot have told anybody
	}
	switch {
	case err != nil:
		if live != oldTag || verify(t, v.Building(newTag)) != newTag {
			t.Errorf("failed with %v, live is %s", err, live)
		}
	case r.Fallback != nil:
		if live != oldTag || verify(t, r.Path) != newTag {
			t.Errorf("fell back for %v to %s, live is %s", r.Fallback, r.Path, live)
		}
	default:
		if live != newTag || verify(t, r.Path) != newTag {
			t.Errorf("published, live is %s", live)
		}
	}
}

// again publishes what a fault kept from it, or the next run if there is
// nothing left to publish.
func again(t *testing.T, v snapshot.Volume, r publish.Result, err error) {
	t.Helper()
	tag := newTag
	p := publisher(fsx.Real{}, v)
	if _, builtErr := p.Built(tag); builtErr != nil || (err == nil && r.Fallback == nil) {
		tag = "20260103_000000"
		build{tag: tag, deals: 5, people: 5}.make(t, v)
	}
	if r, err := p.Publish(t.Context(), tag); err != nil || r.Fallback != nil {
		t.Fatalf("publish again: %v, %v", err, r.Fallback)
	}
	if got := verify(t, v.Live()); got != tag {
		t.Errorf("live is %s after publishing %s", got, tag)
	}
	if got := verify(t, v.Snapshot(oldTag)); got != oldTag {
		t.Errorf("the old snapshot is lost: %s", got)
	}
}

func TestPublish_Fallback(t *testing.T) {
	t.Parallel()
	v := volumeWithLive(t, false)
	swaps := 0
	broken := faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
		if c.Op == "publish.swap" {
			swaps++
			return syscall.EBUSY
		}
		return nil
	})
	r, err := publisher(broken, v).Publish(t.Context(), newTag)
	if err != nil || !errors.Is(r.Fallback, syscall.EBUSY) {
		t.Fatalf("Publish = %+v, %v; want a fallback for EBUSY", r, err)
	}
	if swaps != publish.Attempts {
		t.Errorf("%d attempts, want %d", swaps, publish.Attempts)
	}
	if want := filepath.Join(v.Dir(), "salesmap_latest_20260102_000000.db"); r.Path != want || verify(t, want) != newTag {
		t.Errorf("fallback path %s, want %s", r.Path, want)
	}
	if got := verify(t, v.Live()); got != oldTag {
		t.Errorf("live is %s", got)
	}
}

func TestPublish_CancelledBetweenAttemptsFallsBack(t *testing.T) {
	t.Parallel()
	v := volumeWithLive(t, false)
	ctx, cancel := context.WithCancel(t.Context())
	broken := faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
		if c.Op == "publish.swap" {
			cancel()
			return syscall.EBUSY
		}
		return nil
	})
	p := publisher(broken, v)
	p.Pause = time.Hour
	r, err := p.Publish(ctx, newTag)
	if err != nil || r.Fallback == nil || verify(t, r.Path) != newTag {
		t.Fatalf("Publish = %+v, %v; want a fallback", r, err)
	}
}

func TestPublish_RefusesJournals(t *testing.T) {
	t.Parallel()
	for _, suffix := range snapshot.SiblingSuffixes() {
		for _, beside := range []string{"live", "built"} {
			v := volumeWithLive(t, false)
			path := v.Live()
			if beside == "built" {
				path = v.Building(newTag)
			}
			if err := os.WriteFile(path+suffix, []byte("stale"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := publisher(fsx.Real{}, v).Publish(t.Context(), newTag)
			if !errors.Is(err, publish.ErrRefused) || !strings.Contains(err.Error(), filepath.Base(path)+suffix) {
				t.Errorf("%s beside the %s file: %v, want ErrRefused naming it", suffix, beside, err)
			}
			if err := os.Remove(path + suffix); err != nil {
				t.Fatal(err)
			}
			if got := verify(t, v.Live()); got != oldTag {
				t.Errorf("live is %s", got)
			}
		}
	}
}

func TestPublish_NeverReplacesASnapshot(t *testing.T) {
	t.Parallel()
	v := volume(t)
	publishOK(t, v, oldTag)
	build{tag: oldTag, deals: 1, people: 1}.make(t, v)
	if _, err := publisher(fsx.Real{}, v).Publish(t.Context(), oldTag); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("Publish over an existing snapshot = %v, want fs.ErrExist", err)
	}
}

func TestPublish_RegularFileIsKept(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		hook faultfs.Hook
		link bool
	}{
		{"hard link", nil, true},
		{"no hard links", faultfs.FailOnce("publish.link", 1, syscall.EPERM), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := volumeWithLive(t, true)
			before, err := os.Stat(v.Live())
			if err != nil {
				t.Fatal(err)
			}
			r, err := publisher(faultfs.New(fsx.Real{}, tc.hook), v).Publish(t.Context(), newTag)
			if err != nil || r.Fallback != nil {
				t.Fatalf("publish: %v, %v", err, r.Fallback)
			}
			after, err := os.Stat(v.Snapshot(oldTag))
			if err != nil {
				t.Fatal(err)
			}
			if os.SameFile(before, after) != tc.link {
				t.Errorf("same file = %t, want %t", !tc.link, tc.link)
			}
			if verify(t, v.Snapshot(oldTag)) != oldTag || verify(t, v.Live()) != newTag {
				t.Error("old or new snapshot is not where it belongs")
			}
		})
	}
}

func TestPublish_RegularFileThatIsNoSnapshot(t *testing.T) {
	t.Parallel()
	v := volume(t)
	if err := os.WriteFile(v.Live(), []byte("an old export"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, 5, 4, 3, 2, 1, 0, time.UTC)
	if err := os.Chtimes(v.Live(), at, at); err != nil {
		t.Fatal(err)
	}
	publishOK(t, v, newTag)
	kept, err := os.ReadFile(v.Snapshot("20250504_030201"))
	if err != nil || string(kept) != "an old export" {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestPublish_NoSymlinks(t *testing.T) {
	t.Parallel()
	v := volume(t)
	for _, tag := range []string{oldTag, newTag} {
		build{tag: tag, deals: 5, people: 5}.make(t, v)
		p := publisher(faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
			if c.Op == "publish.symlink" || c.Op == "publish.link" {
				return syscall.EPERM
			}
			return nil
		}), v)
		r, err := p.Publish(t.Context(), tag)
		if err != nil || r.Fallback != nil || r.Path != v.Live() {
			t.Fatalf("Publish = %+v, %v", r, err)
		}
	}
	info, err := os.Lstat(v.Live())
	if err != nil || !info.Mode().IsRegular() || verify(t, v.Live()) != newTag {
		t.Errorf("live: %v, %v", info, err)
	}
	if got := verify(t, v.Snapshot(oldTag)); got != oldTag {
		t.Errorf("the replaced snapshot is %s", got)
	}
}

func TestPublish_LiveIsADirectory(t *testing.T) {
	t.Parallel()
	v := volume(t)
	if err := os.Mkdir(v.Live(), 0o755); err != nil {
		t.Fatal(err)
	}
	build{tag: newTag, deals: 5, people: 5}.make(t, v)
	r, err := publisher(fsx.Real{}, v).Publish(t.Context(), newTag)
	if err != nil || r.Fallback == nil || verify(t, r.Path) != newTag {
		t.Fatalf("Publish = %+v, %v; want a fallback", r, err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	half := publish.Limits{MaxShrink: 0.5}
	for _, tc := range []struct {
		name   string
		before *build // live, if any
		now    build
		limits publish.Limits
		want   []string // in the refusal; none means it passes
	}{
		{"first snapshot", nil, build{deals: 0, people: 0}, half, nil},
		{"grown", &build{deals: 5, people: 5}, build{deals: 6, people: 5}, half, nil},
		{"half gone", &build{deals: 10, people: 5}, build{deals: 5, people: 5}, half, nil},
		{"more than half gone", &build{deals: 10, people: 5}, build{deals: 4, people: 5}, half, []string{"deal shrank from 10 to 4", "60.0 %", "--max-shrink 0.5"}},
		{"two tables", &build{deals: 10, people: 5}, build{deals: 4, people: 1}, half, []string{"deal", "people"}},
		{"empty now", &build{deals: 1, people: 5}, build{deals: 0, people: 5}, publish.Limits{MaxShrink: 0.99}, []string{"deal"}},
		{"empty now, allowed", &build{deals: 1, people: 5}, build{deals: 0, people: 5}, publish.Limits{MaxShrink: 1}, nil},
		{"errors", nil, build{deals: 5, errors: "page3:http_500"}, half, []string{"deal", "page3:http_500", "--allow-partial"}},
		{"errors, allowed", nil, build{deals: 5, errors: "page3:http_500"}, publish.Limits{AllowPartial: true}, nil},
		{"errors and shrink", &build{deals: 9}, build{deals: 1, errors: "page3:http_500"}, half, []string{"page3:http_500", "shrank"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := volume(t)
			if tc.before != nil {
				tc.before.tag = oldTag
				tc.before.make(t, v)
				if _, err := publisher(fsx.Real{}, v).Publish(t.Context(), oldTag); err != nil {
					t.Fatal(err)
				}
			}
			tc.now.tag = newTag
			tc.now.make(t, v)
			report, err := publish.Check(t.Context(), v.Building(newTag), v.Live(), tc.limits)
			if len(tc.want) == 0 && err != nil || len(tc.want) > 0 && !errors.Is(err, publish.ErrRefused) {
				t.Fatalf("Check = %v, want %q", err, tc.want)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in %v", want, err)
				}
			}
			if report.Partial != (tc.now.errors != "") {
				t.Errorf("partial = %t", report.Partial)
			}
		})
	}
}

func TestCheck_BrokenFiles(t *testing.T) {
	t.Parallel()
	v := volume(t)
	build{tag: newTag, deals: 500, people: 5}.make(t, v)
	sound, err := os.ReadFile(v.Building(newTag))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"empty":     {},
		"truncated": sound[:len(sound)-4096],
		"overwritten": slices.Concat(sound[:len(sound)/2], []byte(strings.Repeat("garbage!", 1024)),
			sound[len(sound)/2+8192:]),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := publish.Check(t.Context(), path, "", publish.Limits{}); !errors.Is(err, publish.ErrRefused) {
			t.Errorf("%s: %v, want ErrRefused", name, err)
		}
	}
}

func TestCheck_LiveCannotBeRead(t *testing.T) {
	t.Parallel()
	v := volume(t)
	build{tag: newTag, deals: 5, people: 5}.make(t, v)
	if err := os.WriteFile(v.Live(), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := publish.Check(t.Context(), v.Building(newTag), v.Live(), publish.Limits{})
	if err != nil || len(report.Warnings) != 1 {
		t.Errorf("Check = %v, warnings %q; want a warning only", err, report.Warnings)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	tags := []string{"20260101_000000", "20260102_000000", "20260103_000000", "20260104_000000", "20260105_000000"}
	for _, tc := range []struct {
		keep int
		live string
		want []string
	}{
		{3, tags[4], tags[2:]},
		{1, tags[4], tags[4:]},
		{0, tags[4], tags[4:]},
		{2, tags[0], []string{tags[0], tags[3], tags[4]}},
		{9, tags[4], tags},
	} {
		v := volume(t)
		for _, tag := range tags {
			publishOK(t, v, tag)
		}
		p := publisher(fsx.Real{}, v)
		if _, err := p.RollBack(t.Context(), tc.live); err != nil {
			t.Fatal(err)
		}
		building := v.Building("20251231_000000")
		if err := os.WriteFile(building, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		removed, err := p.Prune(tc.keep)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := p.Kept()
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(kept)
		if diff := cmp.Diff(tc.want, kept); diff != "" {
			t.Errorf("keep %d, live %s (-want +got):\n%s", tc.keep, tc.live, diff)
		}
		if len(removed)+len(kept) != len(tags) {
			t.Errorf("removed %v, kept %v", removed, kept)
		}
		if got := verify(t, v.Live()); got != tc.live {
			t.Errorf("live is %s", got)
		}
		if unfinished, err := p.Unfinished(); err != nil || len(unfinished) != 1 {
			t.Errorf("unfinished = %v, %v", unfinished, err)
		}
	}
}

func TestRollBack(t *testing.T) {
	t.Parallel()
	v := volume(t)
	publishOK(t, v, oldTag)
	publishOK(t, v, newTag)
	p := publisher(fsx.Real{}, v)
	if tag, err := p.RollBack(t.Context(), ""); err != nil || tag != oldTag || verify(t, v.Live()) != oldTag {
		t.Fatalf("RollBack = %s, %v", tag, err)
	}
	if _, err := p.RollBack(t.Context(), ""); err == nil {
		t.Error("rolled back past the oldest snapshot")
	}
	if _, err := p.RollBack(t.Context(), "20250101_000000"); err == nil {
		t.Error("rolled back to a snapshot that does not exist")
	}
	if err := os.Chmod(v.Snapshot(newTag), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(v.Snapshot(newTag), 4096); err != nil {
		t.Fatal(err)
	}
	if _, err := p.RollBack(t.Context(), newTag); err == nil || verify(t, v.Live()) != oldTag {
		t.Errorf("a broken snapshot became live: %v", err)
	}
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	v := volume(t)
	for _, suffix := range []string{"", "-journal"} {
		if err := os.WriteFile(v.Building(newTag)+suffix, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := publisher(fsx.Real{}, v)
	for range 2 {
		if err := p.Discard(newTag); err != nil {
			t.Fatal(err)
		}
	}
	wantFiles(t, v.SnapshotsDir())
}
