package generation_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// content is a file's text, and knows whether it was closed.
type content struct {
	text   string
	closed atomic.Int64
}

func (c *content) Close() error {
	c.closed.Add(1)
	return nil
}

// bench is a watcher over a folder whose files hold plain text.
type bench struct {
	t       *testing.T
	path    string
	watcher *generation.Watcher[*content]
	logs    *observer.ObservedLogs
	opened  []*content
	salt    atomic.Int64
	fail    func(f generation.File) error // if set, asked before opening
	during  func()                        // if set, called while opening
}

func newBench(t *testing.T) *bench {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	b := &bench{t: t, path: filepath.Join(t.TempDir(), "live.db"), logs: logs}
	b.watcher = generation.NewWatcher(generation.Options[*content]{
		Path: b.path, Log: zap.New(core), Recipe: b.recipe,
	})
	t.Cleanup(b.watcher.Close)
	return b
}

func (b *bench) recipe() generation.Recipe[*content] {
	return generation.Recipe[*content]{Salt: strconv.FormatInt(b.salt.Load(), 10), Open: b.open}
}

func (b *bench) open(_ context.Context, f generation.File) (*content, error) {
	if b.fail != nil {
		if err := b.fail(f); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, err
	}
	if b.during != nil {
		b.during()
	}
	c := &content{text: string(text)}
	b.opened = append(b.opened, c)
	return c, nil
}

// publish renames a new file over the path.
func (b *bench) publish(text string) {
	b.t.Helper()
	next := b.path + ".new"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Rename(next, b.path); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) serving() string {
	b.t.Helper()
	g, err := b.watcher.Acquire()
	if errors.Is(err, generation.ErrNoSnapshot) {
		return ""
	}
	defer g.Release()
	return g.Content.text
}

func (b *bench) check() {
	b.t.Helper()
	b.watcher.Check(b.t.Context())
}

func TestCheck_SwapsWhatChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.check()
	if got := b.serving(); got != "" {
		t.Errorf("serving %q without a file", got)
	}
	for i, text := range []string{"one", "two", "two"} { // equal bytes in another file are another generation
		b.publish(text)
		b.check()
		b.check()
		if got := b.serving(); got != text {
			t.Errorf("serving %q, want %q", got, text)
		}
		if s := b.watcher.Status(); s.Swaps != uint64(i+1) || s.Open != 1 || s.Rejected != nil || s.Missing {
			t.Errorf("after %d: %+v", i+1, s)
		}
	}
	for i, c := range b.opened {
		if want := int64(1); i < len(b.opened)-1 && c.closed.Load() != want {
			t.Errorf("generation %d was closed %d times", i, c.closed.Load())
		}
	}
}

func TestCheck_FollowsTheLink(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := filepath.Dir(b.path)
	var ids []string
	for _, name := range []string{"a.db", "b.db", "a.db"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
		link := b.path + ".link"
		if err := os.Symlink(name, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(link, b.path); err != nil {
			t.Fatal(err)
		}
		b.check()
		g, err := b.watcher.Acquire()
		if err != nil || g.Content.text != name || g.File.Name() != name || !filepath.IsAbs(g.File.Path) {
			t.Fatalf("serving %+v, %v", g, err)
		}
		ids = append(ids, g.ID)
		g.Release()
	}
	if ids[0] == ids[1] {
		t.Errorf("two files are both generation %s", ids[0])
	}
}

// TestAcquire_Drains: a request keeps its generation, and the last one out
// closes it.
func TestAcquire_Drains(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.publish("one")
	b.check()
	g, err := b.watcher.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	g.Retain()
	b.publish("two")
	b.check()
	if b.serving() != "two" || g.Content.text != "one" || g.Content.closed.Load() != 0 || b.watcher.Status().Open != 2 {
		t.Errorf("serving %q, held %q closed %d, status %+v", b.serving(), g.Content.text, g.Content.closed.Load(), b.watcher.Status())
	}
	g.Release()
	if g.Content.closed.Load() != 0 {
		t.Error("closed while it is held")
	}
	g.Release()
	if g.Content.closed.Load() != 1 || b.watcher.Status().Open != 1 {
		t.Errorf("closed %d times, status %+v", g.Content.closed.Load(), b.watcher.Status())
	}
	for what, misuse := range map[string]func(){"Release": g.Release, "Retain": g.Retain} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s without holding it went unnoticed", what)
				}
			}()
			misuse()
		}()
	}
}

func TestCheck_RejectsOncePerFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // for the retry after a while
		b := newBench(t)
		b.publish("good")
		b.check()
		bad, tries := errors.New("half written"), 0
		b.fail = func(generation.File) error { tries++; return bad }
		b.publish("bad")
		for range 10 {
			b.check()
		}
		s := b.watcher.Status()
		if tries != 1 || s.Rejections != 1 || s.Rejected == nil || s.Rejected.Reason != "half written" || b.serving() != "good" {
			t.Fatalf("%d tries, status %+v, serving %q", tries, s, b.serving())
		}
		time.Sleep(time.Minute) // of the bubble: what a lack of memory refused may be fit now
		b.check()
		if tries != 2 || b.watcher.Status().Rejections != 1 {
			t.Errorf("%d tries after a minute, status %+v", tries, b.watcher.Status())
		}
		if n := b.logs.FilterMessageSnippet("not fit").Len(); n != 1 {
			t.Errorf("logged %d times", n)
		}
		b.publish("bad again")
		b.check()
		if n := b.logs.FilterMessageSnippet("not fit").Len(); n != 2 || b.watcher.Status().Rejections != 2 {
			t.Errorf("another bad file: logged %d times, status %+v", n, b.watcher.Status())
		}
		time.Sleep(time.Minute)
		b.fail = nil
		b.check()
		if s := b.watcher.Status(); s.Rejected != nil || b.serving() != "bad again" {
			t.Errorf("fit after all: %+v, serving %q", s, b.serving())
		}
	})
}

