package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// TestRun_Usage: every mistake on the command line or in the settings is
// status 2, one clear line that names it, and nothing touched.
func TestRun_Usage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	token := []string{"--token", canary, "--base-url", "http://127.0.0.1:1/api/v2"}
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"token missing":               {[]string{"run-once"}, "SALESMAP_TOKEN"},
		"token missing, webform only": {[]string{"run-once", "--webform-only"}, "SALESMAP_TOKEN"},
		"token missing, schedule":     {[]string{"schedule"}, "SALESMAP_TOKEN"},
		"unknown flag":                {append([]string{"run-once", "--nope"}, token...), "--nope"},
		"unknown command":             {[]string{"run-twice"}, "run-twice"},
		"argument too many":           {append([]string{"run-once", "now"}, token...), "now"},
		"malformed number":            {append([]string{"run-once", "--keep-backups", "many"}, token...), "keep-backups"},
		"negative backups":            {append([]string{"run-once", "--keep-backups", "-1"}, token...), "KEEP_BACKUPS"},
		"rate":                        {append([]string{"run-once", "--rate", "500"}, token...), "SALESMAP_RATE"},
		"API":                         {append([]string{"run-once", "--api", "v4"}, token...), "SALESMAP_API"},
		"v3 without its address":      {[]string{"run-once", "--api", "v3", "--token", canary, "--base-url", "http://127.0.0.1:1/api"}, "SALESMAP_API"},
		"no logs":                     {append([]string{"run-once", "--keep-logs", "0"}, token...), "KEEP_LOGS"},
		"progress":                    {append([]string{"run-once", "--progress", "dots"}, token...), "PROGRESS"},
		"base URL":                    {[]string{"run-once", "--token", canary, "--base-url", "salesmap"}, "SALESMAP_API_BASE"},
		"bad cron":                    {append([]string{"schedule", "--cron", "every night"}, token...), "SNAPSHOT_CRON"},
		"bad zone":                    {append([]string{"schedule", "--tz", "Asia/Atlantis"}, token...), "SNAPSHOT_TZ"},
		"bad health address":          {append([]string{"schedule", "--health-addr", "nowhere"}, token...), "HEALTH_ADDR"},
		"folder cannot be made":       {append([]string{"run-once", "--log-dir", filepath.Join(file, "logs")}, token...), "LOG_DIR"},
		"database folder":             {append([]string{"run-once", "--db-path", filepath.Join(file, "x", "s.db")}, token...), "DB_PATH"},
		"no such checkpoint":          {append([]string{"run-once", "--resume-run-tag", "20200101_000000"}, token...), "20200101_000000"},
		"fetch from nowhere":          {[]string{"fetch"}, "DB_URL"},
		"fetch from no URL":           {[]string{"fetch", "--url", "file:///" + canary}, "DB_URL"},
		"no SHA-256":                  {[]string{"fetch", "--url", "http://127.0.0.1:1/" + canary, "--sha256", "abc"}, "DB_SHA256"},
		"history limit":               {[]string{"history", "--limit", "-1"}, "--limit"},
		"restore without a tag":       {[]string{"backups", "restore"}, "1 arg"},
		"restore no tag":              {[]string{"backups", "restore", "yesterday"}, "yesterday"},
		"rollback no tag":             {[]string{"rollback", "yesterday"}, "yesterday"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			args := tc.args
			for flag, path := range map[string]string{
				"--db-path": "data/salesmap_latest.db", "--log-dir": "data/logs", "--checkpoint-dir": "data/checkpoints", "--backup-dir": "data/backups",
			} {
				takes := args[0] == "run-once" || args[0] == "schedule"
				if takes && !strings.Contains(strings.Join(args, " "), flag) {
					args = append(args, flag, filepath.Join(dir, path))
				}
			}
			r := call(t.Context(), args...)
			if r.status != exitUsage {
				t.Errorf("status %d, want %d", r.status, exitUsage)
			}
			lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
			if len(lines) != 2 || !strings.HasPrefix(lines[0], "worker: ") || !strings.Contains(lines[0], tc.want) || !strings.HasPrefix(lines[1], "Try: worker") {
				t.Errorf("said %q, want one line with %q and a hint", r.stderr, tc.want)
			}
			if strings.Contains(r.stderr+r.stdout, canary) {
				t.Error("the token is in the output")
			}
			if name != "folder cannot be made" && name != "no such checkpoint" { // these are found out with the folders there
				if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
					t.Errorf("touched %v, %v", entries, err)
				}
			}
		})
	}
}

