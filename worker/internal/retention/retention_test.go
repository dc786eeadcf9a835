package retention_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/retention"
)

var now = time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC)

// folder makes a volume with these files, all of them old.
func folder(t *testing.T, files ...string) (string, retention.Rule) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		old := now.Add(-48 * time.Hour)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	v, err := snapshot.NewVolume(filepath.Join(dir, "salesmap_latest.db"))
	if err != nil {
		t.Fatal(err)
	}
	return dir, retention.Rule{
		Volume: v, LogDir: filepath.Join(dir, "logs"), CheckpointDir: filepath.Join(dir, "checkpoints"), BackupDir: filepath.Join(dir, "backups"),
		Logs: 2, Current: "20260105_000000", Now: now,
	}
}

func log(day string) string { return "logs/salesmap_snapshot_202601" + day + "_000000.log" }

func TestSweep(t *testing.T) {
	t.Parallel()
	goes := []string{
		log("03"), "salesmap_latest_20260101_000000.db", "salesmap_latest_20260101_000000_2.db",
		"checkpoints/checkpoint_20260101_000000.json.tmp", "backups/salesmap_backup_20260101_000000.zip.tmp",
	}
	stays := []string{
		log("09"), log("08"), // the newest
		log("07"), "snapshots/salesmap_20260107_000000.db", // its snapshot is kept
		log("06"), "checkpoints/checkpoint_20260106_000000.json", // can be resumed
		log("05"), // the current run's
		log("04"), "snapshots/salesmap_20260104_000000.db.tmp",
		log("02"), "salesmap_latest_20260108_000000.db", "salesmap_latest_20260102_000000.db", "snapshots/salesmap_20260102_000000.db",
		"salesmap_latest.db", "salesmap_latest_old.db", "salesmap_latest_20260101_000000.db.bak",
		"logs/run_history.jsonl", "logs/salesmap_snapshot_notes.log", "logs/other.log.tmp",
		"backups/salesmap_backup_20260101_000000.zip", "backups/mine.tmp",
		"checkpoints/checkpoint_20260109_000000.json.tmp", // somebody writes it
	}
	dir, rule := folder(t, append(slices.Clone(goes), stays...)...)
	if err := os.Chtimes(filepath.Join(dir, "checkpoints/checkpoint_20260109_000000.json.tmp"), now, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	removed, err := retention.Sweep(fsx.Real{}, rule)
	if err != nil {
		t.Fatal(err)
	}
	for i := range removed {
		removed[i] = strings.TrimPrefix(removed[i], dir+"/")
	}
	slices.Sort(removed)
	slices.Sort(goes)
	if diff := cmp.Diff(goes, removed); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	for _, name := range stays {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if again, err := retention.Sweep(fsx.Real{}, rule); err != nil || len(again) > 0 {
		t.Errorf("again: %v, %v", again, err)
	}
}

// Without a kept snapshot a fallback file is all there is.
func TestSweep_OnlyFallback(t *testing.T) {
	t.Parallel()
	_, rule := folder(t, "salesmap_latest_20260101_000000.db", "snapshots/salesmap_20260109_000000.db.tmp")
	if removed, err := retention.Sweep(fsx.Real{}, rule); err != nil || len(removed) > 0 {
		t.Errorf("removed %v, %v", removed, err)
	}
}

// The live file may be named as a fallback file of another volume would be.
func TestSweep_LiveFileWithATag(t *testing.T) {
	t.Parallel()
	dir, rule := folder(t, "a_20200101_000000.db", "snapshots/salesmap_20260109_000000.db")
	var err error
	if rule.Volume, err = snapshot.NewVolume(filepath.Join(dir, "a_20200101_000000.db")); err != nil {
		t.Fatal(err)
	}
	if removed, err := retention.Sweep(fsx.Real{}, rule); err != nil || len(removed) > 0 {
		t.Errorf("removed %v, %v", removed, err)
	}
}

// One file that cannot be removed does not keep the others.
func TestSweep_GoesOnAfterAnError(t *testing.T) {
	t.Parallel()
	_, rule := folder(t, log("01"), log("02"), log("03"), log("04"))
	removed, err := retention.Sweep(faultfs.New(fsx.Real{}, faultfs.FailOnce("retention.remove", 1, syscall.EACCES)), rule)
	if !errors.Is(err, syscall.EACCES) || len(removed) != 1 {
		t.Errorf("removed %v, %v", removed, err)
	}
}
