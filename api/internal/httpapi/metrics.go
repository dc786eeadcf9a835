package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspacewatch"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// metrics are what /metrics tells. Labels are route patterns, never paths.
type metrics struct {
	registry *prometheus.Registry

	requests    *prometheus.CounterVec
	duration    *prometheus.HistogramVec
	inFlight    prometheus.Gauge
	cacheHits   prometheus.Counter
	cacheMisses prometheus.Counter
	refused     prometheus.Counter
	warmUps     *prometheus.CounterVec
	warmUpTook  prometheus.Gauge
	warmUpKept  prometheus.Gauge

	usual map[string]*usualMetrics // by route pattern; read-only once serving
}

// usualMetrics are those of nearly every request, found without hashing their
// labels each time.
type usualMetrics struct {
	duration        prometheus.Observer
	ok, notModified prometheus.Counter // of GET
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		usual:    map[string]*usualMetrics{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "salesmap_api_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "salesmap_api_request_duration_seconds", Help: "Time from the request's headers to the end of the response.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "salesmap_api_requests_in_flight", Help: "Requests being answered, streams included.",
		}),
		cacheHits: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "salesmap_api_cache_hits_total", Help: "Responses found computed.",
		}),
		cacheMisses: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "salesmap_api_cache_misses_total", Help: "Responses computed, or waited for while another request computed them.",
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "salesmap_api_wrong_tokens_total", Help: "Wrong tokens shown, in logins or headers.",
		}),
		warmUps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "salesmap_api_warmups_total", Help: "Generations warmed up, by how it ended.",
		}, []string{"result"}),
		warmUpTook: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "salesmap_api_warmup_seconds", Help: "How long the last complete warm-up took.",
		}),
		warmUpKept: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "salesmap_api_warmup_responses", Help: "Responses that the last complete warm-up computed.",
		}),
	}
	m.registry.MustRegister(m.warmUps, m.warmUpTook, m.warmUpKept)
	m.registry.MustRegister(m.requests, m.duration, m.inFlight, m.cacheHits, m.cacheMisses, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "salesmap_api_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": obs.Version()},
	}, func() float64 { return 1 }))
	m.registerSnapshot(s)
	m.registerWorkspace(s.o.Workspace)
	return m
}

// registerSnapshot adds what is known of the generations, read when asked for.
func (m *metrics) registerSnapshot(s *Server) {
	gauge := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
	}
	counter := func(name, help string, read func(generation.Status) uint64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(read(s.o.Generations.Status())) }))
	}
	ofCurrent := func(read func(g *Generation) float64) func() float64 {
		return func() float64 {
			g, err := s.o.Generations.Acquire()
			if err != nil {
				return 0
			}
			defer g.Release()
			return read(g)
		}
	}
	counter("salesmap_api_snapshot_swaps_total", "Snapshots swapped in.", func(st generation.Status) uint64 { return st.Swaps })
	counter("salesmap_api_snapshot_rejected_total", "Database files found unfit.", func(st generation.Status) uint64 { return st.Rejections })
	gauge("salesmap_api_snapshot_rejected", "1 while the file at DB_PATH is unfit and an older snapshot, or none, serves.", func() float64 {
		return boolFloat(s.o.Generations.Status().Rejected != nil)
	})
	gauge("salesmap_api_snapshot_generations_open", "Snapshots not closed yet.", func() float64 {
		return float64(s.o.Generations.Status().Open)
	})
	gauge("salesmap_api_snapshot_ready", "1 while a snapshot is served.", ofCurrent(func(*Generation) float64 { return 1 }))
	gauge("salesmap_api_snapshot_age_seconds", "Age of the snapshot being served.", ofCurrent(func(g *Generation) float64 {
		return ageOf(g, time.Now()).Seconds()
	}))
	gauge("salesmap_api_snapshot_timestamp_seconds", "When the snapshot being served was captured, Unix time.", ofCurrent(func(g *Generation) float64 {
		return float64(capturedOrWritten(g).Unix())
	}))
	gauge("salesmap_api_cache_bytes", "Bytes of computed responses held.", ofCurrent(func(g *Generation) float64 {
		return float64(g.Content.Responses.Stats().Bytes)
	}))
	gauge("salesmap_api_streams", "Open event streams.", func() float64 { return float64(s.streams.Load()) })
}

// registerWorkspace adds what became of the workspace file.
func (m *metrics) registerWorkspace(status func() workspacewatch.Status) {
	if status == nil {
		return
	}
	m.registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "salesmap_api_workspace_rejected_total", Help: "Changes of the workspace file found unfit.",
		}, func() float64 { return float64(status().Rejections) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "salesmap_api_workspace_rejected", Help: "1 while the workspace file is unfit and the one before it holds.",
		}, func() float64 { return boolFloat(status().Rejected != nil) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "salesmap_api_workspace_loaded_timestamp_seconds", Help: "When the workspace that holds was read, Unix time.",
		}, func() float64 { return float64(status().LoadedAt.Unix()) }),
	)
}

func boolFloat(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// expect prepares for requests of a route.
func (m *metrics) expect(route string) {
	m.usual[route] = &usualMetrics{
		duration:    m.duration.WithLabelValues(route),
		ok:          m.requests.WithLabelValues(route, http.MethodGet, "200"),
		notModified: m.requests.WithLabelValues(route, http.MethodGet, "304"),
	}
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	if u := m.usual[route]; u != nil && method == http.MethodGet {
		switch status {
		case http.StatusOK:
			u.ok.Inc()
			u.duration.Observe(took.Seconds())
			return
		case http.StatusNotModified:
			u.notModified.Inc()
			u.duration.Observe(took.Seconds())
			return
		}
	}
	m.requests.WithLabelValues(route, knownMethod(method), strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// knownMethod keeps invented methods from becoming endless labels.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE":
		return method
	default:
		return "other"
	}
}

func (m *metrics) handler() echo.HandlerFunc {
	serve := echo.WrapHandler(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return func(c echo.Context) error {
		protect(c.Response().Header())
		return serve(c)
	}
}
