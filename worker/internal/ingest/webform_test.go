package ingest_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
)

func TestWebforms(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	w := create(t, ingest.Options{Path: path})
	const forms = "제출된 웹폼 목록"
	put(t, w,
		lastPage(snapshot.TablePeople, 1, rec("id", "p1", forms, `["f1"]`), rec("id", "p2", forms, `["f2"]`), rec("id", "p3", forms, nil)),
		lastPage(snapshot.TableDeal, 1, rec("id", "d1", "peopleId", "p1"), rec("id", "d2", "peopleId", "p3"), rec("id", "d3", "peopleId", "p4")),
	)
	var seen []string
	if err := w.EachDealPersonForms(t.Context(), func(forms string) error { seen = append(seen, forms); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`["f1"]`}, seen); diff != "" {
		t.Errorf("forms (-want +got):\n%s", diff)
	}
	for id, want := range map[string]bool{"p1": true, "p2": false, "p3": true, "p4": false, "": false} {
		if got, err := w.HasDealPerson(t.Context(), id); err != nil || got != want {
			t.Errorf("HasDealPerson(%q) = %t, %v; want %t", id, got, err, want)
		}
	}
	put(t, w,
		page(snapshot.TableWebformHistory, 1, rec("peopleId", "p1", "webFormId", "f1"), rec("peopleId", "p1", "webFormId", "f1")),
		page(snapshot.TableWebformHistory, 2, rec("id", "s1", "peopleId", "p1", "webFormId", "f2")),
	)
	if err := w.DeleteForm(t.Context(), "f2"); err != nil {
		t.Fatal(err)
	}
	put(t, w, page(snapshot.TableWebformHistory, 3, rec("id", "s1", "peopleId", "p9", "webFormId", "f2")))
	finish(t, w)
	_, rows := contents(t, path, snapshot.TableWebformHistory)
	want := [][]string{{"p1", "f1", "∅", "∅"}, {"p1", "f1", "∅", "∅"}, {"p9", "f2", "s1", "∅"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestWebforms_EmptyWorkspace(t *testing.T) {
	t.Parallel()
	w := create(t, ingest.Options{})
	put(t, w, lastPage(snapshot.TablePeople, 1), lastPage(snapshot.TableDeal, 1))
	err := w.EachDealPersonForms(t.Context(), func(string) error { return errors.New("called") })
	if err != nil {
		t.Fatal(err)
	}
	if has, err := w.HasDealPerson(t.Context(), "p1"); has || err != nil {
		t.Errorf("HasDealPerson = %t, %v", has, err)
	}
	finish(t, w)
}

func TestReopen_KeepsCrawlTables(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	w := create(t, ingest.Options{Path: path})
	put(t, w, lastPage(snapshot.TableDeal, 1, rec("id", "1", "a", "x")), lastPage(snapshot.TableWebformHistory, 1, rec("webFormId", "f1")))
	finish(t, w)
	columns, rows := contents(t, path, snapshot.TableDeal)

	again := ingest.Run{Tag: "20260102_000000", BaseURL: run.BaseURL, StartedAt: run.StartedAt}
	w, err := ingest.Reopen(t.Context(), again, []snapshot.ManifestRow{{Table: snapshot.TableDeal, DuplicateRows: 5}}, ingest.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Tables()[snapshot.TableDeal]; !got.Completed || got.Rows != 1 || got.DuplicateRows != 5 {
		t.Errorf("reopened at %+v", got)
	}
	put(t, w, lastPage(snapshot.TableWebformHistory, 1, rec("webFormId", "f2")))
	finish(t, w)
	if _, err := snapshot.Verify(t.Context(), path); err != nil {
		t.Errorf("verify: %v", err)
	}
	newColumns, newRows := contents(t, path, snapshot.TableDeal)
	if diff := cmp.Diff(columns, newColumns) + cmp.Diff(rows, newRows); diff != "" {
		t.Errorf("deal changed (-want +got):\n%s", diff)
	}
	if _, rows := contents(t, path, snapshot.TableWebformHistory); len(rows) != 1 || rows[0][0] != "f2" {
		t.Errorf("webform_history = %v", rows)
	}
}
