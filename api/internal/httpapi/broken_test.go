package httpapi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
)

// breakage makes a good snapshot unfit.
type breakage struct {
	name   string
	apply  func(tb testing.TB, path string)
	reason string // part of what is said about it
}

func breakages() []breakage {
	run := func(statements string) func(testing.TB, string) {
		return func(tb testing.TB, path string) { tb.Helper(); snapshottest.Exec(tb, path, statements) }
	}
	write := func(content func(good []byte) []byte) func(testing.TB, string) {
		return func(tb testing.TB, path string) {
			tb.Helper()
			good, err := os.ReadFile(path)
			if err != nil {
				tb.Fatal(err)
			}
			if err := os.WriteFile(path, content(good), 0o600); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return []breakage{
		{"empty", write(func([]byte) []byte { return nil }), "not an SQLite database"},
		{"not SQLite", write(func(good []byte) []byte { return []byte(strings.Repeat("<html>", len(good)/6)) }), "not an SQLite database"},
		{"header only", write(func(good []byte) []byte { return good[:100] }), "truncated"},
		{"truncated", write(func(good []byte) []byte { return good[:len(good)/2] }), "truncated"},
		{"last page cut", write(func(good []byte) []byte { return good[:len(good)-1] }), "truncated"},
		{"WAL mode", run("PRAGMA journal_mode=WAL"), "WAL mode"},
		{"overwritten pages", write(func(good []byte) []byte {
			for i := 4096; i < len(good); i++ {
				good[i] = 0xA5
			}
			return good
		}), "malformed"},
		{"hot journal", func(tb testing.TB, path string) {
			tb.Helper()
			journal := "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + strings.Repeat("\x00", 500)
			if err := os.WriteFile(path+"-journal", []byte(journal), 0o600); err != nil {
				tb.Fatal(err)
			}
		}, "journal"},
		{"no organization table", run("DROP TABLE organization"), "table organization is missing"},
		{"no people table", run("DROP TABLE people"), "table people is missing"},
		{"no deal table", run("DROP TABLE deal"), "table deal is missing"},
		{"no memo table", run("DROP TABLE memo"), "table memo is missing"},
		{"no run_info table", run("DROP TABLE run_info"), "table run_info is missing"},
		{"run_info without a row", run("DELETE FROM run_info"), "run_info has no row"},
		{"no key column", run("DROP INDEX deal_peopleId; ALTER TABLE deal DROP COLUMN peopleId"), "table deal has no column peopleId"},
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	for _, b := range breakages() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			core, logs := observer.New(zapcore.InfoLevel)
			v := snapshottest.NewVolume(t)
			s := start(t, v.Live(), settings{noWatch: true, log: zap.New(core)})
			bad := func(generation int) string {
				path := v.Add(snapshottest.Small(generation))
				b.apply(t, path)
				v.Stamp(path)
				return path
			}

			// At start: a 500 that says why.
			v.Publish(bad(1))
			for range 3 {
				s.Watcher.Check(t.Context())
			}
			p := wantProblem(t, s.get("/api/orgs"), 500, "no-snapshot", b.reason)
			if strings.Contains(p.Detail, filepath.Dir(v.Live())) {
				t.Errorf("the detail tells a path: %s", p.Detail)
			}
			wantProblem(t, s.get("/api/snapshot"), 500, "no-snapshot", b.reason)
			if r := s.get("/readyz"); r.Status != 503 {
				t.Errorf("readyz: %d", r.Status)
			}

			// Then a good one, without a restart.
			v.Publish(v.Add(snapshottest.Small(2)))
			s.Watcher.Check(t.Context())
			if generation, err := generationOf(s.get("/api/orgs")); err != nil || generation != 2 {
				t.Fatalf("generation %d, %v", generation, err)
			}
			if r := s.snapshot().Rejected; r != nil {
				t.Errorf("rejected %+v while the good file serves", r)
			}

			// A bad one after it: the good one stays, the bad one is shown and logged once.
			path := bad(3)
			v.Publish(path)
			for range 5 {
				s.Watcher.Check(t.Context())
			}
			for _, question := range questions() {
				if generation, err := generationOf(s.get(question)); err != nil || generation != 2 {
					t.Errorf("%s: generation %d, %v", question, generation, err)
				}
			}
			r := s.snapshot().Rejected
			if r == nil || r.File != filepath.Base(path) || r.Version == "" || r.RejectedAt.IsZero() || !strings.Contains(r.Reason, b.reason) {
				t.Errorf("rejected %+v, want %s because of %q", r, filepath.Base(path), b.reason)
			}
			if r := s.get("/readyz"); r.Status != 200 {
				t.Errorf("readyz: %d", r.Status)
			}
			if text := s.get("/metrics").Body; !strings.Contains(text, "salesmap_api_snapshot_rejected_total 2") ||
				!strings.Contains(text, "salesmap_api_snapshot_rejected 1") {
				t.Error("the metrics don't show the rejections")
			}
			if n := logs.FilterLevelExact(zapcore.ErrorLevel).FilterMessageSnippet("not fit").Len(); n != 2 {
				t.Errorf("%d errors logged for two bad files", n)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	v := snapshottest.NewVolume(t)
	s := start(t, v.Live(), settings{noWatch: true, log: zap.New(core)})
	for range 3 {
		s.Watcher.Check(t.Context())
	}
	p := wantProblem(t, s.get("/api/orgs"), 500, "no-snapshot", "Database not found at salesmap_latest.db")
	if strings.Contains(p.Detail, "/") {
		t.Errorf("the detail tells a path: %s", p.Detail)
	}
	v.Publish(v.Add(snapshottest.Small(1)))
	s.Watcher.Check(t.Context())
	if err := os.Remove(v.Live()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.Watcher.Check(t.Context())
	}
	for _, question := range questions() { // its handle is open
		if generation, err := generationOf(s.get(question)); err != nil || generation != 1 {
			t.Errorf("%s: generation %d, %v", question, generation, err)
		}
	}
	if n := logs.FilterMessageSnippet("gone").Len(); n != 1 {
		t.Errorf("said %d times that the file is gone", n)
	}
	if n := logs.FilterMessageSnippet("waiting for the first snapshot").Len(); n != 1 {
		t.Errorf("said %d times that there is no file", n)
	}
	v.Publish(v.Add(snapshottest.Small(2)))
	s.Watcher.Check(t.Context())
	if generation, err := generationOf(s.get("/api/orgs")); err != nil || generation != 2 {
		t.Errorf("generation %d, %v", generation, err)
	}
}

// TestOddButFit are files that lack what can be done without.
func TestOddButFit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, statements string
		check            func(t *testing.T, s *service)
	}{
		{"empty tables", "DELETE FROM organization; DELETE FROM people; DELETE FROM deal; DELETE FROM memo", func(t *testing.T, s *service) {
			t.Helper()
			for _, path := range []string{"/api/orgs", "/api/orgs/org-1/people", "/api/people/per-1-1/deals", "/api/deals/deal-1-1/memos"} {
				if r := s.get(path); r.Body != `{"items":[]}` {
					t.Errorf("%s: %d %s", path, r.Status, r.Body)
				}
			}
			if r := s.get("/api/sizes"); r.Body != `{"sizes":[]}` {
				t.Errorf("sizes: %d %s", r.Status, r.Body)
			}
		}},
		{"missing columns are null", `ALTER TABLE deal DROP COLUMN "금액"; ALTER TABLE deal DROP COLUMN "담당자"; ALTER TABLE memo DROP COLUMN htmlBody;
			ALTER TABLE organization DROP COLUMN "기업 규모"; ALTER TABLE people DROP COLUMN "전화"`, func(t *testing.T, s *service) {
			t.Helper()
			for path, key := range map[string]string{
				"/api/people/per-1-1/deals": "amount", "/api/deals/deal-1-1/memos": "htmlBody", "/api/orgs": "size", "/api/orgs/org-1/people": "phone",
			} {
				for _, item := range items(t, s.get(path)) {
					if value, ok := item[key]; !ok || value != nil {
						t.Errorf("%s: %s is %v", path, key, value)
					}
				}
			}
		}},
		{"no webform_history, as older writers leave it", "DROP TABLE webform_history", func(t *testing.T, s *service) {
			t.Helper()
			if _, ok := s.snapshot().Tables["webform_history"]; ok {
				t.Error("a missing table has rows")
			}
		}},
		{"no indexes", "DROP INDEX memo_dealId; DROP INDEX people_organizationId", func(t *testing.T, s *service) {
			t.Helper()
			if n := len(items(t, s.get("/api/deals/deal-1-1/memos"))); n == 0 {
				t.Error("no memos")
			}
		}},
		{"cells that are no text", `UPDATE deal SET id = 'deal-x'; ALTER TABLE deal ADD COLUMN untyped; ALTER TABLE deal DROP COLUMN "금액";
			ALTER TABLE deal ADD COLUMN "금액"; UPDATE deal SET "금액" = 1500000.5`, func(t *testing.T, s *service) {
			t.Helper()
			for _, item := range items(t, s.get("/api/people/per-1-1/deals")) {
				if item["amount"] != 1500000.5 {
					t.Errorf("amount %v", item["amount"])
				}
			}
		}},
		{"a column called rowid", `CREATE TABLE copy AS SELECT 'x' AS rowid, * FROM memo; DROP TABLE memo; ALTER TABLE copy RENAME TO memo`, func(t *testing.T, s *service) {
			t.Helper()
			if n := len(items(t, s.get("/api/deals/deal-1-1/memos"))); n == 0 {
				t.Error("no memos")
			}
		}},
		{"a stale log beside it", "", func(t *testing.T, s *service) {
			t.Helper()
			if r := s.get("/api/orgs"); r.Status != 200 {
				t.Errorf("%d %s", r.Status, r.Body)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := snapshottest.NewVolume(t)
			path := v.Add(snapshottest.Small(1))
			if tc.statements != "" {
				snapshottest.Exec(t, path, tc.statements)
			} else if err := os.WriteFile(path+"-wal", []byte("left over"), 0o600); err != nil {
				t.Fatal(err)
			}
			v.Publish(path)
			tc.check(t, start(t, v.Live(), settings{}).ready())
		})
	}
}

// TestReadOnlyFolder serves from a folder that it may not write to and leaves
// nothing beside the file.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	path := v.Add(snapshottest.Small(1))
	v.Publish(path)
	dir := filepath.Dir(path)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Error(err)
		}
	})
	s := start(t, v.Live(), settings{}).ready()
	for _, question := range questions() {
		if r := s.get(question); r.Status != 200 {
			t.Errorf("%s: %d", question, r.Status)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the snapshot: %v, %v", entries, err)
	}
}
