package ingest

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Create begins a new file, which must not exist yet. The operation is
// labelled "ingest.create".
func Create(ctx context.Context, fsys fsx.OS, run Run, o Options) (*Writer, error) {
	f, err := fsys.OpenFile("ingest.create", o.Path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create snapshot: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("create snapshot: %w", err)
	}
	w, err := open(o)
	if err != nil {
		return nil, err
	}
	if err := w.start(ctx, run); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.Checkpoint(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// start makes the build tables.
func (w *Writer) start(ctx context.Context, run Run) error {
	w.run = run
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := w.guard(w.conn.exec(ctx, createBuildTables)); err != nil {
		return fmt.Errorf("create build tables: %w", err)
	}
	if err := w.guard(w.writeRun(ctx, run)); err != nil {
		return fmt.Errorf("store run: %w", err)
	}
	return nil
}

// Resume continues a file at its last checkpoint; what came after it is rolled
// back. It fails with ErrFinished if nothing is left to be stored, and with
// ErrNotBuilding if the file is none that Create began.
func Resume(ctx context.Context, o Options) (*Writer, error) {
	w, err := open(o)
	if err != nil {
		return nil, err
	}
	if err := w.resume(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("resume %s: %w", o.Path, err), w.Close())
	}
	return w, nil
}

func (w *Writer) resume(ctx context.Context) (err error) {
	if err := w.checkBuilding(ctx); err != nil {
		return err
	}
	if w.run, err = w.readRun(ctx); err != nil {
		return err
	}
	if err := w.readPositions(ctx); err != nil {
		return fmt.Errorf("read positions: %w", err)
	}
	return w.readTables(ctx)
}

// checkBuilding tells by its tables what a file is.
func (w *Writer) checkBuilding(ctx context.Context) error {
	found := map[string]bool{}
	err := w.conn.query(ctx, "SELECT name FROM sqlite_master WHERE type = 'table'", nil, func(v []driver.Value) error {
		found[text(v[0])] = true
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("read schema: %w", err)
	case found["_build_run"]:
		return nil
	case found[snapshot.TableRunInfo]:
		return ErrFinished
	default:
		return ErrNotBuilding
	}
}

// readTables gives the tables their columns, row counts and ids back.
func (w *Writer) readTables(ctx context.Context) error {
	if err := w.readColumns(ctx); err != nil {
		return fmt.Errorf("read columns: %w", err)
	}
	for _, p := range w.tables {
		p.tookBefore = p.Took
		load := p.reload
		if p.Completed {
			load = p.count // it gets no more rows, so its ids are not needed
		}
		if err := load(ctx); err != nil {
			return fmt.Errorf("read rows of %s: %w", p.name, err)
		}
	}
	return nil
}

// Reopen turns a copy of a published snapshot into a build of which all crawl
// tables are complete and the web-form history is to be read anew. manifest is
// what the snapshot said of its tables.
func Reopen(ctx context.Context, run Run, manifest []snapshot.ManifestRow, o Options) (*Writer, error) {
	w, err := open(o)
	if err != nil {
		return nil, err
	}
	if err := w.reopen(ctx, run, manifest); err != nil {
		return nil, errors.Join(fmt.Errorf("reopen %s: %w", o.Path, err), w.Close())
	}
	return w, nil
}

func (w *Writer) reopen(ctx context.Context, run Run, manifest []snapshot.ManifestRow) error {
	if err := w.start(ctx, run); err != nil {
		return err
	}
	for _, name := range []string{snapshot.TableManifest, snapshot.TableRunInfo, snapshot.TableWebformHistory} {
		if err := w.guard(w.conn.exec(ctx, "DROP TABLE IF EXISTS "+quote(name))); err != nil {
			return fmt.Errorf("drop %s: %w", name, err)
		}
	}
	for _, row := range manifest {
		if row.Table == snapshot.TableWebformHistory {
			continue
		}
		p := w.progress(row.Table)
		p.Completed = true
		p.duplicate, p.Requests, p.Retries = row.DuplicateRows, row.Requests, row.Retries
		p.Took = time.Duration(row.Seconds * float64(time.Second))
	}
	if err := w.readTables(ctx); err != nil {
		return err
	}
	return w.Checkpoint(ctx)
}

func open(o Options) (*Writer, error) {
	if o.CheckpointPages <= 0 {
		o.CheckpointPages = DefaultCheckpointPages
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c, err := openConn(o.Path)
	if err != nil {
		return nil, err
	}
	return &Writer{opts: o, conn: c, tables: map[string]*progress{}}, nil
}
