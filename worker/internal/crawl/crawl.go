// Package crawl copies the CRM's lists page by page into a Sink: tables side
// by side, each table's pages one after the other (spec 08 "A run" step 3).
//
// It knows neither HTTP nor SQL. A page is fetched when the one before it has
// been answered and there is room in a bounded queue, so a slow sink slows the
// crawl down instead of filling the memory.
package crawl

import (
	"context"
	"fmt"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// Client asks for one page of a list; *salesmap.Client is one.
type Client interface {
	List(ctx context.Context, e salesmap.Endpoint, cursor string) (salesmap.Answer, error)
}

// Sink stores what was read. All its methods are called from the goroutine
// that called Run, one at a time, with a context that a cancelled run does not
// cancel, so that a page is stored whole or not at all. An error of any of
// them stops the run.
type Sink interface {
	// Page stores the next page of a table. Pages of a table come in order.
	Page(ctx context.Context, p record.Page) error
	// Fail records that a table could not be read to its end.
	Fail(ctx context.Context, f Failure) error
	// Restart forgets a table's rows and position; why says what was wrong with
	// going on.
	Restart(ctx context.Context, table string, why error) error
	// FellBack records that a table is read over v2 although v3 was wanted.
	FellBack(ctx context.Context, table string, why error) error
}

// Failure is a table that could not be read to its end.
type Failure struct {
	Table string
	Page  int    // the page that failed, from 1
	Kind  string // see salesmap's Kind constants
	Err   error  // the whole story, for logs
}

// String is the form that manifest, history and checkpoint keep:
// `page<N>:<kind>`.
func (f Failure) String() string { return fmt.Sprintf("page%d:%s", f.Page, f.Kind) }

// Observer is told how the crawl goes. Its methods are called from the
// goroutine that called Run and must not block.
type Observer interface {
	TableStarted(table string, from record.Position)
	// PageStored follows Sink.Page; queued is how many pages wait.
	PageStored(p record.Page, queued int)
	// TableRestarted follows Sink.Restart.
	TableRestarted(table string)
	// TableEnded has nil if the table was read to its end. It does not come
	// for tables that were under way when the run was stopped.
	TableEnded(table string, failure *Failure)
}

// Options say what to crawl.
type Options struct {
	// Endpoints are the lists to read; nil means salesmap.Endpoints().
	Endpoints []salesmap.Endpoint
	// Start is where to go on, by table; a missing table starts at its
	// beginning, a completed one is not asked for.
	Start map[string]record.Position
	// API is the version of the CRM's API to read by; empty means v2. A table
	// that is resumed goes on over the version that gave its cursor.
	API salesmap.API
	// V3Records is how many records to ask of a v3 call; 0 means
	// salesmap.MaxV3Records.
	V3Records int
	// MaxPages stops each table after so many pages, for a dry run; 0 means
	// to the end.
	MaxPages int
	// QueueSize is how many pages may wait for the sink; 0 means
	// DefaultQueueSize.
	QueueSize int
	// Observer may be nil.
	Observer Observer
}

// DefaultQueueSize lets the seven tables be one page ahead each.
const DefaultQueueSize = 8

// TableResult is what one table took in this run.
type TableResult struct {
	Pages     int   // stored by this run
	Rows      int64 // stored by this run, repeated records included
	Requests  int64
	Retries   int64
	Took      time.Duration
	Completed bool     // read to its end, now or by the run that is resumed
	Failure   *Failure // nil if the table is completed or was stopped
}

// Result is what a crawl took, by table.
type Result struct {
	Tables map[string]TableResult
	order  []string
}

// Failures lists the tables that failed, in the order of the endpoints.
func (r Result) Failures() []Failure {
	var all []Failure
	for _, table := range r.order {
		if f := r.Tables[table].Failure; f != nil {
			all = append(all, *f)
		}
	}
	return all
}

// Run crawls until every table is read to its end or has failed. A failed
// table does not stop the others; it is told to the sink and stands in the
// result, and the error is nil.
//
// The error is not nil when the run was stopped: ctx ended (the error is its
// cause), the token was refused (salesmap.ErrTokenRefused), or the sink
// failed. What the sink was given until then is consistent and can be resumed
// from; pages that were still queued are dropped and read again.
func Run(ctx context.Context, c Client, s Sink, o Options) (Result, error) {
	if o.Endpoints == nil {
		o.Endpoints = salesmap.Endpoints()
	}
	if o.QueueSize <= 0 {
		o.QueueSize = DefaultQueueSize
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := start(inner, stop, c, o)
	k := keeper{sink: s, observer: o.Observer, result: newResult(o), waiting: func() int { return len(queue) }}
	var sinkErr error
	for e := range queue {
		if inner.Err() != nil {
			continue // stopped: let the readers end
		}
		if sinkErr = k.keep(context.WithoutCancel(inner), e); sinkErr != nil {
			stop(sinkErr)
		}
	}
	switch {
	case sinkErr != nil:
		return k.result, sinkErr
	case k.ended == len(o.Endpoints):
		return k.result, nil
	default:
		return k.result, context.Cause(inner)
	}
}

func newResult(o Options) Result {
	r := Result{Tables: map[string]TableResult{}}
	for _, e := range o.Endpoints {
		r.order = append(r.order, e.Table)
		r.Tables[e.Table] = TableResult{}
	}
	return r
}

// keeper is Run's own half: it hands events to the sink and counts.
type keeper struct {
	sink     Sink
	observer Observer
	result   Result
	waiting  func() int
	ended    int
}

// keep handles one event.
func (k *keeper) keep(ctx context.Context, e event) error {
	t := k.result.Tables[e.table]
	switch e.kind {
	case tableStarted:
		k.observer.TableStarted(e.table, e.from)
		return nil
	case tableRestarted:
		if err := k.sink.Restart(ctx, e.table, e.why); err != nil {
			return fmt.Errorf("restart %s: %w", e.table, err)
		}
		t.Requests += e.requests
		t.Retries += e.retries
		k.observer.TableRestarted(e.table)
	case tableFellBack:
		if err := k.sink.FellBack(ctx, e.table, e.why); err != nil {
			return fmt.Errorf("record that %s is read over v2: %w", e.table, err)
		}
		t.Requests += e.requests
		t.Retries += e.retries
	case pageRead:
		if err := k.sink.Page(ctx, e.page); err != nil {
			return fmt.Errorf("store %s page %d: %w", e.table, e.page.Number, err)
		}
		t.Pages++
		t.Rows += int64(len(e.page.Records))
		t.Requests += e.page.Requests
		t.Retries += e.page.Retries
		k.observer.PageStored(e.page, k.waiting())
	case tableEnded:
		t.Completed, t.Failure = e.completed, e.failure
		t.Requests += e.requests
		t.Retries += e.retries
		if e.failure != nil {
			if err := k.sink.Fail(ctx, *e.failure); err != nil {
				return fmt.Errorf("record that %s failed: %w", e.table, err)
			}
		}
		k.ended++
		k.observer.TableEnded(e.table, e.failure)
	}
	t.Took = e.took
	k.result.Tables[e.table] = t
	return nil
}

// nobody observes nothing.
type nobody struct{}

func (nobody) TableStarted(string, record.Position) {}
func (nobody) PageStored(record.Page, int)          {}
func (nobody) TableRestarted(string)                {}
func (nobody) TableEnded(string, *Failure)          {}
