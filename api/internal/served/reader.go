package served

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// ReaderOptions describe a Reader.
type ReaderOptions struct {
	Workspace  func() *workspace.Workspace                // the one that holds at the moment
	Rules      func(*workspace.Workspace) normalise.Rules // those that hold with it
	CacheBytes int64
	Now        func() time.Time // as in Options
}

// Reader makes snapshots with the workspace of the moment. It is safe for
// concurrent use.
type Reader struct {
	o ReaderOptions

	mu          sync.Mutex
	of          *workspace.Workspace
	recipe      generation.Recipe[*Snapshot]
	unpublished *Snapshot
}

// NewReader returns a Reader that has looked at the workspace once.
func NewReader(o ReaderOptions) *Reader {
	r := &Reader{o: o}
	r.Recipe()
	return r
}

// Recipe looks at the workspace and returns how snapshots are made with it.
func (r *Reader) Recipe() generation.Recipe[*Snapshot] {
	w := r.o.Workspace()
	r.mu.Lock()
	defer r.mu.Unlock()
	if w == r.of {
		return r.recipe
	}
	rules := r.o.Rules(w)
	o := Options{Rules: rules, Workspace: w, CacheBytes: r.o.CacheBytes, Now: r.o.Now}
	r.of, r.unpublished = w, unpublished(o)
	r.recipe = generation.Recipe[*Snapshot]{
		Salt: fmt.Sprint(rules, w.Version()),
		Open: func(ctx context.Context, f generation.File) (*Snapshot, error) { return Open(ctx, f.Path, o) },
	}
	return r.recipe
}

// Unpublished is what answers before the first snapshot, with the workspace
// that Recipe saw last: of what it holds only Workspace and Performance may be
// asked.
func (r *Reader) Unpublished() *Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unpublished
}
