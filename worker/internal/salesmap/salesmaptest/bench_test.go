package salesmaptest_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// millionOrgs organisations have a little more than a million records in all.
const millionOrgs = 35_000

// BenchmarkWalk reads a million records page by page, once over loopback and
// once without a network: how fast the sandbox can be crawled at most.
func BenchmarkWalk(b *testing.B) {
	source := generated(b, millionOrgs)
	tables := []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
	}
	b.Run("in process", func(b *testing.B) {
		s, err := salesmaptest.New(salesmaptest.Options{Source: source})
		if err != nil {
			b.Fatal(err)
		}
		walkAll(b, s, tables, func(path string) []byte {
			r := httptest.NewRequest(http.MethodGet, salesmaptest.BasePath+"/"+path, http.NoBody)
			r.Header.Set("Authorization", "Bearer "+salesmaptest.DefaultToken)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Body.Bytes()
		})
	})
	b.Run("loopback", func(b *testing.B) {
		crm := salesmaptest.Start(b, salesmaptest.Options{Source: source})
		c := newClient(b, crm)
		walkAll(b, crm.Server, tables, func(path string) []byte {
			req, err := http.NewRequest(http.MethodGet, c.base+"/"+path, http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+c.token)
			resp, err := c.http.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				b.Fatal(err)
			}
			return body
		})
	})
}

func walkAll(b *testing.B, s *salesmaptest.Server, tables []string, get func(path string) []byte) {
	b.Helper()
	b.ReportAllocs()
	bytesRead := int64(0)
	for b.Loop() {
		for _, list := range tables {
			cursor := ""
			for {
				body := get(list + "?cursor=" + cursor)
				bytesRead += int64(len(body))
				if cursor = cursorOf(body); cursor == "" {
					break
				}
			}
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(s.Stats().Records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(s.Stats().Records)/float64(b.N), "records/op")
	b.ReportMetric(float64(memory.HeapSys)/(1<<20), "heap-MiB")
	b.SetBytes(bytesRead / int64(b.N))
}

// cursorOf finds the next cursor without parsing the page.
func cursorOf(body []byte) string {
	tail := body[max(0, len(body)-80):]
	_, after, found := bytes.Cut(tail, []byte(`"nextCu`))
	if !found {
		return ""
	}
	parts := strings.Split(string(after), `"`)
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}
