package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/checkpoint"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
)

// start is where a run begins.
type start struct {
	tag       string
	captured  time.Time // when the first record of the snapshot was asked for
	resumed   bool
	finished  bool // the file only waits to be checked and published
	createdAt time.Time
	note      string   // for run_info
	said      []string // for the log, which is not open yet
	warned    []string
}

// choose finds out where the run begins: at an unfinished one, or anew. It
// changes nothing on disk.
func (j *job) choose(ctx context.Context) error {
	tag, err := j.freshTag()
	if err != nil {
		return err
	}
	now := j.Now().UTC()
	j.start = start{tag: tag, captured: now, createdAt: now}
	if tag := j.mode.ResumeRunTag; tag != "" {
		if err := j.resume(ctx, tag); err != nil {
			return config.Invalid(fmt.Errorf("--resume-run-tag %s: %w", tag, err))
		}
		return nil
	}
	if !j.mode.Resume {
		return nil
	}
	resumed, notes, err := j.resumeNewest(ctx)
	if err == nil && !resumed {
		j.start.said = append(notes, "no unfinished run can be resumed, beginning anew")
	}
	return err
}

// resumeNewest continues the newest unfinished run that can be continued.
func (j *job) resumeNewest(ctx context.Context) (resumed bool, notes []string, err error) {
	tags, err := checkpoint.RunTags(j.FS, j.Settings.CheckpointDir)
	if err != nil {
		return false, nil, err
	}
	live, haveLive := j.pub.LiveTag()
	failed, err := j.failedRuns()
	if err != nil {
		return false, nil, err
	}
	for _, tag := range tags {
		began, err := snapshot.ParseRunTag(tag)
		switch {
		case err != nil:
		case haveLive && snapshot.CompareRunTags(tag, live) <= 0:
			err = errors.New("it is not newer than the live snapshot")
		case j.mode.InterruptedOnly && failed[tag]:
			err = errors.New("it failed")
		case j.mode.ResumeWithin > 0 && j.Now().Sub(began) > j.mode.ResumeWithin:
			err = fmt.Errorf("it began more than %s ago", j.mode.ResumeWithin)
		default:
			err = j.resume(ctx, tag)
		}
		if err == nil {
			j.start.said = append(notes, j.start.said...)
			return true, nil, nil
		}
		if ctx.Err() != nil {
			return false, nil, context.Cause(ctx)
		}
		notes = append(notes, fmt.Sprintf("checkpoint %s is not used: %v", tag, err))
	}
	return false, notes, nil
}

// failedRuns are the run tags whose last line in the history is a failure.
func (j *job) failedRuns() (map[string]bool, error) {
	entries, _, err := runhistory.Read(j.historyPath())
	if err != nil {
		return nil, err
	}
	failed := map[string]bool{}
	for _, e := range entries {
		failed[e.RunTag] = e.Status == runhistory.StatusFailed
	}
	return failed, nil
}

// resume continues a run at what its file holds.
func (j *job) resume(ctx context.Context, tag string) error {
	saved, err := checkpoint.Read(checkpoint.Path(j.Settings.CheckpointDir, tag))
	if err != nil {
		return err
	}
	built, err := j.pub.Built(tag)
	if err != nil {
		return err
	}
	s := start{tag: tag, resumed: true, createdAt: saved.CreatedAt, captured: saved.CreatedAt}
	finished := built == j.volume.Snapshot(tag)
	var w *ingest.Writer
	if !finished {
		w, err = ingest.Resume(ctx, j.ingestOptions(tag, saved.CreatedAt))
		finished = errors.Is(err, ingest.ErrFinished)
		if err != nil && !finished {
			return err
		}
	}
	if finished {
		s.finished = true
		s.said = append(s.said, "all tables are complete, going on with the checks")
		j.start = s
		return nil
	}
	run := w.Run()
	if run.BaseURL != j.Settings.BaseURL {
		err := fmt.Errorf("it was read from %s, not from %s", run.BaseURL, j.Settings.BaseURL)
		return errors.Join(err, w.Close())
	}
	s.captured = run.StartedAt
	s.warned = append(s.warned, differences(saved, w.Tables(), built)...)
	j.start, j.writer = s, w
	return nil
}

// differences tells where a checkpoint and the file it belongs to disagree.
// The file is right: it is committed first.
func differences(saved checkpoint.File, tables map[string]ingest.Table, built string) []string {
	var all []string
	if saved.DBTmpPath != built {
		all = append(all, fmt.Sprintf("the checkpoint was made for %s, the file is at %s", saved.DBTmpPath, built))
	}
	for _, name := range snapshot.DomainTables() {
		was, is := saved.Tables[name], tables[name]
		if was.Page != is.Page || was.NextCursor != is.NextCursor || was.Completed != is.Completed {
			all = append(all, fmt.Sprintf("table %s: the checkpoint says page %d, the file page %d; the file is right", name, was.Page, is.Page))
		}
	}
	return all
}

// freshTag is a run tag that nothing of a run goes by.
func (j *job) freshTag() (string, error) {
	entries, _, _ := runhistory.Read(j.historyPath()) // one that cannot be read is complained of at the end
	return j.pub.FreshTag(j.Now(), entries, func(tag string) []string {
		return []string{checkpoint.Path(j.Settings.CheckpointDir, tag), j.logPath(tag)}
	})
}

// probe makes and removes a file.
func (r *Runner) probe(path string) error {
	f, err := r.FS.OpenFile("run.probe", path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), r.FS.Remove("run.probe", path))
}
