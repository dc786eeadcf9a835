package run_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// setFaults replaces the CRM's faults.
func (b *bench) setFaults(t *testing.T, faults ...salesmaptest.Fault) {
	t.Helper()
	if err := b.crm.Server.SetFaults(faults...); err != nil {
		t.Fatal(err)
	}
}

// fails runs and wants a failure; it returns the last line of history.
func (b *bench) fails(t *testing.T, m run.Mode, change ...func(*run.Runner)) (runhistory.Entry, error) {
	t.Helper()
	e, err := b.runner(change...).Once(t.Context(), m)
	if err == nil {
		t.Fatalf("the run did not fail: %+v", e)
	}
	history := b.history(t)
	if len(history) == 0 || history[len(history)-1].RunTag != e.RunTag || history[len(history)-1].Status != e.Status {
		t.Fatalf("the history does not end with %s %s: %+v", e.Status, e.RunTag, history)
	}
	return e, err
}

func TestOnce_TableFailsThenResumes(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	good := b.once(t, run.Mode{})
	truth := readTables(t, b.volume.Live(), snapshot.DomainTables()...)

	b.setFaults(t, salesmaptest.Fault{List: "deal", Page: 3, Action: salesmaptest.ActionStatus, Status: http.StatusForbidden})
	e, err := b.fails(t, run.Mode{})
	if e.Status != runhistory.StatusFailed || !strings.Contains(err.Error(), "deal: page3:http_403") {
		t.Errorf("%s: %v", e.Status, err)
	}
	if !slices.Contains(e.Errors.Details, "deal: page3:http_403") || e.Errors.Count != 1 || e.FinalDBPath != "" {
		t.Errorf("entry %+v", e)
	}
	if got := b.liveTag(t); got != good.RunTag {
		t.Errorf("live is %s", got)
	}
	if e.Tables[snapshot.TableDeal].Rows != 100 || e.Tables[snapshot.TableMemo].Rows == 0 {
		t.Errorf("the other tables did not go on: %+v", e.Tables)
	}

	b.setFaults(t)
	before := b.crm.Server.Stats().Requests
	resumed := b.once(t, run.Mode{Resume: true})
	if resumed.RunTag != e.RunTag || resumed.ResumedFrom != e.RunTag || b.liveTag(t) != e.RunTag {
		t.Errorf("resumed %+v", resumed)
	}
	sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	for _, r := range b.crm.Server.Requests()[before:] {
		if r.List != "deal" && !strings.HasPrefix(r.List, "webForm/") {
			t.Errorf("a completed table was fetched again: %s", r.List)
		}
		if r.List == "deal" && r.Page < 3 {
			t.Errorf("deal page %d was fetched again", r.Page)
		}
	}
}

func TestOnce_AllowPartial(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.settings.AllowPartial = true
	b.setFaults(t, salesmaptest.Fault{List: "memo", Page: 2, Action: salesmaptest.ActionStatus, Status: http.StatusNotFound})
	e := b.once(t, run.Mode{})
	if e.Status != runhistory.StatusPartial || e.Errors.Count != 1 || e.FinalDBPath == "" {
		t.Errorf("entry %+v", e)
	}
	in, err := snapshot.Verify(t.Context(), b.volume.Live())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range in.Manifest {
		if (row.Errors != "") != (row.Table == snapshot.TableMemo) {
			t.Errorf("manifest of %s: errors %q", row.Table, row.Errors)
		}
	}
}

func TestOnce_TokenRefusedInMidRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{Token: canary})
	b.settings.Token = envdoc.Secret(canary)
	b.setFaults(t, salesmaptest.Fault{List: "people", Page: 2, Action: salesmaptest.ActionExpireToken})
	e, err := b.fails(t, run.Mode{})
	if e.Status != runhistory.StatusFailed || !errors.Is(err, salesmap.ErrTokenRefused) || !strings.Contains(e.Error, "token refused") {
		t.Errorf("%s: %v", e.Status, err)
	}
	if len(b.files(t, "logs", "checkpoints")) != 1 {
		t.Error("no checkpoint is kept")
	}
	b.assertNoCanary(t)

	b.setFaults(t)
	b.crm.Server.SetToken("another-token")
	b.settings.Token = "another-token"
	if resumed := b.once(t, run.Mode{Resume: true}); resumed.RunTag != e.RunTag {
		t.Errorf("resumed %s, want %s", resumed.RunTag, e.RunTag)
	}
}