func TestRun_MalformedVariables(t *testing.T) {
	t.Setenv("SALESMAP_RATE", "fast")
	t.Setenv("KEEP_SNAPSHOTS", "-2")
	r := call(t.Context(), "run-once")
	for _, want := range []string{"SALESMAP_RATE", "KEEP_SNAPSHOTS", "SALESMAP_TOKEN"} {
		if r.status != exitUsage || strings.Count(r.stderr, want+":") != 1 {
			t.Errorf("status %d, %q is not said once in %q", r.status, want, r.stderr)
		}
	}
	if r := call(t.Context(), "run-once", "--help"); r.status != exitOK || !strings.Contains(r.stdout, "--rate") {
		t.Errorf("no help with a broken environment: %d", r.status)
	}
}

func TestRun_HelpShowsFlagVariableAndDefault(t *testing.T) {
	t.Parallel()
	r := call(t.Context(), "run-once", "--help")
	for _, want := range []string{
		"--token", "SALESMAP_TOKEN", "--base-url", "SALESMAP_API_BASE", "https://salesmap.kr/api/v2", "--db-path", "DB_PATH", "salesmap_latest.db",
		"--log-dir", "LOG_DIR", "--checkpoint-dir", "CHECKPOINT_DIR", "logs/checkpoints", "--checkpoint-interval", "CHECKPOINT_INTERVAL", "50",
		"--backup-dir", "BACKUP_DIR", "--keep-backups", "KEEP_BACKUPS", "30", "--no-backup", "--resume", "--resume-run-tag", "--webform-only",
		"--keep-snapshots", "KEEP_SNAPSHOTS", "--allow-partial", "--max-shrink", "SNAPSHOT_MAX_SHRINK", "0.5", "--dry-run", "--progress",
		"--rate", "SALESMAP_RATE", "95", "--api", "SALESMAP_API", "--keep-logs", "KEEP_LOGS", "--space-check", "SPACE_CHECK", "--max-retries", "MAX_RETRIES", "Examples:", "130 or 143",
	} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("%q is not in the help", want)
		}
	}
	for _, command := range []string{"run-once", "schedule", "history", "verify", "backups", "rollback", "doctor", "healthcheck", "version", "completion"} {
		if r := call(t.Context(), command, "--help"); r.status != exitOK || r.stdout == "" {
			t.Errorf("%s --help: %d", command, r.status)
		}
	}
	if r := call(t.Context(), "completion", "bash"); r.status != exitOK || !strings.Contains(r.stdout, "worker") {
		t.Errorf("completion: %d", r.status)
	}
	if r := call(t.Context(), "version"); r.status != exitOK || strings.TrimSpace(r.stdout) == "" {
		t.Errorf("version: %d %q", r.status, r.stdout)
	}
}

