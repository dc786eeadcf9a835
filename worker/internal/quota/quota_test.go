package quota_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newLimiter(tb testing.TB, rate int) *quota.Limiter {
	tb.Helper()
	l, err := quota.New(rate)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func TestNew_RefusesRate(t *testing.T) {
	for _, rate := range []int{-1, 0, 101} {
		if _, err := quota.New(rate); err == nil {
			t.Errorf("rate %d is taken", rate)
		}
	}
}

// departures lets callers work for a while, each making a call of the given
// duration after each slot, and returns when the slots were granted.
func departures(tb testing.TB, l *quota.Limiter, callers int, during time.Duration, call func(n int) time.Duration) []time.Time {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), during)
	defer cancel()
	var mu sync.Mutex
	var all []time.Time
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for l.Wait(ctx) == nil {
				mu.Lock()
				all = append(all, time.Now())
				n := len(all)
				mu.Unlock()
				if d := call(n); d > 0 {
					time.Sleep(d)
				}
			}
		})
	}
	wg.Wait()
	return all
}

// most is the largest number of times within any closed window.
func most(times []time.Time, window time.Duration) int {
	found, first := 0, 0
	for last := range times {
		for times[last].Sub(times[first]) > window {
			first++
		}
		found = max(found, last-first+1)
	}
	return found
}

// least is the smallest number of times in any full window: one between two of
// the times, that begins right after the first.
func least(times []time.Time, window time.Duration) int {
	found := len(times)
	for first := range times {
		end := times[first].Add(window)
		if end.After(times[len(times)-1]) {
			break
		}
		n := 0
		for _, at := range times[first+1:] {
			if at.After(end) {
				break
			}
			n++
		}
		found = min(found, n)
	}
	return found
}

func TestWait_AnySlidingWindow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rate := rapid.IntRange(quota.MinRate, quota.MaxRate).Draw(r, "rate")
		callers := rapid.IntRange(1, 12).Draw(r, "callers")
		calls := rapid.SliceOfN(rapid.IntRange(0, 12_000), 1, 50).Draw(r, "calls in ms")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 3000), 0, 3).Draw(r, "pauses in ms")
		var times []time.Time
		synctest.Test(t, func(t *testing.T) {
			l := newLimiter(t, rate)
			times = departures(t, l, callers, 100*time.Second, func(n int) time.Duration {
				if n%40 == 0 && n/40 <= len(pauses) {
					l.Pause(time.Duration(pauses[n/40-1]) * time.Millisecond)
				}
				if n%7 != 0 { // mostly busy, now and then idle
					return 0
				}
				return time.Duration(calls[n%len(calls)]) * time.Millisecond
			})
		})
		if n := most(times, quota.Window); n > rate {
			r.Fatalf("%d requests in %s, allowed are %d", n, quota.Window, rate)
		}
	})
}

func TestWait_UsesWhatItMay(t *testing.T) {
	for _, rate := range []int{1, 10, 95, 100} {
		synctest.Test(t, func(t *testing.T) {
			const during = 1000 * time.Second
			times := departures(t, newLimiter(t, rate), 7, during, func(int) time.Duration { return 300 * time.Millisecond })
			share := float64(len(times)) / (float64(rate) * during.Seconds() / quota.Window.Seconds())
			if share < 0.97 || share > 1 {
				t.Errorf("rate %d: %.3f of it is used, want 0.97 to 1", rate, share)
			}
			if n := most(times, quota.Window); n > rate {
				t.Errorf("rate %d: %d in a window", rate, n)
			}
			if n := least(times, quota.Window); rate == 100 && n < 97 {
				t.Errorf("rate %d: only %d in a window", rate, n)
			}
		})
	}
}

// Requests arrive later than they leave, and not all by the same time: what
// the server counts must stay within its quota too.
func TestWait_ArrivalsJitter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		jitter := rapid.SliceOfN(rapid.IntRange(0, 100), 1, 30).Draw(r, "travel in ms")
		var arrivals []time.Time
		synctest.Test(t, func(t *testing.T) {
			times := departures(t, newLimiter(t, quota.MaxRate), 7, 60*time.Second, func(int) time.Duration { return 300 * time.Millisecond })
			for i, at := range times {
				arrivals = append(arrivals, at.Add(time.Duration(jitter[i*7%len(jitter)])*time.Millisecond))
			}
		})
		for i := range arrivals {
			n := 0
			for _, at := range arrivals {
				if d := at.Sub(arrivals[i]); d >= 0 && d < quota.Window {
					n++
				}
			}
			if n > quota.MaxRate {
				r.Fatalf("%d arrivals in a window", n)
			}
		}
	})
}

