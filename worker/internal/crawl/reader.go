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
	tableFellBack
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
	why       error           // tableRestarted, tableFellBack
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
			client: c, endpoint: e, from: o.Start[e.Table], options: o,
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
	options  Options
	lane     *lane
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
	switch {
	case r.from.NextCursor == "" && r.from.Page > 0: // nothing tells where to go on
		if err := r.restart(ctx, errNoCursor); err != nil {
			return err
		}
	case !goesOn(r.from, r.endpoint, r.options.API):
		if err := r.restart(ctx, errOtherAPI); err != nil {
			return err
		}
	}
	r.lane = newLane(r.client, r.endpoint, r.from, r.options)
	resumed := r.from.NextCursor != ""
	for read := 0; !r.lane.pager.Done(); {
		if r.options.MaxPages > 0 && read >= r.options.MaxPages {
			return r.tell(ctx, event{kind: tableEnded})
		}
		number := r.from.Page + read + 1
		answer, away, err := r.lane.next(ctx)
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
			r.lane, resumed = newLane(r.client, r.endpoint, r.from, r.options), false
			continue
		case r.lane.api == salesmap.APIv3 && r.lane.leaves(err):
			if err := r.fallBack(ctx, err); err != nil {
				return err
			}
			read, resumed = 0, false
			continue
		default:
			return r.failed(ctx, number, err)
		}
		if away != nil {
			if err := r.tell(ctx, event{kind: tableFellBack, why: away}.costing(away)); err != nil {
				return err
			}
		}
		read++
		err = r.tell(ctx, event{kind: pageRead, page: record.Page{
			Table: r.endpoint.Table, Number: number, Records: answer.Records,
			NextCursor: answer.NextCursor, API: string(r.lane.api), Last: r.lane.pager.Done(),
			Requests: answer.Requests, Retries: answer.Retries,
		}})
		if err != nil {
			return err
		}
	}
	return r.tell(ctx, event{kind: tableEnded, completed: true})
}

var (
	errNoCursor = errors.New("its position names no cursor")
	errOtherAPI = errors.New("its cursor is one of v3, and v3 is not to be used now")
)

// fallBack makes the table begin anew over v2: the pages that v3 gave cannot be
// gone on with there.
func (r *reader) fallBack(ctx context.Context, why error) error {
	if err := r.tell(ctx, event{kind: tableFellBack, why: why}); err != nil {
		return err
	}
	if err := r.restart(ctx, why); err != nil {
		return err
	}
	o := r.options
	o.API = salesmap.APIv2
	r.lane = newLane(r.client, r.endpoint, r.from, o)
	return nil
}

// restart makes the table begin anew; why is what led to it.
func (r *reader) restart(ctx context.Context, why error) error {
	r.from = record.Position{}
	return r.tell(ctx, event{kind: tableRestarted, why: why}.costing(why))
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
