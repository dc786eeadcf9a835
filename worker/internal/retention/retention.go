// Package retention removes what runs leave behind beside their snapshots and
// backups, which their own packages prune. One rule: what belongs to a run goes
// when the run is old and nothing of it is left that anybody could use.
//
//   - A run log goes when it is beyond the newest KEEP_LOGS, unless the run's
//     snapshot, unfinished file, fallback file or checkpoint is there.
//   - A fallback snapshot goes when it is older than every kept snapshot: it
//     counts as one of them.
//   - A temporary file of ours goes when nobody has written it for a day.
//
// The live snapshot, what --resume needs, and the run history never go.
package retention

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/checkpoint"
)

const (
	// anyTag stands for the run tag in the pattern of a file name.
	anyTag = "*"

	// staleAfter is how long a temporary file may be without a writer: other
	// volumes may share the folders of backups and checkpoints.
	staleAfter = 24 * time.Hour
)

// LogName is the name of a run's log.
func LogName(runTag string) string { return "salesmap_snapshot_" + runTag + ".log" }

// Rule says what is kept, and where.
type Rule struct {
	Volume                           snapshot.Volume
	LogDir, CheckpointDir, BackupDir string
	Logs                             int    // run logs to keep
	Current                          string // run tag whose files stay in any case
	Now                              time.Time
}

// Sweep removes what the rule does not keep and returns the paths. The caller
// holds the volume's lock. It removes what it can; the error says what it could
// not. The operation is labelled "retention.remove".
func Sweep(fsys fsx.OS, r Rule) (removed []string, err error) {
	s := sweeper{fs: fsys, rule: r}
	s.fallbacks()
	s.logs()
	s.temporary(checkpoint.Path(r.CheckpointDir, anyTag) + fsx.TempSuffix)
	s.temporary(backup.Path(r.BackupDir, anyTag) + fsx.TempSuffix)
	return s.removed, errors.Join(s.problems...)
}

type sweeper struct {
	fs       fsx.OS
	rule     Rule
	removed  []string
	problems []error
}

func (s *sweeper) remove(path string) {
	err := s.fs.Remove("retention.remove", path)
	switch {
	case err == nil:
		s.removed = append(s.removed, path)
	case !errors.Is(err, fs.ErrNotExist):
		s.problems = append(s.problems, fmt.Errorf("remove leftovers: %w", err))
	}
}

// names lists a folder; one that is not there is empty.
func (s *sweeper) names(dir string) []fs.DirEntry {
	entries, err := s.fs.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.problems = append(s.problems, fmt.Errorf("list leftovers: %w", err))
	}
	return entries
}

func (s *sweeper) there(path string) bool {
	_, err := s.fs.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist) // what cannot be looked at is kept
}

// fallbacks removes those that are older than every kept snapshot.
func (s *sweeper) fallbacks() {
	oldest := ""
	for _, e := range s.names(s.rule.Volume.SnapshotsDir()) {
		tag, ok := snapshot.RunTagOf(e.Name())
		if !ok || strings.HasSuffix(e.Name(), fsx.TempSuffix) {
			continue
		}
		if oldest == "" || snapshot.CompareRunTags(tag, oldest) < 0 {
			oldest = tag
		}
	}
	if oldest == "" {
		return
	}
	live := filepath.Base(s.rule.Volume.Live())
	for _, e := range s.names(s.rule.Volume.Dir()) {
		tag, ok := tagIn(e.Name(), s.rule.Volume.Fallback(anyTag))
		if ok && e.Type().IsRegular() && e.Name() != live && snapshot.CompareRunTags(tag, oldest) < 0 {
			s.remove(s.rule.Volume.Fallback(tag))
		}
	}
}

// tagIn reads the run tag in a file's name, by the pattern of such names.
func tagIn(name, pattern string) (string, bool) {
	before, after, _ := strings.Cut(filepath.Base(pattern), anyTag)
	tag, ok := strings.CutPrefix(name, before)
	if !ok {
		return "", false
	}
	tag, ok = strings.CutSuffix(tag, after)
	_, err := snapshot.ParseRunTag(tag)
	return tag, ok && err == nil
}

// logs removes run logs beyond the newest ones.
func (s *sweeper) logs() {
	var tags []string
	for _, e := range s.names(s.rule.LogDir) {
		if tag, ok := tagIn(e.Name(), LogName(anyTag)); ok && e.Type().IsRegular() {
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags, func(a, b string) int { return snapshot.CompareRunTags(b, a) })
	for _, tag := range tags[min(max(s.rule.Logs, 1), len(tags)):] {
		if !s.inUse(tag) {
			s.remove(filepath.Join(s.rule.LogDir, LogName(tag)))
		}
	}
}

// inUse tells whether anything of a run is left that somebody could use.
func (s *sweeper) inUse(tag string) bool {
	v := s.rule.Volume
	return tag == s.rule.Current || s.there(v.Snapshot(tag)) || s.there(v.Building(tag)) || s.there(v.Fallback(tag)) ||
		s.there(checkpoint.Path(s.rule.CheckpointDir, tag))
}

// temporary removes our own temporary files that nobody writes.
func (s *sweeper) temporary(pattern string) {
	dir := filepath.Dir(pattern)
	for _, e := range s.names(dir) {
		if _, ok := tagIn(e.Name(), pattern); !ok || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && s.rule.Now.Sub(info.ModTime()) > staleAfter {
			s.remove(filepath.Join(dir, e.Name()))
		}
	}
}
