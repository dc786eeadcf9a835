package salesmaptest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// TestFaults_AreSeenByAPlainClient sends one request into every kind of fault
// on the way of an answer, and one after it, which must be answered honestly.
func TestFaults_AreSeenByAPlainClient(t *testing.T) {
	contains := func(status int, parts ...string) func(*testing.T, answer, []byte) {
		return func(t *testing.T, a answer, _ []byte) {
			t.Helper()
			if a.err != nil || a.status != status {
				t.Errorf("status %d, error %v, want %d", a.status, a.err, status)
			}
			for _, part := range parts {
				if !strings.Contains(string(a.body), part) {
					t.Errorf("%q is not in %.300s", part, a.body)
				}
			}
		}
	}
	header := func(key, want string) func(*testing.T, answer, []byte) {
		return func(t *testing.T, a answer, _ []byte) {
			t.Helper()
			if got := a.header.Get(key); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
		}
	}
	cases := map[string]struct {
		fault  salesmaptest.Fault
		checks []func(*testing.T, answer, []byte)
	}{
		"status 500":     {salesmaptest.Fault{Action: "status", Status: 500}, funcs(contains(500, `"success":false`))},
		"status 403":     {salesmaptest.Fault{Action: "status", Status: 403}, funcs(contains(403, "IP"))},
		"status, body":   {salesmaptest.Fault{Action: "status", Status: 400, Body: `{"error":"e"}`}, funcs(contains(400, `{"error":"e"}`))},
		"html 502":       {salesmaptest.Fault{Action: "html"}, funcs(contains(502, "<!DOCTYPE html>"), header("Content-Type", "text/html; charset=utf-8"))},
		"html 200":       {salesmaptest.Fault{Action: "html", Status: 200}, funcs(contains(200, "<html"))},
		"success false":  {salesmaptest.Fault{Action: "success_false"}, funcs(contains(200, `"success":false`))},
		"missing data":   {salesmaptest.Fault{Action: "missing_data"}, funcs(contains(200, `{"success":true}`))},
		"wrong list":     {salesmaptest.Fault{Action: "wrong_list"}, funcs(contains(200, `"success":true`, `"dealList":`))},
		"429 plain":      {salesmaptest.Fault{Action: "rate_limit"}, funcs(contains(429, `{"success":false,"message":"Too Many Requests"}`), header("Retry-After", ""))},
		"429 with wait":  {salesmaptest.Fault{Action: "rate_limit", Wait: 3150 * time.Millisecond}, funcs(contains(429, "3.2초 후"))},
		"429 with date":  {salesmaptest.Fault{Action: "rate_limit", RetryAfter: "Thu, 05 Feb 2026 01:00:00 GMT"}, funcs(contains(429), header("Retry-After", "Thu, 05 Feb 2026 01:00:00 GMT"))},
		"redirect":       {salesmaptest.Fault{Action: "redirect", Location: "http://other.example/x"}, funcs(contains(302), header("Location", "http://other.example/x"))},
		"invalid JSON":   {salesmaptest.Fault{Action: "invalid_json"}, funcs(brokenJSON)},
		"cut body":       {salesmaptest.Fault{Action: "cut_body"}, funcs(cutBody)},
		"reset":          {salesmaptest.Fault{Action: "reset"}, funcs(wasReset)},
		"stall":          {salesmaptest.Fault{Action: "stall"}, funcs(timedOut)},
		"short stall":    {salesmaptest.Fault{Action: "stall", Delay: 20 * time.Millisecond}, funcs(honest)},
		"cursor to self": {salesmaptest.Fault{Action: "cursor_loop"}, funcs(loopsBack)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 30)})
			c := newClient(t, crm)
			c.http.Transport.(*http.Transport).DisableKeepAlives = true // or it asks again by itself after a reset
			first, _ := c.get("deal").parse()
			path := "deal?cursor=" + first.cursor
			want := c.get(path)
			tc.fault.List, tc.fault.Page, tc.fault.Times = "deal", 2, 1
			if err := crm.Server.SetFaults(tc.fault); err != nil {
				t.Fatal(err)
			}
			if other := c.get("deal"); other.status != 200 {
				t.Errorf("page one is hit too: %d", other.status)
			}
			if tc.fault.Action == salesmaptest.ActionStall {
				c.http.Timeout = 150 * time.Millisecond
			}
			got := c.get(path)
			for _, check := range tc.checks {
				check(t, got, want.body)
			}
			if again := c.get(path); !bytes.Equal(again.body, want.body) {
				t.Errorf("the second request is hit too: %d %v %.200s", again.status, again.err, again.body)
			}
			if s := crm.Server.Stats(); s.Faults != 1 {
				t.Errorf("%d faults counted", s.Faults)
			}
		})
	}
}

func funcs(f ...func(*testing.T, answer, []byte)) []func(*testing.T, answer, []byte) { return f }

