package ingest

import (
	"context"
	"fmt"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Meta is what a finished snapshot says of itself besides its rows.
type Meta struct {
	Info snapshot.RunInfo
	// Manifest has a row for each table that the run filled. Row and column
	// counts are taken from the file.
	Manifest []snapshot.ManifestRow
}

// Finish turns the build into a snapshot: every expected table is there with
// its key columns, manifest and run_info are written, the columns that readers
// join on are indexed and analysed, and what only building needs is gone. It
// is one transaction; when it is given up or fails, the build can be resumed.
func (w *Writer) Finish(ctx context.Context, m Meta) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	steps := []struct {
		what string
		do   func() error
	}{
		{"complete tables", func() error { return w.completeTables(ctx, snapshot.DomainTables()...) }},
		{"write manifest", func() error { return w.writeManifest(ctx, m) }},
		{"drop build tables", func() error { return w.conn.exec(ctx, dropBuildTables) }},
		{"create indexes", func() error { return w.createIndexes(ctx, snapshot.DomainTables()...) }},
		{"analyse", func() error { return w.conn.execLong(ctx, "ANALYZE") }},
	}
	for _, s := range steps {
		err := ctx.Err() // the driver may finish a short statement in spite of it
		if err == nil {
			err = s.do()
		}
		if w.guard(err) != nil {
			return fmt.Errorf("finish snapshot: %s: %w", s.what, err)
		}
	}
	if err := w.commit(ctx); err != nil {
		return fmt.Errorf("finish snapshot: %w", err)
	}
	w.finished = true
	return nil
}

// completeTables gives tables the columns that readers expect and no record
// had.
func (w *Writer) completeTables(ctx context.Context, tables ...string) error {
	for _, name := range tables {
		t := w.progress(name)
		var missing []string
		for _, key := range snapshot.KeyColumns(name) {
			if slices.Contains(t.columns.names, key) {
				continue
			}
			if _, err := t.columns.add(key); err != nil {
				return err
			}
			missing = append(missing, key)
		}
		if err := t.addColumns(ctx, missing); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return nil
}

func (w *Writer) writeManifest(ctx context.Context, m Meta) error {
	if err := w.conn.exec(ctx, snapshot.CreateMetaTables); err != nil {
		return err
	}
	for _, row := range m.Manifest {
		t := w.progress(row.Table)
		err := w.conn.exec(ctx, `INSERT INTO manifest ("table", "endpoint", "row_count", "column_count", "errors",
			"duplicate_rows", "requests", "retries", "seconds") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			row.Table, row.Endpoint, t.rows, int64(len(t.columns.names)), row.Errors,
			row.DuplicateRows, row.Requests, row.Retries, row.Seconds)
		if err != nil {
			return err
		}
	}
	i := m.Info
	return w.conn.exec(ctx, `INSERT INTO run_info ("run_tag", "captured_at_utc", "base_url", "endpoints", "note",
		"checkpoint_path", "final_db_path", "worker_version") VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		i.RunTag, i.CapturedAtUTC, i.BaseURL, i.Endpoints, i.Note, i.CheckpointPath, i.FinalDBPath, i.WorkerVersion)
}

// createIndexes indexes the key columns of tables, those that have none yet.
func (w *Writer) createIndexes(ctx context.Context, tables ...string) error {
	for _, name := range tables {
		for _, column := range snapshot.IndexedColumns(name) {
			query := fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s)",
				quote("ix_"+name+"_"+column), quote(name), quote(column))
			if err := w.conn.execLong(ctx, query); err != nil {
				return fmt.Errorf("index %s of %s: %w", column, name, err)
			}
		}
	}
	return nil
}

func quote(name string) string { return snapshot.QuoteName(name) }
