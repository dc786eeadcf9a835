package snapshot_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

func TestVolume_NamesItsFiles(t *testing.T) {
	v, err := snapshot.NewVolume("/data/salesmap_latest.db")
	if err != nil {
		t.Fatal(err)
	}
	const tag = "20260204_200000"
	got := map[string]string{
		"live": v.Live(), "snapshot": v.Snapshot(tag), "building": v.Building(tag),
		"link": v.LinkTarget(tag), "fallback": v.Fallback(tag),
	}
	want := map[string]string{
		"live":     "/data/salesmap_latest.db",
		"snapshot": "/data/snapshots/salesmap_20260204_200000.db",
		"building": "/data/snapshots/salesmap_20260204_200000.db.tmp",
		"link":     "snapshots/salesmap_20260204_200000.db",
		"fallback": "/data/salesmap_latest_20260204_200000.db",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := snapshot.NewVolume("  "); err == nil {
		t.Error("an empty DB_PATH was accepted")
	}
}

func TestRunTag(t *testing.T) {
	start := time.Date(2026, 2, 5, 5, 0, 0, 0, time.FixedZone("KST", 9*3600))
	tag := snapshot.RunTag(start)
	if tag != "20260204_200000" {
		t.Errorf("RunTag = %q, want UTC", tag)
	}
	for _, good := range []string{tag, snapshot.RunTagWithSuffix(start, 2)} {
		if got, err := snapshot.ParseRunTag(good); err != nil || !got.Equal(start) {
			t.Errorf("ParseRunTag(%q) = %v, %v", good, got, err)
		}
	}
	for _, bad := range []string{"", "2026", "20261304_200000", tag + "x", tag + "_", tag + "_2/..", "../" + tag} {
		if _, err := snapshot.ParseRunTag(bad); err == nil {
			t.Errorf("ParseRunTag(%q) succeeded", bad)
		}
	}
	for name, want := range map[string]string{
		"/d/snapshots/salesmap_20260204_200000.db":     tag,
		"/d/snapshots/salesmap_20260204_200000.db.tmp": tag,
		"salesmap_latest.db":                           "",
		"other_20260204_200000.db":                     "",
	} {
		if got, ok := snapshot.RunTagOf(name); got != want || ok != (want != "") {
			t.Errorf("RunTagOf(%q) = %q, %v", name, got, ok)
		}
	}
}

func TestVerify_GoldenSnapshot(t *testing.T) {
	in, err := snapshot.Verify(t.Context(), golden.Snapshot(t))
	if err != nil {
		t.Fatal(err)
	}
	if in.Info.RunTag != "20260204_200000" || in.Rows[snapshot.TableDeal] != 2739 || len(in.Manifest) != 7 {
		t.Errorf("Verify = %+v, rows %v, %d manifest rows", in.Info, in.Rows, len(in.Manifest))
	}
}

func TestVerify_BrokenFiles(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  error
	}{
		{"empty file", truncateTo(0), snapshot.ErrNotSQLite},
		{"half a header", truncateTo(50), snapshot.ErrNotSQLite},
		{"cut in the middle", truncateTo(1 << 20), snapshot.ErrTruncated},
		{"text", writeAt("this is no database"), snapshot.ErrNotSQLite},
		{"WAL mode", execute("PRAGMA journal_mode=WAL"), snapshot.ErrWAL},
		{"missing table", execute("DROP TABLE deal"), snapshot.ErrIncomplete},
		{"missing history", execute("DROP TABLE webform_history"), snapshot.ErrIncomplete},
		{"missing key column", execute(`ALTER TABLE people RENAME COLUMN "organizationId" TO "x"`), snapshot.ErrIncomplete},
		{"row lost", execute("DELETE FROM memo WHERE rowid = 7"), snapshot.ErrIncomplete},
		{"table not in the manifest", execute(`DELETE FROM manifest WHERE "table" = 'lead'`), snapshot.ErrIncomplete},
		{"no file", func(t *testing.T, path string) { t.Helper(); os.Remove(path) }, os.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := golden.Snapshot(t)
			tt.spoil(t, path)
			if _, err := snapshot.Verify(t.Context(), path); !errors.Is(err, tt.want) {
				t.Errorf("Verify = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestVerify_SiblingJournal(t *testing.T) {
	for _, suffix := range snapshot.SiblingSuffixes() {
		path := golden.Snapshot(t)
		if err := os.WriteFile(path+suffix, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := snapshot.Verify(t.Context(), path); err == nil {
			t.Errorf("a %s beside the snapshot was accepted", suffix)
		}
	}
}

func TestInspect_AcceptsOlderFilesWithoutWebformHistory(t *testing.T) {
	path := golden.Snapshot(t)
	execute("DROP TABLE webform_history")(t, path)
	if _, err := snapshot.Inspect(t.Context(), path); err != nil {
		t.Errorf("Inspect = %v", err)
	}
	execute("DROP TABLE memo")(t, path)
	if _, err := snapshot.Inspect(t.Context(), path); !errors.Is(err, snapshot.ErrIncomplete) {
		t.Errorf("Inspect = %v, want ErrIncomplete", err)
	}
}

func TestOpen_IsReadOnlyAndLeavesNothingBeside(t *testing.T) {
	path := golden.Snapshot(t)
	db := open(t, path)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE x (y)"); err == nil {
		t.Error("a read-only handle took CREATE TABLE")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("files beside the snapshot: %v, %v", entries, err)
	}
	if _, err := snapshot.Open(t.Context(), path+"-none", snapshot.OpenOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open of a missing file = %v", err)
	}
	if _, err := os.Stat(path + "-none"); err == nil {
		t.Error("Open created a missing file")
	}
}

// A name with characters that mean something in a DSN must open that file.
func TestOpen_OddFileNames(t *testing.T) {
	for _, name := range []string{"a b.db", "a?mode=rwc.db", "a#b.db", "a%20b.db", "한글.db"} {
		src := golden.Snapshot(t)
		path := filepath.Join(filepath.Dir(src), name)
		if err := os.Rename(src, path); err != nil {
			t.Fatal(err)
		}
		info, err := snapshot.ReadRunInfo(t.Context(), open(t, path))
		if err != nil || info.RunTag == "" {
			t.Errorf("%q: %+v, %v", name, info, err)
		}
	}
}

// A handle keeps reading the file it was opened on, whatever becomes of the
// name: every connection of the pool is opened before Open returns.
func TestOpen_SurvivesSwapAndRemoval(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "live.db")
	first, second := golden.Snapshot(t), golden.Snapshot(t)
	execute("UPDATE run_info SET run_tag = '20260205_200000'")(t, second)
	if err := os.Symlink(first, link); err != nil {
		t.Fatal(err)
	}
	db := open(t, link)

	if err := errors.Join(os.Remove(link), os.Symlink(second, link), os.Remove(first)); err != nil {
		t.Fatal(err)
	}
	conns := make([]*sql.Conn, snapshot.DefaultReadConns)
	for i := range conns {
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns[i] = c
		if info, err := snapshot.ReadRunInfo(t.Context(), c); err != nil || info.RunTag != "20260204_200000" {
			t.Errorf("connection %d reads run %q, %v", i, info.RunTag, err)
		}
	}
	if info, err := snapshot.ReadRunInfo(t.Context(), open(t, link)); err != nil || info.RunTag != "20260205_200000" {
		t.Errorf("a new handle reads run %q, %v", info.RunTag, err)
	}
}

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := snapshot.Open(t.Context(), path, snapshot.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(query string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
}

func truncateTo(size int64) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
	}
}

func writeAt(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.WriteFile(path, append([]byte(text), make([]byte, 4096)...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
