package salesmap

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// Lister asks for one page of a list; *Client is one.
type Lister interface {
	List(ctx context.Context, e Endpoint, cursor string) (Answer, error)
}

// MaxEmptyPages is how many empty pages in a row a list may show. An empty
// page with a cursor is legal (spec 00), an endless chain of them is not.
const MaxEmptyPages = 100

// Pager reads a list page after page and makes sure that it ends.
type Pager struct {
	lister   Lister
	endpoint Endpoint
	cursor   string
	seen     map[string]struct{}
	seed     maphash.Seed
	pages    map[uint64]struct{} // of the pages that hold a record without id
	empty    int
	done     bool
}

// NewPager begins at a cursor, or at the list's start if it is empty.
func NewPager(l Lister, e Endpoint, cursor string) *Pager {
	p := &Pager{
		lister: l, endpoint: e, cursor: cursor, seen: map[string]struct{}{},
		seed: maphash.MakeSeed(), pages: map[uint64]struct{}{},
	}
	if cursor != "" {
		p.seen[cursor] = struct{}{}
	}
	return p
}

// Done tells that the last page has been read.
func (p *Pager) Done() bool { return p.done }

// Next asks for the next page; after an error it asks for the same page again.
// Besides the failures of List it knows KindCursorLoop and KindEmptyPages.
func (p *Pager) Next(ctx context.Context) (Answer, error) {
	a, err := p.lister.List(ctx, p.endpoint, p.cursor)
	if err != nil {
		return Answer{}, err
	}
	if !p.endpoint.Paged {
		a.NextCursor = ""
	}
	if _, again := p.seen[a.NextCursor]; again {
		return Answer{}, p.failure(a, KindCursorLoop, "the next cursor leads back to a page already read")
	}
	if p.repeats(a.Records) {
		return Answer{}, p.failure(a, KindCursorLoop, "a page of records without ids came again")
	}
	if len(a.Records) > 0 {
		p.empty = 0
	} else if p.empty++; p.empty > MaxEmptyPages && a.NextCursor != "" {
		return Answer{}, p.failure(a, KindEmptyPages, fmt.Sprintf("more than %d empty pages in a row", MaxEmptyPages))
	}
	p.cursor = a.NextCursor
	if p.done = a.NextCursor == ""; !p.done {
		p.seen[a.NextCursor] = struct{}{}
	}
	return a, nil
}

func (p *Pager) failure(a Answer, kind, text string) error {
	return &Error{
		Kind: kind, Op: p.endpoint.op(), Status: 200, Message: text, Attempts: int(a.Requests),
	}
}

// repeats tells whether the very same page came before. Only records without
// an id make that matter: a record with one is stored once, however often it
// comes, so a loop by way of a new cursor does no harm before it is noticed.
func (p *Pager) repeats(records []record.Record) bool {
	if !slices.ContainsFunc(records, anonymous) {
		return false
	}
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, r := range records {
		for _, f := range r.Fields {
			maphash.WriteComparable(&h, f)
		}
		h.WriteByte('\n')
	}
	_, again := p.pages[h.Sum64()]
	p.pages[h.Sum64()] = struct{}{}
	return again
}

// anonymous tells that a record has no id.
func anonymous(r record.Record) bool {
	return !slices.ContainsFunc(r.Fields, func(f record.Field) bool {
		return f.Name == snapshot.ColumnID && !f.Null
	})
}
