package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// dealErrors is what of a summary or a person's list the tests look at.
type dealErrors struct {
	Meta struct {
		AsOf   string `json:"as_of"`
		Since  string
		Team   string
		Schema []string `json:"schema_missing"`
	}
	Rules  []struct{ Code, Label string }
	Owner  struct{ OwnerName, TeamLabel string }
	People []struct {
		OwnerName, TeamKey, TeamLabel string
		TotalIssues, DealCount        int
		ByRule                        map[string]int
	}
	Items []struct {
		DealID     string
		IssueCodes []string
	}
}

func (s *service) dealErrors(path string) (e dealErrors) {
	s.tb.Helper()
	r := s.get(path)
	if r.Status != http.StatusOK {
		s.tb.Fatalf("%s: %d %s", path, r.Status, r.Body)
	}
	r.decode(s.tb, &e)
	return e
}

// editedWorkspace is the golden one with some lines changed.
func editedWorkspace(tb testing.TB, changes map[string]string) *workspace.Workspace {
	tb.Helper()
	raw := golden.File(tb, "workspace.yaml")
	for old, changed := range changes {
		if !bytes.Contains(raw, []byte(old)) {
			tb.Fatalf("the golden workspace has no %q", old)
		}
		raw = bytes.ReplaceAll(raw, []byte(old), []byte(changed))
	}
	w, err := workspace.Parse(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// TestQuality_Paths: teams with a path of their own are asked there and by key.
func TestQuality_Paths(t *testing.T) {
	t.Parallel()
	s := start(t, golden.Snapshot(t), settings{workspace: goldentest.Workspace(t)}).ready()
	for old, plain := range map[string]string{
		"/api/deal-check/edu-all":                 "/api/deal-check?team=edu_all",
		"/api/deal-check/edu1?team=edu2":          "/api/deal-check?team=edu1",
		"/api/deal-check/edu2":                    "/api/deal-check?team=edu1&team=edu2",
		"/api/qc/deal-errors/summary":             "/api/qc/deal-errors/summary?team=all",
		"/api/qc/deal-errors/person?owner=Nobody": "/api/qc/deal-errors/person?team=all&owner=Nobody",
	} {
		a, b := s.get(old), s.get(plain)
		if a.Status != 200 || a.Body != b.Body || len(a.Body) < 500 {
			t.Errorf("%s: %d and %d, %d and %d bytes", old, a.Status, b.Status, len(a.Body), len(b.Body))
		}
	}
	wantProblem(t, s.get("/api/deal-check/public"), http.StatusNotFound, "not-found", "")
}

// TestQuality_Refused: what is missing is a 422, who is unknown a 400, in
// either setting.
func TestQuality_Refused(t *testing.T) {
	t.Parallel()
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		s := start(t, golden.Snapshot(t), settings{rules: normalise.RulesFor(numbers), workspace: goldentest.Workspace(t)}).ready()
		for path, parameter := range map[string]string{"/api/deal-check": "team", "/api/qc/deal-errors/person?team=zz": "owner"} {
			p := wantProblem(t, s.get(path), http.StatusUnprocessableEntity, "invalid-parameter", parameter)
			if len(p.Errors) != 1 || p.Errors[0].Parameter != parameter {
				t.Errorf("%s: %+v", path, p.Errors)
			}
		}
		for path, detail := range map[string]string{
			"/api/deal-check?team=":                        "Unknown teamKey: ",
			"/api/deal-check?team=all":                     "Unknown teamKey: all",
			"/api/qc/deal-errors/summary?team=":            "Unsupported team: ",
			"/api/qc/deal-errors/summary?team=edu_all":     "Unsupported team: edu_all",
			"/api/qc/deal-errors/person?owner=x&team=edu3": "Unsupported team: edu3",
		} {
			if p := wantProblem(t, s.get(path), http.StatusBadRequest, "bad-request", detail); p.Detail != detail {
				t.Errorf("%s: %q", path, p.Detail)
			}
		}
	}
}

// TestQuality_Midnight: what was cached yesterday isn't today's answer, and no
// client is told that its copy still holds.
func TestQuality_Midnight(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	set := settings{
		workspace: editedWorkspace(t, map[string]string{"clock: {frozen_now: '2026-02-05T10:00:00+09:00', date_mode: legacy}": "clock: {date_mode: legacy}"}),
		now:       func() time.Time { return time.Unix(now.Load(), 0) },
	}
	evening := time.Date(2026, 2, 5, 14, 59, 59, 0, time.UTC) // in Korea, a second before midnight
	now.Store(evening.Unix())
	s := start(t, golden.Snapshot(t), set).ready()
	const summary, check = "/api/qc/deal-errors/summary", "/api/deal-check?team=edu1"
	if day := s.dealErrors(summary).Meta.AsOf; day != "2026-02-05" {
		t.Errorf("in the evening it is %s", day)
	}
	tags := map[string]string{summary: s.get(summary).Header.Get("Etag"), check: s.get(check).Header.Get("Etag")}
	for path, tag := range tags {
		if r := s.do(http.MethodGet, path, "If-None-Match", tag); r.Status != http.StatusNotModified {
			t.Errorf("%s: %d for a copy of the same day", path, r.Status)
		}
	}
	now.Store(evening.Add(time.Second).Unix())
	if day := s.dealErrors(summary).Meta.AsOf; day != "2026-02-06" {
		t.Errorf("after midnight it is %s", day)
	}
	for path, tag := range tags {
		if r := s.do(http.MethodGet, path, "If-None-Match", tag); r.Status != http.StatusOK || r.Header.Get("Etag") == tag {
			t.Errorf("%s: %d for yesterday's copy", path, r.Status)
		}
	}
	now.Store(evening.AddDate(20, 0, 0).Unix())
	if later := s.get(check); strings.Contains(later.Body, `"status":"won"`) || strings.Contains(later.Body, `"status":"lost"`) {
		t.Error("closed deals are shown twenty years later")
	}
}

// TestQuality_Workspace: rules, names, days and exceptions are the workspace's.
func TestQuality_Workspace(t *testing.T) {
	t.Parallel()
	w := editedWorkspace(t, map[string]string{
		"{code: R4, label: 상태=won & 코스 ID 결측}":    "{code: R4, label: 상태=won & 코스 ID 결측, enabled: false}",
		"{code: R5, label: 상태=won & 성사 확정 아님}":    "{code: R5, label: 확정 아님}",
		"hidden_rule_codes: [R17]":                "hidden_rule_codes: []",
		"since_date: '2024-10-01'":                "since_date: '2025-06-01'",
		"non_revenue_name_marker: 비매출입과":          "non_revenue_name_marker: 과정",
		"edu1: 기업성장 1팀, edu2: 기업성장 2팀":            "edu1: 하나, edu2: 둘",
		"edu_all: [edu1, edu2]":                   "edu_some: [edu1, edu2]",
		"{window_business_days: 10, retention_ye": "{window_business_days: 200, retention_ye",
	})
	set := settings{rules: normalise.RulesFor(normalise.AsBefore), workspace: goldentest.Workspace(t)}
	usual := start(t, golden.Snapshot(t), set).ready()
	set.workspace = w
	other := start(t, golden.Snapshot(t), set).ready()
	const summary = "/api/qc/deal-errors/summary"
	a, b := usual.dealErrors(summary), other.dealErrors(summary)
	if len(a.Rules) != 16 || len(b.Rules) != 15 || b.Rules[3].Code != "R5" || b.Rules[3].Label != "확정 아님" || b.Meta.Since != "2025-06-01" {
		t.Errorf("rules %+v, since %s", b.Rules, b.Meta.Since)
	}
	deals := func(e dealErrors) (n int) {
		for _, p := range e.People {
			if n += p.DealCount; len(p.ByRule) != len(e.Rules) {
				t.Errorf("%s: %v", p.OwnerName, p.ByRule)
			}
		}
		return n
	}
	if x, y := deals(a), deals(b); y == 0 || y >= x {
		t.Errorf("%d deals, %d with fewer of them checked", x, y)
	}
	for _, p := range b.People {
		if p.TeamKey == "edu1" && p.TeamLabel != "하나" || p.TotalIssues == 0 {
			t.Errorf("%+v", p)
		}
	}
	if e := other.dealErrors("/api/qc/deal-errors/person?team=edu2&owner=" + url.QueryEscape(b.People[0].OwnerName)); e.Owner.TeamLabel != "둘" {
		t.Errorf("owner %+v", e.Owner)
	}
	wantProblem(t, other.get("/api/deal-check/edu-all"), http.StatusBadRequest, "bad-request", "Unknown teamKey: edu_all")
	if x, y := len(usual.get("/api/deal-check/edu1").Body), len(other.get("/api/deal-check/edu1").Body); y <= x {
		t.Errorf("%d bytes with a window of 10 days, %d of 200", x, y)
	}
}

// TestQuality_DrillDown: over HTTP too, a summary is the sum of its lists.
func TestQuality_DrillDown(t *testing.T) {
	t.Parallel()
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		s := start(t, golden.Snapshot(t), settings{rules: normalise.RulesFor(numbers), workspace: goldentest.Workspace(t)}).ready()
		for _, p := range s.dealErrors("/api/qc/deal-errors/summary?team=public").People {
			list := s.dealErrors("/api/qc/deal-errors/person?team=public&owner=" + url.QueryEscape(p.OwnerName))
			issues := 0
			for _, item := range list.Items {
				issues += len(item.IssueCodes)
			}
			if len(list.Items) != p.DealCount || issues != p.TotalIssues {
				t.Errorf("%s, %s: %d deals and %d issues in the list, summary %+v", numbers, p.OwnerName, len(list.Items), issues, p)
			}
		}
	}
}

// FuzzQuality sends any parameters to the deal check and quality control: an
// answer or a refusal, never a 5xx.
func FuzzQuality(f *testing.F) {
	for _, seed := range [][2]string{
		{"edu1", "독고온유"}, {"edu_all", "제갈하람B"}, {"all", " "}, {"", ""}, {"public", "A"}, {"\xff", "\x00"}, {"' OR 1=1", "%"}, {"ALL", "홍길동AB"},
	} {
		f.Add(seed[0], seed[1])
	}
	s := start(f, golden.Snapshot(f), settings{workspace: goldentest.Workspace(f)}).ready()
	handler := s.Server.Handler()
	f.Fuzz(func(t *testing.T, team, owner string) {
		query := url.Values{"team": {team}, "owner": {owner}}.Encode()
		for _, path := range []string{"/api/deal-check", "/api/qc/deal-errors/summary", "/api/qc/deal-errors/person"} {
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
