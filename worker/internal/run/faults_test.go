package run_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// TestOnce_FileFaults lets each labelled file operation of a run fail: once,
// with each errno, for ever, or as the last thing before nothing works any more. The live snapshot is
// the old or the new one entire, the history tells how the run ended where it
// could be written, and the next run succeeds.
func TestOnce_FileFaults(t *testing.T) {
	t.Parallel()
	source, err := salesmaptest.Folder(os.DirFS(writeEntities(t, 40)))
	if err != nil {
		t.Fatal(err)
	}
	crm := salesmaptest.Options{Source: source, PageSize: 5}
	record := newBench(t, crm)
	record.once(t, run.Mode{})
	recorder := faultfs.New(fsx.Real{}, nil)
	record.once(t, run.Mode{}, func(r *run.Runner) { r.FS = recorder })
	first := map[string]int{} // label → position of its first call
	for i, c := range recorder.Calls() {
		if _, ok := first[c.Op]; !ok {
			first[c.Op] = i
		}
	}
	points := 0
	for _, op := range slices.Sorted(maps.Keys(first)) {
		for _, kind := range []string{"ENOSPC", "EIO", "EACCES", "always", "crash"} {
			points++
			t.Run(op+"/"+kind, func(t *testing.T) {
				t.Parallel()
				faultAt(t, crm, op, first[op], kind)
			})
		}
	}
	t.Logf("%d fault points", points)
}

func faultAt(t *testing.T, crm salesmaptest.Options, op string, position int, kind string) {
	t.Helper()
	b := newBench(t, crm)
	good := b.once(t, run.Mode{})
	seen := 0
	errno, ok := map[string]syscall.Errno{"EIO": syscall.EIO, "EACCES": syscall.EACCES}[kind]
	if !ok {
		errno = syscall.ENOSPC
	}
	broken := faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
		seen++
		if kind == "crash" && seen > position || kind != "crash" && c.Op == op && (kind == "always" || c.N == 1) {
			return errno
		}
		return nil
	})
	e, err := b.runner(func(r *run.Runner) { r.FS = broken }).Once(t.Context(), run.Mode{})
	live := b.liveTag(t)
	if err == nil && live != e.RunTag || err != nil && live != good.RunTag && kind != "crash" {
		t.Errorf("live is %s after run %s ended with %v", live, e.RunTag, err)
	}
	if e.RunTag != "" && !strings.HasPrefix(op, "history.") && kind != "crash" {
		history := b.history(t)
		if last := history[len(history)-1]; last.RunTag != e.RunTag || last.Status != e.Status {
			t.Errorf("history ends with %s %s, the run was %s %s", last.RunTag, last.Status, e.RunTag, e.Status)
		}
	}
	next := b.once(t, run.Mode{Resume: true})
	if got := b.liveTag(t); got != next.RunTag {
		t.Errorf("live is %s after the next run %s", got, next.RunTag)
	}
}
