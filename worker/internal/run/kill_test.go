package run_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// childPoint says where the child kills itself: pagePoint and the number of
// the page that was stored, or a file operation.
const (
	childPoint = "SALESMAP_TEST_POINT"
	pagePoint  = "page:"
)

// killed takes a snapshot and dies by SIGKILL at a point of it.
func killed(ctx context.Context, dir, base, point string) error {
	die := func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	settings := benchSettings(dir, base)
	settings.NoBackup, settings.KeepBackups, settings.CheckpointPages = false, 1, 2
	settings.BackupDir = filepath.Join(dir, "backups")
	settings.CheckpointDir = filepath.Join(dir, "logs", "checkpoints")
	runner := &run.Runner{Settings: settings, Stderr: io.Discard, Limiter: quota.Unlimited()}
	if text, ok := strings.CutPrefix(point, pagePoint); ok {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		runner.Observer = &stopAt{n: n, cancel: die}
	} else {
		runner.FS = faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
			if c.Op == point && c.N == 1 {
				die()
			}
			return nil
		})
	}
	_, err := runner.Once(ctx, run.Mode{})
	return errors.Join(errors.New("the run outlived its point"), err)
}

// pages counts the pages that a run stores.
type pages struct {
	crawl.Observer
	n int
}

func (p *pages) PageStored(record.Page, int) { p.n++ }

// TestProcess_KilledAtEachPoint kills a run, a process of its own, by SIGKILL
// at each labelled file operation and after each stored page. The live snapshot
// is the old or the new one entire, and the next run ends in the rows of an
// undisturbed one.
func TestProcess_KilledAtEachPoint(t *testing.T) {
	t.Parallel()
	source, err := salesmaptest.Folder(os.DirFS(writeEntities(t, 40)))
	if err != nil {
		t.Fatal(err)
	}
	crm := salesmaptest.Options{Source: source, PageSize: 5}
	whole := newBench(t, crm)
	whole.settings.CheckpointPages, whole.settings.KeepSnapshots = 2, 1
	whole.once(t, run.Mode{})
	recorder, counter := faultfs.New(fsx.Real{}, nil), &pages{Observer: &stopAt{}}
	whole.once(t, run.Mode{}, func(r *run.Runner) { r.FS, r.Observer = recorder, counter })
	truth := readTables(t, whole.volume.Live(), snapshot.DomainTables()...)

	var points []string
	for _, c := range recorder.Calls() {
		if !slices.Contains(points, c.Op) {
			points = append(points, c.Op)
		}
	}
	operations := len(points)
	for n := range counter.n {
		points = append(points, pagePoint+strconv.Itoa(n+1))
	}
	if operations < 30 || counter.n < 10 {
		t.Errorf("%d file operations and %d pages only", operations, counter.n)
	}
	t.Logf("killed at %d file operations and after %d pages", operations, counter.n)
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			killAt(t, crm, point, truth)
		})
	}
}

func killAt(t *testing.T, crm salesmaptest.Options, point string, truth map[string]table) {
	t.Helper()
	b := newBench(t, crm)
	b.once(t, run.Mode{})
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+taskKill, childDir+"="+b.dir, childBase+"="+b.crm.BaseURL, childPoint+"="+point)
	out, err := cmd.CombinedOutput()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if err == nil || !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the run was not killed: %v\n%s", err, out)
	}
	b.liveTag(t) // whichever it is, it verifies
	sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	next := b.once(t, run.Mode{Resume: true})
	if next.Status != runhistory.StatusPublished || b.liveTag(t) != next.RunTag {
		t.Errorf("next run %+v", next)
	}
	sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	history, broken, err := runhistory.Read(filepath.Join(b.settings.LogDir, runhistory.FileName))
	if err != nil || broken > 0 || history[len(history)-1].RunTag != next.RunTag {
		t.Errorf("history of %d lines, %d broken, %v", len(history), broken, err)
	}
}
