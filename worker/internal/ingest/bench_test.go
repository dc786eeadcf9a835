package ingest_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const (
	benchColumns  = 50
	benchPageSize = 50
)

// BenchmarkPut stores pages of 50 records of 50 columns, as the crawl does,
// with a checkpoint every 50 pages.
func BenchmarkPut(b *testing.B) {
	w, err := ingest.Create(b.Context(), fsx.Real{}, ingest.Run{Tag: "20260101_000000"},
		ingest.Options{Path: filepath.Join(b.TempDir(), "salesmap_20260101_000000.db.tmp")})
	if err != nil {
		b.Fatal(err)
	}
	names := make([]string, benchColumns)
	for i := range names {
		names[i] = fmt.Sprintf("필드 %d", i)
	}
	names[0] = "id"
	rows := 0
	for b.Loop() {
		records := make([]record.Record, benchPageSize)
		for i := range records {
			fields := make([]record.Field, benchColumns)
			for c := range fields {
				fields[c] = record.Field{Name: names[c], Text: "값이 있는 칸 12345"}
				if c%3 == 2 {
					fields[c] = record.Field{Name: names[c], Null: true}
				}
			}
			fields[0].Text = fmt.Sprintf("%08x-0000-4000-8000-%012x", rows*2654435761, rows)
			records[i] = record.Record{Fields: fields}
			rows++
		}
		if err := w.Put(b.Context(), record.Page{Table: "deal", Number: rows / benchPageSize, NextCursor: "next", Records: records}); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
