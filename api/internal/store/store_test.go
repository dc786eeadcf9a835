package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(tb testing.TB, path string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), path, 0)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func write(tb testing.TB, spec snapshottest.Spec) (path string) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "s.db")
	snapshottest.Write(tb, path, spec)
	return path
}

func TestOpen_Rows(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, snapshottest.Small(7)))
	d := s.Dataset()
	if len(d.Organizations) != 12 || len(d.People) != 36 || len(d.Deals) != 48 || len(d.Memos) != 72 {
		t.Fatalf("%d organisations, %d people, %d deals, %d memos", len(d.Organizations), len(d.People), len(d.Deals), len(d.Memos))
	}
	deal := d.Deals[0]
	if deal.ID.String() != "deal-1-1" || deal.PersonID.String() != "per-1-1" || deal.OrganizationID.String() != "org-1" ||
		deal.Name.String() != "과정 1-1 [gen7]" || deal.Amount.String() != "7" {
		t.Errorf("first deal %+v", deal)
	}
	if want := map[string]int64{
		"organization": 12, "people": 36, "deal": 48, "memo": 72, "lead": 0, "user": 0, "team": 0, "webform_history": 0,
	}; !mapsEqual(s.RowCounts(), want) {
		t.Errorf("rows %v", s.RowCounts())
	}
	if s.Inspection().Info.RunTag != "20261122_000007" {
		t.Errorf("run_info %+v", s.Inspection().Info)
	}
	// Ids are one string wherever they stand: what a snapshot costs in memory.
	if d.People[0].OrganizationID.Ptr() != d.Organizations[0].ID.Ptr() {
		t.Error("equal ids are kept twice")
	}
}

func mapsEqual(a, b map[string]int64) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

// TestMemoTexts reads more at once than one query takes, in the order asked
// for.
func TestMemoTexts(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, snapshottest.Spec{Organizations: 100, MemosPerOrg: 13, PeoplePerOrg: 1, DealsPerOrg: 1, Generation: 1}))
	var rows []int64
	for _, m := range s.Dataset().Memos {
		rows = append(rows, m.Row)
	}
	slices.Reverse(rows)
	all, err := s.MemoTexts(t.Context(), rows)
	if err != nil || len(all) != 1300 {
		t.Fatalf("%d memos, %v", len(all), err)
	}
	if all[0].ID.String() != "memo-100-13" || all[1299].ID.String() != "memo-1-1" {
		t.Errorf("first %s, last %s", all[0].ID, all[1299].ID)
	}
	if _, err := s.MemoTexts(t.Context(), []int64{1 << 40}); !errors.Is(err, store.ErrOverwritten) {
		t.Errorf("a row that isn't there: %v", err)
	}
	if none, err := s.MemoTexts(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("of nothing: %v, %v", none, err)
	}
}

func TestMemoTexts_AfterOverwrite(t *testing.T) {
	t.Parallel()
	path := write(t, snapshottest.Small(1))
	s := open(t, path)
	row := []int64{s.Dataset().Memos[0].Row}
	if _, err := s.MemoTexts(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	snapshottest.Exec(t, path, "UPDATE memo SET text = 'other'")
	if _, err := s.MemoTexts(t.Context(), row); !errors.Is(err, store.ErrOverwritten) {
		t.Errorf("after an overwrite: %v", err)
	}
}

func TestMemoTexts_AfterRemoval(t *testing.T) {
	t.Parallel()
	path := write(t, snapshottest.Small(1))
	s := open(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, m := range s.Dataset().Memos {
		if _, err := s.MemoTexts(t.Context(), []int64{m.Row}); err != nil {
			t.Fatalf("from a file that retention took: %v", err)
		}
	}
}

func TestOpen_Unfit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, statements string
		want             error
	}{
		{"missing table", "DROP TABLE deal", snapshot.ErrIncomplete},
		{"WAL mode", "PRAGMA journal_mode=WAL", snapshot.ErrWAL},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, snapshottest.Small(1))
			snapshottest.Exec(t, path, tc.statements)
			if _, err := store.Open(t.Context(), path, 0); !errors.Is(err, tc.want) {
				t.Errorf("error %v, want %v", err, tc.want)
			}
		})
	}
	if _, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "none.db"), 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// TestOpen_ClosesWhatItOpened: refusing files must not eat descriptors.
func TestOpen_ClosesWhatItOpened(t *testing.T) {
	t.Parallel()
	path := write(t, snapshottest.Small(1))
	snapshottest.Exec(t, path, "DROP TABLE memo")
	for range 50 {
		if _, err := store.Open(t.Context(), path, 0); err == nil {
			t.Fatal("opened")
		}
	}
	if n := descriptorsOf(t, path); n != 0 {
		t.Errorf("%d descriptors are left open", n)
	}
}

// descriptorsOf counts this process's open descriptors of a file.
func descriptorsOf(tb testing.TB, path string) (n int) {
	tb.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && target == path {
			n++
		}
	}
	return n
}
