package httpapi_test

import (
	"bytes"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// notTables are data routes whose answers are no list, though there are lists
// in them.
func notTables() []string {
	return []string{
		"/api/workspace",                                                                     // settings
		"/api/orgs/:id",                                                                      // one organisation
		"/api/orgs/:id/statepath", "/api/orgs/:id/statepath-2425", "/api/statepath/orgs/:id", // one organisation's path
		"/api/initial-data",                                                      // the viewer's whole data
		"/api/orgs/:id/won-groups-json", "/api/orgs/:id/won-groups-json-compact", // dossiers for other programs
		"/api/orgs/:id/won-groups-markdown-compact", // format=json is its own
	}
}

func TestExports_EveryList(t *testing.T) {
	t.Parallel()
	_, others := httpapi.ExportedPathsForTest()
	for _, path := range others {
		if !slices.Contains(notTables(), path) {
			t.Errorf("%s has no export: name its columns in exports, or say here why it is no list", path)
		}
	}
}

// TestExports_EqualJSON: the table of every recorded request has what its JSON
// has, all of it, row by row and field by field.
func TestExports_EqualJSON(t *testing.T) {
	t.Parallel()
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		t.Run(string(numbers), func(t *testing.T) {
			t.Parallel()
			s := changedGolden(t, settings{rules: normalise.RulesFor(numbers), workspace: goldentest.Workspace(t)}, golden.Snapshot(t), "SELECT 1")
			doc := s.openAPI()
			exported, _ := httpapi.ExportedPathsForTest()
			seen := map[string]int{}
			for _, q := range sampleQuestions(t) {
				pattern, ok := doc.pathOf(strings.ReplaceAll(q.Path, "%", "x"))
				route := strings.ReplaceAll(pattern, "{id}", ":id")
				switch {
				case !ok:
				case slices.Contains(exported, route):
					seen[route] += s.compareExport(t, route, q)
				case strings.Contains(s.ask(q).Body, `{"items":[`):
					t.Errorf("%s has items and no export", q.ID)
				}
			}
			t.Logf("rows by route: %v", seen)
			if len(seen) < 32 { // each export by one of its paths
				t.Errorf("only %d routes compared: %v", len(seen), slices.Sorted(maps.Keys(seen)))
			}
			for route, rows := range seen {
				if rows == 0 {
					t.Errorf("%s: no rows were compared", route)
				}
			}
		})
	}
}

// compareExport holds one table against the JSON and returns its rows.
func (s *service) compareExport(t *testing.T, route string, q golden.Response) int {
	t.Helper()
	q.Query = maps.Clone(q.Query)
	delete(q.Query, "offset")
	if delete(q.Query, "limit"); strings.HasPrefix(route, "/api/statepath/") || strings.Contains(route, "pl-progress") {
		q.Query["limit"] = "2000"
	} else if strings.HasSuffix(route, "/memos") || route == "/api/orgs" {
		q.Query["limit"] = "500"
	}
	var body object
	s.ask(q).decode(t, &body)
	rows := rowsOf(route, body)

	g, err := s.Watcher.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer g.Release()
	query := url.Values{}
	for name, value := range q.Query {
		query.Set(name, value)
	}
	id := ""
	if strings.Contains(route, ":id") {
		id = strings.Split(q.Path, "/")[slices.Index(strings.Split(route, "/"), ":id")]
	}
	columns, err := httpapi.ExportColumnsForTest(t.Context(), g.Content, route, id, query.Encode())
	if err != nil {
		t.Fatalf("%s: %v", q.ID, err)
	}
	q.Query["format"] = "csv"
	q.Query["limit"], q.Query["offset"] = "1", "1" // a table is the whole list
	_, lines := csvOf(t, s.ask(q))
	if len(lines)-1 != len(rows) {
		t.Fatalf("%s: %d rows in the table, %d in JSON", q.ID, len(lines)-1, len(rows))
	}
	for i, c := range columns {
		if lines[0][i] != c.Label || c.Label == "" {
			t.Errorf("%s: column %d is called %q, want %q", q.ID, i, lines[0][i], c.Label)
		}
	}
	for i, row := range rows {
		for key := range row {
			if !left(route, key) && !slices.ContainsFunc(columns, func(c tabular.Column) bool { return c.Key == key || strings.HasPrefix(c.Key, key+".") }) {
				t.Fatalf("%s: %s is in JSON and not in the table", q.ID, key)
			}
		}
		for j, c := range columns {
			if want, got := guardedCell(valueAt(row, c.Key)), lines[i+1][j]; plainText(want) != plainText(got) {
				t.Fatalf("%s: row %d, %s: %q, want %q", q.ID, i, c.Key, got, want)
			}
		}
	}
	return len(rows)
}

