package run_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// The test binary does one task as a process of its own, so that its memory
// can be told from the sandbox's.
const (
	childTask = "SALESMAP_TEST_TASK" // taskRun or taskBackup
	childDir  = "SALESMAP_TEST_DIR"
	childBase = "SALESMAP_TEST_BASE"

	taskRun    = "run"
	taskKill   = "kill"
	taskBackup = "backup"
)

// child does the task and returns the exit status.
func child(task string) int {
	dir, ctx := os.Getenv(childDir), context.Background()
	var err error
	switch task {
	case taskBackup:
		_, err = backup.Write(ctx, fsx.Real{}, filepath.Join(dir, "salesmap_latest.db"), dir)
	case taskKill:
		err = killed(ctx, dir, os.Getenv(childBase), os.Getenv(childPoint))
	default:
		runner := &run.Runner{Settings: benchSettings(dir, os.Getenv(childBase)), Stderr: io.Discard, Limiter: quota.Unlimited()}
		_, err = runner.Once(ctx, run.Mode{})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func benchSettings(dir, base string) config.Run {
	return config.Run{
		Source:        config.Source{Token: envdoc.Secret(salesmaptest.DefaultToken), BaseURL: base, Rate: 100, MaxRetries: 5, CallTimeout: salesmap.DefaultTimeout},
		Volume:        config.Volume{DBPath: filepath.Join(dir, "salesmap_latest.db"), LogDir: filepath.Join(dir, "logs")},
		CheckpointDir: filepath.Join(dir, "checkpoints"), CheckpointPages: 50, NoBackup: true, KeepSnapshots: 1,
		MaxShrink: 0.5, Progress: "none", LogSettings: obs.LogSettings{LogLevel: "info"},
	}
}

// BenchmarkMillionRows takes a snapshot of 1,000,000 rows of 50 columns in a
// process of its own, then backs it up in another, and reports the most memory
// each had resident (spec 08 "Speed and size"). Run it with -benchtime 1x.
func BenchmarkMillionRows(b *testing.B) {
	const rows = 200_000 // of each of five tables
	crm := salesmaptest.Start(b, salesmaptest.Options{Source: newWide(rows), LeadPageSize: salesmaptest.DefaultPageSize})
	for b.Loop() {
		dir := b.TempDir()
		took, resident := inChild(b, taskRun, dir, crm.BaseURL)
		b.ReportMetric(5*rows/took.Seconds(), "rows/s")
		b.ReportMetric(resident, "MiB-run")
		info, err := os.Stat(filepath.Join(dir, "salesmap_latest.db"))
		if err != nil {
			b.Fatal(err)
		}
		took, resident = inChild(b, taskBackup, dir, "")
		b.ReportMetric(float64(info.Size())/1e6, "MB-snapshot")
		b.ReportMetric(float64(info.Size())/1e6/took.Seconds(), "MB/s-backup")
		b.ReportMetric(resident, "MiB-backup")
	}
}

// inChild does a task and returns how long it took and its peak of resident
// memory in MiB.
func inChild(b *testing.B, task, dir, base string) (time.Duration, float64) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+task, childDir+"="+dir, childBase+"="+base)
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", task, err, out)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("no resource usage")
	}
	return time.Since(began), float64(usage.Maxrss) / 1024
}
