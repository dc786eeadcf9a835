package ingest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

var run = ingest.Run{
	Tag: "20260101_000000", BaseURL: "https://crm.example/api/v2",
	StartedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
}

// rec makes a record of name, value pairs; a nil value is null.
func rec(pairs ...any) record.Record {
	var r record.Record
	for i := 0; i < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		value, ok := pairs[i+1].(string)
		r.Fields = append(r.Fields, record.Field{Name: name, Text: value, Null: !ok})
	}
	return r
}

func page(table string, number int, records ...record.Record) record.Page {
	return record.Page{Table: table, Number: number, NextCursor: fmt.Sprintf("after-%d", number), Records: records, Requests: 1}
}

func lastPage(table string, number int, records ...record.Record) record.Page {
	return record.Page{Table: table, Number: number, Last: true, Records: records, Requests: 1}
}

func create(t *testing.T, o ingest.Options) *ingest.Writer {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	}
	w, err := ingest.Create(t.Context(), fsx.Real{}, run, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func put(t *testing.T, w *ingest.Writer, pages ...record.Page) {
	t.Helper()
	for _, p := range pages {
		if err := w.Put(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
}

// finish completes the snapshot with an ordinary manifest and closes it.
func finish(t *testing.T, w *ingest.Writer) {
	t.Helper()
	meta := ingest.Meta{Info: snapshot.RunInfo{RunTag: run.Tag, CapturedAtUTC: "2026-01-01T00:00:00.000Z"}}
	for _, table := range snapshot.DomainTables() {
		meta.Manifest = append(meta.Manifest, snapshot.ManifestRow{Table: table, Endpoint: "/" + table})
	}
	if err := w.Finish(t.Context(), meta); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// contents returns columns and rows of a table in file order; NULL is "∅".
func contents(t *testing.T, path, table string) (columns []string, rows [][]string) {
	t.Helper()
	db, err := snapshot.Open(t.Context(), path, snapshot.OpenOptions{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables, err := snapshot.Tables(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	columns = tables[table]
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = snapshot.QuoteName(c)
	}
	result, err := db.QueryContext(t.Context(),
		"SELECT "+strings.Join(quoted, ", ")+" FROM "+snapshot.QuoteName(table)+" NOT INDEXED")
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	for result.Next() {
		values := make([]sql.NullString, len(columns))
		dests := make([]any, len(columns))
		for i := range values {
			dests[i] = &values[i]
		}
		if err := result.Scan(dests...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(columns))
		for i, v := range values {
			row[i] = v.String
			if !v.Valid {
				row[i] = "∅"
			}
		}
		rows = append(rows, row)
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return columns, rows
}

func TestPut_Rows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		table   string // deal if empty
		pages   [][]record.Record
		columns []string // before the key columns added at the end
		rows    [][]string
		want    ingest.Table
		warns   int
	}{
		{
			name:    "columns in order of first sight over records and pages",
			pages:   [][]record.Record{{rec("id", "1", "나", "x"), rec("가", "y", "id", "2")}, {rec("id", "3", "다", "z")}},
			columns: []string{"id", "나", "가", "다"},
			rows:    [][]string{{"1", "x", "∅", "∅"}, {"2", "∅", "y", "∅"}, {"3", "∅", "∅", "z"}},
		},
		{
			name:    "null, empty text and a missing key are null, empty and null",
			pages:   [][]record.Record{{rec("id", "1", "a", nil, "b", ""), rec("id", "2", "b", "x")}},
			columns: []string{"id", "a", "b"},
			rows:    [][]string{{"1", "∅", ""}, {"2", "∅", "x"}},
		},
		{
			name: "the later copy replaces the whole record in the first one's place",
			pages: [][]record.Record{
				{rec("id", "1", "a", "old", "b", "old"), rec("id", "2", "a", "two")},
				{rec("id", "1", "a", "new", "c", "new")},
			},
			columns: []string{"id", "a", "b", "c"},
			rows:    [][]string{{"1", "new", "∅", "new"}, {"2", "two", "∅", "∅"}},
			want:    ingest.Table{DuplicateRows: 1},
		},
		{
			name:    "copies on one page, three times",
			pages:   [][]record.Record{{rec("id", "1", "a", "x"), rec("id", "1", "a", "y"), rec("id", "1", "a", "z")}},
			columns: []string{"id", "a"},
			rows:    [][]string{{"1", "z"}},
			want:    ingest.Table{DuplicateRows: 2},
		},
		{
			name:    "records without an id are kept and counted",
			pages:   [][]record.Record{{rec("a", "x"), rec("id", nil, "a", "x"), rec("id", "", "a", "x"), rec("id", "1", "a", "x")}},
			columns: []string{"a", "id"},
			rows:    [][]string{{"x", "∅"}, {"x", "∅"}, {"x", ""}, {"x", "1"}},
			want:    ingest.Table{RowsWithoutID: 3},
			warns:   1,
		},
		{
			name:    "names that differ in ASCII case only both survive",
			pages:   [][]record.Record{{rec("id", "1", "Label", "x", "LABEL", "y")}, {rec("id", "2", "label", "z", "Label (2)", "w")}},
			columns: []string{"id", "Label", "LABEL (2)", "label (3)", "Label (2) (2)"},
			rows:    [][]string{{"1", "x", "y", "∅", "∅"}, {"2", "∅", "∅", "z", "w"}},
			warns:   3,
		},
		{
			name:    "names that differ in the case of other letters are two names",
			pages:   [][]record.Record{{rec("id", "1", "É", "x", "é", "y")}},
			columns: []string{"id", "É", "é"},
			rows:    [][]string{{"1", "x", "y"}},
		},
		{
			name:    "a key column keeps its name though another comes first",
			pages:   [][]record.Record{{rec("ID", "other", "id", "1", "PEOPLEID", "p")}},
			columns: []string{"ID (2)", "id", "PEOPLEID (2)"},
			rows:    [][]string{{"other", "1", "p"}},
			warns:   2,
		},
		{
			name:    "any character in a name",
			pages:   [][]record.Record{{rec("id", "1", `a"b'c`, "1", "", "2", "업종 구분(대)", "3", "Net(%)", "4", "a;--\n", "5", "[x]", "6", "n\x00l", "7")}},
			columns: []string{"id", `a"b'c`, "", "업종 구분(대)", "Net(%)", "a;--\n", "[x]", "n\uFFFDl"},
			rows:    [][]string{{"1", "1", "2", "3", "4", "5", "6", "7"}},
			warns:   1,
		},
		{
			name:    "of a field that occurs twice the last counts",
			pages:   [][]record.Record{{rec("id", "1", "a", "x", "a", "y"), rec("id", "2", "a", "x", "a", nil)}},
			columns: []string{"id", "a"},
			rows:    [][]string{{"1", "y"}, {"2", "∅"}},
		},
		{
			name:    "fields called like SQLite's row names",
			pages:   [][]record.Record{{rec("id", "1", "rowid", "9", "OID", "8")}, {rec("id", "1", "rowid", "7")}},
			columns: []string{"id", "rowid", "OID"},
			rows:    [][]string{{"1", "7", "∅"}},
			want:    ingest.Table{DuplicateRows: 1},
		},
		{
			name:    "a record without any field is a row",
			pages:   [][]record.Record{{rec()}, {rec("id", "1", "a", "x")}},
			columns: []string{"id", "a"},
			rows:    [][]string{{"∅", "∅"}, {"1", "x"}},
			want:    ingest.Table{RowsWithoutID: 1},
			warns:   1,
		},
		{
			name:    "an empty table gets its key columns",
			pages:   [][]record.Record{{}},
			columns: nil,
			rows:    nil,
		},
		{
			name:  "values with every kind of text",
			pages: [][]record.Record{{rec("id", "1", "a", "\x00\n'\"한글 😀", "b", `{"id":"x","이름":"y"}`, "c", strings.Repeat("긴", 100_000))}},
			rows:  [][]string{{"1", "\x00\n'\"한글 😀", `{"id":"x","이름":"y"}`, strings.Repeat("긴", 100_000)}}, columns: []string{"id", "a", "b", "c"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
			w := create(t, ingest.Options{Path: path})
			for i, records := range tc.pages {
				put(t, w, page(snapshot.TableDeal, i+1, records...))
			}
			stats := w.Tables()[snapshot.TableDeal]
			if stats.Rows != int64(len(tc.rows)) || stats.DuplicateRows != tc.want.DuplicateRows || stats.RowsWithoutID != tc.want.RowsWithoutID {
				t.Errorf("counted %d rows, %d duplicates, %d without id; want %d, %d, %d", stats.Rows,
					stats.DuplicateRows, stats.RowsWithoutID, len(tc.rows), tc.want.DuplicateRows, tc.want.RowsWithoutID)
			}
			if len(w.Warnings()) != tc.warns {
				t.Errorf("warnings = %q, want %d", w.Warnings(), tc.warns)
			}
			finish(t, w)
			if _, err := snapshot.Verify(t.Context(), path); err != nil {
				t.Fatalf("verify: %v", err)
			}
			columns, rows := contents(t, path, snapshot.TableDeal)
			wantColumns := tc.columns
			for _, key := range snapshot.KeyColumns(snapshot.TableDeal) {
				if !slices.Contains(wantColumns, key) {
					wantColumns = append(wantColumns, key)
				}
			}
			if diff := cmp.Diff(wantColumns, columns); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			for i := range rows {
				rows[i] = rows[i][:len(tc.columns)]
			}
			if diff := cmp.Diff(tc.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPut_TooManyColumns(t *testing.T) {
	t.Parallel()
	w := create(t, ingest.Options{})
	defer w.Close()
	var r record.Record
	for i := range ingest.MaxColumns + 1 {
		r.Fields = append(r.Fields, record.Field{Name: fmt.Sprint("f", i)})
	}
	put(t, w, page(snapshot.TableDeal, 1, record.Record{Fields: r.Fields[:ingest.MaxColumns]}))
	err := w.Put(t.Context(), page(snapshot.TableDeal, 2, r))
	if !errors.Is(err, ingest.ErrTooManyColumns) || !strings.Contains(err.Error(), `"f1900"`) {
		t.Fatalf("Put = %v, want ErrTooManyColumns naming the field", err)
	}
	if err := w.Put(t.Context(), page(snapshot.TableUser, 1)); err == nil {
		t.Error("a writer that failed took another page")
	}
}

func TestFinish_Meta(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	w := create(t, ingest.Options{Path: path})
	put(t, w, lastPage(snapshot.TableDeal, 1, rec("id", "1", "peopleId", "p", "organizationId", "o")))
	info := snapshot.RunInfo{
		RunTag: run.Tag, CapturedAtUTC: "2026-01-01T00:00:00.000Z", BaseURL: run.BaseURL, Endpoints: `["/deal"]`,
		Note: "note", CheckpointPath: "c.json", FinalDBPath: "f.db", WorkerVersion: "v1",
	}
	manifest := []snapshot.ManifestRow{{
		Table: snapshot.TableDeal, Endpoint: "/deal", Errors: "page3:http_500", DuplicateRows: 2, Requests: 3, Retries: 1, Seconds: 0.5,
	}}
	if err := w.Finish(t.Context(), ingest.Meta{Info: info, Manifest: manifest}); err != nil {
		t.Fatal(err)
	}
	if err := w.Put(t.Context(), page(snapshot.TableDeal, 2)); !errors.Is(err, ingest.ErrFinished) {
		t.Errorf("Put after Finish = %v, want ErrFinished", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := snapshot.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(info, in.Info); diff != "" {
		t.Errorf("run_info (-want +got):\n%s", diff)
	}
	manifest[0].RowCount, manifest[0].ColumnCount = 1, 3
	if diff := cmp.Diff(manifest, in.Manifest); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	want := slices.Sorted(slices.Values(append(snapshot.ExpectedTables(), "sqlite_stat1")))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(in.Columns))); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	_, rows := contents(t, path, "sqlite_stat1")
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[0] != snapshot.TableDeal })
	if len(rows) != 3 {
		t.Errorf("analysed indexes of deal = %v, want id, peopleId, organizationId", rows)
	}
	if found, err := snapshot.Siblings(path); err != nil || len(found) > 0 {
		t.Errorf("siblings = %v, %v", found, err)
	}
	if _, err := ingest.Resume(t.Context(), ingest.Options{Path: path}); !errors.Is(err, ingest.ErrFinished) {
		t.Errorf("Resume = %v, want ErrFinished", err)
	}
}

func TestFinish_CancelledCanBeResumed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	w := create(t, ingest.Options{Path: path})
	put(t, w, lastPage(snapshot.TableDeal, 1, rec("id", "1")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Finish(ctx, ingest.Meta{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("Finish = %v, want context.Canceled", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := ingest.Resume(t.Context(), ingest.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Tables()[snapshot.TableDeal]; !got.Completed || got.Rows != 1 {
		t.Errorf("resumed at %+v", got)
	}
	finish(t, w)
}
