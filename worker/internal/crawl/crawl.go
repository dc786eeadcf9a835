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
// that called Run, one at a time, with a context that outlives a cancelled
// run, so that a page is stored whole or not at all. An error of any of them
// stops the run.
type Sink interface {
	// Page stores the next page of a table. Pages of a table come in order.
	Page(ctx context.Context, p record.Page) error
	// Fail records that a table could not be read to its end.
	Fail(ctx context.Context, f Failure) error
	// Restart forgets a table's rows and position: the server no longer takes
	// the cursor of a resumed run.
	Restart(ctx context.Context, table string) error
}

// Kinds of failure that only the crawl can see.
const (
	// KindCursorLoop: the answer's cursor leads back to a page already read.
	KindCursorLoop = "cursor_loop"
	// KindEmptyPages: MaxEmptyPages in a row, each with a further cursor.
	KindEmptyPages = "empty_pages"
)

// MaxEmptyPages is how many empty pages in a row a list may show. An empty
// page with a cursor is legal (spec 00), an endless chain of them is not.
const MaxEmptyPages = 100

// Failure is a table that could not be read to its end.
type Failure struct {
	Table string
	Page  int    // the page that failed, from 1
	Kind  string // see salesmap's and this package's Kind constants
	Err   error
}

// String is the form that manifest, history and checkpoint keep:
// `page<N>:<kind>`.
func (f Failure) String() string { return fmt.Sprintf("page%d:%s", f.Page, f.Kind) }

// Observer is told how the crawl goes. Its methods are called from several
// goroutines and must not block.
type Observer interface {
	TableStarted(table string, from record.Position)
	// PageStored follows Sink.Page; queued is how many pages wait.
	PageStored(p record.Page, queued int)
	// TableRestarted follows Sink.Restart.
	TableRestarted(table string)
	// TableEnded has nil if the table was read to its end.
	TableEnded(table string, failure *Failure)
}

// Options say what to crawl.
type Options struct {
	// Endpoints are the lists to read; nil means salesmap.Endpoints().
	Endpoints []salesmap.Endpoint
	// Start is where to go on, by table; a missing table starts at its
	// beginning, a completed one is not asked for.
	Start map[string]record.Position
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
	Rows      int64 // stored by this run
	Requests  int64
	Retries   int64
	Took      time.Duration
	Completed bool
	Failure   *Failure // nil if the table was read to its end or the run was stopped
}

// Result is what a crawl took, by table.
type Result struct {
	Tables map[string]TableResult
}

// Failures lists the tables that failed, in the order of the endpoints.
func (r Result) Failures() []Failure { return nil }

// Run crawls until every table is read to its end or has failed. A failed
// table does not stop the others; it is told to the sink and stands in the
// result, and the error is nil.
//
// The error is not nil when the run was stopped: ctx ended, the token was
// refused (salesmap.ErrTokenRefused), or the sink failed. What the sink was
// given until then is consistent and can be resumed from.
func Run(ctx context.Context, c Client, s Sink, o Options) (Result, error) {
	return Result{}, ctx.Err()
}
