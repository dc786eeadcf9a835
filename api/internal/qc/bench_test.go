package qc_test

import (
	"encoding/json"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
)

// benchDeals is the size of workspace that spec 10 "Speed" speaks of.
const benchDeals = 50_000

// benchConfig has a team of everybody.
func benchConfig() qc.Config {
	c := config()
	c.TeamOf = func(string) (string, bool) { return "sales1", true }
	return c
}

func BenchmarkNew(b *testing.B) {
	data := goldentest.ManyRows(b, benchDeals)
	b.ReportAllocs()
	for b.Loop() {
		qc.New(data, modified(), normalise.DefaultRules(), benchConfig())
	}
}

// BenchmarkAnswer measures a first answer after a swap, with its encoding.
func BenchmarkAnswer(b *testing.B) {
	r := qc.New(goldentest.ManyRows(b, benchDeals), modified(), normalise.DefaultRules(), benchConfig())
	busiest := summary(b, r, "all").People[0].Name
	for name, answer := range map[string]func() (any, error){
		"summary": func() (any, error) { return r.Summary("all") },
		"person":  func() (any, error) { return r.Person(busiest, "all") },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				value, err := answer()
				if err != nil {
					b.Fatal(err)
				}
				encoded, err := json.Marshal(value)
				if err != nil {
					b.Fatal(err)
				}
				size = len(encoded)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
