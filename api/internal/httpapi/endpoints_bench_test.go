package httpapi_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// example is one request of an endpoint family.
type example struct{ family, target string }

// examples are, of each family, the recorded request with the longest answer.
func examples(tb testing.TB) []example {
	tb.Helper()
	var all []example
	for _, family := range golden.Families(tb, golden.Legacy) {
		e, longest := example{family: family}, -1
		for _, r := range golden.Responses(tb, golden.Legacy, family) {
			if n := len(r.Body) + len(r.Text); r.Status == http.StatusOK && n > longest {
				query := url.Values{}
				for name, value := range r.Query {
					query.Set(name, value)
				}
				u := url.URL{Path: r.Path, RawQuery: query.Encode()}
				e.target, longest = u.String(), n
			}
		}
		if longest >= 0 {
			all = append(all, e)
		}
	}
	return all
}

// BenchmarkEndpointsWarm is BenchmarkWarm for every endpoint, each with its
// longest recorded answer.
func BenchmarkEndpointsWarm(b *testing.B) {
	s := benchServe(b, golden.Snapshot(b))
	for _, e := range examples(b) {
		b.Run(e.family, func(b *testing.B) {
			answer := s.do(http.MethodGet, e.target, "Accept-Encoding", "gzip")
			bare := s.bareEcho(b, http.StatusOK, answer)
			versus(b, load{s.URL, e.target, "Accept-Encoding: gzip"}, load{bare, "/", "Accept-Encoding: gzip"})
		})
	}
}

// BenchmarkEndpointsCold is the first request of every endpoint after a swap,
// on files with all columns (spec 10 "Speed": at most 150 ms at 50,000 deals,
// and at most linear growth).
func BenchmarkEndpointsCold(b *testing.B) {
	for _, deals := range []int{10_000, 50_000, 100_000} {
		s := benchServe(b, goldentest.LargeSnapshot(b, deals))
		s.keepsNothing()
		handler := s.Server.Handler()
		for _, e := range examples(b) {
			b.Run(fmt.Sprintf("%s/deals=%d", e.family, deals), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, e.target, http.NoBody))
					if w.Code != http.StatusOK {
						b.Fatalf("%d %s", w.Code, w.Body)
					}
				}
			})
		}
	}
}

// BenchmarkMemory is what the process holds of a file with all columns after
// every endpoint has answered once. Run it alone: memory once taken by other
// benchmarks counts.
func BenchmarkMemory(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(config.GCPercent))
	for _, deals := range []int{10_000, 50_000, 100_000} {
		b.Run(fmt.Sprintf("deals=%d", deals), func(b *testing.B) {
			path := goldentest.LargeSnapshot(b, deals)
			debug.FreeOSMemory()
			var s *service
			for b.Loop() {
				s = benchServe(b, path)
				for _, e := range examples(b) {
					s.read(e.target)
				}
			}
			b.ReportMetric(residentMiB(b), "MiB-RSS")
			debug.FreeOSMemory()
			b.ReportMetric(residentMiB(b), "MiB-RSS-at-rest")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// read asks for something and keeps nothing of the answer: the client's memory
// is not the service's.
func (s *service) read(target string) {
	s.tb.Helper()
	req, err := http.NewRequestWithContext(s.tb.Context(), http.MethodGet, s.URL+target, http.NoBody)
	if err != nil {
		s.tb.Fatal(err)
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		s.tb.Fatalf("%s: %v", target, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		s.tb.Fatalf("%s: %d, %v", target, resp.StatusCode, err)
	}
}

var vmRSS = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// residentMiB is the memory that the process has of the machine.
func residentMiB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	m := vmRSS.FindSubmatch(status)
	if m == nil {
		b.Fatalf("no VmRSS in %s", status)
	}
	kib, err := strconv.Atoi(string(m[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kib) / (1 << 10)
}