func TestOnce_WebformFails(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{PageSize: 5})
	b.once(t, run.Mode{})
	before := readTables(t, b.volume.Live(), snapshot.TableWebformHistory)
	b.setFaults(t, salesmaptest.Fault{List: salesmaptest.AnySubmissions, Page: 2, Action: salesmaptest.ActionHTML, Status: http.StatusBadGateway})
	e := b.once(t, run.Mode{})
	if e.Status != runhistory.StatusPartial || e.Errors.Count == 0 || !strings.Contains(e.Errors.Details[0], ":page2:max_retries_exceeded") {
		t.Errorf("entry %+v", e)
	}
	sameTables(t, before, readTables(t, b.volume.Live(), snapshot.TableWebformHistory))
	in, err := snapshot.Inspect(t.Context(), b.volume.Live())
	if err != nil {
		t.Fatal(err)
	}
	if last := in.Manifest[len(in.Manifest)-1]; last.Table != snapshot.TableWebformHistory || !strings.Contains(last.Errors, ":page2:") {
		t.Errorf("manifest %+v", last)
	}
}

func TestOnce_Shrunk(t *testing.T) {
	t.Parallel()
	big, err := salesmaptest.Folder(os.DirFS(writeEntities(t, 40)))
	if err != nil {
		t.Fatal(err)
	}
	little, err := salesmaptest.Folder(os.DirFS(writeEntities(t, 10)))
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, salesmaptest.Options{Source: big})
	good := b.once(t, run.Mode{})
	b.crm = salesmaptest.Start(t, salesmaptest.Options{Source: little})
	b.settings.BaseURL = b.crm.BaseURL
	e, err := b.fails(t, run.Mode{})
	if !errors.Is(err, publish.ErrRefused) || !strings.Contains(e.Error, "deal shrank from 40 to 10") || b.liveTag(t) != good.RunTag {
		t.Errorf("%+v, %v", e, err)
	}
	// The refused file waits for an operator who knows better.
	b.settings.MaxShrink = 0.8
	before := b.crm.Server.Stats().Requests
	resumed := b.once(t, run.Mode{Resume: true})
	if resumed.RunTag != e.RunTag || b.liveTag(t) != e.RunTag || resumed.Tables[snapshot.TableDeal].Rows != 10 {
		t.Errorf("resumed %+v", resumed)
	}
	if got := b.crm.Server.Stats().Requests; got != before {
		t.Errorf("%d requests to publish a finished file", got-before)
	}
}

