package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// requests waits until the CRM was asked n times.
func (v *volume) requests(t *testing.T, n int) {
	t.Helper()
	testkit.Poll(t, time.Minute, fmt.Sprintf("%d requests", n), func() bool { return v.crm.Server.Stats().Requests >= n })
}

func TestProcess_SignalsCheckpointAndExit(t *testing.T) {
	t.Parallel()
	for signal, status := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130} {
		v := newVolume(t, salesmaptest.Options{Latency: 20 * time.Millisecond, PageSize: 10})
		p := start(t, v.args("run-once", "--progress", "none", "--checkpoint-interval", "2")...)
		v.requests(t, 14)
		if err := p.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		sent := time.Now()
		if got := p.wait(); got != status {
			t.Fatalf("%s: status %d, want %d\n%s", signal, got, status, p.stderr.String())
		}
		if took := time.Since(sent); took > 5*time.Second {
			t.Errorf("%s: took %s to end", signal, took)
		}
		h := v.history(t)
		if len(h) != 1 || h[0].Status != runhistory.StatusInterrupted || h[0].Tables["deal"].Rows == 0 {
			t.Fatalf("%s: history %+v", signal, h)
		}
		if !strings.Contains(p.stdout.String(), "--resume") {
			t.Errorf("%s: summary %q", signal, p.stdout.String())
		}
		before := v.crm.Server.Stats().Requests
		if r := call(t.Context(), v.args("run-once", "--resume")...); r.status != exitOK || v.liveTag(t) != h[0].RunTag {
			t.Fatalf("%s: resume %+v", signal, r)
		}
		for _, r := range v.crm.Server.Requests()[before:] {
			if r.List == "deal" && r.Page == 1 {
				t.Errorf("%s: deal began anew", signal)
			}
		}
	}
}

func TestProcess_SecondSignalExitsAtOnce(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{})
	const tag = "20260101_000000"
	if err := syscall.Mkfifo(backup.Path(v.dir, tag), 0o600); err != nil {
		t.Fatal(err)
	}
	// Opening a pipe that nobody writes to blocks in the kernel, which no
	// context can end.
	p := start(t, "backups", "restore", tag, "--backup-dir", v.dir, "--db-path", v.snap.Live())
	testkit.Poll(t, time.Minute, "the program to hold the lock", func() bool {
		lock, err := fsx.AcquireLock(v.snap.LockFile())
		return err != nil || lock.Release() != nil
	})
	for range 2 {
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		testkit.Poll(t, time.Minute, "the signal to be taken", func() bool { return !pending(p.Process.Pid, syscall.SIGTERM) })
	}
	if got := p.wait(); got != 143 {
		t.Errorf("status %d, want 143", got)
	}
}

// pending tells whether a signal waits to be taken by a process.
func pending(pid int, s syscall.Signal) bool { return mask(pid, "ShdPnd:", s) }

func mask(pid int, name string, s syscall.Signal) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(raw)) {
		if text, ok := strings.CutPrefix(line, name); ok {
			var bits uint64
			if _, err := fmt.Sscanf(strings.TrimSpace(text), "%x", &bits); err != nil {
				return false
			}
			return bits&(1<<(uint(s)-1)) != 0
		}
	}
	return false
}

func TestProcess_TwoAtOnce(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{Latency: 20 * time.Millisecond, PageSize: 10})
	first := start(t, v.args("run-once", "--progress", "none")...)
	v.requests(t, 5)
	second := start(t, v.args("run-once", "--progress", "none")...)
	if got := second.wait(); got != exitLocked {
		t.Errorf("second: status %d, want %d\n%s", got, exitLocked, second.stderr.String())
	}
	if got := first.wait(); got != exitOK {
		t.Errorf("first: status %d\n%s", got, first.stderr.String())
	}
	if h := v.history(t); len(h) != 1 {
		t.Errorf("history %+v", h)
	}
}

