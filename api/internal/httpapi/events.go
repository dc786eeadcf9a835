package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	pingInterval = 15 * time.Second
	streamWrite  = 10 * time.Second // longest that a client may take to accept an event
	eventStream  = "text/event-stream"
)

// snapshotEvent is the data of the `snapshot` event.
type snapshotEvent struct {
	Version    string     `json:"version"`
	Generation string     `json:"generation"`
	RunTag     *string    `json:"run_tag"`
	CapturedAt *time.Time `json:"captured_at"`
}

// events streams Server-Sent Events: which snapshot is served, on connecting
// and at each swap, and a comment now and then so that a silent connection is
// known to be dead. The stream ends when the server stops or the client leaves.
func (s *Server) events(c echo.Context) error {
	defer s.streams.Add(-1)
	if s.streams.Add(1) > int64(s.o.MaxStreams) {
		return errOverloaded
	}
	h := c.Response().Header()
	protect(h)
	h.Set(echo.HeaderContentType, eventStream)
	h.Set(echo.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	st := &stream{out: http.NewResponseController(c.Response()), c: c}
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	if err := st.write(": connected\n\n"); err != nil {
		return nil // the client is gone, which is how streams end
	}
	for {
		changed := s.o.Generations.Changed() // before looking, so that no swap is missed
		if err := s.tell(st); err != nil {
			return nil
		}
		for waiting := true; waiting; {
			select {
			case <-changed:
				waiting = false
			case <-ping.C:
				if err := st.write(": ping\n\n"); err != nil {
					return nil
				}
			case <-s.stopped:
				return nil
			case <-c.Request().Context().Done():
				return nil
			}
		}
	}
}

// tell sends the generation being served, unless the client knows it.
func (s *Server) tell(st *stream) error {
	g, err := s.o.Generations.Acquire()
	if err != nil {
		return nil // nothing to tell yet
	}
	defer g.Release()
	if st.told == g.ID {
		return nil
	}
	st.told = g.ID
	data, err := encodeJSON(snapshotEvent{
		Version: g.Version, Generation: g.ID,
		RunTag: nonEmpty(g.Content.Info.RunTag), CapturedAt: knownTime(g.Content.CapturedAt),
	})
	if err != nil {
		return err
	}
	return st.write("event: snapshot\nid: " + g.ID + "\ndata: " + string(data) + "\n\n")
}

// stream is one client's connection.
type stream struct {
	c    echo.Context
	out  *http.ResponseController
	told string // id of the generation the client knows
}

// write sends at once, with a deadline of its own: the server's would cut the
// stream off.
func (st *stream) write(text string) error {
	if err := st.out.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
		return err
	}
	if _, err := st.c.Response().Write([]byte(text)); err != nil {
		return err
	}
	return st.out.Flush()
}
