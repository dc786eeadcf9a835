package statepath_test

import (
	"encoding/json"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

// benchDeals is the size of workspace that spec 10 "Speed" speaks of.
const benchDeals = 50_000

func BenchmarkNew(b *testing.B) {
	data := goldentest.ManyRows(b, benchDeals)
	b.ReportAllocs()
	for b.Loop() {
		statepath.New(data, normalise.DefaultRules(), config())
	}
}

// BenchmarkAnswer measures a first answer after a swap, with its encoding.
func BenchmarkAnswer(b *testing.B) {
	for _, rules := range []normalise.Rules{normalise.RulesFor(normalise.Corrected), normalise.RulesFor(normalise.AsBefore)} {
		data := goldentest.ManyRows(b, benchDeals)
		r := statepath.New(data, rules, config())
		id := data.Deals[0].OrganizationID.String()
		biggest := everything()
		biggest.Limit = 2000
		for _, bm := range []struct {
			name   string
			answer func() (any, error)
		}{
			{"portfolio", func() (any, error) { return r.Portfolio(everything()) }},
			{"portfolio of 2000", func() (any, error) { return r.Portfolio(biggest) }},
			{"organization", func() (any, error) { return r.Organization(id, statepath.Years{}) }},
			{"detail", func() (any, error) { return r.Detail(id, statepath.Years{}) }},
		} {
			b.Run(string(rules.Numbers)+"/"+bm.name, func(b *testing.B) {
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
}
