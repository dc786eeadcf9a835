package salesmaptest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// Server is the stand-in CRM. It is safe for concurrent use.
type Server struct {
	opts   Options
	source Source

	closing   sync.Once
	done      chan struct{} // closed by Close
	bodies    bodies        // of answers, to be used again
	evolution sync.RWMutex  // held for writing while the source moves on

	mu      sync.Mutex // guards what follows
	token   string     // empty after it expired
	epoch   byte       // cursors of earlier epochs are no longer taken
	faults  []activeFault
	foreign map[string]bool // hosts that a redirect led to
	quota   window
	traffic window
	log     requestLog
	stats   Stats
}

// maxBody is more than any request that the API takes.
const maxBody = 1 << 20

// New makes a server; it starts nothing. It fails if the options make no sense
// or the default source cannot be made.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		opts: o, source: o.Source, done: make(chan struct{}), token: o.Token,
		foreign: map[string]bool{}, log: requestLog{limit: o.LogLimit},
	}
	if s.source == nil {
		generated, err := sandboxdata.New(sandboxdata.Config{})
		if err != nil {
			return nil, err
		}
		s.source = Generated(generated)
	}
	return s, s.SetFaults(o.Faults...)
}

// Generated makes a Source of an invented workspace.
func Generated(w *sandboxdata.Workspace) Source { return generated{w} }

type generated struct{ *sandboxdata.Workspace }

func (g generated) View() View { return g.Workspace.View() }

// Close ends stalled answers and Run. It does not wait for requests.
func (s *Server) Close() { s.closing.Do(func() { close(s.done) }) }

// Run moves the source on every Options.EvolveEvery until ctx ends or the
// server is closed. Without EvolveEvery it only waits.
func (s *Server) Run(ctx context.Context) {
	var tick <-chan time.Time
	if s.opts.EvolveEvery > 0 {
		ticker := time.NewTicker(s.opts.EvolveEvery)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.done:
			return
		case <-tick:
			s.Evolve()
		}
	}
}

// Evolve moves the source one step on, if it is an Evolver.
func (s *Server) Evolve() {
	if e, ok := s.source.(Evolver); ok {
		s.evolution.Lock()
		defer s.evolution.Unlock()
		e.Evolve()
	}
}

// view returns the records as they are now.
func (s *Server) view() View {
	s.evolution.RLock()
	defer s.evolution.RUnlock()
	return s.source.View()
}

// SetToken makes another token the only accepted one, which also mends an
// expired one.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// ExpireCursors makes the server refuse (400) every cursor given so far, as
// after a deployment of the real service.
func (s *Server) ExpireCursors() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
}

// SetFaults replaces the rules; their counters start anew. Rules that make no
// sense are refused and nothing changes.
func (s *Server) SetFaults(faults ...Fault) error {
	var problems []error
	active := make([]activeFault, 0, len(faults))
	for _, f := range faults {
		problems = append(problems, f.Validate())
		active = append(active, activeFault{Fault: f})
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = active
	return nil
}

// exchange is one request on its way through the server.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	body   []byte
	target target
	entry  Request
	// settle writes the entry into the log. It is called before the answer is
	// sent, so that who has an answer finds it there.
	settle func()
}

// ServeHTTP answers a request as the real service would, or as a fault wants.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{w: w, r: r, entry: Request{
		At: time.Now(), Method: r.Method, Path: r.URL.Path, Cursor: r.URL.Query().Get("cursor"),
	}}
	// A client that went away is noticed only once its request is read.
	x.body, _ = io.ReadAll(io.LimitReader(r.Body, maxBody))
	x.target = route(r.Method, r.URL.Path)
	x.entry.List = x.target.list
	s.arrive(x)
	x.settle = sync.OnceFunc(func() {
		x.entry.Elapsed = time.Since(x.entry.At)
		s.record(x)
	})
	// Deferred, because some faults end the connection by a panic.
	defer x.settle()
	s.answer(r.Context(), x)
}

func (s *Server) answer(ctx context.Context, x *exchange) {
	if !s.pause(ctx, s.opts.Latency) {
		return
	}
	if x.target.kind == kindUnknown || (x.target.v3() && s.opts.DisableV3) {
		x.html(http.StatusNotFound, "")
		return
	}
	if !s.authorized(x.r) {
		x.refuse(http.StatusUnauthorized, "Unauthorized", "유효하지 않은 토큰입니다.")
		return
	}
	if wait := s.overQuota(); wait > 0 {
		x.rateLimited(wait, "")
		return
	}
	reply := s.reply(x)
	defer s.bodies.put(reply.body)
	x.entry.Page, x.entry.Records = reply.page, reply.records
	if f, hit := s.nextFault(x); hit {
		x.entry.Fault = f.Action
		s.misbehave(ctx, x, f, reply)
		return
	}
	x.send(reply)
}

// reply makes the honest answer.
func (s *Server) reply(x *exchange) *reply {
	view := s.view()
	switch x.target.kind {
	case kindList:
		return s.listReply(x, view)
	case kindRecord:
		return s.recordReply(x, view)
	case kindSearch:
		return s.searchReply(x, view)
	case kindV3List:
		return s.v3ListReply(x, view)
	default:
		return s.v3ReadReply(x, view)
	}
}

func (s *Server) authorized(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token != "" && r.Header.Get("Authorization") == "Bearer "+s.token
}

// overQuota takes one request from the quota; a positive result is how long to
// wait until there is one to take.
func (s *Server) overQuota() time.Duration {
	if s.opts.Quota == 0 {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.quota.forget(now)
	if s.quota.len() < s.opts.Quota {
		s.quota.add(now)
		return 0
	}
	return s.quota.oldest().Add(QuotaWindow).Sub(now)
}

// pause waits; it returns false if the client or the server ended before.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.done:
	}
	return false
}

// arrive counts a request that came in.
func (s *Server) arrive(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Requests++
	s.traffic.forget(x.entry.At)
	s.traffic.add(x.entry.At)
	s.stats.MaxInWindow = max(s.stats.MaxInWindow, s.traffic.len())
	if s.foreign[x.r.Host] {
		s.stats.ForeignHost++
	}
}

// record counts a request that was answered and writes it into the log.
func (s *Server) record(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch x.entry.Status {
	case http.StatusTooManyRequests:
		s.stats.RateLimited++
	case http.StatusUnauthorized:
		s.stats.Refused++
	}
	if x.entry.Fault != "" {
		s.stats.Faults++
	}
	s.stats.Records += x.entry.Records
	s.log.add(x.entry)
}

// Stats returns the counters since the start.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Requests returns the latest requests in the order in which they were
// answered, at most Options.LogLimit.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.all()
}

// FormIDs returns the ids of the web forms, in the order of the webForm list.
func (s *Server) FormIDs() []string {
	var ids []string
	for record := range records(s.view(), sandboxdata.WebForm) {
		if id, ok := idOf(record); ok {
			ids = append(ids, id)
		}
	}
	return slices.Clip(ids)
}

// idOf returns the id of a record that starts with it, as all records do.
func idOf(record []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(record, []byte(`{"id":"`))
	if !ok {
		return "", false
	}
	id, _, ok := bytes.Cut(rest, []byte(`"`))
	return string(id), ok
}

// Len returns how many records a list has now, before reshaping faults.
func (s *Server) Len(list string) int {
	n, _ := s.view().Len(list)
	return n
}