func TestExports_Headers(t *testing.T) {
	t.Parallel()
	s := changedGolden(t, settings{workspace: goldentest.Workspace(t)}, golden.Snapshot(t), "SELECT 1")
	get := func(query string, headers ...string) reply {
		t.Helper()
		return s.do(http.MethodGet, "/api/orgs"+query, headers...)
	}
	plain := get("")
	table := get("?format=csv&search=%EA%B5%AC&size=%EC%A0%84%EC%B2%B4")
	for name, want := range map[string]string{
		"Content-Type": "text/csv; charset=utf-8; header=present", "Cache-Control": "no-cache", "X-Snapshot-Version": plain.Header.Get("X-Snapshot-Version"),
	} {
		if got := table.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(table.Header.Get("Vary"), "Accept,") {
		t.Errorf("Vary: %q", table.Header.Get("Vary"))
	}
	kind, params, err := mime.ParseMediaType(table.Header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" || !strings.HasPrefix(params["filename"], "기업_목록_2") || !strings.HasSuffix(params["filename"], ".csv") ||
		!strings.Contains(table.Header.Get("Content-Disposition"), `filename="orgs_2`) {
		t.Errorf("saved as %v, %v: %s", params, err, table.Header.Get("Content-Disposition"))
	}
	notes, _ := csvOf(t, table)
	if want := []string{"조건", "기업 규모: 전체", "검색어: 구"}; !slices.Equal(notes[1], want) {
		t.Errorf("filters %q, want %q", notes[1], want)
	}
	if notes[0][0] != "스냅샷" || notes[0][1] == "" || notes[0][2] != "수집 시각" || !strings.HasSuffix(notes[0][3], "(KST)") {
		t.Errorf("snapshot %q", notes[0])
	}

	tags := map[string]string{}
	for _, query := range []string{"?format=csv", "?format=xlsx", "?format=json", "?format=csv&search=a", "?format=xlsx&search=a"} {
		r := get(query)
		tag := r.Header.Get("Etag")
		if other, taken := tags[tag]; taken {
			t.Errorf("%s and %s have the same ETag", query, other)
		}
		tags[tag] = query
		if again := get(query, "If-None-Match", tag); again.Status != http.StatusNotModified {
			t.Errorf("%s again: status %d", query, again.Status)
		}
	}
	if r := get("?format=json"); r.Body != plain.Body || r.Header.Get("Etag") != plain.Header.Get("Etag") || r.Header.Get("Content-Disposition") != "" {
		t.Errorf("format=json is another answer than none: %v", r.Header)
	}
	if a, b := get("?format=csv&limit=1&offset=5"), get("?format=csv&limit=bad"); a.Header.Get("Etag") != b.Header.Get("Etag") {
		t.Error("a page is another table than the whole list")
	}
	for _, bad := range []string{"", "CSV", "xls", "pdf"} {
		wantProblem(t, get("?format="+bad), 422, "invalid-parameter", "format must be json, csv or xlsx")
	}
	wantProblem(t, s.get("/api/rank/summary-by-size?format=csv&years=x"), 400, "bad-request", "years")
	if gz := get("?format=csv", "Accept-Encoding", "gzip"); gz.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("CSV isn't compressed: %v", gz.Header)
	}
	if head := s.do(http.MethodHead, "/api/orgs?format=xlsx", "Accept-Encoding", "gzip"); head.Body != "" || head.Header.Get("Content-Encoding") != "" || head.Header.Get("Content-Type") != xlsxType {
		t.Errorf("HEAD: %v", head.Header)
	}
}

func TestExports_Accept(t *testing.T) {
	t.Parallel()
	s := small(t)
	for accept, want := range map[string]string{
		"":    "application/json",
		"*/*": "application/json",
		"text/html,application/xhtml+xml,*/*;q=0.8": "application/json",
		"text/csv":                          "text/csv",
		"TEXT/CSV; q=0.9, */*;q=0.1":        "text/csv",
		"application/json, text/csv":        "application/json",
		"application/json;q=0.5, text/csv":  "text/csv",
		"text/csv;q=0":                      "application/json",
		"text/csv;q=x, text/plain":          "text/csv",
		xlsxType:                            xlsxType,
		xlsxType + ";q=0.4, text/csv;q=0.6": "text/csv",
		"text/*, text/csv;q=0.1":            "text/csv",
	} {
		r := s.do(http.MethodGet, "/api/orgs", "Accept", accept)
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != want || r.Status != 200 {
			t.Errorf("Accept: %s: %s, want %s", accept, kind, want)
		}
	}
	if r := s.do(http.MethodGet, "/api/orgs?format=json", "Accept", "text/csv"); r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("the parameter counts before the header: %s", r.Header.Get("Content-Type"))
	}
	if r := s.do(http.MethodGet, "/api/orgs/org-1", "Accept", "text/csv"); r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("one organisation is no list: %s", r.Header.Get("Content-Type"))
	}
}

