// Package webform reads the submissions of web forms (spec 08 "A run" step 4)
// and keeps those of the people it is told.
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

// FormKeys returns the forms that a stored value of people."제출된 웹폼 목록"
// names, in the order of the list and with repetitions: of an object its id,
// or else its name; of anything else that is not empty its text.
func FormKeys(stored string) []string { return nil }

// Sink stores submissions. Its methods are called from the goroutine that
// called Run, one at a time. An error of any of them stops the run.
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
	Page   int // from 1
	Kind   string
	Err    error
}

// String is the form that manifest and history keep:
// `<form>:page<N>:<kind>`.
func (f Failure) String() string { return fmt.Sprintf("%s:page%d:%s", f.FormID, f.Page, f.Kind) }

// Observer is told how the reading goes; it must not block.
type Observer interface {
	// FormRead follows the last page of a form, or its failure.
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

// DefaultConcurrency keeps the request budget busy at 300 ms an answer.
const DefaultConcurrency = 6

// Result counts what was read and what was left out.
type Result struct {
	Forms             int // distinct forms asked for
	Rows              int64
	DroppedMissing    int64 // submissions without a person
	DroppedNotAllowed int64 // submissions of people who are not allowed
	Requests          int64
	Retries           int64
	Failures          []Failure // by form, ascending
}

// Run reads all pages of all forms. A form that fails does not stop the
// others; the error is not nil when the run was stopped: ctx ended, the token
// was refused (salesmap.ErrTokenRefused), or the sink failed.
func Run(ctx context.Context, c Client, s Sink, o Options) (Result, error) {
	return Result{}, ctx.Err()
}
