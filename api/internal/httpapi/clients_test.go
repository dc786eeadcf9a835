package httpapi_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
)

// dialService opens a plain connection, for what net/http's client would not send.
func (s *service) dial() net.Conn {
	s.tb.Helper()
	conn, err := (&net.Dialer{}).DialContext(s.tb.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestHeadersTooLong(t *testing.T) {
	t.Parallel()
	s := smallWith(t, settings{change: func(o *httpapi.Options) { o.MaxHeaderBytes = 2048 }})
	if r := s.do(http.MethodGet, "/api/sizes", "X-Padding", strings.Repeat("x", 1024)); r.Status != 200 {
		t.Errorf("headers within the limit: %d", r.Status)
	}
	conn := s.dial()
	if _, err := io.WriteString(conn, "GET /api/sizes HTTP/1.1\r\nHost: x\r\nX-Padding: "+strings.Repeat("x", 16<<10)+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", resp.StatusCode)
	}
}

// TestSlowHeaders: a client that never finishes its request doesn't keep a
// connection.
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	s := smallWith(t, settings{change: func(o *httpapi.Options) { o.ReadHeaderTimeout = 50 * time.Millisecond }})
	conn := s.dial()
	if _, err := io.WriteString(conn, "GET /api/sizes HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("the connection was kept: %v", err)
	}
	if strings.Contains(string(answer), "200 OK") {
		t.Errorf("half a request was answered: %.100s", answer)
	}
	if r := s.get("/api/sizes"); r.Status != 200 {
		t.Errorf("afterwards: %d", r.Status)
	}
}
