package crawl_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// table is a sink's copy of a table: columns in order of first sight, rows in
// order of arrival.
type table struct {
	columns []string
	rows    []record.Record
}

// copies is a sink that keeps everything.
type copies map[string]*table

func (c copies) Page(_ context.Context, p record.Page) error {
	t := c[p.Table]
	if t == nil {
		t = &table{}
		c[p.Table] = t
	}
	known := map[string]bool{}
	for _, name := range t.columns {
		known[name] = true
	}
	for _, r := range p.Records {
		for _, f := range r.Fields {
			if !known[f.Name] {
				known[f.Name] = true
				t.columns = append(t.columns, f.Name)
			}
		}
		t.rows = append(t.rows, r)
	}
	return nil
}

func (c copies) Fail(_ context.Context, f crawl.Failure) error {
	return fmt.Errorf("%s %s: %w", f.Table, f, f.Err)
}

func (copies) FellBack(context.Context, string, error) error { return nil }

func (c copies) Restart(_ context.Context, table string, _ error) error {
	delete(c, table)
	return nil
}

func newClient(tb testing.TB, baseURL string, limiter salesmap.Limiter) *salesmap.Client {
	tb.Helper()
	c, err := salesmap.New(salesmap.Options{
		BaseURL: baseURL, Token: salesmaptest.DefaultToken, Limiter: limiter,
		MaxRetries: 3, Backoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// Crawling the records that the golden snapshot was made of must give its
// columns, its rows and every cell.
func TestRun_GoldenSnapshot(t *testing.T) {
	source, err := salesmaptest.Folder(golden.Entities(t))
	if err != nil {
		t.Fatal(err)
	}
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: source})
	got := copies{}
	if _, err := crawl.Run(t.Context(), newClient(t, crm.BaseURL, quota.Unlimited()), got, crawl.Options{}); err != nil {
		t.Fatal(err)
	}
	db, err := snapshot.Open(t.Context(), golden.Snapshot(t), snapshot.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns, err := snapshot.Tables(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for _, name := range snapshot.CrawlTables() {
		want, mine := columns[name], got[name]
		if strings.Join(mine.columns, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: columns %q, want %q", name, mine.columns, want)
			continue
		}
		cells += compareRows(t, db, name, want, mine.rows)
	}
	if cells < 600_000 {
		t.Errorf("only %d cells were compared", cells)
	}
}

func compareRows(tb testing.TB, db snapshot.Querier, name string, columns []string, mine []record.Record) (cells int) {
	tb.Helper()
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = snapshot.QuoteName(c)
	}
	rows, err := db.QueryContext(tb.Context(), "SELECT "+strings.Join(quoted, ", ")+" FROM "+snapshot.QuoteName(name)+" ORDER BY rowid")
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	want := make([]*string, len(columns))
	dests := make([]any, len(columns))
	for i := range want {
		dests[i] = &want[i]
	}
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(dests...); err != nil {
			tb.Fatal(err)
		}
		if n >= len(mine) {
			continue
		}
		for i, column := range columns {
			cells++
			text, ok := mine[n].Text(column)
			if ok != (want[i] != nil) || (ok && text != *want[i]) {
				tb.Errorf("%s row %d %q: %q (there: %v), want %v", name, n+1, column, text, ok, show(want[i]))
			}
		}
	}
	if err := rows.Err(); err != nil || n != len(mine) {
		tb.Errorf("%s: %d rows, want %d; err %v", name, len(mine), n, err)
	}
	return cells
}

func show(text *string) string {
	if text == nil {
		return "NULL"
	}
	return fmt.Sprintf("%q", *text)
}
