package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	maxRequestID   = 64
	routeUnmatched = "unmatched"
)

// front is everything between echo and the handlers, in one layer because echo
// builds the chain of layers anew for every request. It names the request,
// turns panics and errors into responses, and then counts and logs what was
// sent. Paths are logged as route patterns: ids and search texts are personal.
func (s *Server) front(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		started := time.Now()
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		id := s.ids.of(c.Request())
		c.Response().Header()[echo.HeaderXRequestID] = []string{id}

		err := s.admit(next, c)
		if err != nil {
			s.handleError(err, c)
		}
		s.record(c, id, time.Since(started), err)
		return nil
	}
}

// admit lets a request through to its handler unless it is answered before:
// preflights, bodies where none belongs, paths with a slash too many. It makes
// an error of a panic.
func (s *Server) admit(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(v)
		}
	}()
	if preflight := s.crossOrigin(c); preflight {
		return c.NoContent(http.StatusNoContent)
	}
	if hasBodyOnGet(c.Request()) {
		return errBodyOnGet
	}
	if target, ok := s.withoutTrailingSlash(c.Request().URL); ok {
		protect(c.Response().Header())
		return c.Redirect(http.StatusTemporaryRedirect, target)
	}
	return next(c)
}

func (s *Server) record(c echo.Context, id string, took time.Duration, err error) {
	route, status := c.Path(), c.Response().Status
	if route == "" {
		route = routeUnmatched
	}
	s.metrics.observe(route, c.Request().Method, status, took)
	level := zapcore.InfoLevel
	switch {
	case isProbe(route): // asked every few seconds, and "not yet" is a fine answer
		level = zapcore.DebugLevel
	case status >= http.StatusInternalServerError:
		level = zapcore.ErrorLevel
	}
	entry := s.log.Check(level, "request")
	if entry == nil {
		return
	}
	buffer, ok := fieldBuffers.Get().(*[]zap.Field)
	if !ok {
		return
	}
	fields := append((*buffer)[:0], zap.String("method", c.Request().Method), zap.String("route", route),
		zap.Int("status", status), zap.Int64("bytes", c.Response().Size), zap.Duration("took", took), zap.String("request_id", id))
	if version := c.Response().Header()[headerVersion]; len(version) > 0 {
		fields = append(fields, zap.String("generation", version[0]))
	}
	if s.o.Access != nil {
		if name, ok := c.Get(readerKey).(string); ok {
			fields = append(fields, zap.String("reader", name))
		}
	}
	if err != nil {
		fields = append(fields, zap.Error(err))
		if stack, ok := stackOf(err); ok {
			fields = append(fields, zap.ByteString("stack", stack))
		}
	}
	entry.Write(fields...)
	clear(fields)
	*buffer = fields
	fieldBuffers.Put(buffer)
}

// fieldBuffers are used again: every request is logged.
var fieldBuffers = sync.Pool{New: func() any { return &[]zap.Field{} }}

func isProbe(route string) bool {
	return route == "/livez" || route == "/readyz" || route == "/metrics" || route == "/api/health"
}

// requestIDs names requests: a random start of the process and a count.
type requestIDs struct {
	start string
	count atomic.Uint64
}

func newRequestIDs() *requestIDs {
	var raw [4]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	return &requestIDs{start: hex.EncodeToString(raw[:]) + "-"}
}

// of takes over a sane X-Request-Id, so that a proxy's log and ours can be put
// together, and otherwise makes one.
func (x *requestIDs) of(r *http.Request) string {
	if id := r.Header.Get(echo.HeaderXRequestID); id != "" && len(id) <= maxRequestID && !strings.ContainsFunc(id, notPlain) {
		return id
	}
	var b [32]byte
	const base = 36
	return string(strconv.AppendUint(append(b[:0], x.start...), x.count.Add(1), base))
}

func notPlain(c rune) bool {
	return (c < '0' || '9' < c) && (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c) && c != '-' && c != '_' && c != '.'
}

// limit turns requests away while too many are being worked on: waiting in
// line would only make them all late.
func (s *Server) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		defer s.inFlight.Add(-1)
		if s.inFlight.Add(1) > int64(s.o.MaxInFlight) {
			return errOverloaded
		}
		return next(c)
	}
}

// hasBodyOnGet reports a GET or HEAD with a body: nothing here reads one, and
// what nobody reads is where requests are smuggled.
func hasBodyOnGet(r *http.Request) bool {
	return r.ContentLength != 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// Security headers. The built dashboard keeps scripts and styles in files, so
// neither needs to be allowed inline.
const (
	contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	dataSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"
	varyAlways         = "Accept, Accept-Encoding, Origin"
)

var (
	valuePagePolicy = []string{contentSecurityPolicy}
	valueDataPolicy = []string{dataSecurityPolicy}
	valueNosniff    = []string{"nosniff"}
	valueReferrer   = []string{"no-referrer"}
	valueOpener     = []string{"same-origin"}
	valueVary       = []string{varyAlways}
)

// protect sets the headers of everything with a body: it is what its type
// says, and nobody's frame. A 304 needs none, it repeats nothing.
func protect(h http.Header) {
	if h["Content-Security-Policy"] == nil {
		h["Content-Security-Policy"] = valueDataPolicy
	}
	h["X-Content-Type-Options"] = valueNosniff
	h["Referrer-Policy"] = valueReferrer
}

// protectPage sets those of the dashboard's files.
func protectPage(h http.Header) {
	h["Content-Security-Policy"] = valuePagePolicy
	h["Cross-Origin-Opener-Policy"] = valueOpener
}

const (
	corsMethods = "GET, HEAD, OPTIONS"
	corsHeaders = "Accept, Authorization, Cache-Control, Content-Type, If-None-Match, Last-Event-ID, X-Request-Id"
	corsExposed = "Content-Disposition, ETag, Retry-After, X-Request-Id, X-Snapshot-Version"
	corsMaxAge  = "600" // seconds
)

// corsRule says which pages of other origins may read the API: by default any,
// since a page opened as a file has the origin `null`. Credentials are never
// allowed, so a foreign page gets what an anonymous caller gets.
type corsRule struct {
	origins []string
	any     bool
}

func newCORSRule(origins []string) corsRule {
	return corsRule{origins: origins, any: slices.Contains(origins, "*")}
}

var (
	valueAnyOrigin = []string{"*"}
	valueExposed   = []string{corsExposed}
)

// crossOrigin sets what a page of another origin needs to read the response,
// and reports whether the request only asks what it may do.
func (s *Server) crossOrigin(c echo.Context) (preflight bool) {
	r, h := c.Request(), c.Response().Header()
	h[echo.HeaderVary] = valueVary
	origin := r.Header.Get(echo.HeaderOrigin)
	if origin == "" {
		return false
	}
	preflight = r.Method == http.MethodOptions && r.Header.Get(echo.HeaderAccessControlRequestMethod) != ""
	switch {
	case s.cors.any:
		h[echo.HeaderAccessControlAllowOrigin] = valueAnyOrigin
	case slices.Contains(s.cors.origins, origin):
		h[echo.HeaderAccessControlAllowOrigin] = []string{origin}
	default:
		return preflight
	}
	h[echo.HeaderAccessControlExposeHeaders] = valueExposed
	if preflight {
		h.Set(echo.HeaderAccessControlAllowMethods, corsMethods)
		h.Set(echo.HeaderAccessControlAllowHeaders, corsHeaders)
		h.Set(echo.HeaderAccessControlMaxAge, corsMaxAge)
	}
	return preflight
}

// panicError is a panic on its way to the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }
