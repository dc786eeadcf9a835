package generation_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
)

// id names the generation being served.
func (b *bench) id() string {
	b.t.Helper()
	g, err := b.watcher.Acquire()
	if err != nil {
		b.t.Fatal(err)
	}
	defer g.Release()
	return g.ID
}

// TestRecipe_Changed: another recipe makes another generation of the same
// file, once, and an earlier recipe the earlier generation.
func TestRecipe_Changed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.publish("one")
	b.check()
	first := b.id()
	b.salt.Store(1)
	b.check()
	b.check()
	second := b.id()
	if first == second || len(b.opened) != 2 || b.opened[0].closed.Load() != 1 || b.watcher.Status().Swaps != 2 {
		t.Errorf("generations %s and %s of %d openings, status %+v", first, second, len(b.opened), b.watcher.Status())
	}
	b.salt.Store(0)
	b.check()
	if b.id() != first {
		t.Errorf("the first recipe made %s, before %s", b.id(), first)
	}
}

// TestRecipe_WhilePathIsUnfit: what is new in the recipe doesn't wait for a
// new file, and what is wrong with the path is still told.
func TestRecipe_WhilePathIsUnfit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		spoil func(b *bench)
		told  func(s generation.Status) bool
	}{
		{"unfit", func(b *bench) { b.point("bad.db", "bad") }, func(s generation.Status) bool { return s.Rejected != nil && s.Rejections == 1 }},
		{"gone", func(b *bench) { b.remove(b.path) }, func(s generation.Status) bool { return s.Missing }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.point("good.db", "good")
			b.check()
			before := b.id()
			b.fail = func(f generation.File) error {
				if f.Name() == "bad.db" {
					return errors.New("half written")
				}
				return nil
			}
			tc.spoil(b)
			b.check()
			b.salt.Store(1)
			b.check()
			if b.id() == before || b.serving() != "good" || !tc.told(b.watcher.Status()) {
				t.Errorf("serving %q of %s (before %s), status %+v", b.serving(), b.id(), before, b.watcher.Status())
			}
			opened := len(b.opened)
			b.check()
			if len(b.opened) != opened {
				t.Error("made anew without need")
			}
			b.remove(filepath.Join(filepath.Dir(b.path), "good.db"))
			b.salt.Store(2)
			b.check()
			if b.serving() != "good" {
				t.Errorf("serving %q after the file was pruned", b.serving())
			}
		})
	}
}

// TestRecipe_CannotRemake: a failure is not repeated at every look.
func TestRecipe_CannotRemake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.point("good.db", "good")
		b.check()
		b.remove(b.path)
		tries := 0
		b.fail = func(generation.File) error { tries++; return errors.New("no memory") }
		b.salt.Store(1)
		for range 10 {
			b.check()
		}
		if tries != 1 || b.serving() != "good" || b.logs.FilterMessageSnippet("made anew").Len() != 1 {
			t.Errorf("%d tries, serving %q", tries, b.serving())
		}
		time.Sleep(time.Minute) // of the bubble
		b.fail = nil
		before := b.id()
		b.check()
		if b.id() == before {
			t.Error("not tried again")
		}
	})
}

// point makes the path a link to a file of this name.
func (b *bench) point(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(filepath.Dir(b.path), name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	link := b.path + ".link"
	if err := os.Symlink(name, link); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Rename(link, b.path); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) remove(path string) {
	b.t.Helper()
	if err := os.Remove(path); err != nil {
		b.t.Fatal(err)
	}
}

// warmed is a watcher whose warm-up lasts until it is told or its context
// ends.
type warmed struct {
	*bench
	begun chan string   // text of the generation
	end   chan struct{} // closed: go on
	ended chan error
}

func newWarmed(t *testing.T, wait time.Duration) *warmed {
	t.Helper()
	x := &warmed{bench: newBench(t), begun: make(chan string, 10), end: make(chan struct{}), ended: make(chan error, 10)}
	x.watcher = generation.NewWatcher(generation.Options[*content]{
		Path: x.path, Log: zap.NewNop(), Recipe: x.recipe, WarmWait: wait,
		Warm: func(ctx context.Context, g *generation.Generation[*content]) error {
			x.begun <- g.Content.text
			select {
			case <-x.end:
			case <-ctx.Done():
			}
			x.ended <- ctx.Err()
			return ctx.Err()
		},
	})
	t.Cleanup(x.watcher.Close)
	return x
}

func TestWarm_FirstDoesNotWait(t *testing.T) {
	t.Parallel()
	x := newWarmed(t, 0)
	x.publish("one")
	x.check()
	if x.serving() != "one" {
		t.Errorf("serving %q", x.serving())
	}
	<-x.begun
	x.watcher.Close()
	if err := <-x.ended; !errors.Is(err, context.Canceled) || x.opened[0].closed.Load() != 1 {
		t.Errorf("warm-up ended with %v, content closed %d times", err, x.opened[0].closed.Load())
	}
}

// TestWarm_GoesOnBesideServing: the swap waits only so long.
func TestWarm_GoesOnBesideServing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newWarmed(t, 10*time.Second)
		x.publish("one")
		x.check()
		<-x.begun
		x.publish("two")
		began := time.Now()
		x.check()
		if took := time.Since(began); x.serving() != "two" || took != 10*time.Second {
			t.Errorf("serving %q after %s", x.serving(), took)
		}
		if err := <-x.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the warm-up of what was replaced ended with %v", err)
		}
		<-x.begun
		close(x.end)
		if err := <-x.ended; err != nil {
			t.Errorf("warm-up beside the serving ended with %v", err)
		}
		x.watcher.Close()
	})
}

// TestWarm_GivesWay: a newer file or recipe is not kept waiting.
func TestWarm_GivesWay(t *testing.T) {
	t.Parallel()
	for name, newer := range map[string]func(b *bench){
		"file":   func(b *bench) { b.publish("three") },
		"recipe": func(b *bench) { b.salt.Store(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := newWarmed(t, 0)
				x.publish("one")
				x.check()
				<-x.begun
				x.publish("two")
				checked := make(chan struct{})
				go func() { defer close(checked); x.check() }()
				<-x.begun
				<-x.ended
				synctest.Wait()
				newer(x.bench)
				<-checked
				if err := <-x.ended; !errors.Is(err, context.Canceled) || x.serving() != "two" {
					t.Errorf("warm-up ended with %v, serving %q", err, x.serving())
				}
				close(x.end)
				before := x.id()
				x.check()
				if x.id() == before {
					t.Error("what is newer was not loaded")
				}
				x.watcher.Close()
			})
		})
	}
}