func TestProcess_TokenIsNotInTheProcessList(t *testing.T) {
	t.Parallel()
	for _, inline := range []bool{false, true} {
		v := newVolume(t, salesmaptest.Options{Latency: 50 * time.Millisecond, PageSize: 10})
		args := v.args("run-once", "--progress", "none")
		if inline {
			for i := range args {
				if args[i] == tokenFlag {
					args = append(append(append([]string{}, args[:i]...), tokenFlag+"="+canary), args[i+2:]...)
					break
				}
			}
		}
		p := start(t, args...)
		v.requests(t, 1)
		title, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(title, []byte(canary)) || !bytes.Contains(title, []byte(tokenFlag)) {
			t.Errorf("the process list shows %q", bytes.ReplaceAll(title, []byte{0}, []byte{' '}))
		}
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		p.wait()
		v.assertNoCanary(t, p.stdout.String(), p.stderr.String())
	}
}

func TestProcess_Schedule(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{})
	p := start(t, v.args("schedule", "--cron", "@every 1s", "--health-addr", "127.0.0.1:0", "--progress", "none")...)
	testkit.Poll(t, time.Minute, "the health address", func() bool { return strings.Contains(p.stderr.String(), "health is served") })
	_, after, _ := strings.Cut(p.stderr.String(), `"addr":"`)
	addr, _, _ := strings.Cut(after, `"`)
	testkit.Poll(t, time.Minute, "three runs", func() bool { return len(v.published(t)) >= 3 })
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if r := call(t.Context(), "healthcheck", "--url", "http://"+addr+path); r.status != exitOK {
			t.Errorf("healthcheck %s: %+v", path, r)
		}
	}
	if r := call(t.Context(), "healthcheck", "--health-addr", addr); r.status != exitOK {
		t.Errorf("healthcheck: %+v", r)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := p.wait(); got != exitOK {
		t.Errorf("status %d\n%s", got, p.stderr.String())
	}
	for i, e := range v.published(t) {
		if i > 0 && e.StartedAt.Before(v.published(t)[i-1].FinishedAt) {
			t.Errorf("run %s began before the one before had ended", e.RunTag)
		}
	}
	if r := call(t.Context(), "healthcheck", "--health-addr", addr); r.status != exitFailed {
		t.Errorf("healthcheck of a stopped schedule: %+v", r)
	}
	v.liveTag(t)
	v.assertNoCanary(t, p.stdout.String(), p.stderr.String())
}

func (v *volume) published(t *testing.T) []runhistory.Entry {
	t.Helper()
	entries, _, err := runhistory.Read(v.dir + "/logs/" + runhistory.FileName)
	if err != nil {
		t.Fatal(err)
	}
	var good []runhistory.Entry
	for _, e := range entries {
		if e.Status == runhistory.StatusPublished {
			good = append(good, e)
		}
	}
	return good
}

// TestProcess_ScheduleGoesOnWithAnInterruptedRun stops the service in mid-run
// and starts it again.
func TestProcess_ScheduleGoesOnWithAnInterruptedRun(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{Latency: 20 * time.Millisecond, PageSize: 10})
	args := v.args("schedule", "--cron", "0 3 * * *", "--health-addr", "127.0.0.1:0", "--progress", "none")
	p := start(t, args...)
	v.requests(t, 14)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := p.wait(); got != exitOK {
		t.Fatalf("status %d\n%s", got, p.stderr.String())
	}
	interrupted := v.history(t)[0]
	if interrupted.Status != runhistory.StatusInterrupted {
		t.Fatalf("history %+v", interrupted)
	}
	p = start(t, args...)
	testkit.Poll(t, time.Minute, "the run to be published", func() bool { return len(v.published(t)) == 1 })
	if e := v.published(t)[0]; e.RunTag != interrupted.RunTag || e.ResumedFrom != interrupted.RunTag {
		t.Errorf("published %+v", e)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.wait()
}