// TestExports_Workbook: a workbook has the cells of the CSV.
func TestExports_Workbook(t *testing.T) {
	t.Parallel()
	s := changedGolden(t, settings{workspace: goldentest.Workspace(t)}, golden.Snapshot(t),
		`UPDATE organization SET "이름" = '=1+1' || char(7) WHERE rowid = 1`)
	for _, path := range []string{"/api/orgs", "/api/rank/deals", "/api/performance/monthly-amounts/summary", "/api/sizes"} {
		_, want := csvOf(t, s.get(path+"?format=csv"))
		r := s.get(path + "?format=xlsx")
		book, err := excelize.OpenReader(bytes.NewReader([]byte(r.Body)))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		got, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		got = got[2:]
		for i := range got {
			for j := range want[i] {
				if want[i][j] == "'=1+1" {
					want[i][j] = "=1+1"
				}
			}
			got[i] = slices.Concat(got[i], make([]string, len(want[i])-len(got[i])))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: CSV (-), XLSX (+):\n%.2000s", path, diff)
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestExports_Unpublished: what the P&L says without a snapshot is there as a
// table.
func TestExports_Unpublished(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir()+"/salesmap_latest.db", settings{workspace: goldentest.Workspace(t)})
	const path = "/api/performance/pl-progress/actual-overrides"
	if json := s.get(path); json.Status != 200 {
		t.Fatalf("status %d: %s", json.Status, json.Body)
	}
	notes, _ := csvOf(t, s.get(path+"?format=csv"))
	if want := "스냅샷,알 수 없음,수집 시각,알 수 없음"; strings.Join(notes[0], ",") != want {
		t.Errorf("notes %v", notes)
	}
	wantProblem(t, s.get("/api/orgs?format=csv"), 500, "no-snapshot", "")
}

func FuzzAccept(f *testing.F) {
	for _, s := range []string{"text/csv", "*/*;q=0.1", ";;;,,,", "text/csv;q=1e400", xlsxType, "text/csv;q"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if got := httpapi.AcceptedFormatForTest([]string{accept}); !slices.Contains([]string{"json", "csv", "xlsx"}, got) {
			t.Errorf("%q: %q", accept, got)
		}
	})
}
