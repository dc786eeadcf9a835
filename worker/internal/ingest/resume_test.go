package ingest_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
)

// TestResume_RollsBackToCheckpoint closes without a checkpoint, which leaves
// the file as a crash would, and goes on.
func TestResume_RollsBackToCheckpoint(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	var points []map[string]ingest.Table
	w := create(t, ingest.Options{Path: path, CheckpointPages: 2, OnCheckpoint: func(m map[string]ingest.Table) { points = append(points, m) }})
	put(t, w,
		page(snapshot.TableDeal, 1, rec("id", "1", "a", "x", "A", "X")),
		page(snapshot.TableDeal, 2, rec("id", "2", "a", "y")), // checkpoint
		page(snapshot.TableDeal, 3, rec("id", "1", "a", "lost"), rec("id", "3", "b", "lost")),
	)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(points) != 2 || points[1][snapshot.TableDeal].Page != 2 {
		t.Fatalf("checkpoints = %+v", points)
	}

	w, err := ingest.Resume(t.Context(), ingest.Options{Path: path, CheckpointPages: 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(run, w.Run()); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	at := w.Tables()[snapshot.TableDeal]
	if at.Page != 2 || at.NextCursor != "after-2" || at.Rows != 2 || at.Columns != 3 || at.Requests != 2 {
		t.Errorf("resumed at %+v", at)
	}
	put(t, w,
		page(snapshot.TableDeal, 3, rec("id", "1", "a", "new", "A", "NEW"), rec("id", "3", "c", "z")),
		lastPage(snapshot.TableDeal, 4, rec("id", "4")),
	)
	if got := w.Tables()[snapshot.TableDeal].DuplicateRows; got != 1 {
		t.Errorf("duplicates = %d, want 1: ids stored before the resume are known", got)
	}
	finish(t, w)
	columns, rows := contents(t, path, snapshot.TableDeal)
	if diff := cmp.Diff([]string{"id", "a", "A (2)", "c", "peopleId", "organizationId"}, columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	want := [][]string{
		{"1", "new", "NEW", "∅", "∅", "∅"},
		{"2", "y", "∅", "∅", "∅", "∅"},
		{"3", "∅", "∅", "z", "∅", "∅"},
		{"4", "∅", "∅", "∅", "∅", "∅"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestFail_IsKeptAndClearedByTheNextPage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	w := create(t, ingest.Options{Path: path})
	put(t, w, page(snapshot.TableDeal, 1, rec("id", "1")))
	if err := w.Fail(t.Context(), snapshot.TableDeal, "page2:http_500"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := ingest.Resume(t.Context(), ingest.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if got := w.Tables()[snapshot.TableDeal]; !slices.Equal(got.Errors, []string{"page2:http_500"}) || got.Page != 1 {
		t.Errorf("resumed at %+v", got)
	}
	put(t, w, page(snapshot.TableDeal, 2, rec("id", "2")))
	if got := w.Tables()[snapshot.TableDeal]; len(got.Errors) != 0 {
		t.Errorf("errors after the next page = %v", got.Errors)
	}
}

func TestRestart_ForgetsRowsAndColumns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	w := create(t, ingest.Options{Path: path})
	put(t, w, page(snapshot.TableDeal, 1, rec("id", "1", "old", "x", "OLD", "y")), page(snapshot.TablePeople, 1, rec("id", "p")))
	if err := w.Restart(t.Context(), snapshot.TableDeal); err != nil {
		t.Fatal(err)
	}
	if got := w.Tables()[snapshot.TableDeal]; got.Page != 0 || got.Rows != 0 || got.Columns != 0 || got.NextCursor != "" || got.Requests != 1 {
		t.Errorf("after restart %+v", got)
	}
	put(t, w, lastPage(snapshot.TableDeal, 1, rec("id", "1", "OLD", "z")))
	if got := w.Tables()[snapshot.TableDeal].DuplicateRows; got != 0 {
		t.Errorf("duplicates = %d, want 0", got)
	}
	finish(t, w)
	columns, rows := contents(t, path, snapshot.TableDeal)
	if columns[1] != "OLD" || len(rows) != 1 || rows[0][1] != "z" {
		t.Errorf("after restart %v %v", columns, rows)
	}
	if _, rows := contents(t, path, snapshot.TablePeople); len(rows) != 1 {
		t.Errorf("people = %v, want untouched", rows)
	}
}

func TestResume_RefusesOtherFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	empty := filepath.Join(dir, "empty")
	for path, content := range map[string]string{garbage: strings.Repeat("no database ", 1000), empty: ""} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ingest.Resume(t.Context(), ingest.Options{Path: empty}); !errors.Is(err, ingest.ErrNotBuilding) {
		t.Errorf("empty file: %v, want ErrNotBuilding", err)
	}
	if _, err := ingest.Resume(t.Context(), ingest.Options{Path: garbage}); err == nil {
		t.Error("garbage was resumed")
	}
	if _, err := ingest.Resume(t.Context(), ingest.Options{Path: filepath.Join(dir, "missing")}); err == nil {
		t.Error("a missing file was resumed")
	}
	if _, err := os.Stat(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("resuming made the missing file: %v", err)
	}
}

func TestCreate_RefusesAnExistingFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db.tmp")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ingest.Create(t.Context(), fsx.Real{}, run, ingest.Options{Path: path}); !errors.Is(err, os.ErrExist) {
		t.Fatalf("Create = %v, want os.ErrExist", err)
	}
}
