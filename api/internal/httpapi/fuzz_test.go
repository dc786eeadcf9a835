package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// FuzzLastValue holds our reading of queries against net/url's, which agrees
// wherever it accepts a query at all.
func FuzzLastValue(f *testing.F) {
	for _, seed := range []string{
		"", "a=1", "a=1&a=2", "a", "a=&b", "%61=x", "a=+%2B%20", "a=%zz", "a;b=1", "a=1;b", "&&=&", "a=b=c", "a=%ff", "a=%", "a=%e", "=a",
	} {
		f.Add(seed, "a")
	}
	f.Fuzz(func(t *testing.T, query, name string) {
		got, found := httpapi.LastValueForTest(query, name)
		if !utf8.ValidString(got) {
			t.Errorf("%q of %q is %q, which is no text", name, query, got)
		}
		values, err := url.ParseQuery(query)
		if err != nil || name == "" || !utf8.ValidString(name) {
			return
		}
		all := values[name]
		if found != (len(all) > 0) {
			t.Fatalf("%q in %q: found %v, net/url has %q", name, query, found, all)
		}
		if found && got != strings.ToValidUTF8(all[len(all)-1], "\uFFFD") {
			t.Errorf("%q of %q is %q, net/url has %q", name, query, got, all)
		}
	})
}

var whole = regexp.MustCompile(`^[+-]?[0-9]+$`)

func FuzzParseWhole(f *testing.F) {
	for _, seed := range []string{"", "0", "-1", "+5", " 7 ", "1.5", "0x1", "9223372036854775807", "9223372036854775808", "-99999999999999999999", "1_0", "１", "--1", "+-1", "20000000000000000000A"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := httpapi.ParseWholeForTest(s)
		plain := strings.TrimSpace(s)
		if want := whole.MatchString(plain); ok != want {
			t.Fatalf("%q accepted: %v, want %v", s, ok, want)
		}
		if want, err := strconv.Atoi(plain); err == nil && n != want {
			t.Errorf("%q is %d, want %d", s, n, want)
		}
	})
}

func FuzzParseFlag(f *testing.F) {
	for _, seed := range []string{"", "1", "0", "true", "FALSE", "Yes", "n", "on", "off", "tru", " t", "ＴＲＵＥ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		value, ok := httpapi.ParseFlagForTest(s)
		if value && !ok {
			t.Errorf("%q is true and no boolean", s)
		}
		if b, err := strconv.ParseBool(strings.ToLower(s)); err == nil && (!ok || b != value) {
			t.Errorf("%q is %v, %v; want %v", s, value, ok, b)
		}
	})
}

// FuzzRequest sends any path and query: never a 5xx, never a body that isn't
// what its type says.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][2]string{
		{"/api/orgs", "limit=1&offset=2&search=%25&size=x"},
		{"/api/orgs/org-1/people", "hasDeal=maybe"},
		{"/api/orgs/%00/memos", "limit=0"},
		{"/api/people/per-1-1/deals", ""},
		{"/api/deals/deal-1-1/memos", "limit=500"},
		{"/api/orgs/", "a=b"},
		{"/assets/../x", ""},
		{"//x/", ""},
		{"/api/orgs/%2F%2e%2e", "search=%_%_%_%_%_%_%_"},
	} {
		f.Add(seed[0], seed[1])
	}
	for _, q := range sampleQuestions(f) { // every endpoint
		values := url.Values{}
		for name, value := range q.Query {
			values.Set(name, value)
		}
		f.Add(q.Path, values.Encode())
	}
	s := start(f, golden.Snapshot(f), settings{workspace: goldentest.Workspace(f)}).ready()
	handler := s.Server.Handler()
	f.Fuzz(func(t *testing.T, path, query string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || strings.HasPrefix(path, "/api/events") || !strings.HasPrefix(path, "/") {
			return
		}
		u.RawQuery = query
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, (&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Body: http.NoBody}).WithContext(ctx))
		if w.Code >= 500 {
			t.Errorf("%q?%q: %d %s", path, query, w.Code, w.Body)
		}
		if strings.Contains(w.Header().Get("Content-Type"), "json") && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q?%q: not JSON: %s", path, query, w.Body)
		}
		if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			t.Errorf("%q?%q: sent to %q", path, query, to)
		}
	})
}
