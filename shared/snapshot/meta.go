package snapshot

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Querier is what reading a snapshot's own tables needs: a *sql.DB, a
// *sql.Conn or a *sql.Tx.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// ManifestRow is one row of the manifest table (spec 08 step 5).
type ManifestRow struct {
	Table         string  `json:"table"`
	Endpoint      string  `json:"endpoint"`
	RowCount      int64   `json:"row_count"`
	ColumnCount   int64   `json:"column_count"`
	Errors        string  `json:"errors"` // empty, or one error a line
	DuplicateRows int64   `json:"duplicate_rows"`
	Requests      int64   `json:"requests"`
	Retries       int64   `json:"retries"`
	Seconds       float64 `json:"seconds"`
}

// RunInfo is the single row of the run_info table (spec 08 step 5).
type RunInfo struct {
	RunTag         string
	CapturedAtUTC  string // RFC 3339 with milliseconds and Z
	BaseURL        string
	Endpoints      string // JSON array of paths
	Note           string
	CheckpointPath string
	FinalDBPath    string
	WorkerVersion  string
}

// CreateMetaTables is the SQL that makes the manifest and run_info tables.
const CreateMetaTables = `
CREATE TABLE manifest ("table" TEXT, "endpoint" TEXT, "row_count" INTEGER, "column_count" INTEGER,
  "errors" TEXT, "duplicate_rows" INTEGER, "requests" INTEGER, "retries" INTEGER, "seconds" REAL);
CREATE TABLE run_info ("run_tag" TEXT, "captured_at_utc" TEXT, "base_url" TEXT, "endpoints" TEXT,
  "note" TEXT, "checkpoint_path" TEXT, "final_db_path" TEXT, "worker_version" TEXT);`

// Tables returns the tables of a database and their columns in order.
func Tables(ctx context.Context, q Querier) (map[string][]string, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	tables := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		tables[table] = append(tables[table], column)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return tables, nil
}

// ReadRunInfo returns the run_info row. Columns that an older writer did not
// have stay empty; no row is an error.
func ReadRunInfo(ctx context.Context, q Querier) (RunInfo, error) {
	var info RunInfo
	fields := map[string]any{
		"run_tag": &info.RunTag, "captured_at_utc": &info.CapturedAtUTC, "base_url": &info.BaseURL,
		"endpoints": &info.Endpoints, "note": &info.Note, "checkpoint_path": &info.CheckpointPath,
		"final_db_path": &info.FinalDBPath, "worker_version": &info.WorkerVersion,
	}
	found := false
	err := scanMeta(ctx, q, TableRunInfo, fields, func() { found = true })
	if err == nil && !found {
		err = errors.New("run_info has no row")
	}
	if err != nil {
		return RunInfo{}, fmt.Errorf("read run_info: %w", err)
	}
	return info, nil
}

// ReadManifest returns the manifest rows in file order. Columns that an older
// writer did not have stay zero.
func ReadManifest(ctx context.Context, q Querier) ([]ManifestRow, error) {
	var manifest []ManifestRow
	var row ManifestRow
	fields := map[string]any{
		"table": &row.Table, "endpoint": &row.Endpoint, "row_count": &row.RowCount,
		"column_count": &row.ColumnCount, "errors": &row.Errors, "duplicate_rows": &row.DuplicateRows,
		"requests": &row.Requests, "retries": &row.Retries, "seconds": &row.Seconds,
	}
	err := scanMeta(ctx, q, TableManifest, fields, func() {
		manifest = append(manifest, row)
		row = ManifestRow{}
	})
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	return manifest, nil
}

// scanMeta reads a table whose columns may be fewer than fields names, calling
// each after every row. NULL leaves a field as it is.
func scanMeta(ctx context.Context, q Querier, table string, fields map[string]any, each func()) error {
	tables, err := Tables(ctx, q)
	if err != nil {
		return err
	}
	var columns []string
	var dests []any
	for _, column := range tables[table] {
		if dest, ok := fields[column]; ok {
			columns = append(columns, QuoteName(column))
			dests = append(dests, nullable{dest})
		}
	}
	if len(columns) == 0 {
		return fmt.Errorf("table %s is missing or has none of its columns", table)
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+QuoteName(table)+" ORDER BY rowid")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dests...); err != nil {
			return err
		}
		each()
	}
	return rows.Err()
}

// QuoteName quotes an identifier for SQL: field names come from the CRM and
// may hold any character.
func QuoteName(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// nullable scans into dest but leaves it alone on NULL.
type nullable struct{ dest any }

func (n nullable) Scan(src any) error {
	if src == nil {
		return nil
	}
	switch dest := n.dest.(type) {
	case *string:
		var v sql.NullString
		err := v.Scan(src)
		*dest = v.String
		return err
	case *int64:
		var v sql.NullInt64
		err := v.Scan(src)
		*dest = v.Int64
		return err
	case *float64:
		var v sql.NullFloat64
		err := v.Scan(src)
		*dest = v.Float64
		return err
	default:
		return fmt.Errorf("scan into %T", n.dest)
	}
}

// RowIDName returns a name by which rows of a table with these columns can be
// addressed in file order. SQLite knows three, and a column of the CRM may be
// called like one of them, in whatever case.
func RowIDName(columns []string) (string, error) {
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		taken := slices.ContainsFunc(columns, func(c string) bool { return strings.EqualFold(c, name) })
		if !taken {
			return name, nil
		}
	}
	return "", errors.New("columns are called rowid, _rowid_ and oid: the rows cannot be addressed")
}

// SelectInOrder is the query for all these columns of a table in file order; a
// plain SELECT may use an index and its order. where is a condition with its
// parameters as ?, or empty.
func SelectInOrder(table string, columns []string, where string) (string, error) {
	rowID, err := RowIDName(columns)
	if err != nil {
		return "", fmt.Errorf("table %s: %w", table, err)
	}
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = QuoteName(c)
	}
	query := "SELECT " + strings.Join(quoted, ", ") + " FROM " + QuoteName(table)
	if where != "" {
		query += " WHERE " + where
	}
	return query + " ORDER BY " + rowID, nil
}