// writeEntities writes a workspace with n deals.
func writeEntities(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	var deals strings.Builder
	for i := range n {
		fmt.Fprintf(&deals, `{"id":"d%d","peopleId":"p1","organizationId":"o1"}`+"\n", i)
	}
	for name, text := range map[string]string{"deal": deals.String(), "people": `{"id":"p1","organizationId":"o1"}` + "\n", "organization": `{"id":"o1"}` + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name+".jsonl"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOnce_EmptyWorkspace(t *testing.T) {
	t.Parallel()
	source, err := salesmaptest.Folder(os.DirFS(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, salesmaptest.Options{Source: source})
	if e := b.once(t, run.Mode{}); e.Status != runhistory.StatusPublished || b.liveTag(t) != e.RunTag {
		t.Errorf("entry %+v", e)
	}
}

func TestOnce_TwoAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	lock, err := fsx.AcquireLock(b.volume.LockFile())
	if err != nil {
		t.Fatal(err)
	}
	before := b.tree(t)
	if _, err := b.runner().Once(t.Context(), run.Mode{}); !errors.Is(err, run.ErrLocked) {
		t.Errorf("a second run: %v, want ErrLocked", err)
	}
	if got := b.tree(t); !slices.Equal(got, before) {
		t.Errorf("the second run touched something: %v, had %v", got, before)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	b.once(t, run.Mode{})
}

func TestOnce_UnusableFolders(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*config.Run){
		"DB_PATH":        func(s *config.Run) { s.DBPath = filepath.Join(file, "sub", "salesmap_latest.db") },
		"LOG_DIR":        func(s *config.Run) { s.LogDir = filepath.Join(file, "logs") },
		"CHECKPOINT_DIR": func(s *config.Run) { s.CheckpointDir = file },
		"BACKUP_DIR":     func(s *config.Run) { s.BackupDir = "/proc/backups" },
	} {
		b := newBench(t, salesmaptest.Options{})
		change(&b.settings)
		_, err := b.runner().Once(t.Context(), run.Mode{})
		if !errors.Is(err, config.ErrInvalid) || !strings.Contains(err.Error(), name+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one clear line", name, err)
		}
		if got := b.crm.Server.Stats().Requests; got != 0 {
			t.Errorf("%s: %d requests were made", name, got)
		}
	}
}

func TestOnce_Fallback(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	good := b.once(t, run.Mode{})
	broken := faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
		if c.Op == "publish.swap" {
			return syscall.EBUSY
		}
		return nil
	})
	e, err := b.fails(t, run.Mode{}, func(r *run.Runner) { r.FS = broken })
	if !errors.Is(err, run.ErrFallback) || e.Status != runhistory.StatusFallback || e.FinalDBPath != b.volume.Fallback(e.RunTag) {
		t.Errorf("%+v, %v", e, err)
	}
	if b.liveTag(t) != good.RunTag {
		t.Errorf("live is %s", b.liveTag(t))
	}
	if in, err := snapshot.Verify(t.Context(), e.FinalDBPath); err != nil || in.Info.RunTag != e.RunTag {
		t.Errorf("fallback snapshot: %v", err)
	}
}

func TestOnce_WebformOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	if _, err := b.fails(t, run.Mode{WebformOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a snapshot: %v", err)
	}
	first := b.once(t, run.Mode{})
	before := readTables(t, b.volume.Live(), snapshot.DomainTables()...)
	requests := b.crm.Server.Stats().Requests
	e := b.once(t, run.Mode{WebformOnly: true})
	if b.liveTag(t) != e.RunTag || e.RunTag == first.RunTag || e.CapturedAtUTC != first.CapturedAtUTC {
		t.Errorf("entry %+v, first %+v", e, first)
	}
	sameTables(t, before, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	for _, r := range b.crm.Server.Requests()[requests:] {
		if !strings.HasPrefix(r.List, "webForm/") {
			t.Errorf("asked for %s", r.Path)
		}
	}
}

func TestOnce_UnfinishedRunsAreTidiedUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.setFaults(t, salesmaptest.Fault{List: "deal", Page: 2, Action: salesmaptest.ActionStatus, Status: http.StatusForbidden})
	for range 4 {
		if _, err := b.fails(t, run.Mode{}); err == nil {
			t.Fatal("did not fail")
		}
	}
	if got := b.files(t, "snapshots"); len(got) != 2 {
		t.Errorf("unfinished runs: %v, want this one and the one before", got)
	}
	b.setFaults(t)
	b.once(t, run.Mode{})
	if got := b.files(t, "snapshots"); len(got) != 1 || len(b.files(t, "logs", "checkpoints")) != 0 {
		t.Errorf("after a published run: %v, checkpoints %v", got, b.files(t, "logs", "checkpoints"))
	}
}

func TestOnce_JournalBesideLiveStopsBeforeTheCrawl(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	if err := os.WriteFile(b.volume.Live()+"-wal", []byte("stale"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.fails(t, run.Mode{}); !strings.Contains(err.Error(), "salesmap_latest.db-wal") {
		t.Errorf("%v", err)
	}
	if got := b.crm.Server.Stats().Requests; got != 0 {
		t.Errorf("%d requests were made", got)
	}
}