// TestCheck_ChangedWhileOpening: what is served is what was looked at, even if
// another file comes under the name in between.
func TestCheck_ChangedWhileOpening(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(b *bench)
		want   string
	}{
		{"replaced", func(b *bench) { b.publish("newer") }, "newer"},
		{"appended to", func(b *bench) {
			f, err := os.OpenFile(b.path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				b.t.Fatal(err)
			}
			if _, err := f.WriteString("+"); err != nil {
				b.t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.t.Fatal(err)
			}
		}, "new+"},
		{"removed", func(b *bench) {
			if err := os.Remove(b.path); err != nil {
				b.t.Fatal(err)
			}
		}, "old"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.publish("old")
			b.check()
			b.publish("new")
			b.during = func() { b.during = nil; tc.change(b) }
			b.check()
			if got := b.serving(); got != "old" {
				t.Errorf("serving %q while the file is in motion", got)
			}
			if c := b.opened[1]; c.closed.Load() != 1 {
				t.Errorf("what was opened by mistake was closed %d times", c.closed.Load())
			}
			b.check()
			if got := b.serving(); got != tc.want {
				t.Errorf("serving %q afterwards, want %q", got, tc.want)
			}
			if s := b.watcher.Status(); s.Rejections != 0 || s.Open != 1 {
				t.Errorf("status %+v", s)
			}
		})
	}
}

func TestCheck_NotAFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := os.Mkdir(b.path, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b.check()
	}
	if n := b.logs.FilterMessageSnippet("cannot be looked at").Len(); n != 1 || !b.watcher.Status().Missing {
		t.Errorf("logged %d times, status %+v", n, b.watcher.Status())
	}
}

func TestWarm_BeforeTheSwap(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var servedDuring []string
	b.watcher = generation.NewWatcher(generation.Options[*content]{
		Path: b.path, Log: zap.NewNop(), Recipe: b.recipe,
		Warm: func(_ context.Context, g *generation.Generation[*content]) error {
			servedDuring = append(servedDuring, b.serving()+"<"+g.Content.text)
			return errors.New("too slow") // no obstacle
		},
	})
	defer b.watcher.Close()
	b.publish("one")
	b.check() // the first doesn't wait
	b.publish("two")
	b.check()
	if len(servedDuring) != 2 || servedDuring[1] != "one<two" || b.serving() != "two" {
		t.Errorf("served during warm-up: %q; now %q", servedDuring, b.serving())
	}
}

// TestChanged: who gets the channel before looking misses no swap.
func TestChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for n := range 5 {
		changed := b.watcher.Changed()
		select {
		case <-changed:
			t.Fatal("told of a swap that wasn't")
		default:
		}
		b.publish(strconv.Itoa(n))
		b.check()
		select {
		case <-changed:
		default:
			t.Fatal("not told of a swap")
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.publish("one")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); b.watcher.Run(ctx) }()
		synctest.Wait()
		if got := b.serving(); got != "one" {
			t.Errorf("serving %q right after the start", got)
		}
		b.publish("two")
		time.Sleep(generation.DefaultInterval) // of the bubble
		synctest.Wait()
		if got := b.serving(); got != "two" {
			t.Errorf("serving %q after an interval", got)
		}
		cancel()
		<-ended
		b.watcher.Close()
		if _, err := b.watcher.Acquire(); !errors.Is(err, generation.ErrNoSnapshot) {
			t.Errorf("after the end: %v", err)
		}
		if s := b.watcher.Status(); s.Open != 0 {
			t.Errorf("%d generations open after the end", s.Open)
		}
	})
}

// TestAcquire_WhileSwapping has many goroutines take and give back while
// generations come and go: nobody ever holds a closed one.
func TestAcquire_WhileSwapping(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.publish("0")
	b.check()
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for ctx.Err() == nil {
				g, err := b.watcher.Acquire()
				if err != nil {
					t.Error(err)
					return
				}
				if g.Content.closed.Load() != 0 {
					t.Error("acquired a closed generation")
				}
				g.Release()
			}
		})
	}
	for n := range 200 {
		b.publish(strconv.Itoa(n + 1))
		b.check()
	}
	stop()
	wait.Wait()
	b.watcher.Close()
	for i, c := range b.opened {
		if c.closed.Load() != 1 {
			t.Errorf("generation %d was closed %d times", i, c.closed.Load())
		}
	}
	if s := b.watcher.Status(); s.Swaps != 201 || s.Open != 0 {
		t.Errorf("status %+v", s)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	f := generation.File{Path: "/data/snapshots/salesmap_20261122_030000.db", Modified: 1795320001_999_999_999}
	if f.Version() != "db_mtime:1795320001" || f.Name() != "salesmap_20261122_030000.db" {
		t.Errorf("%s %s", f.Version(), f.Name())
	}
}
