package progress

import (
	"math"
	"time"
)

// rateSpan is how far back the shown request rates look.
const rateSpan = 10 * time.Second

// state is what a display knows. It is guarded by the display.
type state struct {
	tables      []*tableState
	forms       formState
	retries     int64
	queued      int
	pausedUntil time.Time
	perSecond   float64
	samples     []sample // oldest first, rateSpan long
}

type tableState struct {
	name      string
	expected  int64 // rows of the previous snapshot; 0: unknown
	rows      int64 // stored, earlier runs included
	pages     int
	readRows  int64 // stored by this run
	readPages int
	requests  int64
	retries   int64
	begun     bool
	ended     bool
	failure   string
}

type formState struct {
	done, total int
	rows        int64
}

// sample is how many requests each table had taken at a moment.
type sample struct {
	at       time.Time
	requests []int64
}

func newState(o Options, now time.Time) state {
	s := state{perSecond: o.PerSecond}
	for _, name := range o.Tables {
		s.tables = append(s.tables, &tableState{name: name, expected: o.Expected[name]})
	}
	s.sample(now)
	return s
}

func (s *state) table(name string) *tableState {
	for _, t := range s.tables {
		if t.name == name {
			return t
		}
	}
	return nil
}

// sample remembers the request counts and forgets those that are too old; one
// older than rateSpan stays, so that the span is covered.
func (s *state) sample(now time.Time) {
	requests := make([]int64, len(s.tables))
	for i, t := range s.tables {
		requests[i] = t.requests
	}
	s.samples = append(s.samples, sample{now, requests})
	for len(s.samples) > 2 && now.Sub(s.samples[1].at) >= rateSpan {
		s.samples = s.samples[1:]
	}
}

// rate is the recent requests per second of one table.
func (s *state) rate(i int, now time.Time) float64 {
	first := s.samples[0]
	span := now.Sub(first.at).Seconds()
	if span <= 0 {
		return 0
	}
	return float64(s.tables[i].requests-first.requests[i]) / span
}

// totalRate is the recent requests per second of all tables.
func (s *state) totalRate(now time.Time) float64 {
	total := 0.0
	for i := range s.tables {
		total += s.rate(i, now)
	}
	return total
}

// left estimates the time until all tables are read: the pages left, by the
// previous snapshot's rows and the page size seen, at the recent rate; and no
// less than the slowest table needs alone, since its pages come one after the
// other. It is unknown while a table's size is.
func (s *state) left(now time.Time) (time.Duration, bool) {
	rate := s.totalRate(now)
	if now.Sub(s.samples[0].at) < rateSpan/2 && s.perSecond > 0 {
		rate = s.perSecond
	}
	if rate <= 0 {
		return 0, false
	}
	total, slowest := 0.0, 0.0
	for i, t := range s.tables {
		pages, ok := t.pagesLeft()
		if !ok {
			return 0, false
		}
		total += pages
		if own := s.rate(i, now); pages > 0 && own > 0 {
			// Alone it would be at least as fast as it is among others.
			slowest = max(slowest, pages/max(own, rate/float64(s.running())))
		}
	}
	if total == 0 {
		return 0, false
	}
	wait := max(s.pausedUntil.Sub(now), 0)
	return wait + time.Duration(max(total/rate, slowest)*float64(time.Second)), true
}

// running is how many tables are not read to their end.
func (s *state) running() int {
	n := 0
	for _, t := range s.tables {
		if !t.ended {
			n++
		}
	}
	return max(n, 1)
}

// pagesLeft estimates how many pages of the table are still to be read.
func (t *tableState) pagesLeft() (float64, bool) {
	switch {
	case t.ended:
		return 0, true
	case t.expected == 0 || t.readPages == 0 || t.readRows == 0:
		return 0, false
	default:
		size := float64(t.readRows) / float64(t.readPages)
		return max(1, math.Ceil(float64(t.expected-t.rows)/size)), true
	}
}

// share is how much of the table is read, 0 to 1. Before the end it stays
// below 1: the table may have grown.
func (t *tableState) share() (float64, bool) {
	switch {
	case t.ended && t.failure == "":
		return 1, true
	case t.expected == 0:
		return 0, false
	default:
		return min(float64(t.rows)/float64(t.expected), 0.99), true
	}
}
