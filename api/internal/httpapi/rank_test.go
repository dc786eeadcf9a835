package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// unknownOrg is an id that nothing has.
const unknownOrg = "no-such-org"

// TestRank_OlderPaths: the paths with a year are other names of those without.
func TestRank_OlderPaths(t *testing.T) {
	t.Parallel()
	s := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	org := s.someOrganization()
	for old, plain := range map[string]string{
		"/api/rank/2025-deals?size=%EC%A4%91%EA%B2%AC%EA%B8%B0%EC%97%85": "/api/rank/deals?size=%EC%A4%91%EA%B2%AC%EA%B8%B0%EC%97%85",
		"/api/rank/2025-deals?year=2026":                                 "/api/rank/deals?year=2026",
		"/api/rank/2025-deals-people":                                    "/api/rank/deals-people",
		"/api/rank/2025-deals-people?year=2024":                          "/api/rank/deals-people?year=2024",
		"/api/rank/2025/summary-by-size?years=2024&exclude_org_name=":    "/api/rank/summary-by-size?years=2024&exclude_org_name=",
		"/api/ops/2026-online-retention":                                 "/api/ops/online-retention",
		"/api/statepath/portfolio-2425?riskOnly=1&limit=3":               "/api/statepath/portfolio?riskOnly=1&limit=3",
		"/api/statepath/portfolio-2425?from_year=2023&to_year=2024":      "/api/statepath/portfolio?from_year=2023&to_year=2024",
		"/api/orgs/" + org + "/statepath-2425":                           "/api/statepath/orgs/" + org,
		"/api/orgs/" + org + "/statepath-2425?to_year=2026":              "/api/statepath/orgs/" + org + "?to_year=2026",
	} {
		a, b := s.get(old), s.get(plain)
		if a.Status != 200 || a.Body != b.Body || len(a.Body) < len(`{"items":[]}`)+2 {
			t.Errorf("%s: %d and %d, %d and %d bytes", old, a.Status, b.Status, len(a.Body), len(b.Body))
		}
	}
}

// someOrganization is the id of one with a state path.
func (s *service) someOrganization() string {
	s.tb.Helper()
	var p struct {
		Items []struct {
			OrgID string `json:"orgId"`
		}
	}
	s.get("/api/statepath/portfolio?limit=1").decode(s.tb, &p)
	if len(p.Items) != 1 {
		s.tb.Fatal("no organisation has a state path")
	}
	return p.Items[0].OrgID
}

// TestRank_Refused: what is no parameter, in either setting.
func TestRank_Refused(t *testing.T) {
	t.Parallel()
	before := start(t, golden.Snapshot(t), settings{rules: normalise.RulesFor(normalise.AsBefore), workspace: goldentest.Workspace(t)}).ready()
	corrected := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	for _, s := range []*service{before, corrected} {
		for path, parameter := range map[string]string{
			"/api/rank/deals?year=1999":                         "year",
			"/api/rank/2025-deals-people?year=x":                "year",
			"/api/statepath/portfolio?limit=0":                  "limit",
			"/api/statepath/portfolio?limit=2001":               "limit",
			"/api/statepath/portfolio?offset=-1":                "offset",
			"/api/statepath/portfolio?riskOnly=si":              "riskOnly",
			"/api/statepath/portfolio?hasOpen=":                 "hasOpen",
			"/api/statepath/portfolio?hasScaleUp=2":             "hasScaleUp",
			"/api/statepath/portfolio?to_year=2100":             "to_year",
			"/api/orgs/" + unknownOrg + "/statepath?from_year=": "from_year",
		} {
			p := wantProblem(t, s.get(path), http.StatusUnprocessableEntity, "invalid-parameter", parameter)
			if len(p.Errors) != 1 || p.Errors[0].Parameter != parameter {
				t.Errorf("%s: %+v", path, p.Errors)
			}
		}
		wantProblem(t, s.get("/api/rank/summary-by-size?years=2025,x"), http.StatusBadRequest, "bad-request", `"x" is no whole number`)
		wantProblem(t, s.get("/api/statepath/portfolio?from_year=2026"), http.StatusBadRequest, "bad-request", "from_year 2026 is not before to_year 2025")
		wantProblem(t, s.get("/api/statepath/orgs/"+unknownOrg), http.StatusNotFound, "not-found", "Organization not found")
	}
	wantProblem(t, corrected.get("/api/orgs/"+unknownOrg+"/statepath"), http.StatusNotFound, "not-found", "Organization not found")
	wantProblem(t, corrected.get("/api/rank/summary-by-size?years=-1"), http.StatusBadRequest, "bad-request", "no year of four digits")
	if r := before.get("/api/orgs/" + unknownOrg + "/statepath"); r.Status != http.StatusOK {
		t.Errorf("an unknown organisation as before: %d", r.Status)
	}
}

