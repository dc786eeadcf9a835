// Package progress shows how a run goes: a bar per table on a terminal, a
// plain line every ten seconds elsewhere (spec 08 "Told while it runs").
//
// It draws itself rather than with a library: the drawing is sixty lines, and
// a block of bars that log lines scroll past, with an estimate made of several
// tables, is what the well-known ones don't have.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/webform"
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
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case ModeAuto, ModeBar, ModePlain, ModeNone:
		return m, nil
	default:
		return "", fmt.Errorf("%q is not one of auto, bar, plain, none", s)
	}
}

const (
	// DefaultInterval is the time between two plain lines.
	DefaultInterval = 10 * time.Second
	// barInterval is the time between two drawings of the bars.
	barInterval = 200 * time.Millisecond
	// plainWidth is assumed of a terminal that does not tell its width.
	plainWidth = 80
)

// Options describe a display.
type Options struct {
	W    io.Writer
	Mode Mode
	// Tables in the order in which they are shown.
	Tables []string
	// Expected is how many rows each table had in the previous snapshot; it
	// makes bars and the ETA possible. Tables may be missing.
	Expected map[string]int64
	// PerSecond is the request rate allowed, for the first ETA; 0: unlimited.
	PerSecond float64
	// Interval between two plain lines; 0 means DefaultInterval.
	Interval time.Duration
	// Line, if given, takes the plain lines instead of W, for a logger whose
	// records are all of one format.
	Line func(string)
}

// Display draws. It is a crawl.Observer and a webform.Observer, and its
// Retried is a salesmap.Options.OnRetry. It is safe for concurrent use.
type Display struct {
	opts  Options
	mode  Mode // never ModeAuto
	stop  chan struct{}
	ended chan struct{}
	once  sync.Once

	mu    sync.Mutex // guards the state and W
	state state
	drawn int // lines of bars on the screen
}

var (
	_ crawl.Observer   = (*Display)(nil)
	_ webform.Observer = (*Display)(nil)
)

// Start makes a display and begins to draw. Close ends it.
func Start(o Options) *Display {
	if o.Interval <= 0 {
		o.Interval = DefaultInterval
	}
	d := &Display{opts: o, mode: o.Mode, stop: make(chan struct{}), ended: make(chan struct{})}
	if d.mode == ModeAuto || d.mode == "" {
		d.mode = ModePlain
		if obs.IsTerminal(o.W) {
			d.mode = ModeBar
		}
	}
	d.state = newState(o, time.Now())
	interval := o.Interval
	if d.mode == ModeBar {
		interval = barInterval
	}
	if d.mode == ModeNone {
		close(d.ended)
		return d
	}
	go d.run(interval)
	return d
}

func (d *Display) run(interval time.Duration) {
	defer close(d.ended)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			d.draw()
		case <-d.stop:
			d.draw()
			return
		}
	}
}

// Close draws the last state and stops drawing. It may be called twice.
func (d *Display) Close() {
	d.once.Do(func() { close(d.stop) })
	<-d.ended
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drawn = 0 // what is on the screen stays there
}

// draw shows the present state.
func (d *Display) draw() {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.state.sample(now)
	if d.mode == ModeBar {
		d.erase()
		d.bars(now)
		return
	}
	line := d.state.line(now)
	if d.opts.Line != nil {
		d.opts.Line(line)
		return
	}
	fmt.Fprintln(d.opts.W, line)
}

// bars draws the block of bars below what is on the screen.
func (d *Display) bars(now time.Time) {
	lines := d.state.block(now, d.width())
	for _, line := range lines {
		fmt.Fprintln(d.opts.W, line)
	}
	d.drawn = len(lines)
}

// erase takes the bars from the screen.
func (d *Display) erase() {
	if d.drawn > 0 {
		fmt.Fprintf(d.opts.W, "\x1b[%dA\r\x1b[J", d.drawn)
		d.drawn = 0
	}
}

func (d *Display) width() int {
	if f, ok := d.opts.W.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return plainWidth
}

// Writer is where log lines go while the display is on: on a terminal each is
// put above the bars. Every write must be whole lines.
func (d *Display) Writer() io.Writer { return above{d} }

type above struct{ d *Display }

func (a above) Write(p []byte) (int, error) {
	d := a.d
	d.mu.Lock()
	defer d.mu.Unlock()
	redraw := d.drawn > 0
	d.erase()
	n, err := d.opts.W.Write(p)
	if redraw {
		d.bars(time.Now())
	}
	return n, err
}

// TableStarted implements crawl.Observer.
func (d *Display) TableStarted(table string, from record.Position) {
	d.change(table, func(t *tableState) {
		t.rows, t.pages, t.begun = from.Rows, from.Page, true
	})
}

// PageStored implements crawl.Observer.
func (d *Display) PageStored(p record.Page, queued int) {
	d.change(p.Table, func(t *tableState) {
		d.state.queued = queued
		t.rows += int64(len(p.Records))
		t.pages++
		t.readRows += int64(len(p.Records))
		t.readPages++
		t.requests += p.Requests
	})
}

// TableRestarted implements crawl.Observer.
func (d *Display) TableRestarted(table string) {
	d.change(table, func(t *tableState) { t.rows, t.pages = 0, 0 })
}

// TableEnded implements crawl.Observer.
func (d *Display) TableEnded(table string, failure *crawl.Failure) {
	d.change(table, func(t *tableState) {
		t.ended = true
		if failure != nil {
			t.failure = failure.String()
		}
	})
}

// FormRead implements webform.Observer.
func (d *Display) FormRead(done, total int, rows int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.forms = formState{done: done, total: total, rows: rows}
}

// Retried counts a retry and shows the pause after a 429.
func (d *Display) Retried(r salesmap.Retry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.retries++
	if t := d.state.table(r.Endpoint.Table); t != nil {
		t.retries++
	}
	if until := time.Now().Add(r.Wait); r.RateLimited() && until.After(d.state.pausedUntil) {
		d.state.pausedUntil = until
	}
}

// change alters the state of a table, if it is shown.
func (d *Display) change(table string, alter func(t *tableState)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.state.table(table); t != nil {
		alter(t)
	}
}
