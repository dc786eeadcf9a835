// Package webform reads the submissions of web forms (spec 08 "A run" step 4)
// and keeps those of the people it is told.
//
// Several forms are read at once, but submissions are handed on form after
// form; a form that is read ahead waits with a page or two in hand, so memory
// stays bounded and the order does not depend on the network.
package webform

import (
	"context"
	"fmt"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// Client asks for one page of a list; *salesmap.Client is one.
type Client interface {
	List(ctx context.Context, e salesmap.Endpoint, cursor string) (salesmap.Answer, error)
}

// Sink stores submissions. Its methods are called from the goroutine that
// called Run, one at a time, with a context that a cancelled run does not
// cancel. An error of any of them stops the run.
type Sink interface {
	// Submissions stores kept submissions of a form, with webFormId added.
	// Forms come in ascending order, a form's submissions in server order.
	Submissions(ctx context.Context, formID string, records []record.Record) error
	// FormFailed tells that a form could not be read to its end: what was
	// stored of it must be replaced by the previous snapshot's rows.
	FormFailed(ctx context.Context, f Failure) error
}

// Failure is a form that could not be read to its end.
type Failure struct {
	FormID string
	Page   int    // the page that failed, from 1
	Kind   string // see salesmap's Kind constants; an unknown form is http_400
	Err    error  // the whole story, for logs
}

// String is the form that manifest and history keep:
// `<form>:page<N>:<kind>`.
func (f Failure) String() string { return fmt.Sprintf("%s:page%d:%s", f.FormID, f.Page, f.Kind) }

// Observer is told how the reading goes, from the goroutine that called Run;
// it must not block.
type Observer interface {
	// FormRead follows the last page of a form, or its failure. rows are those
	// kept of all forms so far.
	FormRead(done, total int, rows int64)
}

// Options say what to read.
type Options struct {
	// Forms are the form keys; order and repetitions do not matter.
	Forms []string
	// Allowed tells whether a person's submissions are kept. It is called from
	// the goroutine that called Run.
	Allowed func(personID string) bool
	// Concurrency is how many forms are read at once; 0 means
	// DefaultConcurrency.
	Concurrency int
	// Observer may be nil.
	Observer Observer
}

// DefaultConcurrency keeps the request budget busy at 600 ms an answer.
const DefaultConcurrency = 6

// Result counts what was read and what was left out.
type Result struct {
	Forms             int   // distinct forms asked for
	Rows              int64 // kept
	DroppedMissing    int64 // submissions without a person
	DroppedNotAllowed int64 // submissions of people who are not allowed
	Requests          int64
	Retries           int64
	Failures          []Failure // by form, ascending
}

// Run reads all pages of all forms. A form that fails does not stop the
// others, and nothing of it counts in Rows and Dropped…; the error is not nil
// when the run was stopped: ctx ended (the error is its cause), the token was
// refused (salesmap.ErrTokenRefused), or the sink failed.
func Run(ctx context.Context, c Client, s Sink, o Options) (Result, error) {
	forms := distinct(o.Forms)
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ahead := newReaders(inner, stop, c, forms, o.Concurrency)
	defer ahead.wait()
	defer stop(nil) // before waiting: an early return ends the readers
	k := keeper{sink: s, allowed: o.Allowed, result: Result{Forms: len(forms)}}
	for i, form := range forms {
		pages := ahead.open(i)
		if err := k.form(inner, form, pages); err != nil {
			return k.result, err
		}
		if o.Observer != nil {
			o.Observer.FormRead(i+1, len(forms), k.result.Rows)
		}
	}
	return k.result, nil
}

// keeper is Run's own half: it sifts pages and hands them to the sink.
type keeper struct {
	sink    Sink
	allowed func(personID string) bool
	result  Result
}

// form hands on one form's pages.
func (k *keeper) form(ctx context.Context, form string, pages <-chan page) error {
	before := k.result
	for {
		select {
		case p, more := <-pages:
			if !more {
				return nil
			}
			k.result.Requests += p.requests
			k.result.Retries += p.retries
			if p.failure != nil {
				k.forget(before)
				k.result.Failures = append(k.result.Failures, *p.failure)
				if err := k.sink.FormFailed(context.WithoutCancel(ctx), *p.failure); err != nil {
					return fmt.Errorf("record that form %s failed: %w", form, err)
				}
				continue
			}
			kept := k.sift(form, p.records)
			if len(kept) == 0 {
				continue
			}
			if err := k.sink.Submissions(context.WithoutCancel(ctx), form, kept); err != nil {
				return fmt.Errorf("store submissions of form %s: %w", form, err)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// forget takes back what a failed form has counted.
func (k *keeper) forget(before Result) {
	k.result.Rows = before.Rows
	k.result.DroppedMissing = before.DroppedMissing
	k.result.DroppedNotAllowed = before.DroppedNotAllowed
}

// sift returns the submissions of allowed people, with the form added.
func (k *keeper) sift(form string, records []record.Record) []record.Record {
	kept := records[:0]
	for _, r := range records {
		switch person := personOf(r); {
		case person == "":
			k.result.DroppedMissing++
		case !k.allowed(person):
			k.result.DroppedNotAllowed++
		default:
			k.result.Rows++
			kept = append(kept, withForm(r, form))
		}
	}
	return kept
}
