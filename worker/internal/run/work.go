package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/checkpoint"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/retention"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/space"
)

// work does the steps of a run between its first and its last log record.
func (j *job) work(ctx context.Context) error {
	if err := ingest.UseTempDir(j.volume.SnapshotsDir()); err != nil {
		return err
	}
	if err := j.preflight(ctx); err != nil {
		return err
	}
	if err := j.backUp(ctx); err != nil {
		return err
	}
	if !j.start.finished {
		if err := j.build(ctx); err != nil {
			return err
		}
	}
	if err := j.publish(ctx); err != nil {
		return err
	}
	j.prune()
	return nil
}

// preflight finds out what would stop the publish an hour later.
func (j *job) preflight(ctx context.Context) error {
	if info, err := j.FS.Stat(j.volume.Live()); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder, not a snapshot", j.volume.Live())
	}
	found, err := snapshot.Siblings(j.volume.Live())
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("journal files %v would be replayed over a new snapshot; stop what writes there and remove them", found)
	}
	j.live, err = publish.RowCounts(ctx, j.volume.Live())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		j.log.Warn("the live snapshot cannot be read", zap.Error(err))
	}
	j.tidy()
	if err := j.checkSpace(); err != nil {
		return err
	}
	return interrupted(ctx)
}

// checkSpace stops a run that cannot fit, and warns of one that may not. The
// new file is as large as the live one, more or less; what a resumed run has
// written already counts.
func (j *job) checkSpace() error {
	if !j.Settings.SpaceCheck {
		return nil
	}
	free, err := j.FreeBytes(j.volume.Dir())
	if err != nil {
		j.log.Warn("free space is not known", zap.Error(err))
		return nil
	}
	var live, written int64
	if info, err := j.FS.Stat(j.volume.Live()); err == nil {
		live = info.Size()
	}
	if info, err := j.FS.Stat(j.volume.Building(j.start.tag)); err == nil {
		written = info.Size()
	}
	switch {
	case j.start.finished:
	case free < space.Least(live, written):
		return fmt.Errorf("%w: %d MB are free in %s, a snapshot like the live one needs %d MB more: %s, or set SPACE_CHECK=false to try all the same",
			ErrNoSpace, free>>20, j.volume.Dir(), space.Least(live, written)>>20, space.Mend)
	case free < space.Comfortable(live):
		j.log.Warn("free space may not be enough: "+space.Mend, zap.Uint64("free_bytes", free), zap.Uint64("may_need_bytes", space.Comfortable(live)))
	}
	return nil
}

// tidy makes room: of the unfinished runs that are not continued now, only the
// newest stays for inspection and --resume.
func (j *job) tidy() {
	tags, err := j.pub.Unfinished()
	if err != nil {
		j.log.Warn("unfinished runs are not tidied up", zap.Error(err))
		return
	}
	kept := 0
	for _, tag := range tags {
		if tag == j.start.tag {
			continue
		}
		if kept++; kept > 1 {
			j.discard(tag)
		}
	}
}

// discard removes an unfinished run.
func (j *job) discard(tag string) {
	err := errors.Join(j.pub.Discard(tag), checkpoint.Remove(j.FS, j.Settings.CheckpointDir, tag))
	if err != nil {
		j.log.Warn("unfinished run is not removed", zap.String("unfinished", tag), zap.Error(err))
		return
	}
	j.log.Info("unfinished run removed", zap.String("unfinished", tag))
}

// backUp makes the backup. One that fails is loud but stops nothing: the live
// snapshot itself is kept by the publish.
func (j *job) backUp(ctx context.Context) error {
	if !j.backsUp() {
		return j.pruneBackups()
	}
	began := j.Now()
	r, err := backup.Write(ctx, j.FS, j.volume.Live(), j.Settings.BackupDir)
	switch {
	case ctx.Err() != nil:
		return interrupted(ctx)
	case errors.Is(err, backup.ErrNoSnapshot):
		j.log.Info("no backup, there is no snapshot yet")
	case err != nil:
		j.log.Error("backup failed, the run goes on without", zap.Error(err))
		j.problem("backup: " + err.Error())
	default:
		j.entry.BackupPath = r.Path
		j.log.Info("live snapshot backed up", zap.String("path", r.Path), zap.Int64("bytes", r.Bytes),
			zap.Bool("existed", r.Existed), zap.Duration("took", j.Now().Sub(began)))
	}
	return j.pruneBackups()
}

