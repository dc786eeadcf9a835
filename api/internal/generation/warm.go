package generation

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// warming is the one preparation under way, if any.
type warming struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// stop ends the preparation and waits until it has ended.
func (x *warming) stop() {
	if x.cancel != nil {
		x.cancel()
		<-x.done
	}
}

// warm prepares a generation. It returns when that is done, when WarmWait is
// over, or when there is something newer to load, for which it gives up. With
// nothing served yet it doesn't wait at all: a slow first answer is better
// than none.
func (w *Watcher[C]) warm(ctx context.Context, g *Generation[C]) {
	if w.o.Warm == nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	w.warming = warming{cancel: cancel, done: done}
	g.Retain() // it may go on after the swap
	go func() {
		defer close(done)
		defer g.Release()
		defer cancel()
		if err := w.o.Warm(ctx, g); err != nil && ctx.Err() == nil {
			w.o.Log.Warn("the new snapshot could not be warmed up", zap.String("version", g.Version), zap.Error(err))
		}
	}()
	if w.current.Load() != nil {
		w.awaitWarm(ctx, g, done)
	}
}

func (w *Watcher[C]) awaitWarm(ctx context.Context, g *Generation[C], done <-chan struct{}) {
	var enough <-chan time.Time
	if w.o.WarmWait > 0 {
		timer := time.NewTimer(w.o.WarmWait)
		defer timer.Stop()
		enough = timer.C
	}
	tick := time.NewTicker(w.o.Interval)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-enough:
			w.o.Log.Info("serving the new snapshot before it is warm", zap.String("version", g.Version), zap.Duration("waited", w.o.WarmWait))
			return
		case <-tick.C:
			if w.outdated(g) {
				w.warming.stop()
				return
			}
		}
	}
}

// outdated reports whether the next check will load something else than g.
func (w *Watcher[C]) outdated(g *Generation[C]) bool {
	file, err := statLive(w.o.Path)
	if err != nil || w.refusedLately(file) {
		return false
	}
	return !g.made(file, w.o.Recipe().Salt)
}
