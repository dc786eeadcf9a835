package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// BenchmarkHandler is what a cached answer costs between the server's sockets:
// parsing, finding, headers, log and metrics.
func BenchmarkHandler(b *testing.B) {
	s := benchServe(b, golden.Snapshot(b))
	handler := s.Server.Handler()
	const path = "/api/orgs?size=%EC%A0%84%EC%B2%B4&limit=200"
	first := s.do(http.MethodGet, path, "Accept-Encoding", "gzip")
	for _, c := range []struct {
		name, header, value string
		status              int
	}{
		{"gzip", "Accept-Encoding", "gzip", http.StatusOK},
		{"identity", "Accept-Encoding", "identity", http.StatusOK},
		{"not-modified", "If-None-Match", first.Header.Get("Etag"), http.StatusNotModified},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
			r.Header.Set(c.header, c.value)
			w := &forgetful{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				handler.ServeHTTP(w, r)
			}
			if w.status != c.status {
				b.Fatalf("status %d", w.status)
			}
		})
	}
}

// forgetful is a response that nobody reads.
type forgetful struct {
	header http.Header
	status int
}

func (f *forgetful) Header() http.Header         { return f.header }
func (f *forgetful) WriteHeader(status int)      { f.status = status }
func (f *forgetful) Write(p []byte) (int, error) { return len(p), nil }
