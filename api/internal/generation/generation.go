// Package generation decides which snapshot file answers a request. It watches
// DB_PATH, opens what is new, swaps one pointer, and closes the old when the
// last request on it is done. See DESIGN.md.
//
// It knows nothing of databases: what a generation holds is made by a function
// it is given.
package generation

import (
	"errors"
	"sync/atomic"
	"time"
)

var (
	// ErrNoSnapshot says that no snapshot is served (yet).
	ErrNoSnapshot = errors.New("no snapshot is served")

	errNotRegular = errors.New("not a regular file")
)

// Content is what a generation holds and answers from.
type Content interface {
	Close() error
}

// Generation is one file and everything computed from it. Whoever got one from
// Acquire or Retain must Release it, once.
type Generation[C Content] struct {
	ID       string // differs whenever an answer may; goes into ETags
	Version  string // the file's short name in responses
	File     File
	LoadedAt time.Time
	Content  C

	salt   string       // of the recipe it was made by
	users  atomic.Int64 // the watcher's own hold counts as one
	closed func(error)  // told when the content was closed
}

// made reports whether this is what a recipe with that salt makes of a file.
func (g *Generation[C]) made(of File, salt string) bool { return g.File == of && g.salt == salt }

// Retain holds the generation a second time, for work that may outlive the
// holder. The caller must hold it already.
func (g *Generation[C]) Retain() {
	if !g.tryRetain() {
		panic("generation: Retain without holding it")
	}
}

// tryRetain fails when the last holder is gone.
func (g *Generation[C]) tryRetain() bool {
	for {
		n := g.users.Load()
		if n <= 0 {
			return false
		}
		if g.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Release gives the hold back. The last one closes the content.
func (g *Generation[C]) Release() {
	switch n := g.users.Add(-1); {
	case n == 0:
		g.closed(g.Content.Close())
	case n < 0:
		panic("generation: Release without holding it")
	}
}
