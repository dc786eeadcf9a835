package run_test

import (
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// BenchmarkOnce is a whole run without a request limit: sandbox, HTTP, crawl,
// SQLite, web forms, indexes, checks and publish. The sandbox shares the two
// cores (spec 08 "Speed and size").
func BenchmarkOnce(b *testing.B) {
	ws, err := sandboxdata.New(sandboxdata.Config{Seed: 1, Organizations: 3000, Now: time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		b.Fatal(err)
	}
	crm := salesmaptest.Start(b, salesmaptest.Options{Source: salesmaptest.Generated(ws)})
	var rows int64
	for b.Loop() {
		dir := b.TempDir()
		r := &run.Runner{
			Settings: config.Run{
				Source: config.Source{
					Token: envdoc.Secret(salesmaptest.DefaultToken), BaseURL: crm.BaseURL, Rate: 100, MaxRetries: 2, CallTimeout: 10 * time.Second,
				},
				Volume:          config.Volume{DBPath: filepath.Join(dir, "salesmap_latest.db"), LogDir: filepath.Join(dir, "logs")},
				CheckpointDir:   filepath.Join(dir, "logs", "checkpoints"),
				CheckpointPages: 50,
				Backups:         config.Backups{BackupDir: filepath.Join(dir, "backups")},
				KeepSnapshots:   1, MaxShrink: 0.5, Progress: "none", LogSettings: obs.LogSettings{LogLevel: "error"},
			},
			Stderr: io.Discard, Limiter: quota.Unlimited(),
		}
		e, err := r.Once(b.Context(), run.Mode{})
		if err != nil {
			b.Fatal(err)
		}
		for _, t := range e.Tables {
			rows += t.Rows
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/float64(b.N), "rows")
}
