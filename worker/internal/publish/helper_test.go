package publish_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const (
	oldTag = "20260101_000000"
	newTag = "20260102_000000"
)

// volume makes a data volume; build and live fill it.
func volume(t *testing.T) snapshot.Volume {
	t.Helper()
	v, err := snapshot.NewVolume(filepath.Join(t.TempDir(), "salesmap_latest.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(v.SnapshotsDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	return v
}

type build struct {
	tag    string
	deals  int
	people int
	errors string // of deal, as the manifest has them
}

// make builds a finished snapshot where the worker would.
func (b build) make(t *testing.T, v snapshot.Volume) {
	t.Helper()
	w, err := ingest.Create(t.Context(), fsx.Real{}, ingest.Run{Tag: b.tag}, ingest.Options{Path: v.Building(b.tag)})
	if err != nil {
		t.Fatal(err)
	}
	meta := ingest.Meta{Info: snapshot.RunInfo{RunTag: b.tag}}
	for _, table := range snapshot.CrawlTables() {
		n := 1
		switch table {
		case snapshot.TableDeal:
			n = b.deals
		case snapshot.TablePeople:
			n = b.people
		}
		p := record.Page{Table: table, Number: 1, Last: true}
		for i := range n {
			p.Records = append(p.Records, record.Record{Fields: []record.Field{{Name: "id", Text: strconv.Itoa(i)}}})
		}
		if err := w.Put(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		row := snapshot.ManifestRow{Table: table}
		if table == snapshot.TableDeal {
			row.Errors = b.errors
		}
		meta.Manifest = append(meta.Manifest, row)
	}
	if err := errors.Join(w.Finish(t.Context(), meta), w.Close()); err != nil {
		t.Fatal(err)
	}
}

func publisher(fsys fsx.OS, v snapshot.Volume) *publish.Publisher {
	return &publish.Publisher{FS: fsys, Volume: v, Log: zap.NewNop(), Pause: time.Nanosecond}
}

// publishOK publishes a fresh snapshot without faults.
func publishOK(t *testing.T, v snapshot.Volume, tag string) publish.Result {
	t.Helper()
	build{tag: tag, deals: 5, people: 5}.make(t, v)
	r, err := publisher(fsx.Real{}, v).Publish(t.Context(), tag)
	if err != nil || r.Fallback != nil {
		t.Fatalf("publish %s: %v, %v", tag, err, r.Fallback)
	}
	return r
}

// verify returns the run tag of a sound snapshot.
func verify(t *testing.T, path string) string {
	t.Helper()
	in, err := snapshot.Verify(t.Context(), path)
	if err != nil {
		t.Fatalf("verify %s: %v", path, err)
	}
	return in.Info.RunTag
}
