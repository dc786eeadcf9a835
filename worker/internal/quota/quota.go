// Package quota shares one workspace's request budget among all callers
// (spec 08 "A run" step 3): smooth, never more than the rate in any sliding
// window, stopped for everybody by a 429, and then faster again.
package quota

import (
	"context"
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

// Limiter hands out request slots. It is safe for concurrent use and owns no
// goroutine.
type Limiter struct{}

// New makes a limiter for rate requests per Window; it refuses a rate outside
// MinRate to MaxRate.
func New(rate int) (*Limiter, error) { return &Limiter{}, nil }

// Unlimited makes a limiter without a rate that still honours Pause; for
// benchmarks.
func Unlimited() *Limiter { return &Limiter{} }

// Wait blocks until the caller may make one request, or returns ctx's error.
func (l *Limiter) Wait(ctx context.Context) error { return ctx.Err() }

// Pause stops every caller for at least d, and lets the speed come back
// gently afterwards.
func (l *Limiter) Pause(d time.Duration) {}

// Stats are the limiter's counters and present state.
type Stats struct {
	Granted     int64         // slots handed out
	Pauses      int64         // calls of Pause that started a new pause
	Waited      time.Duration // time callers spent waiting, added up
	Rate        float64       // requests per Window at the present speed
	PausedUntil time.Time     // zero if not paused
}

// Stats returns the counters so far.
func (l *Limiter) Stats() Stats { return Stats{} }
