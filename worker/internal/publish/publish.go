// Package publish makes a built snapshot the live one (spec 08 "A run" steps 6
// and 7): checks it, gives it its never-reused name, swaps the link, keeps and
// removes older ones. DESIGN.md lists what holds after each possible failure.
package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

const (
	// Attempts is how often a publish is tried before the snapshot stays at
	// its fallback path.
	Attempts = 5
	// Pause lies between two attempts.
	Pause = 500 * time.Millisecond

	// publishedMode keeps a published snapshot from being written by mistake.
	publishedMode = 0o444

	// nextSuffix ends the name under which the new link is made.
	nextSuffix = ".next"
)

// Publisher publishes on one volume. The caller holds the volume's lock.
type Publisher struct {
	FS     fsx.OS
	Volume snapshot.Volume
	Log    *zap.Logger
	Pause  time.Duration // between attempts; 0 means the constant of this name
}

// Result is a snapshot that left the building stage.
type Result struct {
	// Path is where the snapshot now lies.
	Path string
	// Fallback is the reason why it is not the live one, if it is not.
	Fallback error
	// Unsynced is set if the new link is live but could not be made durable:
	// after a power cut the old one may be live again.
	Unsynced error
	Bytes    int64
	SHA256   string // lower-case hex
}

// Publish makes the built snapshot of a run the live one. It must have passed
// Check. If the swap fails Attempts times, or ctx ends between two attempts,
// the snapshot is put at its fallback path and the old one stays live. The
// steps of an attempt take milliseconds and are not cut off.
//
// An error means that nothing has changed and the built file is where it was.
func (p *Publisher) Publish(ctx context.Context, runTag string) (Result, error) {
	path, err := p.Built(runTag)
	if err != nil {
		return Result{}, fmt.Errorf("publish snapshot %s: %w", runTag, err)
	}
	if err := p.refuseJournals(path); err != nil {
		return Result{}, fmt.Errorf("publish snapshot %s: %w", runTag, err)
	}
	r, err := p.settle(path)
	if err != nil {
		return Result{}, fmt.Errorf("publish snapshot %s: %w", runTag, err)
	}
	for attempt := 1; ; attempt++ {
		if err = p.attempt(context.WithoutCancel(ctx), runTag, &r); err == nil {
			return r, nil
		}
		p.Log.Warn("publish attempt failed", zap.Int("attempt", attempt), zap.Error(err))
		if attempt == Attempts || !p.wait(ctx) {
			break
		}
	}
	r.Fallback = err
	r.Path = p.fallBack(runTag)
	return r, nil
}

// Built finds the built file of a run: where it was built or, if an earlier
// publish was cut off, already under its final name. Neither is
// fs.ErrNotExist.
func (p *Publisher) Built(runTag string) (string, error) {
	building, final := p.Volume.Building(runTag), p.Volume.Snapshot(runTag)
	_, err := p.FS.Lstat(building)
	if errors.Is(err, fs.ErrNotExist) {
		if _, finalErr := p.FS.Lstat(final); finalErr == nil {
			return final, nil
		}
	}
	if err != nil {
		return "", err
	}
	if _, err := p.FS.Lstat(final); err == nil {
		return "", fmt.Errorf("%s exists already: %w", final, fs.ErrExist)
	}
	return building, nil
}

// refuseJournals makes sure that no journal can ever be replayed over the
// snapshot, whether it is opened under its own name or the live one.
func (p *Publisher) refuseJournals(path string) error {
	if _, err := snapshot.ReadHeader(path); err != nil {
		return err
	}
	for _, name := range []string{path, p.Volume.Live()} {
		found, err := snapshot.Siblings(name)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("%w: journal files %v would be replayed over the snapshot; stop what writes there and remove them", ErrRefused, found)
		}
	}
	return nil
}

// settle makes the file's content durable and hashes it. This is not tried
// again: after a failed fsync the kernel may call lost pages clean.
func (p *Publisher) settle(path string) (r Result, err error) {
	f, err := p.FS.OpenFile("publish.open", path, os.O_RDONLY, 0)
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	if err != nil {
		return Result{}, err
	}
	if err := f.Sync(); err != nil {
		return Result{}, err
	}
	return Result{Path: path, Bytes: n, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

// name gives the file its final, never-reused name.
func (p *Publisher) name(runTag string, r *Result) error {
	final := p.Volume.Snapshot(runTag)
	if r.Path != final {
		if err := p.FS.Chmod("publish.chmod", r.Path, publishedMode); err != nil {
			p.Log.Warn("snapshot stays writable, its mode could not be set", zap.Error(err))
		}
		if err := p.FS.Rename("publish.rename", r.Path, final); err != nil {
			return err
		}
		r.Path = final
	}
	return p.FS.SyncDir("publish.syncdir", p.Volume.SnapshotsDir())
}

// attempt does what is left to do of the publish. Every step may have been
// done by an attempt before.
func (p *Publisher) attempt(ctx context.Context, runTag string, r *Result) error {
	if err := p.name(runTag, r); err != nil {
		return err
	}
	live, err := p.point(ctx, runTag)
	if err != nil {
		return err
	}
	r.Path = live
	if err := p.FS.SyncDir("publish.syncdir_live", p.Volume.Dir()); err != nil {
		r.Unsynced = err
	}
	return nil
}

// point makes the snapshot of a run the live one in one step and returns where
// it lies then.
func (p *Publisher) point(ctx context.Context, runTag string) (string, error) {
	if err := p.preserve(ctx); err != nil {
		return "", err
	}
	next := p.Volume.Live() + nextSuffix
	if err := p.FS.Remove("publish.clear", next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	err := p.FS.Symlink("publish.symlink", p.Volume.LinkTarget(runTag), next)
	if noSymlinks(err) {
		if err := p.FS.Rename("publish.replace", p.Volume.Snapshot(runTag), p.Volume.Live()); err != nil {
			return "", err
		}
		return p.Volume.Live(), nil
	}
	if err != nil {
		return "", err
	}
	if err := p.FS.Rename("publish.swap", next, p.Volume.Live()); err != nil {
		return "", err
	}
	return p.Volume.Snapshot(runTag), nil
}

// noSymlinks tells that the file system has no symbolic links, as opposed to
// one that could not be made now.
func noSymlinks(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS)
}

// fallBack puts a snapshot that could not become live beside the live one and
// returns its path. If even that fails it stays where it is.
func (p *Publisher) fallBack(runTag string) string {
	from, err := p.Built(runTag)
	if err != nil {
		from = p.Volume.Snapshot(runTag)
	}
	to := p.Volume.Fallback(runTag)
	if err := p.FS.Rename("publish.fallback", from, to); err != nil {
		p.Log.Warn("snapshot stays where it was built", zap.String("path", from), zap.Error(err))
		return from
	}
	if err := p.FS.SyncDir("publish.syncdir_fallback", p.Volume.Dir()); err != nil {
		p.Log.Warn("fallback snapshot is not yet durable", zap.String("path", to), zap.Error(err))
	}
	return to
}

// wait lets the pause pass and reports whether ctx is still on.
func (p *Publisher) wait(ctx context.Context) bool {
	pause := p.Pause
	if pause <= 0 {
		pause = Pause
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
