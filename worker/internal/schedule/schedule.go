package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
	"go.uber.org/zap"
)

// ErrStillRunning says that a job did not end in time after it was told to.
var ErrStillRunning = errors.New("the job did not end in time")

// DefaultGrace is how long Run waits for a job that was told to end. A run
// checkpoints within five seconds.
const DefaultGrace = 20 * time.Second

// Service runs a job by a plan.
type Service struct {
	Plan Plan
	// Job is called at each time of the plan. It must return soon after ctx
	// ends.
	Job func(ctx context.Context)
	// AtStart runs the job once right away.
	AtStart bool
	// Skipped, if given, is called for each time at which the job was still
	// running, from the goroutine of the clock.
	Skipped func()
	// Log takes what the scheduler has to say.
	Log *zap.Logger
	// Grace bounds the wait for a job at the end; 0 means DefaultGrace.
	Grace time.Duration
}

// Run starts the clock and blocks until ctx ends; then it waits for a job that
// is on its way. A job that panics is logged and does not stop the clock.
func (s *Service) Run(ctx context.Context) error { //nolint:contextcheck // cron's Stop makes one of its own, which only tells
	grace := s.Grace
	if grace <= 0 {
		grace = DefaultGrace
	}
	var busy sync.Mutex
	job := cron.FuncJob(func() {
		if !busy.TryLock() {
			s.skip()
			return
		}
		defer busy.Unlock()
		s.recovered(ctx)
	})
	clock := cron.New(cron.WithLocation(s.Plan.location), cron.WithLogger(logger{s.Log}))
	clock.Schedule(s.Plan.schedule, job)
	clock.Start()
	s.Log.Info("schedule begins", zap.String("plan", s.Plan.String()), zap.Time("next", s.Plan.Next(time.Now())))

	var first sync.WaitGroup
	if s.AtStart {
		first.Go(job)
	}
	<-ctx.Done()
	ticks := clock.Stop() // at once; it cancels nothing, our ctx does
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-ticks.Done()
		first.Wait()
	}()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-ended:
		s.Log.Info("schedule ends")
		return nil
	case <-timer.C:
		return fmt.Errorf("stop schedule: %w (%s)", ErrStillRunning, grace)
	}
}

// recovered keeps a panic of one run from taking the service down: the next
// run may do better.
func (s *Service) recovered(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("the run panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
		}
	}()
	if ctx.Err() == nil {
		s.Job(ctx)
	}
}

func (s *Service) skip() {
	s.Log.Warn("time to run again, but the last run is still on its way: skipped", zap.Time("next", s.Plan.Next(time.Now())))
	if s.Skipped != nil {
		s.Skipped()
	}
}

// logger gives cron's own remarks to zap; they are for debugging.
type logger struct{ log *zap.Logger }

func (l logger) Info(msg string, pairs ...any) { l.log.Debug("cron: "+msg, fields(pairs)...) }

func (l logger) Error(err error, msg string, pairs ...any) {
	l.log.Error("cron: "+msg, append(fields(pairs), zap.Error(err))...)
}

func fields(pairs []any) []zap.Field {
	var all []zap.Field
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, zap.Any(fmt.Sprint(pairs[i]), pairs[i+1]))
	}
	return all
}
