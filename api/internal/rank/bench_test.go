package rank_test

import (
	"encoding/json"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
)

// benchDeals is the size of workspace that spec 10 "Speed" speaks of.
const benchDeals = 50_000

func BenchmarkNew(b *testing.B) {
	data := goldentest.ManyRows(b, benchDeals)
	b.ReportAllocs()
	for b.Loop() {
		rank.New(data, version, normalise.DefaultRules(), config())
	}
}

// BenchmarkAnswer measures a first answer after a swap, with its encoding.
func BenchmarkAnswer(b *testing.B) {
	r := rank.New(goldentest.ManyRows(b, benchDeals), version, normalise.DefaultRules(), config())
	all := crm.NewText(rank.AllSizes).Ptr()
	for _, bm := range []struct {
		name   string
		answer func() (any, error)
	}{
		{"customers", func() (any, error) { return r.Customers(rank.Query{}) }},
		{"people", func() (any, error) { return r.People(rank.Query{}) }},
		{"people of every size", func() (any, error) { return r.People(rank.Query{Size: all}) }},
		{"mismatched of every size", func() (any, error) { return r.Mismatched(rank.Query{Size: all}) }},
		{"won by size", func() (any, error) { return r.WonBySize() }},
		{"won by industry", func() (any, error) { return r.WonByIndustry(rank.Query{}) }},
		{"summary by size", func() (any, error) { return r.SummaryBySize(rank.SizeSummaryQuery{}) }},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			var size int
			for b.Loop() {
				answer, err := bm.answer()
				if err != nil {
					b.Fatal(err)
				}
				encoded, err := json.Marshal(answer)
				if err != nil {
					b.Fatal(err)
				}
				size = len(encoded)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
