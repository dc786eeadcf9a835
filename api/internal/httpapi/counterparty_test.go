package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// counterpartyList is what of a list the tests look at.
type counterpartyList struct {
	Size   string
	Limit  *int
	Offset int
	Rows   []struct {
		OrgID    string  `json:"orgId"`
		UpperOrg string  `json:"upperOrg"`
		Total    float64 `json:"orgWon2025"`
		Online   float64 `json:"orgOnline2025"`
		Offline  float64 `json:"orgOffline2025"`
		Base     float64 `json:"cpTotal2025"`
	}
	Meta struct {
		OrgCount int `json:"orgCount"`
		RowCount int `json:"rowCount"`
	}
}

// TestCounterparties asks with the rules and the workspace of production and
// of the recorder.
func TestCounterparties(t *testing.T) {
	t.Parallel()
	const old, plain = "/api/rank/2025-top100-counterparty-dri", "/api/rank/counterparty-dri"
	for _, rules := range []normalise.Rules{normalise.RulesFor(normalise.AsBefore), normalise.DefaultRules()} {
		t.Run(string(rules.Numbers), func(t *testing.T) {
			t.Parallel()
			s := start(t, golden.Snapshot(t), settings{rules: rules, workspace: goldentest.Workspace(t)}).ready()
			ask := func(path string) (l counterpartyList) {
				t.Helper()
				s.get(path).decode(t, &l)
				return l
			}
			every := ask(old + "?size=%EC%A0%84%EC%B2%B4")
			if blank := ask(old + "?size="); blank.Size != "전체" || blank.Meta != every.Meta || len(blank.Rows) != len(every.Rows) {
				t.Errorf("blank size: %q with %+v, all sizes %+v", blank.Size, blank.Meta, every.Meta)
			}
			usual := ask(old)
			if usual.Size != "대기업" || usual.Limit != nil || usual.Meta.OrgCount >= every.Meta.OrgCount {
				t.Errorf("without a size: %q with %+v, all sizes %+v", usual.Size, usual.Meta, every.Meta)
			}
			for _, path := range []string{"?limit=3&offset=2", "/targets-summary", "?base_year=2025&debug=1"} {
				if a, b := s.get(old+path), s.get(plain+path); a.Body != b.Body || a.Status != 200 {
					t.Errorf("%s: %d and %d differ by path", path, a.Status, b.Status)
				}
			}
			if other := ask(plain + "?base_year=2024"); len(other.Rows) == 0 || other.Rows[0] == usual.Rows[0] {
				t.Errorf("2024: %d rows, the first as in 2025", len(other.Rows))
			}
			split := 0.0
			for _, row := range usual.Rows {
				split += row.Online + row.Offline
				if corrected := rules.OrgTotalsMeanWhatTheySay(); corrected && row.Total != row.Online+row.Offline {
					t.Fatalf("%s: %v is not %v and %v", row.OrgID, row.Total, row.Online, row.Offline)
				}
			}
			if (split > 0) != rules.OrgTotalsMeanWhatTheySay() {
				t.Errorf("organisations' parts add up to %v", split)
			}
		})
	}
}

func TestCounterparties_Refused(t *testing.T) {
	t.Parallel()
	s := small(t)
	for path, parameter := range map[string]string{
		"/api/rank/counterparty-dri?base_year=1999":                 "base_year",
		"/api/rank/counterparty-dri?base_year=x":                    "base_year",
		"/api/rank/counterparty-dri?limit=0":                        "limit",
		"/api/rank/counterparty-dri?offset=-1":                      "offset",
		"/api/rank/counterparty-dri?debug=x":                        "debug",
		"/api/rank/counterparty-dri/targets-summary?base_year=2100": "base_year",
		"/api/rank/counterparty-dri/detail?orgId=x":                 "upperOrg",
	} {
		p := wantProblem(t, s.get(path), 422, "invalid-parameter", parameter)
		if len(p.Errors) != 1 || p.Errors[0].Parameter != parameter {
			t.Errorf("%s: %+v", path, p.Errors)
		}
	}
}

// FuzzCounterparties sends any parameters to the three endpoints: an answer or
// a refusal, never a 5xx.
func FuzzCounterparties(f *testing.F) {
	f.Add("대기업", "5", "5", "true", "2025", "no-such-org", "미입력")
	f.Add("", "200000", "9223372036854775807", "1", "2099", "36e23544-23ee-4ffc-8c7e-be1458b76af0", "\u00a0전략기획실")
	f.Add("전체", "-1", "x", "", "2000", "\x00", " - ")
	f.Add("\xff", "1", "0", "maybe", "99999999999999999999", "99d3e319-ac0c-4594-8b29-5242ee459d4f", "")
	s := start(f, golden.Snapshot(f), settings{}).ready()
	handler := s.Server.Handler()
	f.Fuzz(func(t *testing.T, size, limit, offset, debug, year, org, upper string) {
		query := url.Values{
			"size": {size}, "limit": {limit}, "offset": {offset}, "debug": {debug}, "base_year": {year}, "orgId": {org}, "upperOrg": {upper},
		}
		for _, path := range []string{"", "/targets-summary", "/detail"} {
			target := &url.URL{Path: "/api/rank/counterparty-dri" + path, RawQuery: query.Encode()}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, (&http.Request{Method: http.MethodGet, URL: target, Header: http.Header{}, Body: http.NoBody}).WithContext(t.Context()))
			if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
	})
}
