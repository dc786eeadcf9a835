package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

var (
	// ErrTooManyColumns says that a table has more fields than SQLite can hold.
	ErrTooManyColumns = fmt.Errorf("more than %d columns", MaxColumns)
	// ErrNotBuilding says that a file is not one that a run was building.
	ErrNotBuilding = errors.New("not a snapshot being built")
	// ErrFinished says that Finish was done on a file: it takes no more rows
	// and waits to be checked and published.
	ErrFinished = errors.New("snapshot is finished")
)

// DefaultCheckpointPages is the default of Options.CheckpointPages.
const DefaultCheckpointPages = 50

// Options say how a snapshot is built.
type Options struct {
	// Path is the file being built (snapshot.Volume.Building).
	Path string
	// CheckpointPages is after how many pages of one table everything is made
	// durable; 0 means DefaultCheckpointPages.
	CheckpointPages int
	// OnCheckpoint, if given, is called after each checkpoint with the tables
	// as they now stand in the file.
	OnCheckpoint func(map[string]Table)
	// Verbatim stores every record as a row of its own, also copies with one
	// id: the records come from a snapshot, not from the CRM.
	Verbatim bool
	// Warn, if given, is told what is odd about the data.
	Warn func(string)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Writer builds one snapshot. It is for one goroutine.
type Writer struct {
	opts     Options
	conn     *conn
	run      Run
	tables   map[string]*progress
	inTx     bool
	finished bool
	broken   error // the failed write after which nothing is taken
	warnings []string
}

// progress is a table and how far it has come.
type progress struct {
	*table
	Table
	began        time.Time // when this process first stored of it
	tookBefore   time.Duration
	sincePoint   int // pages since the last checkpoint
	warnedMissID bool
}

// Run tells what the file knows of its run.
func (w *Writer) Run() Run { return w.run }

// Warnings lists what was odd about the data: renamed columns, records without
// an id.
func (w *Writer) Warnings() []string { return slices.Clone(w.warnings) }

// Tables tells how far each table has come, by name. It counts what is not yet
// durable, too.
func (w *Writer) Tables() map[string]Table {
	all := make(map[string]Table, len(w.tables))
	for name, p := range w.tables {
		all[name] = p.snapshot()
	}
	return all
}

// snapshot is the public view of a table's progress.
func (p *progress) snapshot() Table {
	t := p.Table
	t.Rows, t.Columns = p.rows, len(p.columns.names)
	t.DuplicateRows, t.RowsWithoutID = p.duplicate, p.withoutID
	t.Errors = slices.Clone(p.Errors)
	return t
}

func (w *Writer) progress(name string) *progress {
	p, ok := w.tables[name]
	if !ok {
		p = &progress{table: newTable(w.conn, name, w.opts.Verbatim)}
		w.tables[name] = p
	}
	return p
}

// Put stores a page and its table's new position. Every CheckpointPages pages
// of a table, and at its end, it makes a checkpoint.
func (w *Writer) Put(ctx context.Context, p record.Page) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	t := w.progress(p.Table)
	if err := w.guard(w.storeRecords(ctx, t, p.Records)); err != nil {
		return fmt.Errorf("store page %d of %s: %w", p.Number, p.Table, err)
	}
	if t.began.IsZero() {
		t.began = w.opts.Now()
	}
	t.NextCursor = strings.Clone(p.NextCursor) // it shares memory with the whole page
	t.API = p.API
	t.Page, t.Completed, t.Errors = p.Number, p.Last, nil
	t.Requests += p.Requests
	t.Retries += p.Retries
	t.Took = t.tookBefore + w.opts.Now().Sub(t.began)
	t.sincePoint++
	if p.Last || t.sincePoint >= w.opts.CheckpointPages {
		return w.Checkpoint(ctx)
	}
	return nil
}

func (w *Writer) storeRecords(ctx context.Context, t *progress, records []record.Record) error {
	before := t.withoutID
	err := t.store(ctx, records, func(field, column string) error { return w.columnAdded(ctx, t, field, column) })
	if err == nil && t.withoutID > before && !t.warnedMissID {
		t.warnedMissID = true
		w.warn(t.name + ": records without an id are kept, but cannot be recognised if they come twice")
	}
	return err
}

