package health

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// Metrics knows how the runs go. It is a crawl.Observer. Labels come from
// fixed lists: tables and statuses, never from data.
type Metrics struct {
	registry *prometheus.Registry
	next     func() time.Time

	runs, skipped, requests, retries, rateLimited, pages *prometheus.CounterVec
	active, lastEnd, lastSuccess, duration, bytes, queue prometheus.Gauge
	rows                                                 *prometheus.GaugeVec

	mu       sync.Mutex
	running  string // run that is on its way, or empty
	last     *runhistory.Entry
	stopping bool
}

var _ crawl.Observer = (*Metrics)(nil)

const namespace = "salesmap_worker"

// NewMetrics makes metrics that know the runs of before; next tells when the
// next run is due.
func NewMetrics(before []runhistory.Entry, next func() time.Time) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help})
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(), next: next,
		runs:        counter("runs_total", "Snapshot runs by how they ended.", "status"),
		skipped:     counter("skipped_runs_total", "Times of the schedule at which a run was still on its way."),
		requests:    counter("requests_total", "Calls to the CRM, retries included."),
		retries:     counter("retries_total", "Calls to the CRM that were made again."),
		rateLimited: counter("rate_limited_total", "Answers 429 of the CRM."),
		pages:       counter("pages_total", "Pages stored by table.", "table"),
		active:      gauge("run_active", "1 while a run is on its way."),
		lastEnd:     gauge("last_run_timestamp_seconds", "When the last run ended."),
		lastSuccess: gauge("last_success_timestamp_seconds", "When the last run that published a snapshot ended."),
		duration:    gauge("last_run_duration_seconds", "How long the last run took."),
		bytes:       gauge("snapshot_bytes", "Size of the last published snapshot."),
		queue:       gauge("queue_pages", "Pages read that wait to be stored."),
		rows: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "table_rows", Help: "Rows by table of the last published snapshot.",
		}, []string{"table"}),
	}
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "The version that runs.", ConstLabels: prometheus.Labels{"version": obs.Version()},
	}, func() float64 { return 1 })
	nextRun := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "next_run_timestamp_seconds", Help: "When the next run is due.",
	}, func() float64 { return seconds(next()) })
	m.registry.MustRegister(m.runs, m.skipped, m.requests, m.retries, m.rateLimited, m.pages, m.active, m.lastEnd, m.lastSuccess,
		m.duration, m.bytes, m.queue, m.rows, build, nextRun,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, e := range before {
		m.remember(e)
	}
	for _, c := range []*prometheus.CounterVec{m.skipped, m.requests, m.retries, m.rateLimited} {
		c.WithLabelValues().Add(0) // there from the first scrape
	}
	return m
}

// Begin says that a run is on its way.
func (m *Metrics) Begin(why string) {
	m.active.Set(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = why
}

// End says how it ended; an empty entry is a run that did not begin.
func (m *Metrics) End(e runhistory.Entry) {
	m.active.Set(0)
	m.queue.Set(0)
	m.mu.Lock()
	m.running = ""
	m.mu.Unlock()
	if e.RunTag == "" {
		return
	}
	m.runs.WithLabelValues(string(e.Status)).Inc()
	m.requests.WithLabelValues().Add(float64(e.Requests))
	m.retries.WithLabelValues().Add(float64(e.Retries))
	m.rateLimited.WithLabelValues().Add(float64(e.RateLimited))
	m.remember(e)
}

// remember takes over what a run left behind.
func (m *Metrics) remember(e runhistory.Entry) {
	m.mu.Lock()
	m.last = &e
	m.mu.Unlock()
	m.lastEnd.Set(seconds(e.FinishedAt))
	m.duration.Set(e.DurationS)
	if !e.Status.OK() {
		return
	}
	m.lastSuccess.Set(seconds(e.FinishedAt))
	m.bytes.Set(float64(e.Bytes))
	for table, t := range e.Tables {
		m.rows.WithLabelValues(table).Set(float64(t.Rows))
	}
}

// Skip says that a time of the schedule passed by.
func (m *Metrics) Skip() { m.skipped.WithLabelValues().Inc() }

// Stopping says that the service ends.
func (m *Metrics) Stopping() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopping = true
}

// ready tells whether the service does its work, and line by line what it is
// at.
func (m *Metrics) ready() (bool, string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	state := "ok"
	if m.stopping {
		state = "stopping"
	}
	fmt.Fprintf(&b, "schedule: %s\n", state)
	fmt.Fprintf(&b, "next run: %s\n", m.next().Format(time.RFC3339))
	if m.running != "" {
		fmt.Fprintf(&b, "running: %s\n", m.running)
	}
	if m.last != nil {
		fmt.Fprintf(&b, "last run: %s %s, ended %s\n", m.last.RunTag, m.last.Status, m.last.FinishedAt.Format(time.RFC3339))
	}
	return !m.stopping, b.String()
}

// TableStarted implements crawl.Observer.
func (m *Metrics) TableStarted(string, record.Position) {}

// PageStored implements crawl.Observer.
func (m *Metrics) PageStored(p record.Page, queued int) {
	m.pages.WithLabelValues(p.Table).Inc()
	m.queue.Set(float64(queued))
}

// TableRestarted implements crawl.Observer.
func (m *Metrics) TableRestarted(string) {}

// TableEnded implements crawl.Observer.
func (m *Metrics) TableEnded(string, *crawl.Failure) {}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