func (j *job) pruneBackups() error {
	if j.Settings.NoBackup {
		return nil
	}
	removed, err := backup.Prune(j.FS, j.Settings.BackupDir, j.Settings.KeepBackups)
	if err != nil {
		j.log.Warn("old backups are not removed", zap.Error(err))
	}
	if len(removed) > 0 {
		j.log.Info("old backups removed", zap.Strings("run_tags", removed))
	}
	return nil
}

// publish checks the finished file and makes it the live one.
func (j *job) publish(ctx context.Context) error {
	path, err := j.pub.Built(j.start.tag)
	if err != nil {
		return err
	}
	s := j.Settings
	report, err := publish.Check(ctx, path, j.volume.Live(), publish.Limits{MaxShrink: s.MaxShrink, AllowPartial: s.AllowPartial})
	for _, w := range report.Warnings {
		j.log.Warn(w)
	}
	if j.start.finished {
		j.countManifest(report.Inspection)
	}
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	if err != nil {
		return err
	}
	j.partial = j.partial || report.Partial
	r, err := j.pub.Publish(ctx, j.start.tag)
	if err != nil {
		return err
	}
	j.entry.FinalDBPath, j.entry.Bytes, j.entry.SHA256 = r.Path, r.Bytes, r.SHA256
	if r.Fallback != nil {
		j.entry.Status = runhistory.StatusFallback
		j.removeCheckpoint()
		return r.Fallback
	}
	if r.Unsynced != nil {
		j.log.Warn("the new link is live but not yet durable", zap.Error(r.Unsynced))
		j.problem("publish: " + r.Unsynced.Error())
	}
	j.log.Info("snapshot published", zap.String("path", r.Path), zap.Int64("bytes", r.Bytes), zap.String("sha256", r.SHA256))
	return nil
}

// prune removes what the published snapshot made superfluous: its checkpoint,
// older unfinished runs, and snapshots beyond those to keep.
func (j *job) prune() {
	j.removeCheckpoint()
	tags, err := j.pub.Unfinished()
	if err != nil {
		j.log.Warn("unfinished runs are not tidied up", zap.Error(err))
	}
	for _, tag := range tags {
		if snapshot.CompareRunTags(tag, j.start.tag) < 0 {
			j.discard(tag)
		}
	}
	removed, err := j.pub.Prune(j.Settings.KeepSnapshots)
	if err != nil {
		j.log.Warn("old snapshots are not removed", zap.Error(err))
	}
	if len(removed) > 0 {
		j.log.Info("old snapshots removed", zap.Strings("run_tags", removed))
	}
	removed, err = retention.Sweep(j.FS, retention.Rule{
		Volume: j.volume, LogDir: j.Settings.LogDir, CheckpointDir: j.Settings.CheckpointDir, BackupDir: j.Settings.BackupDir,
		Logs: j.Settings.KeepLogs, Current: j.start.tag, Now: j.Now(),
	})
	if err != nil {
		j.log.Warn("leftovers are not removed", zap.Error(err))
	}
	if len(removed) > 0 {
		j.log.Info("leftovers removed", zap.Strings("files", removed))
	}
}

func (j *job) removeCheckpoint() {
	if err := checkpoint.Remove(j.FS, j.Settings.CheckpointDir, j.start.tag); err != nil {
		j.log.Warn("checkpoint is not removed", zap.Error(err))
	}
}

// ingestOptions say how the file of this run is written.
func (j *job) ingestOptions(tag string, createdAt time.Time) ingest.Options {
	return ingest.Options{
		Path:            j.volume.Building(tag),
		CheckpointPages: j.Settings.CheckpointPages,
		Now:             j.Now,
		Warn:            func(text string) { j.log.Warn(text) },
		OnCheckpoint: func(tables map[string]ingest.Table) {
			j.writeCheckpoint(tag, createdAt, tables)
		},
	}
}

// writeCheckpoint writes the JSON beside the committed file. Without it the
// run goes on; the file alone could not be found by --resume.
func (j *job) writeCheckpoint(tag string, createdAt time.Time, tables map[string]ingest.Table) {
	f := checkpoint.File{
		RunTag: tag, DBTmpPath: j.volume.Building(tag), CreatedAt: createdAt, UpdatedAt: j.Now().UTC(),
		Tables: make(map[string]record.Position, len(tables)),
	}
	for name, t := range tables {
		f.Tables[name] = t.Position
	}
	if err := checkpoint.Write(j.FS, checkpoint.Path(j.Settings.CheckpointDir, tag), f); err != nil {
		j.log.Warn("checkpoint is not written", zap.Error(err))
	}
}
