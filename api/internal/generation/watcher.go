package generation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

const (
	// DefaultInterval is how often DB_PATH is looked at (spec 10).
	DefaultInterval = time.Second

	// retryRejected is when a refused file is tried again: it may have been
	// refused for a lack of descriptors or memory, which passes.
	retryRejected = 30 * time.Second
)

// Options describe a Watcher.
type Options[C Content] struct {
	Path     string        // DB_PATH
	Interval time.Duration // 0 means DefaultInterval
	Log      *zap.Logger

	// Recipe says how content is made of files. It is asked at each check;
	// another Salt makes another generation of the same file.
	Recipe func() Recipe[C]

	// Warm, if set, prepares content before it is served, so that the first
	// user after a swap need not wait. Its error is logged and no obstacle. It
	// ends when its context does: when there is something newer to load, and at
	// Close.
	Warm func(ctx context.Context, g *Generation[C]) error

	// WarmWait is how long the swap waits for Warm, which then goes on beside
	// the serving. 0 means for as long as it takes.
	WarmWait time.Duration
}

// Recipe is how content is made of a file. Two with the same Salt make the
// same of it.
type Recipe[C Content] struct {
	Salt string // of whatever changes answers beside the file; goes into ids

	// Open makes the content of a file. An error means that the file is not
	// fit to be served; the generation before it goes on serving.
	Open func(ctx context.Context, f File) (C, error)
}

// Rejection is a file that was refused, by the latest attempt.
type Rejection struct {
	File   File
	Reason string
	At     time.Time
}

// Status is what a Watcher has to tell about itself.
type Status struct {
	Swaps      uint64
	Rejections uint64     // file versions refused
	Rejected   *Rejection // nil when the file at DB_PATH is the one served
	Missing    bool       // there is no file at DB_PATH
	Open       int64      // generations not closed yet: 1, or more while old requests finish
}

// Watcher serves the newest fit snapshot. It is safe for concurrent use.
type Watcher[C Content] struct {
	o       Options[C]
	current atomic.Pointer[Generation[C]]
	open    atomic.Int64

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each swap
	status  Status
	trouble string // what was logged last, so that it is logged once
	stopped bool

	// Used by Check alone.
	warming warming
	remade  time.Time // when making the served file anew failed last
}

// NewWatcher returns a watcher that serves nothing until Run or Check has
// found a file.
func NewWatcher[C Content](o Options[C]) *Watcher[C] {
	if o.Interval <= 0 {
		o.Interval = DefaultInterval
	}
	return &Watcher[C]{o: o, changed: make(chan struct{})}
}

