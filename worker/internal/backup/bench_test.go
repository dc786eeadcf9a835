package backup_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// BenchmarkWrite backs up a snapshot of 40,000 rows of 50 columns. The figure
// is bytes of the database a second.
func BenchmarkWrite(b *testing.B) {
	dir := b.TempDir()
	path := filepath.Join(dir, "salesmap_20260101_000000.db")
	w, err := ingest.Create(b.Context(), fsx.Real{}, ingest.Run{Tag: tag}, ingest.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	const pages, pageRows, columns = 200, 200, 50
	for n := range pages {
		p := record.Page{Table: snapshot.TableDeal, Number: n + 1, Last: n == pages-1}
		for i := range pageRows {
			r := record.Record{Fields: make([]record.Field, columns)}
			for c := range r.Fields {
				r.Fields[c] = record.Field{Name: "필드 " + strconv.Itoa(c), Text: "값 " + strconv.Itoa(n*pageRows+i*c), Null: c%3 == 2}
			}
			r.Fields[0] = record.Field{Name: "id", Text: strconv.Itoa(n*pageRows + i)}
			p.Records = append(p.Records, r)
		}
		if err := w.Put(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
	meta := ingest.Meta{Info: snapshot.RunInfo{RunTag: tag}}
	if err := errors.Join(w.Finish(b.Context(), meta), w.Close()); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	var zipped int64
	for b.Loop() {
		r, err := backup.Write(b.Context(), fsx.Real{}, path, dir)
		if err != nil {
			b.Fatal(err)
		}
		zipped = r.Bytes
		if err := os.Remove(r.Path); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(info.Size())/float64(zipped), "ratio")
}
