package crawl_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// client is a CRM of numbered pages, two records each; cursors are "c<page>".
type client struct {
	pages int
	// before, if given, may answer instead, by table and page number.
	before func(ctx context.Context, table string, page int) error
	mu     sync.Mutex
	asked  map[string][]int
}

func (c *client) List(ctx context.Context, e salesmap.Endpoint, cursor string) (salesmap.Answer, error) {
	page := 1
	if cursor != "" {
		page, _ = strconv.Atoi(cursor[1:])
	}
	c.mu.Lock()
	if c.asked == nil {
		c.asked = map[string][]int{}
	}
	c.asked[e.Table] = append(c.asked[e.Table], page)
	c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return salesmap.Answer{}, err
	}
	if c.before != nil {
		if err := c.before(ctx, e.Table, page); err != nil {
			return salesmap.Answer{}, err
		}
	}
	a := salesmap.Answer{Requests: 2, Retries: 1}
	for i := range 2 {
		a.Records = append(a.Records, record.Record{Fields: []record.Field{
			{Name: "id", Text: fmt.Sprintf("%s-%d-%d", e.Table, page, i)},
		}})
	}
	if page < c.pages && e.Paged {
		a.NextCursor = "c" + strconv.Itoa(page+1)
	}
	return a, nil
}

// sink keeps what it is told, and checks that it is told in order.
type sink struct {
	tb       testing.TB
	rows     map[string][]string
	pages    map[string]int
	cursors  map[string]string
	failures []string
	restarts []string
	fellBack []string
	apis     map[string]string
	err      error
	onPage   func(p record.Page)
	busy     sync.Mutex
}

func newSink(tb testing.TB) *sink {
	tb.Helper()
	return &sink{tb: tb, rows: map[string][]string{}, pages: map[string]int{}, cursors: map[string]string{}, apis: map[string]string{}}
}

func (s *sink) enter() func() {
	if !s.busy.TryLock() {
		s.tb.Error("the sink is called by two goroutines at once")
		return func() {}
	}
	return s.busy.Unlock
}

func (s *sink) Page(ctx context.Context, p record.Page) error {
	defer s.enter()()
	if s.onPage != nil {
		s.onPage(p)
	}
	if err := ctx.Err(); err != nil {
		s.tb.Errorf("%s page %d comes with a cancelled context", p.Table, p.Number)
	}
	if want := s.pages[p.Table] + 1; p.Number != want {
		s.tb.Errorf("%s: page %d, want %d", p.Table, p.Number, want)
	}
	if p.Last != (p.NextCursor == "") {
		s.tb.Errorf("%s page %d: last %v with cursor %q", p.Table, p.Number, p.Last, p.NextCursor)
	}
	s.pages[p.Table], s.cursors[p.Table], s.apis[p.Table] = p.Number, p.NextCursor, p.API
	for _, r := range p.Records {
		id, _ := r.Text("id")
		s.rows[p.Table] = append(s.rows[p.Table], id)
	}
	return s.err
}

func (s *sink) Fail(_ context.Context, f crawl.Failure) error {
	defer s.enter()()
	s.failures = append(s.failures, f.Table+" "+f.String())
	return nil
}

func (s *sink) FellBack(_ context.Context, table string, why error) error {
	defer s.enter()()
	s.fellBack = append(s.fellBack, table)
	if why == nil {
		s.tb.Errorf("%s fell back for no reason", table)
	}
	return nil
}

func (s *sink) Restart(_ context.Context, table string, why error) error {
	defer s.enter()()
	if why == nil {
		s.tb.Errorf("%s restarts for no reason", table)
	}
	s.restarts = append(s.restarts, table)
	delete(s.rows, table)
	delete(s.pages, table)
	return nil
}

func (s *sink) position(table string) record.Position {
	return record.Position{NextCursor: s.cursors[table], API: s.apis[table], Page: s.pages[table], Rows: int64(len(s.rows[table])), Completed: s.pages[table] > 0 && s.cursors[table] == ""}
}

// undisturbed is what a run without trouble stores.
func undisturbed(tb testing.TB, pages int) map[string][]string {
	tb.Helper()
	s := newSink(tb)
	if _, err := crawl.Run(tb.Context(), &client{pages: pages}, s, crawl.Options{}); err != nil {
		tb.Fatal(err)
	}
	return s.rows
}
