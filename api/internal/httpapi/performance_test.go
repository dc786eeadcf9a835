package httpapi_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

const views = "/api/performance/"

// TestPerformance_Months: the month parameters by either name, in both
// settings (spec 03 P1).
func TestPerformance_Months(t *testing.T) {
	t.Parallel()
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		t.Run(string(numbers), func(t *testing.T) {
			t.Parallel()
			s := start(t, golden.Snapshot(t), settings{rules: normalise.RulesFor(numbers), workspace: goldentest.Workspace(t)}).ready()
			for _, tc := range []struct {
				query                           string
				before, beforeClose, correctedN int // months
			}{
				{"", 24, 24, 24},
				{"from=2025-03&to=2025-04", 24, 2, 2},
				{"from_month=2025-03&to_month=2025-05", 3, 24, 3},
				{"from=2025-03&to=2025-04&from_month=2026-01&to_month=2026-06", 6, 2, 2},
				{"from=2025-03&to_month=2025-03", 3, 22, 1},
			} {
				for _, view := range []string{"monthly-amounts", "monthly-inquiries", "monthly-close-rate"} {
					want := tc.correctedN
					if numbers == normalise.AsBefore && view == "monthly-close-rate" {
						want = tc.beforeClose
					} else if numbers == normalise.AsBefore {
						want = tc.before
					}
					var body struct{ Months []string }
					s.get(views+view+"/summary?"+tc.query).decode(t, &body)
					if len(body.Months) != want {
						t.Errorf("%s?%s: %d months, want %d", view, tc.query, len(body.Months), want)
					}
				}
			}
		})
	}
}

// TestPerformance_Parameters: statuses, and in which order things are checked.
func TestPerformance_Parameters(t *testing.T) {
	t.Parallel()
	published := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	nothing := start(t, filepath.Join(t.TempDir(), "salesmap_latest.db"), settings{workspace: goldentest.Workspace(t)})
	for _, tc := range []struct {
		path            string
		status, without int // with a snapshot, without one
		detail          string
	}{
		{"monthly-amounts/summary", 200, 500, ""},
		{"monthly-amounts/summary?from=2015-01&to=2025-01", 400, 400, "A month range is at most 120 months"},
		{"monthly-amounts/summary?team=", 400, 500, "Unknown teamKey: "},
		{"monthly-amounts/summary?scope=&team=edu1", 200, 500, ""},
		{"monthly-amounts/deals?segment=ALL&row=TOTAL", 422, 422, "month is missing"},
		{"monthly-amounts/deals", 422, 422, "segment is missing; row is missing; month is missing"},
		{"monthly-amounts/deals?segment=X&row=TOTAL&month=2501", 400, 400, "Unknown segment: X"},
		{"monthly-inquiries/summary?team=all", 200, 500, ""},
		{"monthly-inquiries/summary?team=", 200, 500, ""},
		{"monthly-inquiries/summary?debug=x", 422, 422, "debug must be true or false"},
		{"monthly-inquiries/deals?segment=X&row=&month=2501", 400, 400, "Unknown segment(size group): X"},
		{"monthly-close-rate/summary?scope=X", 400, 400, "Unknown scope: X"},
		{"monthly-close-rate/deals?segment=X&month=2501", 400, 400, "row or course+metric is required"},
		{"pl-progress/summary?year=0", 400, 500, "year 0 is out of range"},
		{"pl-progress/summary?year=2026.0", 422, 422, "year must be a whole number"},
		{"pl-progress/summary?year=", 422, 422, "year must be a whole number"},
		{"pl-progress-2026/summary?year=99999999999999999999", 400, 500, "out of range"},
		{"pl-progress-2026/deals?month=2601&rail=TOTAL&limit=2001", 422, 422, "limit must be 2000 or less"},
		{"pl-progress-2026/deals?month=2601&rail=X", 400, 400, "rail must be TOTAL|ONLINE|OFFLINE"},
		{"pl-progress-2026/deals?month=2601&rail=TOTAL&variant=T&year=0", 200, 200, ""},
		{"pl-progress/actual-overrides", 200, 200, ""},
	} {
		for s, status := range map[*service]int{published: tc.status, nothing: tc.without} {
			r := s.get(views + tc.path)
			switch {
			case r.Status != status:
				t.Errorf("%s: status %d, want %d: %.200s", tc.path, r.Status, status, r.Body)
			case status == 400:
				wantProblem(t, r, 400, "bad-request", tc.detail)
			case status == 422:
				wantProblem(t, r, 422, "invalid-parameter", tc.detail)
			case status == 500:
				wantProblem(t, r, 500, "no-snapshot", "salesmap_latest.db")
			case r.Header.Get("Content-Type") != "application/json":
				t.Errorf("%s: content type %q", tc.path, r.Header.Get("Content-Type"))
			}
		}
	}
	// Without a snapshot there is nothing to revalidate by.
	r := nothing.get(views + "pl-progress/actual-overrides")
	if r.Header.Get("Etag") != "" || r.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("uncached answer: %v", r.Header)
	}
	if r := nothing.do(http.MethodHead, views+"pl-progress/actual-overrides"); r.Status != 200 || r.Body != "" {
		t.Errorf("HEAD: %d %q", r.Status, r.Body)
	}
}

