package cache_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// says computes a fixed text.
func says(text string) func() (cache.Response, cache.Compute) {
	return func() (cache.Response, cache.Compute) {
		return cache.Response{ETag: []string{text}}, func(context.Context) ([]byte, error) { return []byte(text), nil }
	}
}

func mustGet(tb testing.TB, c *cache.Cache, key string, begin func() (cache.Response, cache.Compute)) string {
	tb.Helper()
	body, err := c.Get(tb.Context(), key, begin)
	if err != nil {
		tb.Fatal(err)
	}
	return string(body.Body.Plain())
}

func TestGet_KeepsAndFinds(t *testing.T) {
	t.Parallel()
	c := cache.New(1 << 20)
	if _, ok := c.Lookup([]byte("a")); ok {
		t.Error("found before it was made")
	}
	if got := mustGet(t, c, "a", says("one")); got != "one" {
		t.Errorf("got %q", got)
	}
	if got := mustGet(t, c, "a", says("two")); got != "one" {
		t.Errorf("the second time %q", got)
	}
	if body, ok := c.Lookup([]byte("a")); !ok || string(body.Body.Plain()) != "one" || body.ETag[0] != "one" {
		t.Error("not found afterwards")
	}
	if got := mustGet(t, c, "b", says("two")); got != "two" {
		t.Errorf("another key got %q", got)
	}
}

func TestGet_ComputesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := cache.New(1 << 20)
		var began, computed atomic.Int64
		goOn := make(chan struct{})
		begin := func() (cache.Response, cache.Compute) {
			began.Add(1)
			return cache.Response{}, func(context.Context) ([]byte, error) {
				computed.Add(1)
				<-goOn
				return []byte("x"), nil
			}
		}
		var wait sync.WaitGroup
		bodies := make([]*cache.Response, 50)
		for i := range bodies {
			wait.Go(func() {
				body, err := c.Get(t.Context(), "k", begin)
				if err != nil {
					t.Error(err)
				}
				bodies[i] = body
			})
		}
		synctest.Wait()
		close(goOn)
		wait.Wait()
		if began.Load() != 1 || computed.Load() != 1 {
			t.Errorf("began %d, computed %d times", began.Load(), computed.Load())
		}
		for _, b := range bodies {
			if b != bodies[0] {
				t.Fatal("two bodies of one key")
			}
		}
	})
}

func TestGet_ErrorsAreNotKept(t *testing.T) {
	t.Parallel()
	c := cache.New(1 << 20)
	oops := errors.New("oops")
	_, err := c.Get(t.Context(), "k", func() (cache.Response, cache.Compute) {
		return cache.Response{}, func(context.Context) ([]byte, error) { return nil, oops }
	})
	if !errors.Is(err, oops) {
		t.Errorf("error %v", err)
	}
	if got := mustGet(t, c, "k", says("fine")); got != "fine" {
		t.Errorf("afterwards %q", got)
	}
}

func TestGet_Panic(t *testing.T) {
	t.Parallel()
	c := cache.New(1 << 20)
	_, err := c.Get(t.Context(), "k", func() (cache.Response, cache.Compute) {
		return cache.Response{}, func(context.Context) ([]byte, error) { panic("boom") }
	})
	p, ok := errors.AsType[*cache.PanicError](err)
	if !ok || p.Value != "boom" || !strings.Contains(string(p.Stack), "cache_test.go") {
		t.Errorf("error %v", err)
	}
	if got := mustGet(t, c, "k", says("fine")); got != "fine" {
		t.Errorf("afterwards %q", got)
	}
}

// TestGet_OneLeaves: the work goes on while somebody waits, and stops when
// nobody does.
func TestGet_OneLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := cache.New(1 << 20)
		goOn, ended := make(chan struct{}), make(chan error, 1)
		begin := func() (cache.Response, cache.Compute) {
			return cache.Response{}, func(ctx context.Context) ([]byte, error) {
				select {
				case <-goOn:
					ended <- nil
					return []byte("x"), nil
				case <-ctx.Done():
					ended <- ctx.Err()
					return nil, ctx.Err()
				}
			}
		}
		first, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() { _, err := c.Get(first, "k", begin); left <- err }()
		synctest.Wait()
		stayed := make(chan string, 1)
		go func() { stayed <- mustGet(t, c, "k", begin) }()
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		close(goOn)
		if got := <-stayed; got != "x" || <-ended != nil {
			t.Errorf("who stayed got %q", got)
		}

		goOn = make(chan struct{})
		alone, leave := context.WithCancel(t.Context())
		go func() { _, err := c.Get(alone, "other", begin); left <- err }()
		synctest.Wait()
		leave()
		<-left
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the work that nobody waits for ended with %v", err)
		}
		synctest.Wait()
		if got := mustGet(t, c, "other", says("again")); got != "again" {
			t.Errorf("the next caller got %q", got)
		}
	})
}

func TestBound(t *testing.T) {
	t.Parallel()
	const bound = 10_000
	c := cache.New(bound)
	text := strings.Repeat("x", 500)
	for i := range 100 {
		mustGet(t, c, fmt.Sprint("k", i), says(text))
		mustGet(t, c, "k0", says(text)) // used all the time, so it stays
		if s := c.Stats(); s.Bytes > bound || s.Entries == 0 {
			t.Fatalf("after %d: %+v", i, s)
		}
	}
	if _, ok := c.Lookup([]byte("k0")); !ok {
		t.Error("the most used one was dropped")
	}
	if _, ok := c.Lookup([]byte("k50")); ok {
		t.Error("one long unused is still there")
	}
	if c.Stats().Evictions == 0 {
		t.Error("no evictions counted")
	}
}

func TestBound_TooLarge(t *testing.T) {
	t.Parallel()
	c := cache.New(1000)
	if got := mustGet(t, c, "k", says(strings.Repeat("x", 2000))); len(got) != 2000 {
		t.Errorf("got %d bytes", len(got))
	}
	if s := c.Stats(); s.Entries != 0 || s.Bytes != 0 {
		t.Errorf("kept: %+v", s)
	}
}

// TestBound_CountsForms: compressed forms made later count too.
func TestBound_CountsForms(t *testing.T) {
	t.Parallel()
	c := cache.New(1 << 20)
	body, err := c.Get(t.Context(), "k", says(strings.Repeat("교육 ", 1000)))
	if err != nil {
		t.Fatal(err)
	}
	before := c.Stats().Bytes
	f := body.Body.Form(encoded.Gzip)
	if got := c.Stats().Bytes - before; got != int64(len(f.Bytes)) {
		t.Errorf("grew by %d bytes for a form of %d", got, len(f.Bytes))
	}
}

func TestConcurrently(t *testing.T) {
	t.Parallel()
	c := cache.New(8_000)
	var wait sync.WaitGroup
	for w := range 8 {
		wait.Go(func() {
			for i := range 500 {
				key := strconv.Itoa((i*7 + w) % 40)
				body, err := c.Get(t.Context(), key, says(key+strings.Repeat("y", 1300)))
				if err != nil || !strings.HasPrefix(string(body.Body.Plain()), key+"y") {
					t.Errorf("%s: %v", key, err)
					return
				}
				body.Body.Form(encoded.Coding(i % 3))
			}
		})
	}
	wait.Wait()
	if s := c.Stats(); s.Bytes > 8_000 || s.Bytes < 0 {
		t.Errorf("%+v", s)
	}
}
