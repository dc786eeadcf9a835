package crawl

import (
	"context"
	"errors"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// errOtherShape says why v3 is not used although it answers.
var errOtherShape = errors.New("v3 shows the first records in another form than v2")

// lane is how a table is read: by which list, page after page.
type lane struct {
	client Client
	pager  *salesmap.Pager
	api    salesmap.API

	// fast is the table's v3 list while it may be used; nil: v2 alone.
	fast *salesmap.Endpoint
	mode salesmap.API
	// untried: the next page is the table's first, and v3 is to be tried.
	untried bool
}

// newLane begins a table, or goes on at a position over the version that gave
// its cursor.
func newLane(c Client, e salesmap.Endpoint, from record.Position, o Options) *lane {
	l := &lane{client: c, api: salesmap.APIv2, mode: o.API}
	if fast, ok := e.V3(o.V3Records); ok && (o.API == salesmap.APIv3 || o.API == salesmap.APIAuto) {
		l.fast = &fast
	}
	if from.NextCursor != "" && salesmap.API(from.API) == salesmap.APIv3 && l.fast != nil {
		l.api, l.pager = salesmap.APIv3, salesmap.NewPager(c, *l.fast, from.NextCursor)
		return l
	}
	l.pager = salesmap.NewPager(c, e, from.NextCursor)
	l.untried = l.fast != nil && from.NextCursor == ""
	return l
}

// goesOn tells whether a position's cursor can be used in the lane's mode: one
// that v3 gave says nothing to v2.
func goesOn(from record.Position, e salesmap.Endpoint, mode salesmap.API) bool {
	if from.NextCursor == "" || salesmap.API(from.API) != salesmap.APIv3 {
		return true
	}
	_, ok := e.V3(0)
	return ok && (mode == salesmap.APIv3 || mode == salesmap.APIAuto)
}

// next reads the next page. away is not nil if v3 was tried and left before it
// gave a page; the page is v2's then.
//
// The first page is read over v2, always. It often is the whole table; if not,
// v3 is taken at its word only if it shows the same records in the same form,
// since it is in no reference.
func (l *lane) next(ctx context.Context) (page salesmap.Answer, away error, err error) {
	if !l.untried {
		page, err = l.pager.Next(ctx)
		return page, nil, err
	}
	first, err := l.pager.Next(ctx)
	if err != nil {
		return salesmap.Answer{}, nil, err
	}
	l.untried = false
	if l.pager.Done() {
		return first, nil, nil
	}
	pager := salesmap.NewPager(l.client, *l.fast, "")
	page, err = pager.Next(ctx)
	if err == nil && !sameForm(first.Records, page.Records) {
		first.Requests, first.Retries = first.Requests+page.Requests, first.Retries+page.Retries
		l.fast = nil
		return first, errOtherShape, nil
	}
	if err == nil {
		page.Requests, page.Retries = page.Requests+first.Requests, page.Retries+first.Retries
		l.pager, l.api = pager, salesmap.APIv3
		return page, nil, nil
	}
	if ctx.Err() != nil || !l.leaves(err) {
		return salesmap.Answer{}, nil, err
	}
	l.fast = nil
	return first, err, nil
}

// leaves tells whether a failure of v3 leads back to v2.
func (l *lane) leaves(err error) bool {
	if errors.Is(err, salesmap.ErrTokenRefused) {
		return false
	}
	return l.mode == salesmap.APIAuto || salesmap.Refused(err)
}

// sameForm tells whether two versions show the same records in the same form:
// a record that both show is equal, field by field, in whatever order. Records
// may have changed between the two calls, so one that is equal is enough, but
// none may have other fields.
func sameForm(v2, v3 []record.Record) bool {
	byID := map[string]record.Record{}
	for _, r := range v3 {
		if id, ok := r.Text(snapshot.ColumnID); ok {
			byID[id] = r
		}
	}
	equal := false
	for _, r := range v2 {
		id, ok := r.Text(snapshot.ColumnID)
		if !ok {
			continue
		}
		other, ok := byID[id]
		if !ok {
			continue
		}
		a, b := sorted(r), sorted(other)
		if !slices.EqualFunc(a, b, func(x, y record.Field) bool { return x.Name == y.Name }) {
			return false
		}
		equal = equal || slices.Equal(a, b)
	}
	return equal
}

func sorted(r record.Record) []record.Field {
	fields := slices.Clone(r.Fields)
	slices.SortFunc(fields, func(a, b record.Field) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return fields
}
