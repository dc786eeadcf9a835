package httpapi_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestDocs: the page is allowed its own style and nothing else, and what it
// offers to try can be asked.
func TestDocs(t *testing.T) {
	t.Parallel()
	s := small(t)
	r := s.get("/docs")
	policy := r.Header.Get("Content-Security-Policy")
	if r.Status != 200 || r.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(policy, "style-src 'sha256-") ||
		!strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") ||
		r.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d %v", r.Status, r.Header)
	}
	if again := s.do(http.MethodGet, "/docs", "If-None-Match", r.Header.Get("Etag")); again.Status != 304 {
		t.Errorf("revalidation: %d", again.Status)
	}
	tries := regexp.MustCompile(`<a href="(/[^"]*)">try `).FindAllStringSubmatch(r.Body, -1)
	for _, m := range tries {
		if strings.Contains(m[1], "/api/events") {
			continue // it doesn't end
		}
		got := s.get(strings.ReplaceAll(m[1], "&amp;", "&"))
		if got.Status == 404 || got.Status == 405 || got.Status == 422 {
			t.Errorf("%s: %d %.200s", m[1], got.Status, got.Body)
		}
	}
	if len(tries) < 20 {
		t.Errorf("only %d requests to try", len(tries))
	}
}
