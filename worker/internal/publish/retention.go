package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Kept lists the run tags of the published snapshots, newest first.
func (p *Publisher) Kept() ([]string, error) {
	return p.list(func(name string) bool { return !strings.HasSuffix(name, fsx.TempSuffix) })
}

// Unfinished lists the run tags of snapshots that were being built, newest
// first.
func (p *Publisher) Unfinished() ([]string, error) {
	return p.list(func(name string) bool { return strings.HasSuffix(name, fsx.TempSuffix) })
}

func (p *Publisher) list(want func(name string) bool) ([]string, error) {
	entries, err := p.FS.ReadDir(p.Volume.SnapshotsDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	var tags []string
	for _, e := range entries {
		if tag, ok := snapshot.RunTagOf(e.Name()); ok && want(e.Name()) {
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags, func(a, b string) int { return snapshot.CompareRunTags(b, a) })
	return tags, nil
}

// Prune removes published snapshots but the newest keep and the live one, and
// returns the tags it removed. Readers that have one open go on reading it.
// The operation is labelled "publish.prune".
func (p *Publisher) Prune(keep int) ([]string, error) {
	tags, err := p.Kept()
	if err != nil {
		return nil, err
	}
	live, _ := p.LiveTag()
	var removed []string
	for _, tag := range tags[min(max(keep, 0), len(tags)):] {
		if tag == live {
			continue
		}
		if err := p.FS.Remove("publish.prune", p.Volume.Snapshot(tag)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("prune snapshots: %w", err)
		}
		removed = append(removed, tag)
	}
	return removed, nil
}

// Discard removes the built file of an unfinished run and its journal; they
// may be missing. The operation is labelled "publish.discard".
func (p *Publisher) Discard(runTag string) error {
	building := p.Volume.Building(runTag)
	for _, name := range append([]string{building}, siblings(building)...) {
		if err := p.FS.Remove("publish.discard", name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("discard unfinished snapshot: %w", err)
		}
	}
	return nil
}

func siblings(path string) []string {
	names := snapshot.SiblingSuffixes()
	for i, suffix := range names {
		names[i] = path + suffix
	}
	return names
}

// RollBack points the live link to an earlier kept snapshot after verifying
// it; an empty tag means the newest kept one older than the live one. It
// returns the tag.
func (p *Publisher) RollBack(ctx context.Context, runTag string) (string, error) {
	if runTag == "" {
		var err error
		if runTag, err = p.before(); err != nil {
			return "", fmt.Errorf("roll back: %w", err)
		}
	}
	path := p.Volume.Snapshot(runTag)
	if _, err := snapshot.Verify(ctx, path); err != nil {
		return "", fmt.Errorf("roll back to %s: %w", runTag, err)
	}
	if err := p.refuseJournals(path); err != nil {
		return "", fmt.Errorf("roll back to %s: %w", runTag, err)
	}
	if _, err := p.point(ctx, runTag); err != nil {
		return "", fmt.Errorf("roll back to %s: %w", runTag, err)
	}
	if err := p.FS.SyncDir("publish.syncdir_live", p.Volume.Dir()); err != nil {
		return "", fmt.Errorf("roll back to %s: %w", runTag, err)
	}
	return runTag, nil
}

func (p *Publisher) before() (string, error) {
	live, ok := p.LiveTag()
	if !ok {
		return "", fmt.Errorf("%s does not link to a kept snapshot; name the one to go back to", filepath.Base(p.Volume.Live()))
	}
	tags, err := p.Kept()
	if err != nil {
		return "", err
	}
	for _, tag := range tags {
		if snapshot.CompareRunTags(tag, live) < 0 {
			return tag, nil
		}
	}
	return "", fmt.Errorf("no kept snapshot is older than %s", live)
}

// Keep gives the built snapshot of a run its final name without making it the
// live one, and returns its path.
func (p *Publisher) Keep(runTag string) (string, error) {
	building := p.Volume.Building(runTag)
	if err := p.refuseJournals(building); err != nil {
		return "", fmt.Errorf("keep snapshot %s: %w", runTag, err)
	}
	r, err := p.settle(building)
	if err != nil {
		return "", fmt.Errorf("keep snapshot %s: %w", runTag, err)
	}
	if err := p.name(runTag, &r); err != nil {
		return "", fmt.Errorf("keep snapshot %s: %w", runTag, err)
	}
	return r.Path, nil
}
