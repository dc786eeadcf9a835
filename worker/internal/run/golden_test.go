package run_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// table is a table's columns and rows in file order; NULL is "\x00".
type table struct {
	Columns []string
	Rows    []string // values joined
}

func readTables(t *testing.T, path string, names ...string) map[string]table {
	t.Helper()
	db, err := snapshot.Open(t.Context(), path, snapshot.OpenOptions{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns, err := snapshot.Tables(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]table{}
	for _, name := range names {
		quoted := make([]string, len(columns[name]))
		for i, c := range columns[name] {
			quoted[i] = "coalesce(" + snapshot.QuoteName(c) + ", char(0))"
		}
		rows, err := db.QueryContext(t.Context(), "SELECT "+strings.Join(quoted, " || char(31) || ")+" FROM "+snapshot.QuoteName(name)+" NOT INDEXED")
		if err != nil {
			t.Fatal(err)
		}
		one := table{Columns: columns[name]}
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				t.Fatal(err)
			}
			one.Rows = append(one.Rows, row)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		all[name] = one
	}
	return all
}

// sameTables compares row by row and reports the first few differences.
func sameTables(t *testing.T, want, got map[string]table) {
	t.Helper()
	for name, w := range want {
		g := got[name]
		if diff := cmp.Diff(w.Columns, g.Columns); diff != "" {
			t.Errorf("columns of %s (-want +got):\n%s", name, diff)
			continue
		}
		if slices.Equal(w.Rows, g.Rows) {
			continue
		}
		if len(w.Rows) != len(g.Rows) {
			t.Errorf("%s has %d rows, want %d", name, len(g.Rows), len(w.Rows))
		}
		for i := range min(len(w.Rows), len(g.Rows)) {
			if w.Rows[i] != g.Rows[i] {
				t.Errorf("%s row %d:\n got %q\nwant %q", name, i+1, g.Rows[i], w.Rows[i])
				break
			}
		}
	}
}

// TestOnce_Golden crawls the recorded workspace: the snapshot equals the
// recorded one, every column and every row of every domain table, in order.
func TestOnce_Golden(t *testing.T) {
	t.Parallel()
	source, err := salesmaptest.Folder(golden.Entities(t))
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, salesmaptest.Options{Source: source})
	e := b.once(t, run.Mode{})
	if e.Status != runhistory.StatusPublished {
		t.Errorf("status %s, errors %v", e.Status, e.Errors.Details)
	}
	b.liveTag(t)
	sameTables(t, readTables(t, golden.Snapshot(t), snapshot.DomainTables()...), readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	t.Logf("webform %+v, errors %v", e.Webform, e.Errors.Details)
}
