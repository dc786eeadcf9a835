package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

// benchConnections is the number of clients of spec 10's table.
const benchConnections = 64

// BenchmarkWarm reports requests/s of the full stack (logging and metrics on)
// over loopback as a ratio to a bare echo handler that returns the same bytes,
// both measured in turns in the same run (spec 10 "Speed": at least 0.75, and
// 0.85 for revalidation).
func BenchmarkWarm(b *testing.B) {
	s := benchService(b, 10_000)
	for _, path := range []string{
		"/api/sizes", "/api/orgs?limit=10", "/api/orgs", "/api/orgs/org-1", "/api/orgs/org-1/people",
		"/api/people/per-1-1/deals", "/api/deals/deal-1-1/memos",
	} {
		for _, coding := range []string{"identity", "gzip"} {
			b.Run(strings.ReplaceAll(strings.TrimPrefix(path, "/api/"), "/", ".")+"/"+coding, func(b *testing.B) {
				answer := s.do(http.MethodGet, path, "Accept-Encoding", coding)
				bare := s.bareEcho(b, http.StatusOK, answer)
				versus(b, load{s.URL, path, "Accept-Encoding: " + coding}, load{bare, "/", "Accept-Encoding: " + coding})
			})
		}
	}
}

// BenchmarkNotModified is the same for a request whose copy still holds.
func BenchmarkNotModified(b *testing.B) {
	s := benchService(b, 10_000)
	answer := s.get("/api/orgs")
	header := "If-None-Match: " + answer.Header.Get("Etag")
	bare := s.bareEcho(b, http.StatusNotModified, reply{})
	versus(b, load{s.URL, "/api/orgs", header}, load{bare, "/", header})
}

// BenchmarkCold is the first request for something after a swap.
func BenchmarkCold(b *testing.B) {
	for _, deals := range []int{10_000, 50_000, 100_000} {
		s := benchService(b, deals)
		s.keepsNothing()
		handler := s.Server.Handler()
		for name, path := range map[string]string{
			"orgs":   "/api/orgs?limit=500&offset=%d",
			"search": "/api/orgs?limit=500&search=%%25%d",
			"people": "/api/orgs/org-%d/people",
			"deals":  "/api/people/per-%d-1/deals",
			"memos":  "/api/orgs/org-%d/memos",
		} {
			b.Run(fmt.Sprintf("%s/deals=%d", name, deals), func(b *testing.B) {
				n := 0
				for b.Loop() {
					n++
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, fmt.Sprintf(path, n%1000+1), http.NoBody))
					if w.Code != http.StatusOK {
						b.Fatalf("%d %s", w.Code, w.Body)
					}
				}
			})
		}
	}
}

// keepsNothing gives the served snapshot a cache without room.
func (s *service) keepsNothing() {
	s.tb.Helper()
	g, err := s.Watcher.Acquire()
	if err != nil {
		s.tb.Fatal(err)
	}
	defer g.Release()
	g.Content.Responses = cache.New(1)
}