// columnAdded remembers which field a renamed column stands for.
func (w *Writer) columnAdded(ctx context.Context, t *progress, field, column string) error {
	if field == column {
		return nil
	}
	w.warn(fmt.Sprintf("%s: field %q is stored as column %q: the database cannot hold its name beside the others", t.name, field, column))
	return w.conn.exec(ctx, "INSERT INTO _build_column VALUES (?, ?, ?)", t.name, column, field)
}

func (w *Writer) warn(text string) {
	w.warnings = append(w.warnings, text)
	if w.opts.Warn != nil {
		w.opts.Warn(text)
	}
}

// Declare makes the columns of a table that has none yet, in this order.
func (w *Writer) Declare(ctx context.Context, name string, columns []string) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	t := w.progress(name)
	for _, c := range columns {
		if _, err := t.columns.add(c); err != nil {
			return err
		}
	}
	if err := w.guard(t.addColumns(ctx, slices.Clone(t.columns.names))); err != nil {
		return fmt.Errorf("declare columns of %s: %w", name, err)
	}
	return nil
}

// Fail records a problem of a table that could not be read to its end. The
// next page of the table clears it.
func (w *Writer) Fail(ctx context.Context, name, problem string) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	t := w.progress(name)
	t.Errors = append(t.Errors, problem)
	return w.Checkpoint(ctx)
}

// Restart forgets a table's rows and position; its counters stay.
func (w *Writer) Restart(ctx context.Context, name string) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	old, ok := w.tables[name]
	if !ok {
		return nil
	}
	old.forgetStatements()
	if old.created {
		if err := w.guard(w.conn.exec(ctx, "DROP TABLE "+quote(name))); err != nil {
			return fmt.Errorf("restart %s: %w", name, err)
		}
	}
	if err := w.guard(w.conn.exec(ctx, `DELETE FROM _build_column WHERE "table" = ?`, name)); err != nil {
		return fmt.Errorf("restart %s: %w", name, err)
	}
	fresh := &progress{table: newTable(w.conn, name, w.opts.Verbatim), tookBefore: old.Took}
	fresh.Requests, fresh.Retries, fresh.Took = old.Requests, old.Retries, old.Took
	w.tables[name] = fresh
	return w.Checkpoint(ctx)
}

// Checkpoint makes everything stored so far durable, rows and positions in one
// transaction. Before the first table of a new file it stores the run alone.
func (w *Writer) Checkpoint(ctx context.Context) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(w.tables)) {
		if err := w.guard(w.writePosition(ctx, name, w.tables[name])); err != nil {
			return fmt.Errorf("checkpoint: store position of %s: %w", name, err)
		}
	}
	if err := w.commit(ctx); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	for _, t := range w.tables {
		t.sincePoint = 0
	}
	if w.opts.OnCheckpoint != nil {
		w.opts.OnCheckpoint(w.Tables())
	}
	return nil
}

// begin opens the transaction that the next Checkpoint commits.
func (w *Writer) begin(ctx context.Context) error {
	if w.broken != nil {
		return fmt.Errorf("the snapshot takes no more: %w", w.broken)
	}
	if w.finished {
		return ErrFinished
	}
	if w.inTx {
		return nil
	}
	if err := w.guard(w.conn.exec(ctx, "BEGIN IMMEDIATE")); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	w.inTx = true
	return nil
}

func (w *Writer) commit(ctx context.Context) error {
	if err := w.guard(w.conn.exec(ctx, "COMMIT")); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	w.inTx = false
	return nil
}

// guard remembers a failed write: memory and file may now tell different
// stories, and SQLite may have rolled back by itself.
func (w *Writer) guard(err error) error {
	if err != nil && w.broken == nil {
		w.broken = err
	}
	return err
}

// Close closes the file. What was stored after the last checkpoint is rolled
// back.
func (w *Writer) Close() error {
	for _, t := range w.tables {
		t.forgetStatements()
	}
	if err := w.conn.close(); err != nil {
		return fmt.Errorf("close snapshot: %w", err)
	}
	return nil
}