// TestPerformance_Identity: an absent parameter is not an empty one, and
// requests that mean the same are the same response.
func TestPerformance_Identity(t *testing.T) {
	t.Parallel()
	s := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"monthly-inquiries/summary", "monthly-inquiries/summary?team=", false},
		{"monthly-inquiries/summary?team=", "monthly-inquiries/summary?team=all", false}, // echoed
		{"monthly-inquiries/summary?debug=1", "monthly-inquiries/summary?debug=on", true},
		{"monthly-amounts/summary?from=2025-01", "monthly-amounts/summary?to=2025-01", false},
		{"monthly-amounts/summary?team=edu1", "monthly-amounts/summary?scope=edu1_p1", false},
		{"monthly-close-rate/summary", "monthly-close-rate/summary?cust=all&scope=all&x=y", true},
		{"pl-progress/summary", "pl-progress/summary?year=2026", false},
		{"pl-progress-2026/summary", "pl-progress-2026/summary?year=%202026", true},
	} {
		a, b := s.get(views+tc.a), s.get(views+tc.b)
		if a.Status != 200 || b.Status != 200 || (a.Header.Get("Etag") == b.Header.Get("Etag")) != tc.same {
			t.Errorf("%s is %d %s, %s is %d %s", tc.a, a.Status, a.Header.Get("Etag"), tc.b, b.Status, b.Header.Get("Etag"))
		}
	}
	var plan, old struct{ Rows any }
	s.get(views+"pl-progress/summary").decode(t, &plan)
	s.get(views+"pl-progress-2026/summary").decode(t, &old)
	if len(plan.Rows.([]any)) != 17 || len(old.Rows.([]any)) != 17 {
		t.Errorf("the plan year has %v", plan)
	}
}

// TestPerformance_MissingColumns: never a number from a column that isn't
// there.
func TestPerformance_MissingColumns(t *testing.T) {
	t.Parallel()
	broken := func(sql string) *service {
		path := golden.Snapshot(t)
		snapshottest.Exec(t, path, sql)
		return start(t, path, settings{workspace: goldentest.Workspace(t)}).ready()
	}
	summaries := []string{"monthly-amounts/summary", "monthly-inquiries/summary", "monthly-close-rate/summary", "pl-progress/summary"}
	s := broken(`ALTER TABLE deal DROP COLUMN "성사 가능성"`)
	for _, path := range summaries {
		wantProblem(t, s.get(views+path), 500, "missing-data", `"성사 가능성"`)
	}
	s = broken(`ALTER TABLE organization DROP COLUMN "기업 규모"`)
	for _, path := range summaries[:3] {
		wantProblem(t, s.get(views+path), 500, "missing-data", `"기업 규모"`)
	}
	if r := s.get(views + summaries[3]); r.Status != 200 {
		t.Errorf("the P&L needs no sizes: %d %s", r.Status, r.Body)
	}
	s = broken(`ALTER TABLE deal DROP COLUMN "생성 날짜"`)
	for i, path := range summaries {
		r := s.get(views + path)
		if i == 0 || i == 3 {
			if r.Status != 200 {
				t.Errorf("%s needs no day of creation: %d", path, r.Status)
			}
			continue
		}
		wantProblem(t, r, 400, "bad-request", "deal 생성 날짜 컬럼을 찾을 수 없습니다.")
	}
	// Another of the column's names will do.
	s = broken(`ALTER TABLE deal RENAME COLUMN "생성 날짜" TO created_at`)
	if r := s.get(views + "monthly-inquiries/summary"); r.Status != 200 || !strings.Contains(r.Body, `"2501":`) {
		t.Errorf("created_at: %d %.200s", r.Status, r.Body)
	}
}
