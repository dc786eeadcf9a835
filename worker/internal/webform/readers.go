package webform

import (
	"context"
	"errors"
	"sync"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// page is what a reader has to tell: records, or the failure that ends a form.
type page struct {
	records  []record.Record
	failure  *Failure
	requests int64
	retries  int64
}

// readers read forms ahead of the one that is being handed on.
type readers struct {
	client Client
	forms  []string
	ahead  int
	queues []chan page // of the forms that were started, in order
	start  func(form string, queue chan<- page)
	group  sync.WaitGroup
}

func newReaders(ctx context.Context, stop context.CancelCauseFunc, c Client, forms []string, ahead int) *readers {
	r := &readers{client: c, forms: forms, ahead: ahead}
	r.start = func(form string, queue chan<- page) {
		r.group.Go(func() {
			if err := r.read(ctx, form, queue); err != nil {
				stop(err)
				return // the queue stays open: a form cut short must not look complete
			}
			close(queue)
		})
	}
	return r
}

// open returns the pages of form i, which come in order and end with a closed
// channel, and starts the forms that may be read meanwhile.
func (r *readers) open(i int) <-chan page {
	for len(r.queues) < min(i+r.ahead, len(r.forms)) {
		queue := make(chan page, 1)
		r.start(r.forms[len(r.queues)], queue)
		r.queues = append(r.queues, queue)
	}
	queue := r.queues[i]
	r.queues[i] = nil
	return queue
}

func (r *readers) wait() { r.group.Wait() }

// read reads one form to its end or its failure. Its error stops the run.
func (r *readers) read(ctx context.Context, form string, queue chan<- page) error {
	pager := salesmap.NewPager(r.client, salesmap.Submissions(form), "")
	for number := 1; !pager.Done(); number++ {
		answer, err := pager.Next(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, salesmap.ErrTokenRefused) {
			return err
		}
		p := page{records: answer.Records, requests: answer.Requests, retries: answer.Retries}
		if err != nil {
			p.failure = &Failure{FormID: form, Page: number, Kind: salesmap.KindOf(err), Err: err}
			if f, ok := errors.AsType[*salesmap.Error](err); ok {
				p.requests, p.retries = int64(f.Attempts), int64(f.Attempts-1)
			}
		}
		select {
		case queue <- p:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if p.failure != nil {
			return nil
		}
	}
	return nil
}
