package run_test

import (
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// wide is a workspace of rows with 50 columns whose records cost the server
// next to nothing, so that the worker is what is measured.
type wide struct {
	rows   int // of each of the five large tables
	middle []byte
}

func newWide(rows int) *wide {
	w := &wide{rows: rows}
	for c := 1; c < 50; c++ {
		value := strconv.Quote("값이 있는 칸 " + strconv.Itoa(c*7919))
		switch c % 5 {
		case 1:
			value = "null"
		case 2:
			value = strconv.Itoa(c * 24000)
		}
		w.middle = append(w.middle, fmt.Sprintf(`,"필드 이름 %d":%s`, c, value)...)
	}
	return w
}

func (w *wide) View() salesmaptest.View { return w }

func (w *wide) Len(list string) (int, bool) {
	switch list {
	case sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo:
		return w.rows, true
	case sandboxdata.User, sandboxdata.Team, sandboxdata.WebForm:
		return 0, true
	default:
		return 0, false
	}
}

func (w *wide) AppendRecord(dst []byte, _ string, i int) []byte {
	dst = append(dst, `{"id":"`...)
	dst = fmt.Appendf(dst, "%08x-%04x-4000-8000-%012x", uint32(i)*2654435761, i&0xffff, i)
	dst = append(append(append(dst, '"'), w.middle...), '}')
	return dst
}

func (w *wide) Find(string, string) (int, bool) { return 0, false }

// BenchmarkOnce_FiftyColumns takes whole snapshots of 5 × 20,000 rows of 50 columns over
// HTTP on loopback, without limit or latency: lock, crawl, checkpoints every 50
// pages, indexes, checks, hash and publish. The sandbox shares the cores.
func BenchmarkOnce_FiftyColumns(b *testing.B) {
	const rows = 20_000
	crm := salesmaptest.Start(b, salesmaptest.Options{Source: newWide(rows), LeadPageSize: salesmaptest.DefaultPageSize})
	runner := &run.Runner{Settings: benchSettings(b.TempDir(), crm.BaseURL), Stderr: io.Discard, Limiter: quota.Unlimited()}
	total := 0
	for b.Loop() {
		if _, err := runner.Once(b.Context(), run.Mode{}); err != nil {
			b.Fatal(err)
		}
		total += 5 * rows
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "rows/s")
}
