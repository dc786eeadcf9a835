package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// asWorker makes the test binary be the worker, so that tests can send it
// signals and kill it.
const asWorker = "SALESMAP_TEST_AS_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		limitFiles()
		os.Exit(realMain())
	}
	for _, s := range envdoc.Settings(&config.Schedule{}) {
		if err := os.Unsetenv(s.Env); err != nil { // the developer's own settings are none of the tests'
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// canary is the token of most tests: it must appear nowhere.
const canary = "canary-7d1a9c44-token"

// volume is a data folder, and the arguments that point the worker to it.
type volume struct {
	dir  string
	snap snapshot.Volume
	crm  *salesmaptest.Running
}

func newVolume(t *testing.T, o salesmaptest.Options) *volume {
	t.Helper()
	if o.Source == nil {
		ws, err := sandboxdata.New(sandboxdata.Config{Seed: 1, Organizations: 8, Now: time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		o.Source = salesmaptest.Generated(ws)
	}
	o.Token = canary
	v := &volume{dir: t.TempDir(), crm: salesmaptest.Start(t, o)}
	var err error
	if v.snap, err = snapshot.NewVolume(filepath.Join(v.dir, "salesmap_latest.db")); err != nil {
		t.Fatal(err)
	}
	return v
}

// args are those of a command on this volume.
func (v *volume) args(command string, more ...string) []string {
	all := []string{command, "--db-path", v.snap.Live(), "--log-dir", filepath.Join(v.dir, "logs")}
	if command == "run-once" || command == "schedule" || command == "doctor" {
		all = append(all, "--base-url", v.crm.BaseURL, "--token", canary, "--rate", "100",
			"--checkpoint-dir", filepath.Join(v.dir, "checkpoints"), "--backup-dir", filepath.Join(v.dir, "backups"))
	}
	return append(all, more...)
}

// result is what a call of the program gave.
type result struct {
	status         int
	stdout, stderr string
}

// call runs the program inside the test.
func call(ctx context.Context, args ...string) result {
	var stdout, stderr safeBuffer
	status := run(ctx, args, &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// safeBuffer may be written from several goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// process is the worker as a process of its own.
type process struct {
	*exec.Cmd
	stdout, stderr safeBuffer
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startWith(t, "", args...)
}

// startWith adds a variable to the environment.
func startWith(t *testing.T, variable string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(os.Environ(), asWorker+"=1", variable)
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// wait returns the exit status; -1 is a kill.
func (p *process) wait() int {
	_ = p.Wait() // the status says it
	return p.ProcessState.ExitCode()
}

func (v *volume) history(t *testing.T) []runhistory.Entry {
	t.Helper()
	entries, broken, err := runhistory.Read(filepath.Join(v.dir, "logs", runhistory.FileName))
	if err != nil || broken > 0 {
		t.Fatalf("history: %d broken, %v", broken, err)
	}
	return entries
}

// liveTag verifies the live snapshot.
func (v *volume) liveTag(t *testing.T) string {
	t.Helper()
	in, err := snapshot.Verify(t.Context(), v.snap.Live())
	if err != nil {
		t.Fatalf("live snapshot: %v", err)
	}
	return in.Info.RunTag
}

// assertNoCanary greps everything a run left for the token.
func (v *volume) assertNoCanary(t *testing.T, outputs ...string) {
	t.Helper()
	err := filepath.WalkDir(v.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(canary)) {
			t.Errorf("the token is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, out := range outputs {
		if strings.Contains(out, canary) {
			t.Errorf("the token is in the output:\n%s", out)
		}
	}
}

func mustJSON[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}
