package checkpoint_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/checkpoint"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const tag = "20260101_000000"

func content(page int) checkpoint.File {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return checkpoint.File{
		RunTag: tag, DBTmpPath: "/data/snapshots/salesmap_20260101_000000.db.tmp", CreatedAt: at, UpdatedAt: at.Add(time.Minute),
		Tables: map[string]record.Position{
			"deal": {NextCursor: "c", Page: page, Rows: 100, Columns: 5, Errors: []string{}},
			"user": {Page: 1, Completed: true, Errors: []string{"page2:http_500"}},
		},
	}
}

func TestWrite_Format(t *testing.T) {
	t.Parallel()
	path := checkpoint.Path(t.TempDir(), tag)
	if filepath.Base(path) != "checkpoint_20260101_000000.json" {
		t.Errorf("name = %s", filepath.Base(path))
	}
	if err := checkpoint.Write(fsx.Real{}, path, content(3)); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		`"run_tag"`, `"db_tmp_path"`, `"created_at"`, `"updated_at"`, `"tables"`, `"deal"`,
		`"next_cursor"`, `"page"`, `"rows"`, `"columns"`, `"completed"`, `"errors": []`,
	} {
		if !strings.Contains(string(raw), key) {
			t.Errorf("no %s in %s", key, raw)
		}
	}
	got, err := checkpoint.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content(3), got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

// TestWrite_Faults breaks each step once and for ever: the checkpoint is then
// the old one or the new one, never something between.
func TestWrite_Faults(t *testing.T) {
	t.Parallel()
	for _, op := range []string{
		"checkpoint.create", "checkpoint.create.write", "checkpoint.create.sync", "checkpoint.create.close",
		"checkpoint.rename", "checkpoint.syncdir",
	} {
		for _, always := range []bool{false, true} {
			path := checkpoint.Path(t.TempDir(), tag)
			if err := checkpoint.Write(fsx.Real{}, path, content(1)); err != nil {
				t.Fatal(err)
			}
			broken := faultfs.New(fsx.Real{}, func(c faultfs.Call) error {
				if c.Op == op && (always || c.N == 1) {
					return syscall.ENOSPC
				}
				return nil
			})
			err := checkpoint.Write(broken, path, content(2))
			got, readErr := checkpoint.Read(path)
			if readErr != nil {
				t.Fatalf("%s: %v", op, readErr)
			}
			page := got.Tables["deal"].Page
			if page != 1 && page != 2 || err == nil && page != 2 {
				t.Errorf("%s always=%t: page %d after %v", op, always, page, err)
			}
			if op == "checkpoint.rename" && err != nil {
				t.Errorf("rename fails always=%t: %v, want the file to be written in place", always, err)
			}
			if op != "checkpoint.rename" && !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s: error %v, want ENOSPC", op, err)
			}
			if _, err := os.Stat(path + fsx.TempSuffix); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s always=%t left the temporary file", op, always)
			}
		}
	}
}

func TestRead_Broken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty": "", "torn": `{"run_tag":"20260101`, "no tag": `{"db_tmp_path":"x"}`,
		"no path": `{"run_tag":"20260101_000000"}`, "list": `[]`,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := checkpoint.Read(path); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := checkpoint.Read(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}

func TestRunTags_NewestFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{
		"checkpoint_20260101_000000.json", "checkpoint_20260101_000000_2.json", "checkpoint_20260101_000000_10.json",
		"checkpoint_20251231_235959.json", "checkpoint_20260101_000000.json.tmp", "checkpoint_x.json", "other.json",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := checkpoint.RunTags(fsx.Real{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"20260101_000000_10", "20260101_000000_2", "20260101_000000", "20251231_235959"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if err := checkpoint.Remove(fsx.Real{}, dir, tag); err != nil {
		t.Fatal(err)
	}
	if err := checkpoint.Remove(fsx.Real{}, dir, tag); err != nil {
		t.Errorf("removing twice: %v", err)
	}
	if got, err := checkpoint.RunTags(fsx.Real{}, filepath.Join(dir, "missing")); err != nil || got != nil {
		t.Errorf("missing directory: %v, %v", got, err)
	}
}