// BenchmarkLoad is what a swap costs, on files with all columns: file to ready,
// and the memory it takes.
func BenchmarkLoad(b *testing.B) {
	for _, deals := range []int{10_000, 50_000, 100_000} {
		b.Run(fmt.Sprintf("deals=%d", deals), func(b *testing.B) {
			path, company := goldentest.LargeSnapshot(b, deals), goldentest.Workspace(b)
			before := heap()
			var last *served.Snapshot
			for b.Loop() {
				if last != nil {
					if err := last.Close(); err != nil {
						b.Fatal(err)
					}
				}
				s, err := served.Open(b.Context(), path, served.Options{Rules: normalise.DefaultRules(), Workspace: company, CacheBytes: 1 << 20})
				if err != nil {
					b.Fatal(err)
				}
				last = s
			}
			b.ReportMetric(float64(heap()-before)/(1<<20), "MiB-held")
			if err := last.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func benchService(b *testing.B, deals int) *service {
	b.Helper()
	path := filepath.Join(b.TempDir(), "s.db")
	snapshottest.Write(b, path, snapshottest.Sized(deals))
	return benchServe(b, path)
}

// benchServe serves a file with logging on, as in production.
func benchServe(b *testing.B, path string) *service {
	b.Helper()
	log, err := obs.NewLogger(obs.LogSettings{LogLevel: "info"}, nil, obs.Sink{W: io.Discard, Format: obs.FormatJSON})
	if err != nil {
		b.Fatal(err)
	}
	s := start(b, path, settings{log: log, interval: time.Second, workspace: goldentest.Workspace(b)})
	testkit.Poll(b, time.Minute, "the snapshot", func() bool { return s.get("/readyz").Status == http.StatusOK })
	return s
}

// bareEcho is a server with the same limits and one handler that returns an
// answer's bytes: what remains between the two is ours.
func (s *service) bareEcho(b *testing.B, status int, answer reply) (base string) {
	b.Helper()
	e := echo.New()
	body := []byte(answer.Body)
	coding := answer.Header.Get("Content-Encoding")
	e.GET("/", func(c echo.Context) error {
		if status == http.StatusNotModified {
			return c.NoContent(status)
		}
		c.Response().Header().Set("Content-Length", strconv.Itoa(len(body))) // chunks would cost it more
		if coding != "" {
			c.Response().Header().Set("Content-Encoding", coding)
		}
		return c.Blob(status, "application/json", body)
	})
	ln := listen(b)
	srv := &http.Server{
		Handler: e, ReadHeaderTimeout: s.options.ReadHeaderTimeout, ReadTimeout: s.options.ReadTimeout,
		WriteTimeout: s.options.WriteTimeout, IdleTimeout: s.options.IdleTimeout, MaxHeaderBytes: s.options.MaxHeaderBytes,
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			b.Errorf("bare echo: %v", err)
		}
	}()
	b.Cleanup(func() {
		if err := srv.Shutdown(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
		<-ended
	})
	return "http://" + ln.Addr().String()
}

// load is one request, sent over and over.
type load struct{ base, path, header string }

// rounds is how often the two servers take turns, so that what disturbs the
// machine disturbs both.
const rounds = 10

func versus(b *testing.B, ours, bare load) {
	b.Helper()
	oursConns, bareConns := dial(b, ours), dial(b, bare)
	var oursTook, bareTook time.Duration
	each := max(b.N/rounds/benchConnections, 1)
	b.ResetTimer()
	for range rounds {
		bareTook += bareConns.send(b, each)
		oursTook += oursConns.send(b, each)
	}
	b.StopTimer()
	requests := float64(rounds * each * benchConnections)
	b.ReportMetric(requests/oursTook.Seconds(), "req/s")
	b.ReportMetric(requests/bareTook.Seconds(), "bare-req/s")
	b.ReportMetric(bareTook.Seconds()/oursTook.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// connections are raw keep-alive connections: net/http's client would cost
// more than the server it measures.
type connections struct {
	request []byte
	conns   []*bufio.Reader
	writers []net.Conn
}

func dial(b *testing.B, l load) *connections {
	b.Helper()
	host := strings.TrimPrefix(l.base, "http://")
	c := &connections{request: []byte("GET " + l.path + " HTTP/1.1\r\nHost: " + host + "\r\n" + l.header + "\r\n\r\n")}
	for range benchConnections {
		conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", host)
		if err != nil {
			b.Fatal(err)
		}
		c.writers = append(c.writers, conn)
		c.conns = append(c.conns, bufio.NewReaderSize(conn, 64<<10))
	}
	b.Cleanup(func() {
		for _, conn := range c.writers {
			conn.Close()
		}
	})
	return c
}

// send sends n requests over every connection and returns how long that took.
func (c *connections) send(b *testing.B, n int) time.Duration {
	b.Helper()
	began := time.Now()
	var wait sync.WaitGroup
	for i := range c.conns {
		wait.Go(func() {
			for range n {
				if _, err := c.writers[i].Write(c.request); err != nil {
					b.Error(err)
					return
				}
				if err := readResponse(c.conns[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return time.Since(began)
}

// readResponse reads a response that has a Content-Length or no body.
func readResponse(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.Contains(line, []byte(" 200 ")) && !bytes.Contains(line, []byte(" 304 ")) {
		return fmt.Errorf("status line %q", line)
	}
	length := 0
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	_, err = r.Discard(length)
	return err
}