// TestRank_Workspace: years, sizes, names, buckets and words are the
// workspace's.
func TestRank_Workspace(t *testing.T) {
	t.Parallel()
	raw := golden.File(t, "workspace.yaml")
	for old, changed := range map[string]string{
		"won: [2023, 2024, 2025]":           "won: [2024, 2026]",
		"statepath: [2024, 2025]":           "statepath: [2023, 2026]",
		"rank: 2025":                        "rank: 2024",
		"rank_previous: 2024":               "rank_previous: 2022",
		"default_excluded_org_name: 해찬솔빛전자": "default_excluded_org_name: 표본마당화학",
		"summary_defaults: [대기업,":           "summary_defaults: [개인사업자, 대기업,",
		"major: [대기업, 중견기업, 중소기업]":          "major: [중견기업, 중소기업]",
		"end_to: '2027-12-31'":              "end_to: '2025-12-31'",
	} {
		if !bytes.Contains(raw, []byte(old)) {
			t.Fatalf("the golden workspace has no %q", old)
		}
		raw = bytes.ReplaceAll(raw, []byte(old), []byte(changed))
	}
	w, err := workspace.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	usual := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	other := start(t, golden.Snapshot(t), settings{workspace: w}).ready()
	equal := func(what, ofUsual, ofOther string) {
		t.Helper()
		if a, b := usual.get(ofUsual), other.get(ofOther); a.Status != 200 || a.Body != b.Body {
			t.Errorf("%s: %d and %d, %d and %d bytes", what, a.Status, b.Status, len(a.Body), len(b.Body))
		}
	}
	const medium = "size=%EC%A4%91%EA%B2%AC%EA%B8%B0%EC%97%85"
	equal("the default size", "/api/rank/mismatched-deals?"+medium, "/api/rank/mismatched-deals")
	equal("year and size", "/api/rank/2025-deals-people?year=2024&"+medium, "/api/rank/2025-deals-people")
	equal("the years of the path", "/api/statepath/portfolio?from_year=2023&to_year=2026", "/api/statepath/portfolio-2425")

	var summary struct {
		Excluded []string                      `json:"excluded_org_names"`
		Years    []int                         `json:"years"`
		BySize   map[string]map[string]float64 `json:"by_size"`
	}
	other.get("/api/rank/summary-by-size?years=2010").decode(t, &summary)
	if len(summary.Excluded) != 1 || summary.Excluded[0] != "표본마당화학" || summary.BySize["개인사업자"] == nil {
		t.Errorf("summary %+v", summary)
	}
	other.get("/api/rank/summary-by-size").decode(t, &summary)
	if len(summary.Years) != 2 || summary.Years[0] != 2024 || summary.Years[1] != 2026 {
		t.Errorf("years %v", summary.Years)
	}
	var totals struct{ Items []map[string]any }
	other.get("/api/rank/won-yearly-totals").decode(t, &totals)
	if len(totals.Items) == 0 || totals.Items[0]["won2026"] == nil || totals.Items[0]["won2025"] != nil {
		t.Errorf("totals %v", totals.Items)
	}
	var courses struct {
		Items []struct {
			EndDate string `json:"endDate"`
		}
	}
	other.get("/api/ops/online-retention").decode(t, &courses)
	if n := len(courses.Items); n == 0 || courses.Items[n-1].EndDate > "2025-12-31" {
		t.Errorf("%d courses", n)
	}
}

// FuzzRank sends any parameters to the rankings and the state path: an answer
// or a refusal, never a 5xx.
func FuzzRank(f *testing.F) {
	f.Add("대기업", "2025", "2024,2026", "해찬솔빛전자", "36e23544-23ee-4ffc-8c7e-be1458b76af0", "name_asc", "OPEN", "true", "5")
	f.Add("", "", ",,+2025, 2026 ", "", unknownOrg, "", "", "", "")
	f.Add("전체", "2099", "-1", "\x00", "%2F", "risk_first", "H→B", "0", "2000")
	f.Add("\xff", "99999999999999999999", "99999999999999999999", "' OR 1=1", "\u00a0", "Ø", "all", "maybe", "9223372036854775807")
	s := start(f, golden.Snapshot(f), settings{workspace: goldentest.Workspace(f)}).ready()
	handler := s.Server.Handler()
	f.Fuzz(func(t *testing.T, size, year, years, name, id, sort, filter, flag, page string) {
		query := url.Values{
			"size": {size}, "year": {year}, "years": {years}, "exclude_org_name": {name}, "segment": {size}, "search": {name}, "sort": {sort},
			"limit": {page}, "offset": {page}, "riskOnly": {flag}, "hasOpen": {flag}, "companyDir": {filter}, "seed": {filter}, "rail": {filter},
			"railDir": {filter}, "companyFrom": {filter}, "cell": {filter}, "cellEvent": {filter}, "from_year": {year},
		}.Encode()
		for _, path := range []string{
			"/api/rank/deals", "/api/rank/deals-people", "/api/rank/mismatched-deals", "/api/rank/won-industry-summary",
			"/api/rank/summary-by-size", "/api/statepath/portfolio", "/api/statepath/orgs/" + url.PathEscape(id), "/api/orgs/" + url.PathEscape(id) + "/statepath",
		} {
			target, err := url.Parse(path + "?" + query)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, (&http.Request{Method: http.MethodGet, URL: target, Header: http.Header{}, Body: http.NoBody}).WithContext(t.Context()))
			if w.Code >= 500 || (w.Body.Len() > 0 && !json.Valid(w.Body.Bytes())) {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
	})
}
