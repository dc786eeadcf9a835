package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// preserve gives a live snapshot that is a regular file, from an older
// installation or on a file system without links, a second name among the kept
// snapshots before the live name is taken from it: a hard link, or a copy
// where there are none.
func (p *Publisher) preserve(ctx context.Context) error {
	live := p.Volume.Live()
	info, err := p.FS.Lstat(live)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a directory: %w", live, fs.ErrExist)
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	to, kept, err := p.keepAs(ctx, info)
	if err != nil || kept {
		return err
	}
	if err := p.FS.Link("publish.link", live, to); err != nil {
		p.Log.Info("the live file is copied, the file system has no hard links", zap.String("to", to), zap.Error(err))
		if err := p.copyLive(to); err != nil {
			return err
		}
	}
	return p.FS.SyncDir("publish.syncdir_link", p.Volume.SnapshotsDir())
}

// keepAs chooses the kept name of the live regular file: the run tag in it, or
// its modification time. kept is true if it has that name already.
func (p *Publisher) keepAs(ctx context.Context, live fs.FileInfo) (to string, kept bool, err error) {
	start := live.ModTime()
	tag := snapshot.RunTag(start)
	if in, err := snapshot.Inspect(ctx, p.Volume.Live()); err == nil {
		if at, err := snapshot.ParseRunTag(in.Info.RunTag); err == nil {
			tag, start = in.Info.RunTag, at
		}
	}
	for n := 2; ; n++ {
		to = p.Volume.Snapshot(tag)
		there, err := p.FS.Lstat(to)
		if errors.Is(err, fs.ErrNotExist) {
			return to, false, nil
		}
		if err != nil {
			return "", false, err
		}
		if os.SameFile(there, live) || there.Size() == live.Size() {
			return to, true, nil // run tags are never reused: this is its link or its copy
		}
		tag = snapshot.RunTagWithSuffix(start.Truncate(time.Second), n)
	}
}

func (p *Publisher) copyLive(to string) error {
	in, err := p.FS.OpenFile("publish.copy_from", p.Volume.Live(), os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	err = fsx.WriteAtomic(p.FS, "publish.copy", to, publishedMode|0o200, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
	return errors.Join(err, in.Close())
}

// LiveTag returns the run tag of the snapshot that the live link points to,
// and false if there is no such link.
func (p *Publisher) LiveTag() (string, bool) {
	target, err := p.FS.Readlink(p.Volume.Live())
	if err != nil {
		return "", false
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(p.Volume.Dir(), target)
	}
	if filepath.Dir(target) != p.Volume.SnapshotsDir() {
		return "", false
	}
	return snapshot.RunTagOf(target)
}
