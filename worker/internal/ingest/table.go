package ingest

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// table is one table of the file being built.
type table struct {
	name     string
	conn     *conn
	verbatim bool // copies with one id are rows of their own
	created  bool
	columns  *columnSet
	rowID    string // the name by which rows can be addressed

	insert, replace, idAt *sqlite3.SQLiteStmt // nil until needed, and after a new column
	args                  []driver.NamedValue // one value a column, then the rowid

	// layout is the field order of the record before, which the next one
	// almost always repeats: no look-up by name then.
	layout []placed

	ids       *idSet
	lastRow   int64
	rows      int64
	duplicate int64
	withoutID int64
}

type placed struct {
	field  string
	column int
}

func newTable(c *conn, name string, verbatim bool) *table {
	return &table{name: name, conn: c, verbatim: verbatim, columns: newColumnSet(name), ids: newIDSet()}
}

// store writes the records of a page. added is called for each new column.
func (t *table) store(ctx context.Context, records []record.Record, added func(field, column string) error) error {
	var fresh []string
	for _, r := range records {
		for i, f := range r.Fields {
			if i < len(t.layout) && t.layout[i].field == f.Name {
				continue
			}
			if _, ok := t.columns.byField[f.Name]; ok {
				continue
			}
			name, err := t.columns.add(f.Name)
			if err != nil {
				return err
			}
			if err := added(f.Name, name); err != nil {
				return err
			}
			fresh = append(fresh, name)
		}
	}
	if len(fresh) == 0 && !t.created && len(records) > 0 {
		fresh = append(fresh, snapshot.ColumnID) // records without any field need one
		if _, err := t.columns.add(snapshot.ColumnID); err != nil {
			return err
		}
	}
	if err := t.addColumns(ctx, fresh); err != nil {
		return err
	}
	if err := t.prepare(); err != nil {
		return err
	}
	for _, r := range records {
		if err := t.put(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// addColumns makes the columns in the file: the whole table at first, one by
// one later.
func (t *table) addColumns(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	t.forgetStatements()
	if !t.created {
		quoted := make([]string, len(names))
		for i, name := range names {
			quoted[i] = quote(name) + " TEXT"
		}
		t.created = true
		return t.conn.exec(ctx, "CREATE TABLE "+quote(t.name)+" ("+strings.Join(quoted, ", ")+")")
	}
	for _, name := range names {
		err := t.conn.exec(ctx, "ALTER TABLE "+quote(t.name)+" ADD COLUMN "+quote(name)+" TEXT")
		if err != nil {
			return fmt.Errorf("add column %q: %w", name, err)
		}
	}
	return nil
}

// put stores one record: a new row, or the later copy of a row that is there.
func (t *table) put(ctx context.Context, r record.Record) error {
	id := t.fill(r)
	if t.verbatim {
		return t.append(ctx)
	}
	if id == "" {
		if slices.Contains(snapshot.KeyColumns(t.name), snapshot.ColumnID) {
			t.withoutID++ // submissions of web forms need none
		}
		return t.append(ctx)
	}
	row, found, err := t.ids.find(id, func(row int64) (bool, error) { return t.hasID(ctx, row, id) })
	if err != nil {
		return err
	}
	if found {
		t.duplicate++
		return t.overwrite(ctx, row)
	}
	if err := t.append(ctx); err != nil {
		return err
	}
	return t.remember(id, t.lastRow)
}

func (t *table) remember(id string, row int64) error {
	if row > math.MaxUint32 {
		return fmt.Errorf("table %s: more than %d rows", t.name, uint32(math.MaxUint32))
	}
	t.ids.add(id, uint32(row)) //nolint:gosec // checked above
	return nil
}

// fill puts the record's values in the columns' places and returns its id, or
// "" if it has none. A field that the record lacks is NULL; of a field that
// occurs twice the last value counts.
func (t *table) fill(r record.Record) (id string) {
	for i := range t.columns.names {
		t.args[i].Value = nil
	}
	for i, f := range r.Fields {
		fresh := i == len(t.layout)
		if fresh {
			t.layout = append(t.layout, placed{})
		}
		at := &t.layout[i]
		if at.field != f.Name || fresh {
			at.column = t.columns.byField[f.Name]
			at.field = t.columns.fields[at.column]
		}
		isID := f.Name == snapshot.ColumnID
		if f.Null {
			t.args[at.column].Value = nil
			if isID {
				id = ""
			}
			continue
		}
		t.args[at.column].Value = f.Text
		if isID {
			id = f.Text
		}
	}
	return id
}

func (t *table) append(ctx context.Context) error {
	if err := step(ctx, t.insert, t.args[:len(t.columns.names)]); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	t.lastRow++
	t.rows++
	return nil
}

// overwrite gives the row the values of the later copy, NULL included.
func (t *table) overwrite(ctx context.Context, row int64) (err error) {
	if t.replace == nil {
		assignments := make([]string, len(t.columns.names))
		for i, name := range t.columns.names {
			assignments[i] = fmt.Sprintf("%s = ?%d", quote(name), i+1)
		}
		query := fmt.Sprintf("UPDATE %s SET %s WHERE %s = ?%d", quote(t.name),
			strings.Join(assignments, ", "), t.rowID, len(t.columns.names)+1)
		if t.replace, err = t.conn.prepare(query); err != nil {
			return fmt.Errorf("prepare update: %w", err)
		}
	}
	t.args[len(t.columns.names)].Value = row
	if err := step(ctx, t.replace, t.args); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	return nil
}

// hasID tells whether the stored row has the id.
func (t *table) hasID(ctx context.Context, row int64, id string) (same bool, err error) {
	if t.idAt == nil {
		query := fmt.Sprintf("SELECT %s FROM %s WHERE %s = ?1", t.idColumn(), quote(t.name), t.rowID)
		if t.idAt, err = t.conn.prepare(query); err != nil {
			return false, fmt.Errorf("prepare id look-up: %w", err)
		}
	}
	rows, err := t.idAt.QueryContext(context.WithoutCancel(ctx), named([]driver.Value{row}))
	if err != nil {
		return false, fmt.Errorf("look up id: %w", err)
	}
	err = eachRow(rows, func(values []driver.Value) error {
		same = values[0] == driver.Value(id)
		return nil
	})
	return same, err
}

// prepare compiles the insert for the present columns.
func (t *table) prepare() (err error) {
	if t.insert != nil || !t.created {
		return nil
	}
	if t.rowID, err = snapshot.RowIDName(t.columns.names); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	n := len(t.columns.names)
	quoted := make([]string, n)
	for i, name := range t.columns.names {
		quoted[i] = quote(name)
	}
	query := "INSERT INTO " + quote(t.name) + " (" + strings.Join(quoted, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", n-1) + ")"
	if t.insert, err = t.conn.prepare(query); err != nil {
		return fmt.Errorf("prepare insert: %w", err)
	}
	t.args = make([]driver.NamedValue, n+1)
	for i := range t.args {
		t.args[i].Ordinal = i + 1
	}
	return nil
}

func (t *table) forgetStatements() {
	for _, stmt := range []*sqlite3.SQLiteStmt{t.insert, t.replace, t.idAt} {
		if stmt != nil {
			_ = stmt.Close() // its last use was already checked
		}
	}
	t.insert, t.replace, t.idAt = nil, nil, nil
	t.layout = nil
}

// reload reads rows and ids back from the file: after a resume, or when rows
// were deleted.
func (t *table) reload(ctx context.Context) error {
	t.ids, t.rows, t.lastRow = newIDSet(), 0, 0
	if !t.created {
		return nil
	}
	var err error
	if t.rowID, err = snapshot.RowIDName(t.columns.names); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	query := fmt.Sprintf("SELECT %s, %s FROM %s NOT INDEXED", t.rowID, t.idColumn(), quote(t.name))
	return t.conn.query(ctx, query, nil, func(values []driver.Value) error {
		row, ok := values[0].(int64)
		if !ok {
			return errors.New("rowid is not a number")
		}
		t.rows++
		t.lastRow = max(t.lastRow, row)
		if id, ok := values[1].(string); ok && id != "" {
			return t.remember(id, row)
		}
		return nil
	})
}

// count reads back how many rows a table has that gets no more.
func (t *table) count(ctx context.Context) error {
	if !t.created {
		return nil
	}
	return t.conn.query(ctx, "SELECT count(*) FROM "+quote(t.name), nil, func(values []driver.Value) error {
		t.rows = number(values[0])
		return nil
	})
}

// idColumn is the SQL for the id of a row.
func (t *table) idColumn() string {
	if i, ok := t.columns.byField[snapshot.ColumnID]; ok {
		return quote(t.columns.names[i])
	}
	return "NULL"
}
