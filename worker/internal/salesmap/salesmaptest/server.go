package salesmaptest

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Server is the stand-in CRM. It is safe for concurrent use.
type Server struct {
	opts Options
}

// New makes a server; it starts nothing. It fails if the options make no sense.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Server{opts: o}, nil
}

// ServeHTTP answers a request as the real service would, or as a fault wants.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.NotFound(w, r)
}

// Run moves the source on every Options.EvolveEvery until ctx ends or the
// server is closed. Without EvolveEvery it only waits.
func (s *Server) Run(ctx context.Context) {
	<-ctx.Done()
}

// Close ends stalled answers and Run. It does not wait for requests.
func (s *Server) Close() {}

// Evolve moves the source one step on, if it is an Evolver.
func (s *Server) Evolve() {}

// SetFaults replaces the rules; their counters start anew.
func (s *Server) SetFaults(faults ...Fault) error { return nil }

// SetToken makes another token the only accepted one.
func (s *Server) SetToken(token string) {}

// Truth gives the records of a list as a perfect crawl must store them: after
// reshaping faults, a repeated record once and in its later form, in the order
// of first sight. Each element is a JSON object and belongs to the caller.
func (s *Server) Truth(list string) iter.Seq[[]byte] {
	return func(func([]byte) bool) {}
}

// Outcome tells what a crawl of every list must end with under the current
// faults, for a client that asks at most 1+maxRetries times for a page.
func (s *Server) Outcome(maxRetries int) (Outcome, string) { return TruthReachable, "" }

// Stats returns the counters since the start.
func (s *Server) Stats() Stats { return Stats{} }

// Requests returns the latest requests, oldest first (Options.LogLimit).
func (s *Server) Requests() []Request { return nil }

// Request is one line of the request log.
type Request struct {
	At      time.Time
	Method  string
	Path    string        // as asked, without the query
	List    string        // the list that was asked for, or empty
	Page    int           // its page counted from 1, or 0
	Cursor  string        // as asked
	Status  int           // 0 if the connection was broken without an answer
	Fault   Action        // the fault that acted, or empty
	Elapsed time.Duration // until the answer was written
}

// Stats are counters since the start of the server.
type Stats struct {
	Requests    int // all that arrived
	RateLimited int // answered 429, by quota or fault
	Refused     int // answered 401
	Faults      int // answers that a fault changed
	MaxInWindow int // the largest number of arrivals in any QuotaWindow
	ForeignHost int // requests that arrived under another host name, as after ActionRedirect
	Records     int // records shown
}
