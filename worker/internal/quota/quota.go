// Package quota shares one workspace's request budget among all callers
// (spec 08 "A run" step 3): smooth, never more than the rate in any sliding
// window, stopped for everybody by a 429, and then faster again.
//
// Two rules decide when the next request may leave:
//
//   - Pace: requests leave evenly, at paceShare of the rate. A request that
//     left late may be caught up with, one at a time, which is the only burst.
//   - Ledger: request n+rate leaves at least Window+guard after request n, by
//     the clock and not by plan.
//
// What counts in the end is when requests arrive, and the way there is not
// always equally long: a new connection, a busy machine. The ledger's guard
// and the share that the pace leaves free take up a difference of 100 ms in the
// worst and 150 ms in the usual case, at the full rate of 100; each request of
// --rate below the vendor's 100 adds another 100 ms.
package quota

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Limits and defaults of the rate (requests per Window).
const (
	// Window is the vendor's sliding window.
	Window = 10 * time.Second
	// DefaultRate leaves a little to the workspace's other integrations.
	DefaultRate = 95
	MinRate     = 1
	MaxRate     = 100
)

const (
	// guard is added to the window, for requests that travel at different speed.
	guard = 100 * time.Millisecond
	// paceShare is the share of the rate that is used.
	paceShare = 0.985
	// slowdown is what a 429 leaves of the speed, and slowest how little it can
	// become.
	slowdown = 0.5
	slowest  = 0.1
	// freshStart is after how many idle intervals nothing is caught up with: a
	// burst at the start would come back with every window, by way of the ledger.
	freshStart = 5
	// recovery is how much of the full speed each request gives back: the
	// usual pause is forgotten after a hundred requests, about 13 s.
	recovery = 0.005
)

// Limiter hands out request slots. It is safe for concurrent use and owns no
// goroutine.
type Limiter struct {
	turn chan struct{} // held by the caller whose slot comes next

	mu          sync.Mutex
	interval    time.Duration // between two requests at full speed; 0: unlimited
	ledger      []time.Time   // ring of the last departures, one per request of the rate
	oldest      int
	next        time.Time // what the pace allows
	pausedUntil time.Time
	speed       float64 // share of the full speed, slowest to 1
	granted     int64
	pauses      int64
	waited      time.Duration
}

// New makes a limiter for rate requests per Window; it refuses a rate outside
// MinRate to MaxRate.
func New(rate int) (*Limiter, error) {
	if rate < MinRate || rate > MaxRate {
		return nil, fmt.Errorf("rate %d is not within %d to %d requests per %s", rate, MinRate, MaxRate, Window)
	}
	l := Unlimited()
	l.interval = time.Duration(float64(Window) / (float64(rate) * paceShare))
	l.ledger = make([]time.Time, rate)
	return l, nil
}

// Unlimited makes a limiter without a rate that still honours Pause; for
// benchmarks and tests.
func Unlimited() *Limiter {
	return &Limiter{turn: make(chan struct{}, 1), speed: 1}
}

// Wait blocks until the caller may make one request, or returns ctx's error.
// Callers are served in the order in which they came.
func (l *Limiter) Wait(ctx context.Context) error {
	came := time.Now()
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.turn }()
	if err := ctx.Err(); err != nil {
		return err
	}
	for {
		wait := l.take(came)
		if wait <= 0 {
			return nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C: // look again: a pause may have begun meanwhile
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// take grants a slot now and returns 0, or returns how long it is until the
// next one.
func (l *Limiter) take(came time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if wait := l.earliest().Sub(now); wait > 0 {
		return wait
	}
	l.granted++
	l.waited += now.Sub(came)
	if l.interval == 0 {
		return 0
	}
	l.ledger[l.oldest] = now
	l.oldest = (l.oldest + 1) % len(l.ledger)
	interval := time.Duration(float64(l.interval) / l.speed)
	switch idle := now.Sub(l.next); {
	case idle > freshStart*interval:
		l.next = now
	case idle > interval:
		l.next = now.Add(-interval) // one request may be caught up with
	}
	l.next = l.next.Add(interval)
	l.speed = min(1, l.speed+recovery)
	return 0
}

// earliest is when the next request may leave.
func (l *Limiter) earliest() time.Time {
	at := l.pausedUntil
	if l.interval == 0 {
		return at
	}
	if l.next.After(at) {
		at = l.next
	}
	if first := l.ledger[l.oldest]; !first.IsZero() {
		if full := first.Add(Window + guard); full.After(at) {
			at = full
		}
	}
	return at
}

// Pause stops every caller for at least d: the server said 429. The speed is
// halved, once for the 429s of one pause, and comes back request by request.
func (l *Limiter) Pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !l.pausedUntil.After(now) {
		l.pauses++
		l.speed = max(slowest, l.speed*slowdown)
	}
	if until := now.Add(d); until.After(l.pausedUntil) {
		l.pausedUntil = until
	}
	// No catching up after a pause: the rest of the crowd is waiting too.
	if l.next.Before(l.pausedUntil) {
		l.next = l.pausedUntil
	}
}

// Stats are the limiter's counters and present state.
type Stats struct {
	Granted     int64         // slots handed out
	Pauses      int64         // calls of Pause that began a new pause
	Waited      time.Duration // time callers spent waiting, added up
	Rate        float64       // requests per Window at the present speed; 0: unlimited
	PausedUntil time.Time     // zero if not paused
}

// Stats returns the counters so far.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{Granted: l.granted, Pauses: l.pauses, Waited: l.waited}
	if l.interval > 0 {
		s.Rate = float64(Window) / float64(l.interval) * l.speed
	}
	if l.pausedUntil.After(time.Now()) {
		s.PausedUntil = l.pausedUntil
	}
	return s
}
