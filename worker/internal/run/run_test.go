package run_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

func TestMain(m *testing.M) {
	if task := os.Getenv(childTask); task != "" {
		os.Exit(child(task))
	}
	goleak.VerifyTestMain(m)
}

// bench is one data volume and the CRM it mirrors.
type bench struct {
	dir      string
	volume   snapshot.Volume
	crm      *salesmaptest.Running
	settings config.Run
	stderr   lockedBuffer
}

// lockedBuffer takes what the display and the log write at the same time.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// small is a workspace of a few hundred records.
func small(t *testing.T) salesmaptest.Source {
	t.Helper()
	ws, err := sandboxdata.New(sandboxdata.Config{Seed: 1, Organizations: 20, Now: time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return salesmaptest.Generated(ws)
}

func newBench(t *testing.T, o salesmaptest.Options) *bench {
	t.Helper()
	if o.Source == nil {
		o.Source = small(t)
	}
	b := &bench{dir: t.TempDir(), crm: salesmaptest.Start(t, o)}
	var err error
	if b.volume, err = snapshot.NewVolume(filepath.Join(b.dir, "salesmap_latest.db")); err != nil {
		t.Fatal(err)
	}
	b.settings = config.Run{
		Source: config.Source{
			Token: envdoc.Secret(salesmaptest.DefaultToken), BaseURL: b.crm.BaseURL, Rate: 100, MaxRetries: 2, CallTimeout: 10 * time.Second,
		},
		Volume:          config.Volume{DBPath: b.volume.Live(), LogDir: filepath.Join(b.dir, "logs")},
		CheckpointDir:   filepath.Join(b.dir, "logs", "checkpoints"),
		CheckpointPages: 3,
		Backups:         config.Backups{BackupDir: filepath.Join(b.dir, "backups")},
		KeepBackups:     2, KeepSnapshots: 3, MaxShrink: 0.5, Progress: "none", LogSettings: obs.LogSettings{LogLevel: "debug"},
	}
	return b
}

// runner makes a fast runner on the volume; change may alter it.
func (b *bench) runner(change ...func(*run.Runner)) *run.Runner {
	r := &run.Runner{
		Settings: b.settings, Stderr: &b.stderr, Limiter: quota.Unlimited(),
		Backoff: func(int) time.Duration { return time.Millisecond }, RateLimitWait: time.Millisecond, PublishPause: time.Millisecond,
	}
	for _, c := range change {
		c(r)
	}
	return r
}

// once runs without expecting trouble.
func (b *bench) once(t *testing.T, m run.Mode, change ...func(*run.Runner)) runhistory.Entry {
	t.Helper()
	e, err := b.runner(change...).Once(t.Context(), m)
	if err != nil {
		t.Fatalf("run: %v\n%s", err, b.stderr.String())
	}
	return e
}

// history reads the run history.
func (b *bench) history(t *testing.T) []runhistory.Entry {
	t.Helper()
	entries, skipped, err := runhistory.Read(filepath.Join(b.settings.LogDir, runhistory.FileName))
	if err != nil || skipped > 0 {
		t.Fatalf("history: %d broken lines, %v", skipped, err)
	}
	return entries
}

// liveTag verifies the live snapshot and returns its run tag.
func (b *bench) liveTag(t *testing.T) string {
	t.Helper()
	in, err := snapshot.Verify(t.Context(), b.volume.Live())
	if err != nil {
		t.Fatalf("live snapshot: %v", err)
	}
	return in.Info.RunTag
}

func (b *bench) files(t *testing.T, dir ...string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(append([]string{b.dir}, dir...)...))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// canary is a token that must appear nowhere.
const canary = "canary-5f0c2f6e-token"

// assertNoCanary greps everything that a run left behind.
func (b *bench) assertNoCanary(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&os.ModeSymlink != 0 {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(raw, []byte(canary)) {
			t.Errorf("the token is in %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.stderr.String(), canary) {
		t.Error("the token is in the log on the console")
	}
}

func TestOnce_HappyPath(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	first := b.once(t, run.Mode{})
	second := b.once(t, run.Mode{})

	if first.Status != runhistory.StatusPublished || second.Status != runhistory.StatusPublished {
		t.Fatalf("status %s, %s", first.Status, second.Status)
	}
	if got := b.liveTag(t); got != second.RunTag {
		t.Errorf("live is %s, want %s", got, second.RunTag)
	}
	if first.BackupPath != "" || !strings.HasSuffix(second.BackupPath, "salesmap_backup_"+first.RunTag+".zip") {
		t.Errorf("backups %q, %q", first.BackupPath, second.BackupPath)
	}
	history := b.history(t)
	if len(history) != 2 || history[1].RunTag != second.RunTag {
		t.Fatalf("history %+v", history)
	}
	e := history[1]
	if e.FinalDBPath != b.volume.Snapshot(e.RunTag) || e.Bytes == 0 || len(e.SHA256) != 64 || e.Requests == 0 ||
		e.DurationS <= 0 || len(e.Tables) != len(snapshot.DomainTables()) || e.Errors.Count != 0 || e.Error != "" {
		t.Errorf("entry %+v", e)
	}
	if e.Webform.Forms == 0 || e.Webform.Rows == 0 || e.Webform.Rows != e.Tables[snapshot.TableWebformHistory].Rows {
		t.Errorf("webform %+v", e.Webform)
	}
	if log, err := os.ReadFile(e.LogPath); err != nil || !bytes.Contains(log, []byte("run ended")) {
		t.Errorf("log %s: %v", e.LogPath, err)
	}
	if got := b.files(t, "logs", "checkpoints"); len(got) != 0 {
		t.Errorf("checkpoints left: %v", got)
	}
	in, err := snapshot.Inspect(t.Context(), b.volume.Live())
	if err != nil {
		t.Fatal(err)
	}
	if in.Info.BaseURL != b.crm.BaseURL || in.Info.CapturedAtUTC != e.CapturedAtUTC || in.Info.FinalDBPath != e.FinalDBPath ||
		!strings.Contains(in.Info.Endpoints, `"/organization"`) || in.Info.WorkerVersion == "" {
		t.Errorf("run_info %+v", in.Info)
	}
	if len(in.Manifest) != len(snapshot.DomainTables()) || in.Manifest[0].Endpoint != "/organization" || in.Manifest[0].Requests == 0 {
		t.Errorf("manifest %+v", in.Manifest)
	}
}

// TestOnce_Progress shows it in every mode, much faster than anybody could
// read, while the log is written, too.
func TestOnce_Progress(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{"auto": "deal", "plain": "deal", "bar": "deal", "none": ""} {
		b := newBench(t, salesmaptest.Options{Faults: []salesmaptest.Fault{{Action: salesmaptest.ActionReset, Times: 3}}})
		b.settings.Progress = mode
		b.once(t, run.Mode{}, func(r *run.Runner) { r.ProgressInterval = time.Millisecond })
		shown := false
		for line := range strings.Lines(b.stderr.String()) {
			shown = shown || strings.Contains(line, "deal") && strings.Contains(line, "rows")
		}
		if shown != (want != "") {
			t.Errorf("%s: progress shown %t in\n%s", mode, shown, b.stderr.String())
		}
	}
}

func TestOnce_Retention(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.settings.KeepSnapshots = 2
	var tags []string
	for range 5 {
		tags = append(tags, b.once(t, run.Mode{}).RunTag)
	}
	var want []string
	for _, tag := range tags[3:] {
		want = append(want, filepath.Base(b.volume.Snapshot(tag)))
	}
	slices.Sort(want)
	if got := b.files(t, "snapshots"); !slices.Equal(got, want) {
		t.Errorf("snapshots %v, want %v", got, want)
	}
	if got := b.files(t, "backups"); len(got) != 2 {
		t.Errorf("backups %v, want 2", got)
	}
}

func TestOnce_NoBackup(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*config.Run){
		"--no-backup":      func(s *config.Run) { s.NoBackup = true },
		"--keep-backups 0": func(s *config.Run) { s.KeepBackups = 0 },
	} {
		b := newBench(t, salesmaptest.Options{})
		change(&b.settings)
		b.once(t, run.Mode{})
		if e := b.once(t, run.Mode{}); e.BackupPath != "" || len(b.files(t, "backups")) != 0 {
			t.Errorf("%s: backup %q, files %v", name, e.BackupPath, b.files(t, "backups"))
		}
	}
}

func TestDryRun_WritesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	var out bytes.Buffer
	if err := run.DryRun(t.Context(), b.settings, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range append(snapshot.CrawlTables(), "nothing was written", "salesmap_<run_tag>.db") {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, out.String())
		}
	}
	if got := b.files(t); len(got) != 0 {
		t.Errorf("a dry run wrote %v", got)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	for status, want := range map[runhistory.Status]string{
		runhistory.StatusPublished:   "1,234,567 rows in 1 tables (deal 1,234,567), 12.3 MB",
		runhistory.StatusFallback:    "/data/fallback.db",
		runhistory.StatusInterrupted: "--resume",
		runhistory.StatusFailed:      "stays as it was",
	} {
		var out bytes.Buffer
		run.Summary(&out, runhistory.Entry{
			Status: status, RunTag: "20260101_000000", FinalDBPath: "/data/fallback.db", Bytes: 12_340_000,
			Tables: map[string]runhistory.Table{"deal": {Rows: 1234567}}, Errors: runhistory.Errors{Details: slices.Repeat([]string{"deal: page1"}, 12)},
		}, "/data/salesmap_latest.db")
		for _, want := range []string{want, "20260101_000000", "and 2 more"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %q is not in %q", status, want, out.String())
			}
		}
	}
}
