package crawl

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// eventKind is what a reader has to tell.
type eventKind int

const (
	tableStarted eventKind = iota
	tableRestarted
	pageRead
	tableEnded
)

// event goes from a reader to Run's goroutine. A table's events keep their
// order, which is what makes a restart safe.
type event struct {
	kind      eventKind
	table     string
	from      record.Position // tableStarted
	page      record.Page     // pageRead
	completed bool            // tableEnded
	failure   *Failure        // tableEnded
	requests  int64           // calls that no page stands for
	retries   int64
	took      time.Duration // since the table was started
}

// errStopped ends a reader whose run was stopped by something else.
var errStopped = errors.New("stopped")

// start starts a reader per table and returns the queue that they share. The
// queue is closed when all have ended, which is soon after ctx ends.
func start(ctx context.Context, stop context.CancelCauseFunc, c Client, o Options) <-chan event {
	queue := make(chan event, o.QueueSize)
	var readers sync.WaitGroup
	for _, e := range o.Endpoints {
		r := &reader{
			client: c, endpoint: e, from: o.Start[e.Table], maxPages: o.MaxPages,
			queue: queue, began: time.Now(),
		}
		readers.Go(func() {
			if err := r.read(ctx); err != nil && !errors.Is(err, errStopped) {
				stop(err)
			}
		})
	}
	go func() {
		readers.Wait()
		close(queue)
	}()
	return queue
}

// reader reads one table.
type reader struct {
	client   Client
	endpoint salesmap.Endpoint
	from     record.Position
	maxPages int
	queue    chan<- event
	began    time.Time
}

// tell queues an event, or returns errStopped.
func (r *reader) tell(ctx context.Context, e event) error {
	e.table, e.took = r.endpoint.Table, time.Since(r.began)
	select {
	case r.queue <- e:
		return nil
	case <-ctx.Done():
		return errStopped
	}
}

// read reads the table to its end. Its error stops the whole run.
func (r *reader) read(ctx context.Context) error {
	if err := r.tell(ctx, event{kind: tableStarted, from: r.from}); err != nil {
		return err
	}
	if r.from.Completed {
		return r.tell(ctx, event{kind: tableEnded, completed: true})
	}
	// Pages but no cursor: nothing tells where to go on.
	if r.from.NextCursor == "" && r.from.Page > 0 {
		if err := r.restart(ctx, nil); err != nil {
			return err
		}
	}
	pager := salesmap.NewPager(r.client, r.endpoint, r.from.NextCursor)
	resumed := r.from.NextCursor != ""
	for read := 0; !pager.Done(); {
		if r.maxPages > 0 && read >= r.maxPages {
			return r.tell(ctx, event{kind: tableEnded})
		}
		number := r.from.Page + read + 1
		answer, err := pager.Next(ctx)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return errStopped
		case errors.Is(err, salesmap.ErrTokenRefused):
			return err
		case errors.Is(err, salesmap.ErrCursorRefused) && resumed && read == 0:
			if err := r.restart(ctx, err); err != nil {
				return err
			}
			pager, resumed = salesmap.NewPager(r.client, r.endpoint, ""), false
			continue
		default:
			return r.failed(ctx, number, err)
		}
		read++
		err = r.tell(ctx, event{kind: pageRead, page: record.Page{
			Table: r.endpoint.Table, Number: number, Records: answer.Records,
			NextCursor: answer.NextCursor, Last: pager.Done(),
			Requests: answer.Requests, Retries: answer.Retries,
		}})
		if err != nil {
			return err
		}
	}
	return r.tell(ctx, event{kind: tableEnded, completed: true})
}

// restart makes the table begin anew; why is the refusal that led to it.
func (r *reader) restart(ctx context.Context, why error) error {
	r.from = record.Position{}
	return r.tell(ctx, event{kind: tableRestarted}.costing(why))
}

// failed ends the table with a failure.
func (r *reader) failed(ctx context.Context, page int, err error) error {
	failure := &Failure{Table: r.endpoint.Table, Page: page, Kind: salesmap.KindOf(err), Err: err}
	return r.tell(ctx, event{kind: tableEnded, failure: failure}.costing(err))
}

// costing adds the calls that a failure took.
func (e event) costing(err error) event {
	if f, ok := errors.AsType[*salesmap.Error](err); ok {
		e.requests, e.retries = int64(f.Attempts), int64(f.Attempts-1)
	}
	return e
}
