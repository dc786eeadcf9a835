package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/space"
)

// capturedLayout is how run_info and history write the moment of capture.
const capturedLayout = "2006-01-02T15:04:05.000Z"

// tellTimeout bounds what telling others may add to a run that has ended.
const tellTimeout = 30 * time.Second

// recorded does the run and adds its line to the history, whatever comes.
func (j *job) recorded(ctx context.Context) (runhistory.Entry, error) {
	j.entry = runhistory.Entry{
		RunTag: j.start.tag, CapturedAtUTC: j.start.captured.Format(capturedLayout), LogPath: j.logPath(j.start.tag),
		Tables: map[string]runhistory.Table{}, StartedAt: j.Now().UTC(),
	}
	if j.start.resumed {
		j.entry.ResumedFrom = j.start.tag
	}
	err := j.openLog()
	if err == nil {
		err = j.said(ctx)
	}
	if err == nil {
		err = j.work(ctx)
	}
	if ingest.DiskFull(err) {
		j.makeRoom()
		err = fmt.Errorf("%w: the disk is full: %s, then go on with --resume", err, space.Mend)
	}
	j.conclude(ctx, err)
	j.append(ctx)
	return j.entry, outcome(ctx, j.entry.Status, err)
}

// makeRoom gives back what was written since the last checkpoint, so that the
// log and the history have room to tell of it.
func (j *job) makeRoom() {
	if j.writer == nil {
		return
	}
	j.countTables(j.writer)
	if err := j.writer.Close(); err != nil {
		j.log.Error("closing the unfinished snapshot failed", zap.Error(err))
	}
	j.writer = nil
}

// said logs what was found out before the log was open.
func (j *job) said(ctx context.Context) error {
	s := j.Settings
	j.log.Info("run begins", zap.String("base_url", s.BaseURL), zap.String("db_path", j.volume.Live()),
		zap.Bool("resumed", j.start.resumed), zap.Bool("webform_only", j.mode.WebformOnly), zap.Int("rate", s.Rate),
		zap.String("api", string(j.api())))
	for _, text := range j.start.said {
		j.log.Info(text)
	}
	for _, text := range j.start.warned {
		j.log.Warn(text)
	}
	j.tell(ctx, "start of the run", j.notify.Started) // given up when the run is
	return interrupted(ctx)
}

// interrupted is ErrInterrupted with its cause once ctx has ended.
func interrupted(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrInterrupted, context.Cause(ctx))
}

// outcome is what the caller gets: the error that belongs to the status.
func outcome(ctx context.Context, status runhistory.Status, err error) error {
	switch status {
	case runhistory.StatusPublished, runhistory.StatusPartial:
		return nil
	case runhistory.StatusFallback:
		return fmt.Errorf("%w: %w", ErrFallback, err)
	case runhistory.StatusInterrupted:
		if errors.Is(err, ErrInterrupted) {
			return err
		}
		return interrupted(ctx)
	default:
		return err
	}
}

// conclude fills in what is known at the end.
func (j *job) conclude(ctx context.Context, err error) {
	e := &j.entry
	e.FinishedAt = j.Now().UTC()
	e.DurationS = math.Round(e.FinishedAt.Sub(e.StartedAt).Seconds()*1000) / 1000
	if j.client != nil {
		stats := j.client.Stats()
		e.Requests, e.Retries, e.RateLimited = stats.Requests, stats.Retries, stats.RateLimited
	}
	if j.writer != nil {
		j.countTables(j.writer)
	}
	switch {
	case err == nil && j.partial:
		e.Status = runhistory.StatusPartial
	case err == nil:
		e.Status = runhistory.StatusPublished
	case e.Status == runhistory.StatusFallback:
	case ctx.Err() != nil:
		e.Status = runhistory.StatusInterrupted
	default:
		e.Status = runhistory.StatusFailed
	}
	if err != nil {
		e.Error = j.redacted(err.Error())
		if len(e.Errors.Details) == 0 {
			j.problem(err.Error())
		}
	}
	e.Errors.Count = len(e.Errors.Details)
	j.logEnd(err)
}

func (j *job) logEnd(err error) {
	e := j.entry
	fields := []zap.Field{
		zap.String("status", string(e.Status)), zap.String("final_db_path", e.FinalDBPath), zap.Float64("duration_s", e.DurationS),
		zap.Int64("requests", e.Requests), zap.Int64("retries", e.Retries), zap.Int64("rate_limited", e.RateLimited),
		zap.Int("errors", e.Errors.Count),
	}
	switch e.Status {
	case runhistory.StatusPublished:
		j.log.Info("run ended", fields...)
	case runhistory.StatusPartial, runhistory.StatusInterrupted:
		j.log.Warn("run ended", append(fields, zap.Error(err))...)
	default:
		j.log.Error("run ended", append(fields, zap.Error(err))...)
	}
}

func (j *job) historyPath() string { return filepath.Join(j.Settings.LogDir, runhistory.FileName) }

// append writes the line of history, and tells others if the state of things
// has changed.
func (j *job) append(ctx context.Context) {
	path := j.historyPath()
	before, _, err := runhistory.Read(path)
	if err != nil {
		j.log.Warn("earlier runs are not known", zap.Error(err))
	}
	if err := runhistory.Append(j.FS, path, j.entry); err != nil {
		j.log.Error("the run is not in the history", zap.Error(err))
	}
	if ctx.Err() != nil && j.entry.Status == runhistory.StatusInterrupted {
		return // somebody is waiting for us to end
	}
	j.tell(context.WithoutCancel(ctx), "end of the run", func(ctx context.Context) error {
		return j.notify.Ended(ctx, j.entry, before)
	})
}

// tell tells others. That they cannot be told is never a run's failure.
func (j *job) tell(ctx context.Context, what string, tell func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	if err := tell(ctx); err != nil {
		j.log.Warn("nobody could be told of the "+what, zap.Error(err))
	}
}

// problem adds to the errors that the history lists.
func (j *job) problem(text string) {
	j.entry.Errors.Details = append(j.entry.Errors.Details, j.redacted(text))
}

// redacted is text without the secrets, in case a server or an operating
// system put one into an error.
func (j *job) redacted(text string) string {
	for _, secret := range secrets(j) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[redacted]")
		}
	}
	return text
}

// endpointsOf is the list of paths that run_info names, in the order of tables.
func endpointsOf() []string {
	var paths []string
	for _, table := range snapshot.CrawlTables() {
		if e, ok := salesmap.EndpointOf(table); ok {
			paths = append(paths, e.Path)
		}
	}
	return append(paths, salesmap.SubmissionsPath)
}
