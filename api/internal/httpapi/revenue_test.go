package httpapi_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

const (
	revenuePath = "/api/qc/monthly-revenue-report"
	xlsxType    = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func TestRevenue_Refusals(t *testing.T) {
	t.Parallel()
	served := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	none := start(t, filepath.Join(t.TempDir(), "salesmap_latest.db"), settings{workspace: goldentest.Workspace(t)})
	for _, path := range []string{revenuePath, revenuePath + "/xlsx"} {
		for _, tc := range []struct {
			query        string
			status       int
			kind, detail string
		}{
			{"?team=all&year=2025&month=6", 400, "bad-request", "team must be one of edu1|edu2|public"},
			{"?team=&year=2025&month=6", 400, "bad-request", "team must be one of"},
			{"?year=2025&month=6", 422, "invalid-parameter", "team"},
			{"?team=edu1", 422, "invalid-parameter", "year is missing; month is missing"},
			{"?team=edu1&year=1999&month=6", 422, "invalid-parameter", "year"},
			{"?team=edu1&year=2101&month=6", 422, "invalid-parameter", "year"},
			{"?team=edu1&year=2025&month=0", 422, "invalid-parameter", "month"},
			{"?team=edu1&year=2025&month=13", 422, "invalid-parameter", "month"},
			{"?team=edu1&year=x&month=", 422, "invalid-parameter", "month"},
		} {
			for _, s := range []*service{served, none} { // looked at before the snapshot
				r := s.get(path + tc.query)
				wantProblem(t, r, tc.status, tc.kind, tc.detail)
				if file := r.Header.Get("Content-Disposition"); file != "" {
					t.Errorf("%s%s: a refusal to be saved as %s", path, tc.query, file)
				}
			}
		}
		wantProblem(t, none.get(path+"?team=edu1&year=2025&month=6"), 500, "no-snapshot", "Database not found")
	}
	wantProblem(t, served.get(revenuePath+"?team=edu1&year=2025&month=6&history_from=2025-07"), 400, "bad-request", "later")
	if r := served.get(revenuePath + "/xlsx?team=edu1&year=2025&month=6&history_from=x&format=none"); r.Status != http.StatusOK {
		t.Errorf("the workbook knows no history and no other format: status %d", r.Status)
	}
}

// TestRevenue_Sheet: what looks like a formula is a text, and what no
// spreadsheet holds is left out.
func TestRevenue_Sheet(t *testing.T) {
	t.Parallel()
	set := settings{rules: normalise.RulesFor(normalise.Corrected), workspace: goldentest.Workspace(t)}
	s := changedGolden(t, set, golden.Snapshot(t),
		`UPDATE deal SET "이름" = '=HYPERLINK("http://evil.example")' || char(8) || char(0x1b) WHERE "이름" LIKE '사례 001%'`)
	const query = "/xlsx?team=edu1&year=2025&month=6"
	r := s.get(revenuePath + query)
	if r.Status != 200 || r.Header.Get("Content-Type") != xlsxType || r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Content-Encoding") != "" {
		t.Fatalf("status %d, headers %v", r.Status, r.Header)
	}
	if file := r.Header.Get("Content-Disposition"); !strings.HasPrefix(file, `attachment; filename="edu1_2025_06_revenue.xlsx"; filename*=UTF-8''%`) {
		t.Errorf("saved as %s", file)
	}
	if again := s.do(http.MethodGet, revenuePath+query, "If-None-Match", r.Header.Get("Etag")); again.Status != http.StatusNotModified {
		t.Errorf("asked again: status %d", again.Status)
	}
	if head := s.do(http.MethodHead, revenuePath+query); head.Status != 200 || head.Body != "" || head.Header.Get("Content-Length") != r.Header.Get("Content-Length") {
		t.Errorf("HEAD: status %d, headers %v", head.Status, head.Header)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(r.Body)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("매출신고")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(2, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := book.GetCellFormula("매출신고", cell); err != nil || formula != "" {
			t.Errorf("%s: formula %q, %v", cell, formula, err)
		}
		found = found || row[1] == `=HYPERLINK("http://evil.example")`
	}
	if !found {
		t.Errorf("the deal isn't among %d rows", len(rows))
	}
}