// Run checks at once and then every interval until ctx ends. Loading happens
// here, one file at a time, while the current generation serves.
func (w *Watcher[C]) Run(ctx context.Context) {
	tick := time.NewTicker(w.o.Interval)
	defer tick.Stop()
	for ctx.Err() == nil {
		w.Check(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Acquire returns the generation being served, held for the caller, or
// ErrNoSnapshot.
func (w *Watcher[C]) Acquire() (*Generation[C], error) {
	for {
		g := w.current.Load()
		if g == nil {
			return nil, ErrNoSnapshot
		}
		if g.tryRetain() {
			return g, nil
		}
		// Replaced and closed between the two lines: there is a newer one.
	}
}

// Changed returns a channel that is closed at the next swap. To miss none, get
// it before looking at the current generation.
func (w *Watcher[C]) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// Status returns the state of affairs.
func (w *Watcher[C]) Status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.status
	s.Open = w.open.Load()
	return s
}

// Close stops serving: Acquire fails from now on, and the content is closed
// when the last request gives it back. Run must have returned.
func (w *Watcher[C]) Close() {
	w.warming.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	if g := w.current.Swap(nil); g != nil {
		g.Release()
	}
}

// Check looks at the file and the recipe once and swaps in what is new and
// fit. Only one Check may run at a time.
func (w *Watcher[C]) Check(ctx context.Context) {
	recipe := w.o.Recipe()
	if !w.checkFile(ctx, recipe) {
		w.checkRecipe(ctx, recipe)
	}
}

// checkFile serves the file at the path; false if that is not the one served
// afterwards.
func (w *Watcher[C]) checkFile(ctx context.Context, recipe Recipe[C]) bool {
	file, err := statLive(w.o.Path)
	if err != nil {
		w.missing(err)
		return false
	}
	if current := w.current.Load(); current != nil && current.made(file, recipe.Salt) {
		w.settled()
		return true
	}
	if w.refusedLately(file) {
		return false
	}
	g, err := w.load(ctx, file, recipe)
	switch {
	case ctx.Err() != nil:
		if err == nil {
			g.Release()
		}
	case errors.Is(err, errMoved):
		w.o.Log.Debug("the database file changed while it was being opened; trying again", zap.String("file", file.Name()))
	case err != nil:
		w.reject(file, err)
		return false
	default:
		w.settled()
		w.swap(g)
	}
	return true
}

// checkRecipe makes the served file anew if there is another recipe, while
// what lies at the path is gone or unfit: what is new in the recipe need not
// wait for a new snapshot.
func (w *Watcher[C]) checkRecipe(ctx context.Context, recipe Recipe[C]) {
	current := w.current.Load()
	if current == nil || current.salt == recipe.Salt || ctx.Err() != nil || time.Since(w.remade) < retryRejected {
		return
	}
	if now, err := statFile(current.File.Path); err != nil || now != current.File {
		return // it was pruned; what is in memory goes on
	}
	g, err := w.load(ctx, current.File, recipe)
	switch {
	case err != nil:
		w.remade = time.Now()
		w.o.Log.Warn("the snapshot being served could not be made anew", zap.String("file", current.File.Name()), zap.Error(err))
	case ctx.Err() != nil:
		g.Release()
	default:
		w.swap(g)
	}
}

// errMoved says that the file was replaced or written to while it was opened.
var errMoved = errors.New("file changed while being opened")

// load opens a file and makes sure that what was opened is what was looked at:
// between the look and the open another file may have come under that name.
func (w *Watcher[C]) load(ctx context.Context, file File, recipe Recipe[C]) (*Generation[C], error) {
	w.warming.stop() // of the one that this is to replace
	started := time.Now()
	content, err := recipe.Open(ctx, file)
	now, statErr := statFile(file.Path)
	if moved := statErr != nil || now != file; moved {
		if err == nil {
			err = content.Close()
		}
		return nil, errors.Join(errMoved, err)
	}
	if err != nil {
		return nil, err
	}
	w.open.Add(1)
	g := &Generation[C]{
		ID: file.id(recipe.Salt), Version: file.Version(), File: file, LoadedAt: time.Now(), Content: content,
		salt: recipe.Salt, closed: w.closed,
	}
	g.users.Store(1)
	w.warm(ctx, g)
	w.o.Log.Info("snapshot loaded", zap.String("file", file.Name()), zap.String("version", file.Version()),
		zap.Int64("bytes", file.Size), zap.Duration("took", time.Since(started)))
	return g, nil
}

func (w *Watcher[C]) closed(err error) {
	w.open.Add(-1)
	if err != nil {
		w.o.Log.Warn("closing a snapshot", zap.Error(err))
	}
}

func (w *Watcher[C]) swap(g *Generation[C]) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		g.Release()
		return
	}
	if old := w.current.Swap(g); old != nil {
		old.Release()
	}
	w.status.Swaps++
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *Watcher[C]) settled() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Rejected, w.status.Missing, w.trouble = nil, false, ""
}

func (w *Watcher[C]) refusedLately(file File) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Missing = false
	r := w.status.Rejected
	return r != nil && r.File == file && time.Since(r.At) < retryRejected
}

func (w *Watcher[C]) reject(file File, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	reason := err.Error()
	again := w.status.Rejected != nil && w.status.Rejected.File == file
	if !again {
		w.status.Rejections++
	}
	w.status.Rejected = &Rejection{File: file, Reason: reason, At: time.Now()}
	w.say(file.id("")+reason, func() {
		w.o.Log.Error("the database file is not fit to be served", zap.String("file", file.Name()),
			zap.String("version", file.Version()), zap.Bool("older_snapshot_serves", w.current.Load() != nil), zap.Error(err))
	})
}

func (w *Watcher[C]) missing(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Missing, w.status.Rejected = true, nil
	serving := w.current.Load() != nil
	name := filepath.Base(w.o.Path)
	w.say(fmt.Sprint("missing", serving, err), func() {
		switch {
		case !errors.Is(err, fs.ErrNotExist):
			w.o.Log.Error("the database file cannot be looked at", zap.Bool("older_snapshot_serves", serving), zap.Error(err))
		case serving:
			w.o.Log.Warn("the database file is gone; the snapshot in memory goes on serving", zap.String("file", name))
		default:
			w.o.Log.Info("waiting for the first snapshot", zap.String("file", name))
		}
	})
}

// say logs something unless it was the last thing logged. Called with the lock
// held.
func (w *Watcher[C]) say(what string, log func()) {
	if w.trouble != what {
		w.trouble = what
		log()
	}
}
