// Package fetch makes a snapshot live that somebody else took: it downloads the
// file at an address, checks it as thoroughly as a snapshot of our own, and
// publishes it the same way (spec 09 "start.sh"). What was live before stays
// live until that has worked.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/notify"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
)

var (
	// ErrFallback says that the file is sound but could not be made the live
	// one.
	ErrFallback = errors.New("snapshot was published to its fallback path")
	// ErrRefused says that what was downloaded is not fit to be published.
	ErrRefused = errors.New("download refused")
)

// tellTimeout bounds what telling others may add.
const tellTimeout = 30 * time.Second

// Fetcher gets snapshots for one volume.
type Fetcher struct {
	Volume snapshot.Volume
	LogDir string // of run_history.jsonl
	URL    string // may hold secrets, and is never shown
	// MinBytes is the least size of the database, unpacked.
	MinBytes int64
	// SHA256 is that of the file at URL or of the database in it, hex; empty:
	// whatever it is.
	SHA256        string
	KeepSnapshots int
	Notify        notify.Notifier
	Log           *zap.Logger

	FS  fsx.OS           // nil means the real one
	Now func() time.Time // nil means time.Now
	Transfer
}

// Result is what became of a fetch.
type Result struct {
	// Unchanged says that the address still has what is live; nothing was done.
	Unchanged bool
	Entry     runhistory.Entry // what the history got, unless Unchanged
}

// Fetch takes the volume's lock and makes the file at URL live, unless it is
// already. After an error what was live before still is, and what was
// downloaded is kept for the next time if it can be gone on with. Errors:
// fsx.ErrLocked, ErrRefused, publish.ErrRefused, ErrFallback, the context's.
func (f *Fetcher) Fetch(ctx context.Context) (r Result, err error) {
	if f.FS == nil {
		f.FS = fsx.Real{}
	}
	if f.Now == nil {
		f.Now = time.Now
	}
	for _, dir := range []string{f.Volume.SnapshotsDir(), f.LogDir} {
		if err := f.FS.MkdirAll("fetch.mkdir", dir, 0o755); err != nil {
			return Result{}, fmt.Errorf("make folder: %w", err)
		}
	}
	lock, err := fsx.AcquireLock(f.Volume.LockFile())
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := ingest.UseTempDir(f.Volume.SnapshotsDir()); err != nil {
		return Result{}, err
	}
	return f.locked(ctx)
}

// locked is Fetch while no other run can be on its way.
func (f *Fetcher) locked(ctx context.Context) (Result, error) {
	history := filepath.Join(f.LogDir, runhistory.FileName)
	before, _, err := runhistory.Read(history)
	if err != nil {
		f.Log.Warn("earlier runs are not known", zap.Error(err))
	}
	pub := &publish.Publisher{FS: f.FS, Volume: f.Volume, Log: f.Log}
	e := runhistory.Entry{StartedAt: f.Now().UTC(), Tables: map[string]runhistory.Table{}}
	if e.RunTag, err = pub.FreshTag(f.Now(), before, nil); err != nil {
		return Result{}, err
	}
	f.tell(ctx, "start of the fetch", f.Notify.Started) // given up when the fetch is
	unchanged, err := f.work(ctx, pub, &e)
	if unchanged && err == nil {
		f.Log.Info("the live snapshot is what the address has; nothing to do")
		// A monitor waits for a sign of life; nothing was published that people
		// should hear of, so no earlier fetch is compared with.
		f.tellEnd(ctx, runhistory.Entry{RunTag: e.RunTag, Status: runhistory.StatusPublished}, nil)
		return Result{Unchanged: true}, nil
	}
	if err != nil && e.Status != runhistory.StatusFallback {
		if discarded := pub.Discard(e.RunTag); discarded != nil {
			f.Log.Warn("what was unpacked is not removed", zap.Error(discarded))
		}
	}
	f.conclude(ctx, &e, err)
	if appended := runhistory.Append(f.FS, history, e); appended != nil {
		f.Log.Error("the fetch is not in the history", zap.Error(appended))
	}
	f.tellEnd(ctx, e, before)
	return Result{Entry: e}, err
}

