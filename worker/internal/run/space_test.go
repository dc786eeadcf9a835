package run_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// TestOnce_NoSpace: a run that cannot fit is not begun, and says what to do.
func TestOnce_NoSpace(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.settings.SpaceCheck = true
	left := func(n uint64, err error) func(*run.Runner) {
		return func(r *run.Runner) { r.FreeBytes = func(string) (uint64, error) { return n, err } }
	}
	first := b.once(t, run.Mode{}, left(1<<10, nil)) // there is nothing to estimate by
	if !strings.Contains(b.stderr.String(), "free space may not be enough") {
		t.Error("no warning")
	}
	before := b.crm.Server.Stats().Requests
	e, err := b.fails(t, run.Mode{}, left(1<<10, nil))
	if !errors.Is(err, run.ErrNoSpace) || e.Status != runhistory.StatusFailed || b.liveTag(t) != first.RunTag {
		t.Errorf("%+v, %v", e, err)
	}
	for _, want := range []string{"not enough free space", b.dir, "make room", "KEEP_SNAPSHOTS", "SPACE_CHECK"} {
		if !strings.Contains(e.Error, want) {
			t.Errorf("%q does not say %q", e.Error, want)
		}
	}
	if got := b.crm.Server.Stats().Requests; got != before || len(b.files(t, "backups")) != 0 {
		t.Errorf("%d requests were made, backups %v", got-before, b.files(t, "backups"))
	}
	b.once(t, run.Mode{}, left(0, errors.New("unknown")))
	b.settings.SpaceCheck = false
	b.once(t, run.Mode{}, left(0, nil))
}

func TestOnce_LogRetention(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.settings.KeepLogs, b.settings.KeepSnapshots, b.settings.NoBackup = 2, 1, true
	moment := time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC) // all within one second
	tags := map[string]bool{}
	for range 4 {
		tags[b.once(t, run.Mode{}, func(r *run.Runner) { r.Now = func() time.Time { return moment } }).RunTag] = true
	}
	if len(tags) != 4 {
		t.Errorf("a run tag was used again: %v", tags)
	}
	logs := 0
	for _, name := range b.files(t, "logs") {
		if strings.HasSuffix(name, ".log") {
			logs++
		}
	}
	if logs != 2 || len(b.history(t)) != 4 {
		t.Errorf("%d logs, %d lines of history", logs, len(b.history(t)))
	}
}
