package goldentest

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// LeanSnapshot is the golden snapshot without its optional columns and tables,
// as the mode golden.Lean was recorded on. It returns the file's path.
func LeanSnapshot(tb testing.TB) string {
	tb.Helper()
	path := golden.Snapshot(tb)
	db, err := sql.Open("sqlite3", "file:"+path) // shared/snapshot registers the driver
	if err != nil {
		tb.Fatalf("lean snapshot: %v", err)
	}
	if _, err := db.ExecContext(tb.Context(), string(golden.File(tb, "lean.sql"))); err != nil {
		tb.Fatalf("lean snapshot: %v", err)
	}
	if err := db.Close(); err != nil {
		tb.Fatalf("lean snapshot: %v", err)
	}
	return path
}

// Workspace is the configuration that the responses were recorded with, read
// from a file as in production.
func Workspace(tb testing.TB) *workspace.Workspace {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "workspace.yaml")
	if err := os.WriteFile(path, golden.File(tb, "workspace.yaml"), 0o600); err != nil {
		tb.Fatalf("golden workspace: %v", err)
	}
	w, err := workspace.Load(path)
	if err != nil {
		tb.Fatalf("golden workspace: %v", err)
	}
	return w
}
