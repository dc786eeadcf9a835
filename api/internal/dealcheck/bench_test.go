package dealcheck_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// benchDeals is the size of workspace that spec 10 "Speed" speaks of.
const benchDeals = 50_000

// benchConfig has a team of everybody, so that nothing is left out but what is
// too old.
func benchConfig() dealcheck.Config {
	c := config()
	c.Teams = func(string) (normalise.Members, bool) { return normalise.Everyone(), true }
	c.Now = func() time.Time { return noon(2026, 2, 5) }
	return c
}

func BenchmarkNew(b *testing.B) {
	data := goldentest.ManyRows(b, benchDeals)
	b.ReportAllocs()
	for b.Loop() {
		dealcheck.New(data, normalise.DefaultRules(), benchConfig())
	}
}

// BenchmarkTeam measures a first answer after a swap, with its encoding.
func BenchmarkTeam(b *testing.B) {
	r := dealcheck.New(goldentest.ManyRows(b, benchDeals), normalise.DefaultRules(), benchConfig())
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		list, err := r.Team("everybody")
		if err != nil {
			b.Fatal(err)
		}
		encoded, err := json.Marshal(list)
		if err != nil {
			b.Fatal(err)
		}
		size = len(encoded)
	}
	b.ReportMetric(float64(size), "bytes")
}
