package salesmaptest

import (
	"slices"
	"time"
)

// Request is one line of the request log.
type Request struct {
	At      time.Time     // of arrival
	Elapsed time.Duration // until the answer was ready, or the connection broken
	Method  string
	Path    string // as asked, without the query
	Cursor  string // as asked
	List    string // the list that was asked for, or empty
	Page    int    // its page counted from 1 by position, 0 if it has no pages
	Records int    // records in the honest answer
	Status  int    // 0 if the connection was broken without a whole answer
	Fault   Action // the fault that acted, or empty
}

// Stats are counters since the start of the server.
type Stats struct {
	Requests    int // all that arrived
	RateLimited int // answered 429, by quota or fault
	Refused     int // answered 401
	Faults      int // changed by a fault on the way
	MaxInWindow int // the largest number of arrivals in any QuotaWindow
	ForeignHost int // arrived under a host name that a redirect led to
	Records     int // records shown
}

// window holds the times of the latest QuotaWindow.
type window struct {
	times []time.Time
	first int
}

// maxWindow bounds the memory of a window when no quota bounds the traffic.
const maxWindow = 1 << 20

func (w *window) len() int { return len(w.times) - w.first }

func (w *window) oldest() time.Time { return w.times[w.first] }

func (w *window) add(t time.Time) {
	if w.len() >= maxWindow {
		w.first++
	}
	// Move what is left to the front instead of growing for ever.
	if len(w.times) == cap(w.times) && w.first > len(w.times)/2 {
		w.times = w.times[:copy(w.times, w.times[w.first:])]
		w.first = 0
	}
	w.times = append(w.times, t)
}

// forget drops the times that lie a whole window or more before now.
func (w *window) forget(now time.Time) {
	for w.first < len(w.times) && now.Sub(w.times[w.first]) >= QuotaWindow {
		w.first++
	}
}

// requestLog keeps the latest requests.
type requestLog struct {
	limit   int
	entries []Request
	next    int // where the oldest entry lies once the log is full
}

func (l *requestLog) add(r Request) {
	if len(l.entries) < l.limit {
		l.entries = append(l.entries, r)
		return
	}
	l.entries[l.next] = r
	l.next = (l.next + 1) % l.limit
}

func (l *requestLog) all() []Request {
	return slices.Concat(l.entries[l.next:], l.entries[:l.next])
}
