package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// FreshTag is a run tag for a run that begins now: one that no snapshot file
// goes by and no earlier run ever did, though its files may be gone. also names
// further files that a tag may not be in use for; it may be nil.
func (p *Publisher) FreshTag(now time.Time, before []runhistory.Entry, also func(tag string) []string) (string, error) {
	tag := snapshot.RunTag(now)
	for n := 2; ; n++ {
		taken := slices.ContainsFunc(before, func(e runhistory.Entry) bool { return e.RunTag == tag })
		paths := []string{p.Volume.Snapshot(tag), p.Volume.Building(tag), p.Volume.Fallback(tag)}
		if also != nil {
			paths = append(paths, also(tag)...)
		}
		for _, path := range paths {
			_, err := p.FS.Lstat(path)
			if err == nil {
				taken = true
			} else if !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("choose run tag: %w", err)
			}
		}
		if !taken {
			return tag, nil
		}
		tag = snapshot.RunTagWithSuffix(now, n)
	}
}