func brokenJSON(t *testing.T, a answer, _ []byte) {
	t.Helper()
	if a.err != nil || a.status != 200 || json.Valid(a.body) || len(a.body) < 100 {
		t.Errorf("status %d, error %v, %d bytes", a.status, a.err, len(a.body))
	}
}

func cutBody(t *testing.T, a answer, whole []byte) {
	t.Helper()
	if !errors.Is(a.err, io.ErrUnexpectedEOF) || a.status != 200 || !bytes.HasPrefix(whole, a.body) || len(a.body) == len(whole) {
		t.Errorf("status %d, error %v, %d of %d bytes", a.status, a.err, len(a.body), len(whole))
	}
}

func wasReset(t *testing.T, a answer, _ []byte) {
	t.Helper()
	if !errors.Is(a.err, syscall.ECONNRESET) && !errors.Is(a.err, io.EOF) {
		t.Errorf("status %d, error %v", a.status, a.err)
	}
}

func timedOut(t *testing.T, a answer, _ []byte) {
	t.Helper()
	var timeout net.Error
	if !errors.As(a.err, &timeout) || !timeout.Timeout() {
		t.Errorf("status %d, error %v", a.status, a.err)
	}
}

func honest(t *testing.T, a answer, whole []byte) {
	t.Helper()
	if !bytes.Equal(a.body, whole) {
		t.Errorf("status %d, error %v, %.200s", a.status, a.err, a.body)
	}
}

func loopsBack(t *testing.T, a answer, whole []byte) {
	t.Helper()
	got, ok := a.parse()
	want, _ := answer{status: 200, body: whole}.parse()
	if !ok || got.cursor == want.cursor || got.cursor == "" || len(got.records) != len(want.records) {
		t.Errorf("cursor %q and %d records", got.cursor, len(got.records))
	}
}

func TestExpireToken_HoldsForEverything(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{
		Source: generated(t, 12), Faults: []salesmaptest.Fault{{From: 4, Action: "expire_token"}},
	})
	c := newClient(t, crm)
	var got []int
	for range 3 {
		got = append(got, c.get("deal").status, c.get("team").status)
	}
	if want := []int{200, 200, 200, 401, 401, 401}; !equalInts(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
}

func equalInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestFromAndTimes_CountMatchingRequests(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12), Faults: []salesmaptest.Fault{
		{List: "team", From: 2, Times: 2, Action: "html"},
		{List: salesmaptest.AnySubmissions, Times: 1, Action: "status", Status: 503},
	}})
	c := newClient(t, crm)
	var got []int
	for range 5 {
		got = append(got, c.get("team").status)
		c.get("user")
	}
	form := crm.Server.FormIDs()[4]
	got = append(got, c.get("webForm/"+form+"/submit").status, c.get("webForm/"+form+"/submit").status)
	if want := []int{200, 502, 502, 200, 200, 503, 200}; !equalInts(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
}

// TestRedirect_TellsWhoFollows checks the trap: a client that follows arrives
// under another host name.
func TestRedirect_TellsWhoFollows(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{
		Source: generated(t, 1), Faults: []salesmaptest.Fault{{Times: 1, Action: "redirect"}},
	})
	c := newClient(t, crm)
	if a := c.get("team"); a.status != 302 || strings.HasPrefix(a.header.Get("Location"), crm.BaseURL) {
		t.Fatalf("status %d to %s", a.status, a.header.Get("Location"))
	}
	if n := crm.Server.Stats().ForeignHost; n != 0 {
		t.Errorf("%d requests followed, none was sent", n)
	}
	if err := crm.Server.SetFaults(salesmaptest.Fault{Times: 1, Action: "redirect"}); err != nil {
		t.Fatal(err)
	}
	c.http.CheckRedirect = nil
	c.get("team")
	if n := crm.Server.Stats().ForeignHost; n != 1 {
		t.Errorf("%d requests followed, one was sent", n)
	}
}

// TestReshapingFaults_AreTheTruth walks lists under faults that belong to the
// data: what a careful client stores must be what Truth says, by v2 and v3.
func TestReshapingFaults_AreTheTruth(t *testing.T) {
	for _, action := range []salesmaptest.Action{
		salesmaptest.ActionDuplicateRows, salesmaptest.ActionMissingIDs, salesmaptest.ActionLateColumns,
		salesmaptest.ActionCollidingColumns, salesmaptest.ActionEmptyPage, salesmaptest.ActionShortPage,
	} {
		t.Run(string(action), func(t *testing.T) {
			crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12), PageSize: 8, LeadPageSize: 3})
			c := newClient(t, crm)
			plain := map[string][][]byte{}
			for _, list := range []string{"organization", "deal", "lead", "team", sandboxdata.Submissions(crm.Server.FormIDs()[0])} {
				plain[list] = truth(crm.Server, list)
				pages := len(c.walk(t, list))
				for _, page := range []int{1, max(1, pages/2), pages} {
					checkShape(t, crm, c, salesmaptest.Fault{List: list, Page: page, Action: action})
				}
			}
			// All at once, on two pages that follow each other.
			var all []salesmaptest.Fault
			for _, page := range []int{2, 3} {
				for _, a := range []salesmaptest.Action{
					salesmaptest.ActionDuplicateRows, salesmaptest.ActionMissingIDs, salesmaptest.ActionLateColumns, action,
				} {
					all = append(all, salesmaptest.Fault{List: "deal", Page: page, Action: a})
				}
			}
			checkShape(t, crm, c, all...)
			if err := crm.Server.SetFaults(); err != nil {
				t.Fatal(err)
			}
			for list, want := range plain {
				equal(t, list+" after the faults", truth(crm.Server, list), want)
			}
		})
	}
}

