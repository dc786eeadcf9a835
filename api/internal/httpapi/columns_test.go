package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// perFamily is how many of a family's recorded requests stand for it where
// many snapshots are asked.
const perFamily = 2

// sampleQuestions are recorded requests of every endpoint that were answered,
// evenly from each family.
func sampleQuestions(tb testing.TB) []golden.Response {
	tb.Helper()
	var all []golden.Response
	for _, family := range golden.Families(tb, golden.Legacy) {
		answered := slices.DeleteFunc(golden.Responses(tb, golden.Legacy, family), func(r golden.Response) bool {
			return r.Status != http.StatusOK
		})
		for i := range min(perFamily, len(answered)) {
			all = append(all, answered[i*len(answered)/perFamily])
		}
	}
	return all
}

// ask sends a recorded request to the server without a network between.
func (s *service) ask(q golden.Response) reply {
	s.tb.Helper()
	query := url.Values{}
	for name, value := range q.Query {
		query.Set(name, value)
	}
	target := (&url.URL{Path: q.Path, RawQuery: query.Encode()}).String()
	w := httptest.NewRecorder()
	s.Server.Handler().ServeHTTP(w, httptest.NewRequestWithContext(s.tb.Context(), q.Method, target, http.NoBody))
	return reply{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
}

// changedGolden serves the golden snapshot after SQL. All such files look
// equally old, so that answers can be compared to the byte.
func changedGolden(tb testing.TB, set settings, original, statements string) *service {
	tb.Helper()
	raw, err := os.ReadFile(original)
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "salesmap_latest.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		tb.Fatal(err)
	}
	snapshottest.Exec(tb, path, statements)
	at := time.Date(2026, 2, 5, 1, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, at, at); err != nil {
		tb.Fatal(err)
	}
	set.noWatch = true
	s := start(tb, path, set)
	s.Watcher.Check(tb.Context())
	return s
}

// TestEmptyTables empties every table, one at a time and all at once. What is
// asked then has little to say, but says it.
func TestEmptyTables(t *testing.T) {
	t.Parallel()
	questions := sampleQuestions(t)
	original, company := golden.Snapshot(t), goldentest.Workspace(t)
	statements := map[string]string{}
	for _, table := range snapshot.DomainTables() {
		statements[table] = "DELETE FROM " + snapshot.QuoteName(table) + ";"
		statements["all"] += statements[table]
	}
	for name, statement := range statements {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, numbers := range []normalise.Numbers{normalise.Corrected, normalise.AsBefore} {
				s := changedGolden(t, settings{rules: normalise.RulesFor(numbers), workspace: company}, original, statement)
				for _, q := range questions {
					if r := s.ask(q); r.Status != http.StatusOK && r.Status != http.StatusNotFound {
						t.Errorf("%s: %s %v: status %d: %.300s", q.ID, q.Path, q.Query, r.Status, r.Body)
					}
				}
			}
		})
	}
}
