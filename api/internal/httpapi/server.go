// Package httpapi is the HTTP side of the API: routes, parameters, errors,
// caching headers, limits, events. It is the only package that knows echo, so
// that a move to the next echo touches nothing else.
//
// Handlers parse, call one function of a subject package, and write. The
// contract is openapi.yaml beside this file; tests hold the code against it.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/webui"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspacewatch"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
)

// Generation is one snapshot being served.
type Generation = generation.Generation[*served.Snapshot]

// Generations hands out the snapshot to answer from.
type Generations interface {
	Acquire() (*Generation, error)
	Changed() <-chan struct{}
	Status() generation.Status
}

// Options describe a Server. All fields are needed unless said otherwise.
type Options struct {
	Generations Generations
	DBName      string // file name of DB_PATH, for the message that it isn't there
	Site        *webui.Site
	Log         *zap.Logger
	LastRun     func() (runhistory.Entry, bool, error) // optional: the worker's last run
	Unpublished func() *served.Snapshot                // optional: what answers before the first snapshot
	Workspace   func() workspacewatch.Status           // optional: what became of the workspace file

	Access         *access.Guard  // optional: without it, everybody may read
	TrustedProxies []netip.Prefix // whose X-Forwarded-For names the client

	StaleAfter     time.Duration
	CORSOrigins    []string
	MaxInFlight    int
	MaxStreams     int
	RequestTimeout time.Duration

	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration
	MaxHeaderBytes    int
	DrainDelay        time.Duration
	DrainTimeout      time.Duration
}

// Server answers HTTP requests.
type Server struct {
	o       Options
	log     *zap.Logger
	echo    *echo.Echo
	metrics *metrics
	openapi *document
	docs    *docsPage
	ids     *requestIDs
	cors    corsRule

	sameSite *http.CrossOriginProtection

	inFlight atomic.Int64
	streams  atomic.Int64
	stopping atomic.Bool
	stopped  chan struct{} // closed when streams must end
}

// New builds a server. It fails only if the embedded OpenAPI document is
// broken.
func New(o Options) (*Server, error) {
	doc, err := loadOpenAPI()
	if err != nil {
		return nil, err
	}
	docs, err := builtInDocs()
	if err != nil {
		return nil, err
	}
	s := &Server{
		o: o, log: o.Log, openapi: doc, docs: docs, ids: newRequestIDs(), cors: newCORSRule(o.CORSOrigins),
		sameSite: http.NewCrossOriginProtection(), stopped: make(chan struct{}),
	}
	s.metrics = newMetrics(s)
	s.echo = s.router()
	return s, nil
}

// Handler is the server without a listener, for tests.
func (s *Server) Handler() http.Handler { return s.echo }

// Serve answers on ln until ctx ends, then stops gracefully: /readyz says so
// first, streams are ended, requests in flight get DrainTimeout to finish. It
// returns nil after a clean stop.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler:           s.echo,
		ReadHeaderTimeout: s.o.ReadHeaderTimeout,
		ReadTimeout:       s.o.ReadTimeout,
		WriteTimeout:      s.o.WriteTimeout,
		IdleTimeout:       s.o.IdleTimeout,
		MaxHeaderBytes:    s.o.MaxHeaderBytes,
		ErrorLog:          zap.NewStdLog(s.log.WithOptions(zap.IncreaseLevel(zap.WarnLevel))),
	}
	srv.RegisterOnShutdown(func() { close(s.stopped) })
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()

	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.log.Info("stopping", zap.Duration("delay", s.o.DrainDelay), zap.Duration("drain_at_most", s.o.DrainTimeout))
	if err := s.delay(served); err != nil {
		return err
	}
	// The fresh context is the point: ctx has ended, and would drain nothing.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.o.DrainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("drain requests: %w", err), srv.Close())
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// delay goes on serving for a while although the end is near.
func (s *Server) delay(served <-chan error) error {
	timer := time.NewTimer(s.o.DrainDelay)
	defer timer.Stop()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-timer.C:
		return nil
	}
}

// clientAddress believes X-Forwarded-For of the given proxies only: anybody
// else could choose whom to be.
func clientAddress(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{
			IP: network.Addr().AsSlice(), Mask: net.CIDRMask(network.Bits(), network.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

func (s *Server) router() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard) // zap is the log
	e.HTTPErrorHandler = s.handleError
	e.IPExtractor = clientAddress(s.o.TrustedProxies)
	e.Pre(s.front)
	s.addRoutes(e)
	return e
}
