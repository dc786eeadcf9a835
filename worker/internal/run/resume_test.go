package run_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// stopAt cancels the run when the nth page was stored.
type stopAt struct {
	n      int
	cancel func()
}

func (s *stopAt) PageStored(record.Page, int) {
	if s.n--; s.n == 0 {
		s.cancel()
	}
}
func (*stopAt) TableStarted(string, record.Position) {}
func (*stopAt) TableRestarted(string)                {}
func (*stopAt) TableEnded(string, *crawl.Failure)    {}

var errSignal = errors.New("a signal")

func TestOnce_InterruptedThenResumed(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	good := b.once(t, run.Mode{})
	truth := readTables(t, b.volume.Live(), snapshot.DomainTables()...)
	for n := 1; n < 12; n += 5 {
		ctx, cancel := context.WithCancelCause(t.Context())
		e, err := b.runner(func(r *run.Runner) {
			r.Observer = &stopAt{n: n, cancel: func() { cancel(errSignal) }}
		}).Once(ctx, run.Mode{})
		if !errors.Is(err, run.ErrInterrupted) || !errors.Is(err, errSignal) || e.Status != runhistory.StatusInterrupted {
			t.Fatalf("stopped after %d pages: %s, %v", n, e.Status, err)
		}
		if history := b.history(t); history[len(history)-1].Status != runhistory.StatusInterrupted {
			t.Errorf("history ends with %+v", history[len(history)-1])
		}
		if b.liveTag(t) != good.RunTag {
			t.Errorf("live is %s", b.liveTag(t))
		}
		good = b.once(t, run.Mode{ResumeRunTag: e.RunTag})
		sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	}
}

func TestOnce_ExpiredCursorsRestartTables(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.once(t, run.Mode{})
	truth := readTables(t, b.volume.Live(), snapshot.DomainTables()...)
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := b.runner(func(r *run.Runner) {
		r.Observer = &stopAt{n: 12, cancel: func() { cancel(errSignal) }}
	}).Once(ctx, run.Mode{})
	if !errors.Is(err, run.ErrInterrupted) {
		t.Fatal(err)
	}
	b.crm.Server.ExpireCursors()
	b.once(t, run.Mode{Resume: true})
	sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
}

func TestOnce_ResumeChoices(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	fresh := b.once(t, run.Mode{Resume: true})
	if fresh.ResumedFrom != "" || !strings.Contains(b.stderr.String(), "no unfinished run can be resumed, beginning anew") {
		t.Errorf("nothing to resume: %+v", fresh)
	}
	files := b.tree(t)
	for _, tag := range []string{"20200101_000000", "../../etc/passwd", "x"} {
		_, err := b.runner().Once(t.Context(), run.Mode{ResumeRunTag: tag})
		if !errors.Is(err, config.ErrInvalid) || !strings.Contains(err.Error(), tag) {
			t.Errorf("--resume-run-tag %s: %v, want ErrInvalid", tag, err)
		}
	}
	broken := filepath.Join(b.settings.CheckpointDir, "checkpoint_20300101_000000.json")
	if err := os.WriteFile(broken, []byte(`{"run_tag":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.runner().Once(t.Context(), run.Mode{ResumeRunTag: "20300101_000000"}); !errors.Is(err, config.ErrInvalid) {
		t.Errorf("broken checkpoint: %v", err)
	}
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	if got := b.tree(t); !slices.Equal(got, files) {
		t.Errorf("a refused resume touched something: %v, had %v", got, files)
	}
	// A broken newest checkpoint does not stop --resume.
	if err := os.WriteFile(broken, []byte(`{"run_tag":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if e := b.once(t, run.Mode{Resume: true}); e.ResumedFrom != "" {
		t.Errorf("resumed %+v", e)
	}
}

// tree lists every file below the volume but the run logs.
func (b *bench) tree(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(b.dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		all = append(all, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestOnce_ResumeLeavesOlderThanLiveAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	old := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted, err := b.runner(func(r *run.Runner) {
		r.Now = func() time.Time { return old }
		r.Observer = &stopAt{n: 4, cancel: func() { cancel(errSignal) }}
	}).Once(ctx, run.Mode{})
	if !errors.Is(err, run.ErrInterrupted) {
		t.Fatal(err)
	}
	if e := b.once(t, run.Mode{Resume: true, ResumeWithin: 24 * time.Hour}); e.RunTag == interrupted.RunTag {
		t.Error("resumed a run that began longer ago than allowed")
	}
	if got := b.files(t, "logs", "checkpoints"); len(got) != 0 {
		t.Errorf("a published run leaves older checkpoints: %v", got)
	}
}

func TestOnce_ScheduleDoesNotComeBackToAFailedRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.setFaults(t, salesmaptest.Fault{List: "deal", Page: 2, Action: salesmaptest.ActionStatus, Status: http.StatusForbidden})
	failed, err := b.fails(t, run.Mode{})
	if err == nil {
		t.Fatal("did not fail")
	}
	b.setFaults(t)
	if e := b.once(t, run.Mode{Resume: true, InterruptedOnly: true}); e.RunTag == failed.RunTag || e.ResumedFrom != "" {
		t.Errorf("came back to %+v", e)
	}
}
