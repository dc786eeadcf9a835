package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
)

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
