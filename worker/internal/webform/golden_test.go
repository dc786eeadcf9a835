package webform_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/webform"
)

// column reads one column of the golden snapshot.
func column(tb testing.TB, db snapshot.Querier, query string) []string {
	tb.Helper()
	rows, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			tb.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

// cells is a sink that writes every row as its cells.
type cells struct {
	rows    []string
	columns []string
	failed  []string
}

func (c *cells) Submissions(_ context.Context, _ string, records []record.Record) error {
	for _, r := range records {
		var row []string
		for _, f := range r.Fields {
			if !slices.Contains(c.columns, f.Name) {
				c.columns = append(c.columns, f.Name)
			}
			if f.Null {
				f.Text = "NULL"
			}
			row = append(row, f.Text)
		}
		c.rows = append(c.rows, strings.Join(row, "|"))
	}
	return nil
}

func (c *cells) FormFailed(_ context.Context, f webform.Failure) error {
	c.failed = append(c.failed, f.FormID)
	return nil
}

// The submissions of the forms that people with a deal name, of those people,
// are the golden snapshot's web-form history: columns, rows and order.
func TestRun_GoldenSnapshot(t *testing.T) {
	source, err := salesmaptest.Folder(golden.Entities(t))
	if err != nil {
		t.Fatal(err)
	}
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: source})
	db, err := snapshot.Open(t.Context(), golden.Snapshot(t), snapshot.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()

	forms, people := snapshot.QuoteName(field.SubmittedForms), map[string]bool{}
	for _, id := range column(t, db, "SELECT DISTINCT peopleId FROM deal WHERE peopleId IS NOT NULL") {
		people[id] = true
	}
	var keys []string
	for _, stored := range column(t, db, "SELECT "+forms+" FROM people WHERE "+forms+" IS NOT NULL AND id IN (SELECT peopleId FROM deal)") {
		keys = append(keys, webform.FormKeys(stored)...)
	}
	client, err := salesmap.New(salesmap.Options{BaseURL: crm.BaseURL, Token: salesmaptest.DefaultToken, Limiter: quota.Unlimited()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	got := &cells{}
	result, err := webform.Run(t.Context(), client, got, webform.Options{
		Forms: keys, Allowed: func(id string) bool { return people[id] },
	})
	if err != nil {
		t.Fatal(err)
	}
	columns, err := snapshot.Tables(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(columns[snapshot.TableWebformHistory], got.columns); diff != "" {
		t.Fatalf("columns (-want +got):\n%s", diff)
	}
	var texts []string
	for _, c := range got.columns {
		texts = append(texts, "ifnull("+snapshot.QuoteName(c)+", 'NULL')")
	}
	want := column(t, db, "SELECT "+strings.Join(texts, " || '|' || ")+" FROM webform_history ORDER BY rowid")
	if diff := cmp.Diff(want, got.rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if result.Rows != int64(len(want)) || result.DroppedMissing == 0 || result.DroppedNotAllowed == 0 {
		t.Errorf("%+v", result)
	}
	for _, id := range got.failed {
		if _, known := source.View().Len("webForm/" + id + "/submit"); known {
			t.Errorf("form %s failed", id)
		}
	}
}