func checkShape(t *testing.T, crm *salesmaptest.Running, c *client, faults ...salesmaptest.Fault) {
	t.Helper()
	if err := crm.Server.SetFaults(faults...); err != nil {
		t.Fatal(err)
	}
	list := faults[0].List
	want := truth(crm.Server, list)
	pages := c.walk(t, list)
	equal(t, list, stored(records(pages)), want)
	shown := len(records(pages))
	switch faults[0].Action {
	case salesmaptest.ActionDuplicateRows:
		if shown == len(want) {
			t.Errorf("%s page %d: nothing was shown twice", list, faults[0].Page)
		}
	case salesmaptest.ActionEmptyPage:
		if list != "user" && list != "team" && list != "webForm" && len(pages[faults[0].Page-1].records) != 0 {
			t.Errorf("%s: page %d is not empty", list, faults[0].Page)
		}
	case salesmaptest.ActionLateColumns:
		if !bytes.Contains(bytes.Join(want, nil), []byte("늦게 온 객체")) {
			t.Errorf("%s page %d: no late column", list, faults[0].Page)
		}
	default:
	}
	if objectType := map[string]string{"deal": "딜", "lead": "리드"}[list]; objectType != "" {
		var all [][]byte
		for cursor, calls := "", 0; calls == 0 || cursor != ""; calls++ {
			p, ok := c.v3("list", `{"objectType":"`+objectType+`","limit":50,"cursor":"`+cursor+`"}`).parse()
			if !ok {
				t.Fatalf("v3 %s: not a page", list)
			}
			all = append(all, records([]page{p})...)
			cursor = p.cursor
		}
		equal(t, "v3 "+list, stored(all), want)
	}
}

func TestStall_EndsWithTheServer(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 1), Faults: []salesmaptest.Fault{{Action: "stall"}}})
	c := newClient(t, crm)
	answered := make(chan answer)
	go func() { answered <- c.get("team") }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	select {
	case a := <-answered:
		t.Fatalf("answered %d", a.status)
	case <-ctx.Done():
	}
	crm.Server.Close()
	if a := <-answered; len(a.body) != 0 {
		t.Errorf("answered %.100s", a.body)
	}
}

func TestReadFaults(t *testing.T) {
	file, err := os.Open("testdata/faults.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	faults, err := salesmaptest.ReadFaults(file)
	if err != nil || len(faults) < 8 {
		t.Fatalf("%d faults, error %v", len(faults), err)
	}
	want := salesmaptest.Fault{List: "people", Page: 3, Times: 2, Action: salesmaptest.ActionRateLimit, Wait: 3200 * time.Millisecond}
	if faults[1] != want {
		t.Errorf("the second is %+v, want %+v", faults[1], want)
	}
	if empty, err := salesmaptest.ReadFaults(strings.NewReader("")); err != nil || len(empty) != 0 {
		t.Errorf("an empty file: %v, %v", empty, err)
	}
	for text, part := range map[string]string{
		"faults: [{action: explode}]":                                   `fault 1: unknown action "explode"`,
		"faults: [{}]":                                                  "action is missing",
		"faults: [{action: status}]":                                    "needs status",
		"faults: [{action: html, status: 42}]":                          "status must be",
		"faults: [{action: late_columns}]":                              "needs list and page",
		"faults: [{action: empty_page, list: deal, page: 1, times: 2}]": "takes no from or times",
		"faults: [{action: reset, page: -1}]":                           "must not be negative",
		"faults: [{action: reset, often: 3}]":                           "often",
		"faults: {":                                                     "read faults",
		`{"faults":[{"action":"reset","delay":"soon"}]}`:                "read faults",
	} {
		if _, err := salesmaptest.ReadFaults(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: error %v, want one about %q", text, err, part)
		}
	}
}

func TestServeHTTP_WithoutAConnection(t *testing.T) {
	s, err := salesmaptest.New(salesmaptest.Options{Source: generated(t, 1), Faults: []salesmaptest.Fault{{Action: "reset"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if r := recover(); r != http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
			t.Errorf("recovered %v, want http.ErrAbortHandler", r)
		}
	}()
	ask(s)
}
