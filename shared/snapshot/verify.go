package snapshot

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// ErrIncomplete says that a file is a sound database but not a complete
// snapshot: a table or key column is missing, or rows do not add up.
var ErrIncomplete = errors.New("snapshot is incomplete")

// Inspection is what a snapshot says of itself.
type Inspection struct {
	Header   Header
	Info     RunInfo
	Manifest []ManifestRow
	Columns  map[string][]string // table → columns in order
	Rows     map[string]int64    // domain table → rows, filled by Verify only
}

// Inspect does the cheap checks that a reader makes before it serves a file:
// header, no write-ahead log, expected tables with their key columns, readable
// run_info. It reads no customer rows. Missing tables are reported with
// ErrIncomplete, all of them at once.
//
// A reader accepts a snapshot without webform_history, which files made by
// older writers lack.
func Inspect(ctx context.Context, path string) (Inspection, error) {
	return withFile(ctx, path, func(_ *sql.DB, in *Inspection) error {
		return in.checkShape(without(ExpectedTables(), TableWebformHistory))
	})
}

// Verify does everything a snapshot must pass before it is published
// (spec 08 step 6), except the comparison with the snapshot before it:
// Inspect's checks for all ten tables, no journal beside the file, PRAGMA
// quick_check, and row counts equal to the manifest.
func Verify(ctx context.Context, path string) (Inspection, error) {
	return withFile(ctx, path, func(db *sql.DB, in *Inspection) error {
		siblings, err := Siblings(path)
		if err != nil {
			return err
		}
		if len(siblings) > 0 {
			return fmt.Errorf("journal file beside the snapshot: %v", siblings)
		}
		if err := in.checkShape(ExpectedTables()); err != nil {
			return err
		}
		if err := quickCheck(ctx, db); err != nil {
			return err
		}
		return in.countRows(ctx, db)
	})
}

func withFile(ctx context.Context, path string, check func(*sql.DB, *Inspection) error) (in Inspection, err error) {
	if in.Header, err = ReadHeader(path); err != nil {
		return in, err
	}
	db, err := Open(ctx, path, OpenOptions{Conns: 1})
	if err != nil {
		return in, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if in.Columns, err = Tables(ctx, db); err != nil {
		return in, err
	}
	if _, ok := in.Columns[TableRunInfo]; ok {
		if in.Info, err = ReadRunInfo(ctx, db); err != nil {
			return in, err
		}
	}
	if _, ok := in.Columns[TableManifest]; ok {
		if in.Manifest, err = ReadManifest(ctx, db); err != nil {
			return in, err
		}
	}
	return in, check(db, &in)
}

func (in *Inspection) checkShape(tables []string) error {
	var problems []error
	for _, table := range tables {
		columns, ok := in.Columns[table]
		if !ok {
			problems = append(problems, fmt.Errorf("%w: table %s is missing", ErrIncomplete, table))
			continue
		}
		for _, key := range KeyColumns(table) {
			if !slices.Contains(columns, key) {
				problems = append(problems, fmt.Errorf("%w: table %s has no column %s", ErrIncomplete, table, key))
			}
		}
	}
	return errors.Join(problems...)
}

func quickCheck(ctx context.Context, db *sql.DB) error {
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil {
		return fmt.Errorf("quick_check: %w", err)
	}
	if result != "ok" {
		return fmt.Errorf("quick_check: %s", result)
	}
	return nil
}

func (in *Inspection) countRows(ctx context.Context, db *sql.DB) error {
	in.Rows = map[string]int64{}
	listed := map[string]int64{}
	for _, row := range in.Manifest {
		listed[row.Table] = row.RowCount
	}
	var problems []error
	for _, table := range DomainTables() {
		var n int64
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+QuoteName(table)).Scan(&n); err != nil {
			return fmt.Errorf("count rows of %s: %w", table, err)
		}
		in.Rows[table] = n
		want, ok := listed[table]
		switch {
		case !ok && table != TableWebformHistory:
			problems = append(problems, fmt.Errorf("%w: the manifest does not list %s", ErrIncomplete, table))
		case ok && want != n:
			problems = append(problems, fmt.Errorf("%w: %s has %d rows, the manifest says %d", ErrIncomplete, table, n, want))
		}
	}
	return errors.Join(problems...)
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(names, func(n string) bool { return n == name })
}
