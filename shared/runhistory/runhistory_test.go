package runhistory_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
)

func entry(tag string) runhistory.Entry {
	return runhistory.Entry{RunTag: tag, Status: runhistory.StatusPublished}
}

func TestAppend_RepairsATornLastLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), runhistory.FileName)
	if err := runhistory.Append(fsx.Real{}, path, entry("20260101_000000")); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(whole); cut += 37 {
		torn := append(append([]byte{}, whole...), whole[:cut]...)
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		if last, ok, err := runhistory.Last(path); err != nil || !ok || last.RunTag != "20260101_000000" {
			t.Fatalf("cut at %d: Last before repair = %+v, %v, %v", cut, last, ok, err)
		}
		if err := runhistory.Append(fsx.Real{}, path, entry("20260102_000000")); err != nil {
			t.Fatal(err)
		}
		all, skipped, err := runhistory.Read(path)
		if err != nil || len(all) != 2 || all[1].RunTag != "20260102_000000" || skipped != 1 {
			t.Fatalf("cut at %d: Read = %d entries, %d skipped, %v", cut, len(all), skipped, err)
		}
	}
}

func TestLast(t *testing.T) {
	path := filepath.Join(t.TempDir(), runhistory.FileName)
	if _, ok, err := runhistory.Last(path); ok || err != nil {
		t.Errorf("Last of a missing file = %v, %v", ok, err)
	}
	long := entry("20260103_000000")
	long.Errors.Details = []string{strings.Repeat("x", 300<<10)} // longer than the first look
	for _, e := range []runhistory.Entry{entry("20260101_000000"), entry("20260102_000000"), long} {
		if err := runhistory.Append(fsx.Real{}, path, e); err != nil {
			t.Fatal(err)
		}
		if last, ok, err := runhistory.Last(path); err != nil || !ok || last.RunTag != e.RunTag {
			t.Errorf("Last = %q, %v, %v; want %q", last.RunTag, ok, err, e.RunTag)
		}
	}
}

// A skipped tick of the schedule hides neither how the last run ended nor that
// there was none.
func TestLast_SkippedIsNoRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), runhistory.FileName)
	skip := entry("20260102_000000")
	skip.Status = runhistory.StatusSkipped
	skip.Error = strings.Repeat("x", 100<<10)
	add := func(e runhistory.Entry) {
		t.Helper()
		if err := runhistory.Append(fsx.Real{}, path, e); err != nil {
			t.Fatal(err)
		}
	}
	add(skip)
	if last, ok, err := runhistory.Last(path); ok || err != nil {
		t.Errorf("Last of skipped lines alone = %+v, %v", last, err)
	}
	interrupted := entry("20260103_000000")
	interrupted.Status = runhistory.StatusInterrupted
	add(interrupted)
	for range 3 {
		add(skip)
	}
	all, _, err := runhistory.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	last, ok, err := runhistory.Last(path)
	listed, listedOK := runhistory.LastRun(all)
	if err != nil || !ok || !listedOK || last.RunTag != interrupted.RunTag || listed.RunTag != interrupted.RunTag {
		t.Errorf("Last = %q %v %v, LastRun = %q %v; want %q", last.RunTag, ok, err, listed.RunTag, listedOK, interrupted.RunTag)
	}
	if _, ok := runhistory.LastRun(all[:1]); ok {
		t.Error("a skipped line is a run")
	}
}

func TestAppend_EveryFailedStepIsReported(t *testing.T) {
	probe := faultfs.New(fsx.Real{}, nil)
	if err := runhistory.Append(probe, filepath.Join(t.TempDir(), "h.jsonl"), entry("20260101_000000")); err != nil {
		t.Fatal(err)
	}
	for _, call := range probe.Calls() {
		path := filepath.Join(t.TempDir(), "h.jsonl")
		broken := faultfs.New(fsx.Real{}, faultfs.FailOnce(call.Op, 1, syscall.ENOSPC))
		if err := runhistory.Append(broken, path, entry("20260101_000000")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s fails: Append = %v", call.Op, err)
		}
		if err := runhistory.Append(fsx.Real{}, path, entry("20260102_000000")); err != nil {
			t.Errorf("%s failed once: the next Append = %v", call.Op, err)
		}
		if last, ok, err := runhistory.Last(path); err != nil || !ok || last.RunTag != "20260102_000000" {
			t.Errorf("%s failed once: Last = %+v, %v, %v", call.Op, last, ok, err)
		}
	}
	if len(probe.Calls()) < 5 {
		t.Errorf("only %d labelled steps: %v", len(probe.Calls()), probe.Calls())
	}
}