func TestWait_Smooth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(t, 100)
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // idle time must not be saved up
		times := departures(t, l, 20, 30*time.Second, func(int) time.Duration { return 0 })
		if n := most(times[:20], 50*time.Millisecond); n > 1 {
			t.Errorf("%d requests at once at the start, want one", n)
		}
		if n := most(times, 50*time.Millisecond); n > 2 {
			t.Errorf("%d requests at once, want 2 at most", n)
		}
		if n := most(times, time.Second); n > 12 {
			t.Errorf("%d requests in a second, want 12 at most", n)
		}
	})
}

func TestPause_StopsEverybodyThenRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(t, 100)
		var paused time.Time
		times := departures(t, l, 7, 90*time.Second, func(n int) time.Duration {
			if n == 200 {
				paused = time.Now()
				l.Pause(3200 * time.Millisecond)
				l.Pause(time.Second) // a second caller's 429, shorter: changes nothing
			}
			return 100 * time.Millisecond
		})
		resumed := times[200]
		if got := resumed.Sub(paused); got < 3200*time.Millisecond || got > 3500*time.Millisecond {
			t.Errorf("resumed after %s, want 3.2 s", got)
		}
		in := func(from, to time.Duration) (n int) {
			for _, at := range times {
				if d := at.Sub(resumed); d >= from && d < to {
					n++
				}
			}
			return n
		}
		if n := in(0, 2*time.Second); n < 9 || n > 12 {
			t.Errorf("%d requests in the first two seconds, want half speed", n)
		}
		if n := in(20*time.Second, 30*time.Second); n < 97 {
			t.Errorf("%d requests in the third ten seconds, want full speed", n)
		}
		if s := l.Stats(); s.Pauses != 1 || !s.PausedUntil.IsZero() || s.Rate < 97 {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestPause_ManyInARowKeepALittleSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(t, 100)
		for range 20 {
			l.Pause(time.Second)
			time.Sleep(2 * time.Second)
		}
		if s := l.Stats(); s.Pauses != 20 || s.Rate < 9 || s.Rate > 10 {
			t.Errorf("stats %+v, want 20 pauses and a tenth of the rate", s)
		}
	})
}

func TestPause_ReachesWhoIsWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(t, 1)
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := l.Wait(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		l.Pause(time.Minute)
		if s := l.Stats(); s.PausedUntil.Sub(start) != time.Minute {
			t.Errorf("paused until %s", s.PausedUntil)
		}
		<-done
		if waited := time.Since(start); waited < time.Minute {
			t.Errorf("waited %s, want a minute", waited)
		}
	})
}

func TestWait_Cancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(t, 1)
		l.Pause(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 5 { // the one whose turn it is, and those behind it
			wg.Go(func() {
				if err := l.Wait(ctx); !errors.Is(err, context.Canceled) {
					t.Errorf("err = %v", err)
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		cancel()
		wg.Wait()
		if time.Since(start) != 0 {
			t.Errorf("took %s", time.Since(start))
		}
		if s := l.Stats(); s.Granted != 0 {
			t.Errorf("%d slots granted", s.Granted)
		}
	})
}

func TestWait_CancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, l := range []*quota.Limiter{newLimiter(t, 100), quota.Unlimited()} {
		if err := l.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
	}
}

func TestUnlimited_HonoursPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := quota.Unlimited()
		start := time.Now()
		for range 1000 {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(start) != 0 {
			t.Error("an unlimited limiter waits")
		}
		l.Pause(time.Second)
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if time.Since(start) != time.Second {
			t.Errorf("waited %s, want 1 s", time.Since(start))
		}
	})
}

func BenchmarkWait_Unlimited(b *testing.B) {
	l := quota.Unlimited()
	for b.Loop() {
		if err := l.Wait(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
