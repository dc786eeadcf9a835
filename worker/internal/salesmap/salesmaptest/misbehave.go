package salesmaptest

import (
	"context"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// activeFault is a rule and how often it matched.
type activeFault struct {
	Fault
	seen int
}

// matchesList tells whether the rule is about a list.
func (f *Fault) matchesList(list string) bool {
	switch f.List {
	case "":
		return true
	case AnySubmissions:
		ok, err := path.Match(AnySubmissions, list)
		return err == nil && ok
	default:
		return f.List == list
	}
}

// nextFault returns the first rule that hits a request, and counts.
func (s *Server) nextFault(x *exchange) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.Action.Reshapes() || !f.matchesList(x.entry.List) || (f.Page != 0 && f.Page != x.entry.Page) {
			continue
		}
		f.seen++
		from := max(f.From, 1)
		if f.seen < from || (f.Times > 0 && f.seen >= from+f.Times) {
			continue
		}
		if f.Action == ActionExpireToken {
			s.token = ""
		}
		return f.Fault, true
	}
	return Fault{}, false
}

// misbehave answers as a rule wants. honest is what would have been sent.
func (s *Server) misbehave(ctx context.Context, x *exchange, f Fault, honest *reply) {
	switch f.Action {
	case ActionStatus:
		s.statusFault(x, f)
	case ActionHTML:
		x.html(orElse(f.Status, http.StatusBadGateway), f.Body)
	case ActionSuccessFalse:
		x.refuse(http.StatusOK, "Internal error", "일시적인 오류입니다.")
	case ActionInvalidJSON:
		x.write(http.StatusOK, jsonType, honest.body[:len(honest.body)*2/3])
	case ActionCutBody:
		x.cut(honest)
	case ActionStall:
		s.stall(ctx, x, f, honest)
	case ActionReset:
		x.reset()
	case ActionRateLimit:
		x.rateLimited(f.Wait, f.RetryAfter)
	case ActionExpireToken:
		x.refuse(http.StatusUnauthorized, "Unauthorized", "만료된 토큰입니다.")
	case ActionRedirect:
		s.redirect(x, f)
	case ActionCursorLoop:
		s.loop(x, honest)
	case ActionMissingData:
		x.write(http.StatusOK, jsonType, []byte(`{"success":true}`))
	case ActionWrongList:
		x.wrongList(honest)
	default:
		x.send(honest)
	}
}

func orElse(status, usual int) int {
	if status == 0 {
		return usual
	}
	return status
}

func (s *Server) statusFault(x *exchange, f Fault) {
	if f.Body != "" {
		x.write(f.Status, jsonType, []byte(f.Body))
		return
	}
	reason := ""
	if f.Status == http.StatusForbidden {
		reason = "허용되지 않은 IP입니다."
	}
	x.refuse(f.Status, http.StatusText(f.Status), reason)
}

// cut promises the whole body, sends half of it and closes the connection.
func (x *exchange) cut(honest *reply) {
	h := x.w.Header()
	h.Set("Content-Type", jsonType)
	h.Set("Content-Length", strconv.Itoa(len(honest.body)))
	x.settle()
	x.w.WriteHeader(honest.status)
	// What is lost here is lost on purpose.
	_, _ = x.w.Write(honest.body[:len(honest.body)/2])
	_ = http.NewResponseController(x.w).Flush()
	panic(http.ErrAbortHandler)
}

func (s *Server) stall(ctx context.Context, x *exchange, f Fault, honest *reply) {
	if f.Delay > 0 {
		if s.pause(ctx, f.Delay) {
			x.send(honest)
		}
		return
	}
	select {
	case <-ctx.Done():
	case <-s.done:
	}
}

// reset breaks the connection so that the client sees a reset, not an end.
func (x *exchange) reset() {
	x.settle()
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // not a TCP connection: an end must do
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (s *Server) redirect(x *exchange, f Fault) {
	location := f.Location
	if location == "" {
		location = "http://" + otherName(x.r.Host) + x.r.URL.RequestURI()
	}
	if rest, ok := strings.CutPrefix(location, "http://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		s.mu.Lock()
		s.foreign[host] = true
		s.mu.Unlock()
	}
	x.w.Header().Set("Location", location)
	x.write(http.StatusFound, htmlType, nil)
}

// otherName returns another name of a loopback host.
func otherName(host string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, "80"
	}
	if name == "localhost" {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return net.JoinHostPort("localhost", port)
}

// loop sends the page with a cursor that leads nowhere new: the one that the
// page was asked with, or that of the first page.
func (s *Server) loop(x *exchange, honest *reply) {
	if honest.remake == nil {
		x.send(honest)
		return
	}
	cursor := x.entry.Cursor
	if cursor == "" {
		cursor = s.cursor(honest.list, position{})
	}
	x.send(honest.remake(cursor))
}

// wrongList sends a list that is none: an object, or a list of texts.
func (x *exchange) wrongList(honest *reply) {
	list := `{"0":{"id":"x"}}`
	if x.entry.Page%2 == 0 {
		list = `["x","y"]`
	}
	body := `{"success":true,"data":{"` + listKey(honest.list) + `":` + list + `,"nextCursor":null}}`
	if x.target.v3() {
		body = `{"objectList":` + list + `,"nextCursor":null}`
	}
	x.write(http.StatusOK, jsonType, []byte(body))
}
