// Package workspacewatch follows the workspace file: a sound change of it, or of
// a file that it names, takes the place of what held before; one that is not
// sound is told once, and what held before goes on.
//
// It takes two looks to believe a change. Editors and copies write a file in
// steps, and a half-written list is a sound list.
package workspacewatch

import (
	"os"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// retryRefused is when a refused file is read again although it looks as
// before: a lack of permission or a file that it names may have been mended.
const retryRefused = 30 * time.Second

// Rejection is a changed file that was not taken.
type Rejection struct {
	Reason string // with the lines of the file
	At     time.Time
}

// Status is what a Watch has to tell about itself.
type Status struct {
	FileName   string // without its folder; empty: the workspace that ships
	Version    string // of the workspace that holds
	LoadedAt   time.Time
	Warnings   int        // of the workspace that holds
	Rejections uint64     // changes refused
	Rejected   *Rejection // nil while the file is the workspace that holds
}

// Watch holds the workspace of the moment. It is safe for concurrent use.
type Watch struct {
	path string
	log  *zap.Logger

	mu      sync.Mutex
	current *workspace.Workspace
	status  Status
	latest  *attempt // to read what changed; nil if nothing did
	refused string   // reason that was logged last
}

// attempt is one reading of a changed file.
type attempt struct {
	next   *workspace.Workspace
	err    error
	info   os.FileInfo // of the file before it was read; nil if there was none
	at     time.Time
	judged bool // err was told
}

// New reads the file at path; an empty path means the workspace that ships,
// which never changes. The errors are those of workspace.Load.
func New(path string, log *zap.Logger) (*Watch, error) {
	read := workspace.Default
	if path != "" {
		read = func() (*workspace.Workspace, error) { return workspace.Load(path) }
	}
	first, err := read()
	if err != nil {
		return nil, err
	}
	w := &Watch{path: path, log: log}
	w.take(first)
	return w, nil
}

// Current looks at the files and returns the workspace that holds.
func (w *Watch) Current() *workspace.Workspace {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look()
	return w.current
}

// Status returns the state of affairs.
func (w *Watch) Status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status
}

func (w *Watch) look() {
	if !w.current.Stale() {
		w.latest, w.refused, w.status.Rejected = nil, "", nil
		return
	}
	if w.latest == nil || !w.latest.stands(w.path) {
		w.latest = read(w.path)
		return
	}
	switch a := w.latest; {
	case a.err == nil:
		changed := a.next.Version() != w.current.Version()
		w.take(a.next)
		if changed {
			w.log.Info("workspace configuration taken over", zap.String("file", w.status.FileName), zap.String("version", w.status.Version))
		}
	case !a.judged:
		a.judged = true
		w.refuse(a.err)
	}
}

func read(path string) *attempt {
	a := &attempt{info: infoOf(path), at: time.Now()}
	a.next, a.err = workspace.Load(path)
	return a
}

func infoOf(path string) os.FileInfo {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	return info
}

// stands reports whether reading again would find the same.
func (a *attempt) stands(path string) bool {
	if a.err == nil {
		return !a.next.Stale()
	}
	now := infoOf(path)
	if now == nil || a.info == nil {
		return now == nil && a.info == nil
	}
	return os.SameFile(a.info, now) && a.info.Size() == now.Size() && a.info.ModTime().Equal(now.ModTime()) &&
		time.Since(a.at) < retryRefused
}

func (w *Watch) take(next *workspace.Workspace) {
	w.current, w.latest, w.refused = next, nil, ""
	w.status.FileName, w.status.Version, w.status.LoadedAt = next.FileName(), next.Version(), time.Now()
	w.status.Rejected, w.status.Warnings = nil, len(next.Warnings())
	for _, warning := range next.Warnings() {
		w.log.Warn("workspace configuration", zap.String("file", next.FileName()), zap.Stringer("problem", warning))
	}
}

// refuse notes why a file was not taken, and says it unless it was the last
// thing said.
func (w *Watch) refuse(err error) {
	reason := err.Error()
	w.status.Rejected = &Rejection{Reason: reason, At: w.latest.at}
	if reason == w.refused {
		return
	}
	w.refused = reason
	w.status.Rejections++
	w.log.Error("the workspace configuration is not fit; the one before it goes on", zap.String("file", w.status.FileName), zap.Error(err))
}
