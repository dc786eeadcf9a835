package doctor_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/doctor"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

func healthy(t *testing.T) config.Run {
	t.Helper()
	crm := salesmaptest.Start(t, salesmaptest.Options{})
	dir := t.TempDir()
	return config.Run{
		Source: config.Source{
			Token: envdoc.Secret(salesmaptest.DefaultToken), BaseURL: crm.BaseURL, API: "v2", Rate: 95, MaxRetries: 5, CallTimeout: time.Minute,
		},
		Volume:        config.Volume{DBPath: filepath.Join(dir, "salesmap_latest.db"), LogDir: filepath.Join(dir, "logs")},
		CheckpointDir: filepath.Join(dir, "logs", "checkpoints"), CheckpointPages: 50,
		Backups: config.Backups{BackupDir: filepath.Join(dir, "backups")}, KeepLogs: 1, Progress: "none", LogSettings: obs.LogSettings{LogLevel: "info"},
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*testing.T, *config.Run)
		what   string // the finding that is not well; empty: all are
		want   string
	}{
		{"nothing there yet", func(*testing.T, *config.Run) {}, "", ""},
		{"a snapshot", func(t *testing.T, s *config.Run) { t.Helper(); s.DBPath = golden.Snapshot(t) }, "", ""},
		{"token missing", func(_ *testing.T, s *config.Run) { s.Token = "" }, "token", "SALESMAP_TOKEN"},
		{"token wrong", func(_ *testing.T, s *config.Run) { s.Token = "old-token-xyz" }, "token", "new token"},
		{"nobody there", func(_ *testing.T, s *config.Run) { s.BaseURL = "http://127.0.0.1:1/api/v2" }, "token", "SALESMAP_API_BASE"},
		{"settings", func(_ *testing.T, s *config.Run) { s.Rate = 0 }, "settings", "SALESMAP_RATE"},
		{"a file for a folder", func(t *testing.T, s *config.Run) {
			t.Helper()
			s.BackupDir = filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(s.BackupDir, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "BACKUP_DIR", "is not a folder"},
		{"a broken live file", func(t *testing.T, s *config.Run) {
			t.Helper()
			if err := os.WriteFile(s.DBPath, []byte("garbage"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "live snapshot", "not an SQLite database"},
		{"a journal", func(t *testing.T, s *config.Run) {
			t.Helper()
			s.DBPath = golden.Snapshot(t)
			if err := os.WriteFile(s.DBPath+"-wal", nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "live snapshot", "-wal"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := healthy(t)
			tc.change(t, &s)
			findings := doctor.Look(t.Context(), s)
			var out bytes.Buffer
			well, err := doctor.Report(&out, findings)
			if err != nil || well != (tc.what == "") {
				t.Fatalf("well = %t, %v:\n%s", well, err, out.String())
			}
			if !strings.Contains(out.String(), tc.want) || tc.what != "" && !strings.Contains(out.String(), "FAIL  "+tc.what) {
				t.Errorf("no FAIL of %s with %q in:\n%s", tc.what, tc.want, out.String())
			}
			if strings.Contains(out.String(), "old-token-xyz") {
				t.Error("the token is in the report")
			}
		})
	}
}

func TestLook_RunOnItsWay(t *testing.T) {
	t.Parallel()
	s := healthy(t)
	v, err := snapshot.NewVolume(s.DBPath)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := fsx.AcquireLock(v.LockFile())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	for _, f := range doctor.Look(t.Context(), s) {
		if f.What == "lock" && (!f.OK || !strings.Contains(f.Note, "on its way")) {
			t.Errorf("%+v", f)
		}
	}
}
