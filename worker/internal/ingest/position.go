package ingest

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// While it is being built, a file has three more tables. They are written in
// the same transactions as the rows and dropped by Finish.
const createBuildTables = `
CREATE TABLE _build_run ("run_tag" TEXT, "base_url" TEXT, "started_at" TEXT);
CREATE TABLE _build_table ("table" TEXT PRIMARY KEY, "next_cursor" TEXT, "page" INTEGER, "completed" INTEGER,
  "errors" TEXT, "duplicate_rows" INTEGER, "rows_without_id" INTEGER, "requests" INTEGER, "retries" INTEGER, "seconds" REAL, "api" TEXT);
CREATE TABLE _build_column ("table" TEXT, "column" TEXT, "field" TEXT);`

const dropBuildTables = `DROP TABLE _build_run; DROP TABLE _build_table; DROP TABLE _build_column;`

// Run is what a file being built knows of its run.
type Run struct {
	Tag       string
	BaseURL   string
	StartedAt time.Time // when the run that began the file began
}

// Table is what was stored of a table so far, over all resumed runs.
type Table struct {
	record.Position
	DuplicateRows int64
	RowsWithoutID int64
	Requests      int64
	Retries       int64
	Took          time.Duration
}

func (w *Writer) writeRun(ctx context.Context, run Run) error {
	return w.conn.exec(ctx, "INSERT INTO _build_run VALUES (?, ?, ?)",
		run.Tag, run.BaseURL, run.StartedAt.UTC().Format(time.RFC3339Nano))
}

func (w *Writer) readRun(ctx context.Context) (run Run, err error) {
	found := false
	err = w.conn.query(ctx, "SELECT run_tag, base_url, started_at FROM _build_run", nil, func(v []driver.Value) error {
		found = true
		run.Tag, run.BaseURL = text(v[0]), text(v[1])
		run.StartedAt, err = time.Parse(time.RFC3339Nano, text(v[2]))
		return err
	})
	if err == nil && !found {
		err = errors.New("no run is recorded")
	}
	if err != nil {
		return Run{}, fmt.Errorf("read run: %w", err)
	}
	return run, nil
}

// writePosition stores how far a table has come.
func (w *Writer) writePosition(ctx context.Context, name string, p *progress) error {
	problems, err := json.Marshal(p.Errors)
	if err != nil {
		return err
	}
	return w.conn.exec(ctx, `INSERT OR REPLACE INTO _build_table VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		name, p.NextCursor, int64(p.Page), p.Completed, string(problems), p.duplicate, p.withoutID,
		p.Requests, p.Retries, p.Took.Seconds(), p.API)
}

func (w *Writer) readPositions(ctx context.Context) error {
	return w.conn.query(ctx, `SELECT "table", next_cursor, page, completed, errors, duplicate_rows, rows_without_id,
		requests, retries, seconds, api FROM _build_table`, nil, func(v []driver.Value) error {
		p := w.progress(text(v[0]))
		p.NextCursor, p.Page, p.Completed = text(v[1]), int(number(v[2])), number(v[3]) != 0
		if err := json.Unmarshal([]byte(text(v[4])), &p.Errors); err != nil {
			return fmt.Errorf("read errors of %s: %w", text(v[0]), err)
		}
		p.duplicate, p.withoutID, p.Requests, p.Retries = number(v[5]), number(v[6]), number(v[7]), number(v[8])
		p.API = text(v[10])
		seconds, _ := v[9].(float64)
		p.Took = time.Duration(seconds * float64(time.Second))
		return nil
	})
}

// readColumns gives each table its columns back, with the fields they stand for.
func (w *Writer) readColumns(ctx context.Context) error {
	fields := map[[2]string]string{}
	err := w.conn.query(ctx, `SELECT "table", "column", "field" FROM _build_column`, nil, func(v []driver.Value) error {
		fields[[2]string{text(v[0]), text(v[1])}] = text(v[2])
		return nil
	})
	if err != nil {
		return err
	}
	return w.conn.query(ctx, `SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`, nil, func(v []driver.Value) error {
		name, column := text(v[0]), text(v[1])
		if !slices.Contains(snapshot.DomainTables(), name) {
			return nil
		}
		field, renamed := fields[[2]string{name, column}]
		if !renamed {
			field = column
		}
		p := w.progress(name)
		p.created = true
		p.columns.restore(field, column)
		return nil
	})
}

func text(v driver.Value) string {
	s, _ := v.(string)
	return s
}

func number(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}
