package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
)

// TestWonMarkdown_Parameters: bounds, words and flags of the dossier.
func TestWonMarkdown_Parameters(t *testing.T) {
	t.Parallel()
	s := small(t)
	const path = "/api/orgs/org-1/won-groups-markdown-compact"
	for query, refused := range map[string]string{
		"":                          "",
		"max_deals=1&max_people=1":  "",
		"max_deals=500&format=json": "",
		"max_deals=0":               "max_deals",
		"max_people=501":            "max_people",
		"deal_memo_limit=51":        "deal_memo_limit",
		"memo_max_chars=49":         "memo_max_chars",
		"memo_max_chars=501":        "memo_max_chars",
		"max_output_chars=9999":     "max_output_chars",
		"max_output_chars=1000001":  "max_output_chars",
		"redact_phone=":             "redact_phone",
		"redact_phone=OFF":          "",
		"format=":                   "format",
		"format=TEXT":               "format",
		"format=csv":                "format",
	} {
		r := s.get(path + "?" + query)
		if refused == "" {
			if r.Status != http.StatusOK {
				t.Errorf("%s: %d %s", query, r.Status, r.Body)
			}
			continue
		}
		if p := wantProblem(t, r, http.StatusUnprocessableEntity, "invalid-parameter", refused); len(p.Errors) != 1 || p.Errors[0].Parameter != refused {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
}

// TestWonMarkdown_Forms: text and JSON say the same, under their own types and
// tags, first and from the cache.
func TestWonMarkdown_Forms(t *testing.T) {
	t.Parallel()
	s := small(t)
	const path = "/api/orgs/org-1/won-groups-markdown-compact"
	for range 2 {
		text, wrapped := s.get(path), s.get(path+"?format=json")
		var body struct {
			Version  string `json:"schema_version"`
			Markdown string `json:"markdown"`
		}
		wrapped.decode(t, &body)
		if text.Header.Get("Content-Type") != "text/plain; charset=utf-8" || wrapped.Header.Get("Content-Type") != "application/json" {
			t.Errorf("types %q and %q", text.Header.Get("Content-Type"), wrapped.Header.Get("Content-Type"))
		}
		if body.Markdown != text.Body || body.Version != "won-groups-json/compact-md-v1.1" || !strings.HasPrefix(text.Body, "# 예시상사 1") {
			t.Errorf("%s and %.200s", wrapped.Body, text.Body)
		}
		if text.Header.Get("Etag") == wrapped.Header.Get("Etag") {
			t.Error("both forms have one tag")
		}
		if r := s.do(http.MethodGet, path, "If-None-Match", text.Header.Get("Etag")); r.Status != http.StatusNotModified {
			t.Errorf("revalidation: %d", r.Status)
		}
	}
}

// TestWon_Unknown: an unknown organisation is no error.
func TestWon_Unknown(t *testing.T) {
	t.Parallel()
	s := small(t)
	for path, want := range map[string]string{
		"won-summary":                 `{"items":[]}`,
		"won-groups-json":             `{"organization":null,"groups":[]}`,
		"won-groups-markdown-compact": "데이터가 없습니다.",
	} {
		if r := s.get("/api/orgs/" + unknownOrg + "/" + path); r.Status != http.StatusOK || r.Body != want {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
}

// TestInitialData: one answer in every coding, of one generation, with a tag,
// and without a body for HEAD.
func TestInitialData(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Spec{Organizations: 150, PeoplePerOrg: 3, DealsPerOrg: 4, MemosPerOrg: 6, Generation: 1}))
	s := start(t, v.Live(), settings{}).ready()
	plain := s.get("/api/initial-data")
	if plain.Status != http.StatusOK || !json.Valid([]byte(plain.Body)) || len(plain.Body) < 200_000 {
		t.Fatalf("%d, %d bytes", plain.Status, len(plain.Body))
	}
	for coding, unpack := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderConcurrency(1)) },
	} {
		r := s.do(http.MethodGet, "/api/initial-data", "Accept-Encoding", coding)
		if r.Header.Get("Content-Encoding") != coding || r.Header.Get("Etag") != plain.Header.Get("Etag") || r.Header.Get("X-Snapshot-Version") == "" {
			t.Errorf("%s: %v", coding, r.Header)
		}
		reader, err := unpack(strings.NewReader(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(reader); err != nil || string(body) != plain.Body {
			t.Errorf("%s: %d bytes, %v; want %d", coding, len(body), err, len(plain.Body))
		}
	}
	if r := s.do(http.MethodGet, "/api/initial-data", "If-None-Match", plain.Header.Get("Etag")); r.Status != http.StatusNotModified {
		t.Errorf("revalidation: %d", r.Status)
	}
	if r := s.do(http.MethodHead, "/api/initial-data"); r.Status != http.StatusOK || r.Body != "" || r.Header.Get("Etag") != plain.Header.Get("Etag") {
		t.Errorf("HEAD: %d %v", r.Status, r.Header)
	}
}

// TestInitialData_Overwritten: a file that was overwritten before is answered
// as an error; in the middle, the response does not look whole.
func TestInitialData_Overwritten(t *testing.T) {
	t.Parallel()
	for orgs, want := range map[int]string{3: "503", 3000: "cut off"} {
		v := snapshottest.NewVolume(t)
		path := v.Add(snapshottest.Spec{Organizations: orgs, PeoplePerOrg: 1, DealsPerOrg: 1, MemosPerOrg: 3, Generation: 1})
		v.Publish(path)
		s := start(t, v.Live(), settings{noWatch: true})
		s.Watcher.Check(t.Context())
		if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/initial-data", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := noRedirects.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		got := resp.Status[:3]
		if errors.Is(err, io.ErrUnexpectedEOF) {
			got = "cut off"
		}
		if closeErr := resp.Body.Close(); closeErr != nil {
			t.Error(closeErr)
		}
		if got != want {
			t.Errorf("%d organisations: %s (%v), want %s", orgs, got, err, want)
		}
	}
}

// FuzzWonMarkdown sends any query to the dossier: an answer within its limit,
// or 422.
func FuzzWonMarkdown(f *testing.F) {
	for _, seed := range []string{
		"", "format=json", "max_output_chars=10000&max_deals=1", "upper_org=%20", "upper_org=%EC%9D%B8%EC%9E%AC%EA%B0%9C%EB%B0%9C%EC%8B%A4&redact_phone=no",
		"deal_memo_limit=50&memo_max_chars=500", "format=text&format=json", "max_people=%2B7", "redact_phone=%00",
	} {
		f.Add(seed)
	}
	v := snapshottest.NewVolume(f)
	v.Publish(v.Add(snapshottest.Small(1)))
	handler := start(f, v.Live(), settings{}).ready().Server.Handler()
	f.Fuzz(func(t *testing.T, query string) {
		u := &url.URL{Path: "/api/orgs/org-1/won-groups-markdown-compact", RawQuery: query}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, (&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Body: http.NoBody}).WithContext(ctx))
		switch {
		case w.Code == http.StatusUnprocessableEntity:
		case w.Code != http.StatusOK:
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		case !utf8.Valid(w.Body.Bytes()) || bytes.Contains(w.Body.Bytes(), []byte{0}):
			t.Errorf("%q: no text: %q", query, w.Body)
		}
	})
}