// TestRun_LifeOfAVolume walks through the commands an operator uses.
func TestRun_LifeOfAVolume(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{})
	if r := call(t.Context(), "history", "--log-dir", v.dir); r.status != exitOK || !strings.Contains(r.stdout, "no runs yet") {
		t.Errorf("history of nothing: %+v", r)
	}
	if r := call(t.Context(), v.args("verify")...); r.status != exitFailed {
		t.Errorf("verify of nothing: %+v", r)
	}
	if r := call(t.Context(), v.args("doctor")...); r.status != exitOK || !strings.Contains(r.stdout, "accepted by") {
		t.Errorf("doctor: %+v", r)
	}
	var tags []string
	for range 2 {
		r := call(t.Context(), v.args("run-once")...)
		if r.status != exitOK || !strings.Contains(r.stdout, "published snapshot ") || !strings.Contains(r.stdout, v.snap.Live()) {
			t.Fatalf("run-once: %+v", r)
		}
		tags = append(tags, v.liveTag(t))
		v.assertNoCanary(t, r.stdout, r.stderr)
	}
	if r := call(t.Context(), v.args("verify")...); r.status != exitOK || !strings.Contains(r.stdout, "ok: snapshot "+tags[1]) {
		t.Errorf("verify: %+v", r)
	}

	r := call(t.Context(), "history", "--json", "--log-dir", filepath.Join(v.dir, "logs"))
	entries := mustJSON[[]runhistory.Entry](t, r.stdout)
	if len(entries) != 2 || entries[0].RunTag != tags[1] || entries[1].RunTag != tags[0] {
		t.Errorf("history: %+v", entries)
	}
	if r := call(t.Context(), "history", "--limit", "1", "--log-dir", filepath.Join(v.dir, "logs")); strings.Contains(r.stdout, tags[0]+" ") || !strings.Contains(r.stdout, tags[1]) {
		t.Errorf("history --limit 1:\n%s", r.stdout)
	}

	backups := []string{"--backup-dir", filepath.Join(v.dir, "backups")}
	listed := mustJSON[[]backup.Backup](t, call(t.Context(), append([]string{"backups", "list", "--json"}, backups...)...).stdout)
	if len(listed) != 1 || listed[0].RunTag != tags[0] {
		t.Errorf("backups: %+v", listed)
	}
	restore := append([]string{"backups", "restore", tags[0], "--db-path", v.snap.Live()}, backups...)
	if r := call(t.Context(), restore...); r.status != exitFailed || !strings.Contains(r.stderr, "there already") {
		t.Errorf("restore of what is there: %+v", r)
	}
	if err := os.Remove(v.snap.Snapshot(tags[0])); err != nil {
		t.Fatal(err)
	}
	if r := call(t.Context(), restore...); r.status != exitOK || v.liveTag(t) != tags[1] {
		t.Fatalf("restore: %+v", r)
	}
	if r := call(t.Context(), "rollback", "--db-path", v.snap.Live()); r.status != exitOK || v.liveTag(t) != tags[0] {
		t.Errorf("rollback: %+v", r)
	}
	if r := call(t.Context(), v.args("run-once", "--webform-only")...); r.status != exitOK {
		t.Errorf("webform-only: %+v", r)
	}
	before := v.crm.Server.Stats().Requests
	if r := call(t.Context(), v.args("run-once", "--dry-run")...); r.status != exitOK || v.crm.Server.Stats().Requests != before+7 {
		t.Errorf("dry run: %+v, %d requests", r, v.crm.Server.Stats().Requests-before)
	}
}

func TestRun_FailedRun(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{Faults: []salesmaptest.Fault{{List: "deal", Page: 2, Action: salesmaptest.ActionStatus, Status: http.StatusForbidden}}})
	r := call(t.Context(), v.args("run-once", "--log-level", "debug")...)
	if r.status != exitFailed || !strings.Contains(r.stderr, "worker: tables could not be read to their end: deal: page2:http_403") {
		t.Errorf("%d %s", r.status, r.stderr)
	}
	if !strings.Contains(r.stdout, "failed run ") || !strings.Contains(r.stdout, "deal: page2:http_403") {
		t.Errorf("summary %q", r.stdout)
	}
	if h := v.history(t); len(h) != 1 || h[0].Status != runhistory.StatusFailed {
		t.Errorf("history %+v", h)
	}
	v.assertNoCanary(t, r.stdout, r.stderr)
}

func TestRun_BrokenDatabaseFile(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{})
	if err := os.WriteFile(v.snap.Live(), []byte("this is no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := call(t.Context(), v.args("verify")...); r.status != exitFailed || !strings.Contains(r.stderr, "not an SQLite database") {
		t.Errorf("verify: %+v", r)
	}
	if r := call(t.Context(), v.args("run-once")...); r.status != exitOK {
		t.Fatalf("run-once: %+v", r)
	}
	v.liveTag(t)
	kept, err := filepath.Glob(filepath.Join(v.dir, "snapshots", "*.db"))
	if err != nil || len(kept) != 2 {
		t.Errorf("the old file is not kept: %v, %v", kept, err)
	}
}

func TestRun_Locked(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{})
	lock, err := fsx.AcquireLock(v.snap.LockFile())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	for _, args := range [][]string{v.args("run-once"), {"rollback", "--db-path", v.snap.Live()}} {
		if r := call(t.Context(), args...); r.status != exitLocked || !strings.Contains(r.stderr, "held by another process") {
			t.Errorf("%v: %+v", args[0], r)
		}
	}
	entries, err := os.ReadDir(v.dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("touched %v, %v", entries, err)
	}
}
