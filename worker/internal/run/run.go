// Package run takes one snapshot from its first lock to its last line of
// history (spec 08 "A run"). It puts the parts together; what a page, a
// checkpoint or a publish is, they know themselves.
package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/notify"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/space"
)

var (
	// ErrFallback says that a checked snapshot was made but could not be made
	// the live one.
	ErrFallback = errors.New("snapshot was published to its fallback path")
	// ErrInterrupted says that ctx ended before the snapshot was published;
	// what was read waits in a checkpoint.
	ErrInterrupted = errors.New("run interrupted")
	// ErrNoSpace says that the disk is too full for a snapshot to be begun.
	ErrNoSpace = errors.New("not enough free space")
	// ErrLocked says that another run is on its way; nothing was touched.
	ErrLocked = fsx.ErrLocked
)

// Mode says what kind of run is wanted.
type Mode struct {
	// Resume continues the newest unfinished run that can be, or begins anew.
	Resume bool
	// ResumeRunTag continues this run or fails with config.ErrInvalid.
	ResumeRunTag string
	// ResumeWithin leaves out unfinished runs that began longer ago; 0: none.
	ResumeWithin time.Duration
	// InterruptedOnly leaves out unfinished runs that failed: a service that
	// runs by the clock must not come back to a refused snapshot for ever.
	InterruptedOnly bool
	// WebformOnly copies the live snapshot and renews webform_history alone.
	WebformOnly bool
}

// Runner takes snapshots, one after the other.
type Runner struct {
	Settings config.Run
	// Stderr takes log records and progress.
	Stderr io.Writer
	// FS is the file system; nil means the real one.
	FS fsx.OS
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Limiter is the request budget; nil means one of the configured rate.
	Limiter salesmap.Limiter
	// Observer is told how the crawl goes, besides the progress display; may
	// be nil.
	Observer crawl.Observer
	// Backoff overrides the client's wait between attempts; nil means its own.
	Backoff func(attempt int) time.Duration
	// RateLimitWait overrides the client's wait after a 429 that names no time;
	// 0 means its own.
	RateLimitWait time.Duration
	// ProgressInterval overrides the time between two lines of progress; 0
	// means the display's own.
	ProgressInterval time.Duration
	// V3Records overrides how many records are asked of a v3 call; 0 means
	// salesmap.MaxV3Records.
	V3Records int
	// FreeBytes tells the space that is left where a folder lies; nil means the
	// file system's own word.
	FreeBytes func(dir string) (uint64, error)
	// PublishPause overrides the time between publish attempts; 0 means the
	// publisher's own.
	PublishPause time.Duration
}

// Once takes one snapshot. The error is nil if it is live now; the entry is
// what the history got, and empty if the run did not begin: ErrLocked or
// config.ErrInvalid, and nothing was touched.
func (r *Runner) Once(ctx context.Context, m Mode) (runhistory.Entry, error) {
	j, err := r.prepare(m)
	if err != nil {
		return runhistory.Entry{}, err
	}
	defer j.release()
	if err := j.choose(ctx); err != nil && ctx.Err() == nil {
		return runhistory.Entry{}, err
	}
	return j.recorded(ctx)
}

// job is one run on its way.
type job struct {
	*Runner
	mode   Mode
	volume snapshot.Volume
	lock   *fsx.Lock
	log    *zap.Logger
	logs   *runLog
	pub    *publish.Publisher
	client *salesmap.Client
	notify notify.Notifier

	start  start
	writer *ingest.Writer // nil when the file is finished
	live   map[string]int64

	entry   runhistory.Entry
	partial bool
}

// prepare takes the lock and makes the folders. Until it has the lock it
// changes nothing but a missing folder of the database.
func (r *Runner) prepare(m Mode) (*job, error) {
	if r.FS == nil {
		r.FS = fsx.Real{}
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.FreeBytes == nil {
		r.FreeBytes = space.Free
	}
	if r.Limiter == nil {
		limiter, err := quota.New(r.Settings.Rate)
		if err != nil {
			return nil, config.Invalid(fmt.Errorf("SALESMAP_RATE: %w", err))
		}
		r.Limiter = limiter
	}
	volume, err := snapshot.NewVolume(r.Settings.DBPath)
	if err != nil {
		return nil, config.Invalid(fmt.Errorf("DB_PATH: %w", err))
	}
	j := &job{
		Runner: r, mode: m, volume: volume, log: zap.NewNop(),
		notify: notify.Notifier{Webhook: r.Settings.AlertWebhookURL, Ping: r.Settings.PingURL},
	}
	if err := r.FS.MkdirAll("run.mkdir", volume.Dir(), 0o755); err != nil {
		return nil, config.Invalid(fmt.Errorf("DB_PATH: %w", err))
	}
	if j.lock, err = fsx.AcquireLock(volume.LockFile()); err != nil {
		if errors.Is(err, fsx.ErrLocked) {
			return nil, err
		}
		return nil, config.Invalid(fmt.Errorf("DB_PATH: %w", err))
	}
	if err := j.folders(); err != nil {
		j.release()
		return nil, err
	}
	j.pub = &publish.Publisher{FS: r.FS, Volume: volume, Log: j.log, Pause: r.PublishPause}
	return j, nil
}

// folders makes those that the run writes into. What cannot be made is a
// mistake in the settings, and is said before anything is read.
func (j *job) folders() error {
	s := j.Settings
	problems := []error{
		j.makeDir("DB_PATH", j.volume.Dir()),
		j.makeDir("DB_PATH", j.volume.SnapshotsDir()),
		j.makeDir("LOG_DIR", s.LogDir),
		j.makeDir("CHECKPOINT_DIR", s.CheckpointDir),
	}
	if j.backsUp() {
		problems = append(problems, j.makeDir("BACKUP_DIR", s.BackupDir))
	}
	return errors.Join(problems...)
}

func (r *Runner) makeDir(name, dir string) error {
	if err := r.FS.MkdirAll("run.mkdir", dir, 0o755); err != nil {
		return config.Invalid(fmt.Errorf("%s: %w", name, err))
	}
	probe := filepath.Join(dir, ".salesmap_writable")
	if err := r.probe(probe); err != nil {
		return config.Invalid(fmt.Errorf("%s: folder cannot be written: %w", name, err))
	}
	return nil
}

// backsUp tells whether the run makes a backup first.
func (j *job) backsUp() bool { return !j.Settings.NoBackup && j.Settings.KeepBackups > 0 }

func (j *job) release() {
	if j.writer != nil {
		if err := j.writer.Close(); err != nil {
			j.log.Error("closing the unfinished snapshot failed", zap.Error(err))
		}
		j.writer = nil
	}
	if j.client != nil {
		j.client.Close()
	}
	if j.logs != nil {
		j.logs.close()
	}
	if err := j.lock.Release(); err != nil {
		j.log.Error("releasing the lock failed", zap.Error(err))
	}
}

// newClient makes the CRM client of this run.
func (j *job) newClient(onRetry func(salesmap.Retry)) error {
	s := j.Settings
	client, err := salesmap.New(salesmap.Options{
		BaseURL: s.BaseURL, Token: s.Token, Limiter: j.Limiter, MaxRetries: s.MaxRetries, Timeout: s.CallTimeout,
		Backoff: j.Backoff, RateLimitWait: j.RateLimitWait, OnRetry: onRetry, UserAgent: "salesmap-mirror/" + obs.Version(),
	})
	if err != nil {
		return err
	}
	j.client = client
	return nil
}
