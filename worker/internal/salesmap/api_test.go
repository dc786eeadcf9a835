package salesmap_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

func v3Endpoint(t *testing.T, table string, limit int) salesmap.Endpoint {
	t.Helper()
	e, ok := endpoint(t, table).V3(limit)
	if !ok {
		t.Fatalf("v3 has no %s", table)
	}
	return e
}

func TestParseAPI(t *testing.T) {
	for _, text := range []string{"v2", "v3", "auto"} {
		if a, err := salesmap.ParseAPI(text); err != nil || string(a) != text {
			t.Errorf("%s: %s, %v", text, a, err)
		}
	}
	for _, text := range []string{"", "V3", "v4", "v2 "} {
		if _, err := salesmap.ParseAPI(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	for base, want := range map[string]bool{"https://salesmap.kr/api/v2": true, "https://salesmap.kr/api/v2/": true, "https://salesmap.kr/api": false, "https://h/v2x": false} {
		if got := salesmap.HasV3(base); got != want {
			t.Errorf("%s: %t", base, got)
		}
	}
}

func TestList_V3Request(t *testing.T) {
	var got *http.Request
	var body string
	c := serve(t, salesmap.Options{}, func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got, body = r, string(raw)
		fmt.Fprint(w, `{"objectList":[{"id":"d1","금액":24000}],"nextCursor":"c2"}`)
	})
	for cursor, want := range map[string]string{
		"":   `{"objectType":"딜","limit":500}`,
		`"c`: `{"objectType":"딜","limit":500,"cursor":"\"c"}`,
	} {
		a, err := c.List(t.Context(), v3Endpoint(t, "deal", 0), cursor)
		if err != nil {
			t.Fatal(err)
		}
		if got.Method != http.MethodPost || got.URL.Path != "/api/v3/object/list" || got.URL.RawQuery != "" || body != want {
			t.Errorf("%s %s %s, want body %s", got.Method, got.URL, body, want)
		}
		if got.Header.Get("Authorization") != "Bearer "+canary {
			t.Error("no token")
		}
		if text, _ := a.Records[0].Text("금액"); len(a.Records) != 1 || a.NextCursor != "c2" || text != "24000" {
			t.Errorf("answer %+v", a)
		}
	}
	for _, table := range []string{"memo", "user", "team"} {
		if _, ok := endpoint(t, table).V3(0); ok {
			t.Errorf("v3 has %s", table)
		}
	}
}

// What v3 can answer, and whether that means that it is not to be had.
func TestList_V3Answers(t *testing.T) {
	for name, tt := range map[string]struct {
		status  int
		body    string
		kind    string // "" is an answer
		refused bool
	}{
		"bare":               {200, `{"nextCursor":null,"objectList":[{"id":"1"}]}`, "", false},
		"in an envelope":     {200, `{"success":true,"data":{"objectList":[{"id":"1"}]}}`, "", false},
		"another key":        {200, `{"list":[{"id":"1"}]}`, salesmap.KindDataMissing, true},
		"not a list":         {200, `{"objectList":{"0":{}}}`, salesmap.KindListMalformed, true},
		"not of objects":     {200, `{"objectList":["x"]}`, salesmap.KindListMalformed, true},
		"success false":      {200, `{"success":false,"message":"no"}`, salesmap.KindSuccessFalse, true},
		"HTML":               {200, `<html>`, salesmap.KindJSON, true},
		"unknown":            {404, `<html>`, "http_404", true},
		"not allowed":        {405, ``, "http_405", true},
		"forbidden":          {403, ``, "http_403", true},
		"bad request":        {400, `{"success":false}`, "http_400", true},
		"not implemented":    {501, ``, salesmap.KindMaxRetries, true},
		"token":              {401, ``, "http_401", false},
		"too many":           {429, ``, salesmap.KindMaxRetries, false},
		"breaks down":        {500, ``, salesmap.KindMaxRetries, false},
		"unknown gateway":    {502, `<html>`, salesmap.KindMaxRetries, false},
		"list without pages": {200, `{"objectList":[]}`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, salesmap.Options{MaxRetries: 1}, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.body)
			})
			_, err := c.List(t.Context(), v3Endpoint(t, "deal", 10), "")
			if tt.kind == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if salesmap.KindOf(err) != tt.kind || salesmap.Refused(err) != tt.refused {
				t.Errorf("%v: kind %s refused %t, want %s %t", err, salesmap.KindOf(err), salesmap.Refused(err), tt.kind, tt.refused)
			}
			if !strings.HasPrefix(err.Error(), "POST /v3/object/list 딜: ") {
				t.Errorf("error %q", err)
			}
		})
	}
	if salesmap.Refused(errors.New("else")) || salesmap.Refused(nil) {
		t.Error("something else is a refusal")
	}
}

func TestEndpoint_Names(t *testing.T) {
	e := v3Endpoint(t, "people", 0)
	if e.API() != salesmap.APIv3 || e.Name() != "/v3/object/list" || endpoint(t, "people").API() != salesmap.APIv2 || endpoint(t, "people").Name() != "/people" {
		t.Errorf("%s %s", e.API(), e.Name())
	}
}