// work downloads, unpacks, checks and publishes.
func (f *Fetcher) work(ctx context.Context, pub *publish.Publisher, e *runhistory.Entry) (unchanged bool, err error) {
	store := stateFile{fs: f.FS, dir: f.Volume.SnapshotsDir(), source: sourceOf(f.URL)}
	state := store.read()
	known := state.Published
	if tag, ok := pub.LiveTag(); !ok || known.RunTag != tag {
		known = version{} // something else is live by now
	} else if _, err := snapshot.Inspect(ctx, f.Volume.Live()); err != nil {
		known = version{} // the link is there, but readers could not serve what it leads to
	}
	d := &download{Transfer: f.Transfer, fs: f.FS, log: f.Log, url: f.URL, store: store, state: state}
	got, err := d.get(ctx, known)
	e.Requests, e.Retries = d.requests, max(d.requests-1, 0)
	if err != nil {
		return false, fmt.Errorf("download: %w", err)
	}
	if got.unchanged {
		return true, nil
	}
	if err := f.unpack(ctx, store.part(), e.RunTag); err != nil {
		return false, abandon(ctx, store, err)
	}
	if err := f.publish(ctx, pub, e); err != nil {
		return false, abandon(ctx, store, err)
	}
	state = saved{Published: version{RunTag: e.RunTag, ETag: got.ETag, LastModified: got.LastModified}}
	if err := errors.Join(store.forget(), store.write(state)); err != nil {
		f.Log.Warn("the next fetch will download again", zap.Error(err))
	}
	removed, err := pub.Prune(f.KeepSnapshots)
	if err != nil {
		f.Log.Warn("old snapshots are not removed", zap.Error(err))
	}
	if len(removed) > 0 {
		f.Log.Info("old snapshots removed", zap.Strings("run_tags", removed))
	}
	return false, nil
}

// abandon removes a download that failed with err: what is no snapshot now will
// be none the next time. One that was only interrupted is kept.
func abandon(ctx context.Context, store stateFile, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return errors.Join(err, store.forget())
}

// publish checks what was unpacked and makes it live. A snapshot that its own
// worker published may have shrunk, and may be partial: that was decided there.
func (f *Fetcher) publish(ctx context.Context, pub *publish.Publisher, e *runhistory.Entry) error {
	report, err := publish.Check(ctx, f.Volume.Building(e.RunTag), "", publish.Limits{MaxShrink: 1, AllowPartial: true})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	for table, rows := range report.Rows {
		e.Tables[table] = runhistory.Table{Rows: rows, Cols: int64(len(report.Columns[table]))}
	}
	e.CapturedAtUTC = report.Info.CapturedAtUTC
	r, err := pub.Publish(ctx, e.RunTag)
	if err != nil {
		return err
	}
	e.FinalDBPath, e.Bytes, e.SHA256 = r.Path, r.Bytes, r.SHA256
	if r.Fallback != nil {
		e.Status = runhistory.StatusFallback
		return fmt.Errorf("%w: %s: %w", ErrFallback, r.Path, r.Fallback)
	}
	if r.Unsynced != nil {
		f.Log.Warn("the new link is live but not yet durable", zap.Error(r.Unsynced))
	}
	f.Log.Info("snapshot published", zap.String("path", r.Path), zap.Int64("bytes", r.Bytes), zap.String("sha256", r.SHA256),
		zap.String("captured_at", e.CapturedAtUTC))
	return nil
}

func (f *Fetcher) conclude(ctx context.Context, e *runhistory.Entry, err error) {
	e.FinishedAt = f.Now().UTC()
	e.DurationS = e.FinishedAt.Sub(e.StartedAt).Round(time.Millisecond).Seconds()
	switch {
	case err == nil:
		e.Status = runhistory.StatusPublished
	case e.Status == runhistory.StatusFallback:
	case ctx.Err() != nil:
		e.Status = runhistory.StatusInterrupted
	default:
		e.Status = runhistory.StatusFailed
	}
	if err != nil {
		e.Error = err.Error()
		e.Errors = runhistory.Errors{Count: 1, Details: []string{e.Error}}
	}
}

// tellEnd tells others how it ended, unless somebody waits for us to end.
func (f *Fetcher) tellEnd(ctx context.Context, e runhistory.Entry, before []runhistory.Entry) {
	if e.Status == runhistory.StatusInterrupted {
		return
	}
	f.tell(context.WithoutCancel(ctx), "end of the fetch", func(ctx context.Context) error {
		return f.Notify.Ended(ctx, e, before)
	})
}

// tell tells others. That they cannot be told is never a fetch's failure.
func (f *Fetcher) tell(ctx context.Context, what string, tell func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	if err := tell(ctx); err != nil {
		f.Log.Warn("nobody could be told of the "+what, zap.Error(err))
	}
}

// newClient is the client of a Transfer that has none.
func newClient(stall time.Duration) *http.Client {
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DisableCompression:     true, // the bytes as they are, so that a download can be gone on with
		ResponseHeaderTimeout:  stall,
		TLSHandshakeTimeout:    stall,
		MaxResponseHeaderBytes: 1 << 20,
	}
	return &http.Client{Transport: transport, CheckRedirect: checkRedirect}
}
