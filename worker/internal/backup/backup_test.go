package backup_test

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const tag = "20260101_000000"

// awkward builds a snapshot with everything that is hard to carry through JSON.
func awkward(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "salesmap_20260101_000000.db")
	w, err := ingest.Create(t.Context(), fsx.Real{}, ingest.Run{Tag: tag}, ingest.Options{Path: path, Verbatim: true})
	if err != nil {
		t.Fatal(err)
	}
	text := func(name, value string) record.Field { return record.Field{Name: name, Text: value} }
	page := record.Page{Table: snapshot.TableDeal, Number: 1, Last: true, Records: []record.Record{
		{Fields: []record.Field{text("id", "1"), text(`a"\b`, "\x00\x01\t\r\n\"\\/ 한글 😀 \u2028"), text("", ""), {Name: "null", Null: true}}},
		{Fields: []record.Field{text("id", "1"), text("rowid", "12"), text("LABEL", "x"), text("label", "y"), text("null", "null")}},
		{Fields: []record.Field{text("a\nb", `{"id":"x"}`), text("long", strings.Repeat("긴 글 ", 100_000))}},
	}}
	meta := ingest.Meta{
		Info: snapshot.RunInfo{
			RunTag: tag, CapturedAtUTC: "2026-01-01T00:00:00.000Z", BaseURL: "https://crm.example/api/v2",
			Endpoints: `["/deal"]`, Note: "노트", CheckpointPath: "c", FinalDBPath: "f", WorkerVersion: "v1",
		},
		Manifest: []snapshot.ManifestRow{{Table: snapshot.TableDeal, Endpoint: "/deal", Errors: "a\nb", DuplicateRows: 1, Requests: 2, Retries: 3, Seconds: 0.25}},
	}
	for _, table := range snapshot.CrawlTables() {
		if table != snapshot.TableDeal {
			meta.Manifest = append(meta.Manifest, snapshot.ManifestRow{Table: table, Seconds: 1e-7})
		}
	}
	if err := errors.Join(w.Put(t.Context(), page), w.Finish(t.Context(), meta), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// dump returns columns and rows of tables, rows in file order.
func dump(t *testing.T, path string, tables ...string) map[string][][]any {
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
	all := map[string][][]any{}
	for _, table := range tables {
		header := make([]any, len(columns[table]))
		quoted := make([]string, len(header))
		for i, c := range columns[table] {
			header[i], quoted[i] = c, snapshot.QuoteName(c)
		}
		all[table] = append(all[table], header)
		rows, err := db.QueryContext(t.Context(), "SELECT "+strings.Join(quoted, ", ")+" FROM "+snapshot.QuoteName(table)+" NOT INDEXED")
		if err != nil {
			t.Fatal(err)
		}
		all[table] = append(all[table], scanAll(t, rows, len(header))...)
	}
	return all
}

func scanAll(t *testing.T, rows *sql.Rows, n int) (all [][]any) {
	t.Helper()
	defer rows.Close()
	for rows.Next() {
		values, dests := make([]any, n), make([]any, n)
		for i := range values {
			dests[i] = &values[i]
		}
		if err := rows.Scan(dests...); err != nil {
			t.Fatal(err)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWrite_RestoredEqualsOriginal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		path   string
		tag    string
		tables []string
	}{
		{"awkward values", awkward(t), tag, snapshot.ExpectedTables()},
		// The golden manifest has fewer columns than ours.
		{"golden workspace", golden.Snapshot(t), "20260204_200000", snapshot.DomainTables()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r, err := backup.Write(t.Context(), fsx.Real{}, tc.path, dir)
			if err != nil {
				t.Fatal(err)
			}
			if r.Path != backup.Path(dir, tc.tag) || r.Existed || r.Bytes == 0 {
				t.Errorf("result %+v", r)
			}
			restored := filepath.Join(dir, "restored.db.tmp")
			if err := backup.Restore(t.Context(), fsx.Real{}, r.Path, restored); err != nil {
				t.Fatal(err)
			}
			in, err := snapshot.Verify(t.Context(), restored)
			if err != nil || in.Info.RunTag != tc.tag {
				t.Fatalf("verify restored: %+v, %v", in.Info, err)
			}
			want, got := dump(t, tc.path, tc.tables...), dump(t, restored, tc.tables...)
			if !reflect.DeepEqual(want, got) { // cmp takes long on equal values of this size
				t.Errorf("restored (-want +got):\n%s", cmp.Diff(want, got))
			}
		})
	}
}

func TestWrite_Layout(t *testing.T) {
	t.Parallel()
	r, err := backup.Write(t.Context(), fsx.Real{}, awkward(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(r.Path) != "salesmap_backup_20260101_000000.zip" {
		t.Errorf("name %s", filepath.Base(r.Path))
	}
	z, err := zip.OpenReader(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	content := map[string]string{}
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		content[f.Name] = string(raw)
	}
	if len(content) != 1+2*len(snapshot.ExpectedTables()) {
		t.Errorf("files: %d", len(content))
	}
	var columns []string
	if err := json.Unmarshal([]byte(content["schemas/deal_columns.json"]), &columns); err != nil {
		t.Fatal(err)
	}
	want := []string{"id", `a"\b`, "", "null", "rowid", "LABEL", "label (2)", "a\nb", "long", "peopleId", "organizationId"}
	if diff := cmp.Diff(want, columns); diff != "" {
		t.Errorf("deal columns (-want +got):\n%s", diff)
	}
	lines := strings.Split(strings.TrimSuffix(content["deal.jsonl"], "\n"), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], `{"id":"1","a\"\\b":"\u0000\u0001\t\r\n\"\\/ 한글 😀 `) {
		t.Errorf("%d lines, first %.80q", len(lines), lines[0])
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("not JSON: %.80q", l)
		}
	}
	var info map[string]string
	if err := json.Unmarshal([]byte(content["run_info.json"]), &info); err != nil || info["run_tag"] != tag || info["note"] != "노트" {
		t.Errorf("run_info %v, %v", info, err)
	}
	if !strings.Contains(content["manifest.jsonl"], `"row_count":3,`) {
		t.Errorf("manifest counts are not numbers: %s", content["manifest.jsonl"])
	}
}

func TestWrite_Twice(t *testing.T) {
	t.Parallel()
	path, dir := awkward(t), t.TempDir()
	first, err := backup.Write(t.Context(), fsx.Real{}, path, dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := backup.Write(t.Context(), fsx.Real{}, path, dir)
	if err != nil || !second.Existed || second.Path != first.Path || second.Bytes != first.Bytes {
		t.Errorf("second = %+v, %v; first = %+v", second, err, first)
	}
}

func TestWrite_NothingToBackUp(t *testing.T) {
	t.Parallel()
	_, err := backup.Write(t.Context(), fsx.Real{}, filepath.Join(t.TempDir(), "missing.db"), t.TempDir())
	if !errors.Is(err, backup.ErrNoSnapshot) {
		t.Errorf("Write = %v, want ErrNoSnapshot", err)
	}
}

func TestWrite_WithoutRunTagGoesByTime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	raw, err := os.ReadFile(awkward(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "DROP TABLE run_info")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, 5, 4, 3, 2, 1, 0, time.UTC)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	r, err := backup.Write(t.Context(), fsx.Real{}, path, t.TempDir())
	if err != nil || filepath.Base(r.Path) != "salesmap_backup_20250504_030201.zip" {
		t.Errorf("Write = %+v, %v", r, err)
	}
}

// TestWrite_Faults breaks each step: there is no backup of that name then, and
// nothing half-written.
func TestWrite_Faults(t *testing.T) {
	t.Parallel()
	path := awkward(t)
	for _, op := range []string{"backup.create", "backup.create.write", "backup.create.sync", "backup.create.close", "backup.rename"} {
		dir := t.TempDir()
		_, err := backup.Write(t.Context(), faultfs.New(fsx.Real{}, faultfs.FailOnce(op, 1, syscall.ENOSPC)), path, dir)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v, want ENOSPC", op, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 0 {
			t.Errorf("%s left %v, %v", op, entries, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backup.Write(ctx, fsx.Real{}, path, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestRestore_BrokenBackups(t *testing.T) {
	t.Parallel()
	r, err := backup.Write(t.Context(), fsx.Real{}, awkward(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte(nil), sound...)
	for i := len(flipped) / 3; i < len(flipped)/3+64; i++ {
		flipped[i] ^= 0xff
	}
	for name, content := range map[string][]byte{
		"empty": {}, "cut": sound[:len(sound)/2], "flipped": flipped,
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "b.zip")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := backup.Restore(t.Context(), fsx.Real{}, path, filepath.Join(dir, "r.db.tmp")); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
}

func TestListAndPrune(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{
		"salesmap_backup_20260101_000000.zip", "salesmap_backup_20260103_000000.zip", "salesmap_backup_20260102_000000.zip",
		"salesmap_backup_20260101_000000.zip.tmp", "other.zip", "salesmap_backup_x.zip", "notes.tmp",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := backup.List(fsx.Real{}, dir)
	if err != nil || len(all) != 3 || all[0].RunTag != "20260103_000000" || all[2].RunTag != "20260101_000000" {
		t.Fatalf("List = %+v, %v", all, err)
	}
	for _, tc := range []struct {
		keep          int
		removed, left int
	}{{9, 0, 3}, {2, 1, 2}, {0, 2, 0}} {
		removed, err := backup.Prune(fsx.Real{}, dir, tc.keep)
		if err != nil || len(removed) != tc.removed {
			t.Errorf("Prune(%d) = %v, %v", tc.keep, removed, err)
		}
		if all, err := backup.List(fsx.Real{}, dir); err != nil || len(all) != tc.left {
			t.Errorf("after Prune(%d): %v, %v", tc.keep, all, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("files of others are left alone: %v, %v", entries, err)
	}
	if removed, err := backup.Prune(fsx.Real{}, filepath.Join(dir, "missing"), 1); err != nil || removed != nil {
		t.Errorf("missing directory: %v, %v", removed, err)
	}
}
