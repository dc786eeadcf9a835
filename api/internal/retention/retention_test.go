package retention_test

import (
	"encoding/json"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/retention"
)

const version = "db_mtime:1"

func config() retention.Config {
	return retention.Config{
		CreatedFrom: "2024-01-01", EndFrom: "2024-10-01", EndTo: "2027-12-31",
		Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
	}
}

// BenchmarkList measures a first answer after a swap, with its encoding.
func BenchmarkList(b *testing.B) {
	r := retention.New(goldentest.ManyRows(b, 50_000), version, normalise.DefaultRules(), config())
	b.ReportAllocs()
	var size int
	for b.Loop() {
		list, err := r.List()
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
