package crawl_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// counter is a sink that only counts.
type counter struct{ rows, fields int64 }

func (c *counter) Page(_ context.Context, p record.Page) error {
	c.rows += int64(len(p.Records))
	for _, r := range p.Records {
		c.fields += int64(len(r.Fields))
	}
	return nil
}
func (c *counter) Fail(_ context.Context, f crawl.Failure) error { return f.Err }
func (c *counter) Restart(context.Context, string, error) error  { return nil }
func (c *counter) FellBack(context.Context, string, error) error { return nil }

// widePage is a page of 50 records with 50 fields, the record of package
// salesmap's decoding benchmark.
func widePage(list string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"success":true,"data":{"%s":[`, list)
	for row := range 50 {
		if row > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"e478a35f-2842-408e-b3fc-%012d"`, row)
		for col := range 49 {
			fmt.Fprintf(&b, `,"사용자 정의 필드 %02d":`, col)
			b.WriteString([...]string{
				"null", `"데이터 업로드"`, "null", strconv.Itoa(1000 * col), "null", `"2025-10-16T23:35:46.538Z"`,
				"null", `{"id":"6fc5df0b-b53a-4d36-b919-e9d51b33a018","name":"도라온"}`,
			}[col%8])
		}
		b.WriteByte('}')
	}
	b.WriteString(`],"nextCursor":`)
	return b.String()
}

// BenchmarkRun_Unlimited crawls a server that only copies prepared pages: the
// speed of client, decoder and crawl together, the server's share included.
func BenchmarkRun_Unlimited(b *testing.B) {
	const pages = 100
	bodies := map[string]string{}
	for _, e := range salesmap.Endpoints() {
		bodies["/api/v2"+e.Path] = widePage(e.ListKey)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
		cursor := "null"
		if page < pages {
			cursor = fmt.Sprintf(`"%d"`, page+1)
		}
		fmt.Fprint(w, bodies[r.URL.Path], cursor, "}}")
	}))
	defer server.Close()
	c := newClient(b, server.URL+"/api/v2", quota.Unlimited())
	var all counter
	b.ReportAllocs()
	for b.Loop() {
		if _, err := crawl.Run(b.Context(), c, &all, crawl.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(all.rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(all.fields)/float64(all.rows), "fields/row")
}

// evenly is a source of lists of equal length.
type evenly int

func (e evenly) View() salesmaptest.View       { return e }
func (e evenly) Len(string) (int, bool)        { return int(e), true }
func (evenly) Find(string, string) (int, bool) { return 0, false }
func (evenly) AppendRecord(dst []byte, list string, i int) []byte {
	return fmt.Appendf(dst, `{"id":"%s-%d"}`, list, i)
}

// BenchmarkRun_Quota crawls 302 pages with answers of 300 ms and the vendor's
// quota: how many requests the fullest and the emptiest sliding window of 10 s
// hold, as the server sees them arrive, and how many it had to refuse.
// (spec 08 "Speed and size": at least 97, and no 429).
func BenchmarkRun_Quota(b *testing.B) {
	least, most, refused := 1<<30, 0, 0
	for b.Loop() {
		crm := salesmaptest.Start(b, salesmaptest.Options{
			Source: evenly(60), PageSize: 1, Quota: salesmaptest.VendorQuota, Latency: 300 * time.Millisecond,
		})
		limiter, err := quota.New(quota.MaxRate)
		if err != nil {
			b.Fatal(err)
		}
		var all counter
		if _, err := crawl.Run(b.Context(), newClient(b, crm.BaseURL, limiter), &all, crawl.Options{}); err != nil {
			b.Fatal(err)
		}
		if all.rows != 5*60+2*60 {
			b.Fatalf("%d rows", all.rows)
		}
		stats := crm.Server.Stats()
		least = min(least, leastInWindow(crm.Server.Requests()))
		most = max(most, stats.MaxInWindow)
		refused += stats.RateLimited
	}
	b.ReportMetric(float64(least), "req/10s")
	b.ReportMetric(float64(most), "max-req/10s")
	b.ReportMetric(float64(refused), "429s")
	b.ReportMetric(0, "ns/op")
}

// leastInWindow is the smallest number of arrivals in any window of 10 s that
// lies within the crawl.
func leastInWindow(requests []salesmaptest.Request) int {
	least := len(requests)
	last := requests[len(requests)-1].At
	for first := range requests {
		end := requests[first].At.Add(salesmaptest.QuotaWindow)
		if end.After(last) {
			break
		}
		n := 0
		for _, r := range requests[first+1:] {
			if r.At.After(end) {
				break
			}
			n++
		}
		least = min(least, n)
	}
	return least
}
