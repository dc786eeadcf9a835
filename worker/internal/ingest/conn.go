package ingest

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/mattn/go-sqlite3"
)

// cacheKiB bounds the page cache. Appending needs little; building indexes and
// replacing rows of large tables profit.
const cacheKiB = 32 << 10

// conn is the writer's only connection. It is the driver's own, not a
// database/sql one: a row with its fifty values is then one call into SQLite
// instead of fifty.
type conn struct{ raw *sqlite3.SQLiteConn }

// openConn opens the file for writing. It must exist: SQLite would otherwise
// make a file with permissions of its own.
func openConn(path string) (*conn, error) {
	// Rollback journal and full syncs: unsafe settings were measured to buy
	// nothing here. The lock is held throughout, so a second process that opens
	// the file fails instead of interleaving.
	query := url.Values{
		"mode":          {"rw"},
		"_journal_mode": {"DELETE"},
		"_synchronous":  {"FULL"},
		"_locking_mode": {"EXCLUSIVE"},
		"_cache_size":   {fmt.Sprintf("-%d", cacheKiB)},
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
	opened, err := (&sqlite3.SQLiteDriver{}).Open(dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	raw, ok := opened.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("open %s: unexpected driver connection %T", path, opened), opened.Close())
	}
	return &conn{raw: raw}, nil
}

func (c *conn) close() error { return c.raw.Close() }

// exec runs statements to their end; they are short or must not be torn.
func (c *conn) exec(ctx context.Context, query string, args ...driver.Value) error {
	_, err := c.raw.ExecContext(context.WithoutCancel(ctx), query, named(args))
	return err
}

// execLong runs a statement that may take long and can be given up.
func (c *conn) execLong(ctx context.Context, query string) error {
	_, err := c.raw.ExecContext(ctx, query, nil)
	return err
}

// query calls each for every row. The row's values are valid during the call.
func (c *conn) query(ctx context.Context, query string, args []driver.Value, each func([]driver.Value) error) error {
	rows, err := c.raw.QueryContext(ctx, query, named(args))
	if err != nil {
		return err
	}
	return eachRow(rows, each)
}

func eachRow(rows driver.Rows, each func([]driver.Value) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		switch err := rows.Next(row); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// prepare compiles a statement that step will run many times.
func (c *conn) prepare(query string) (*sqlite3.SQLiteStmt, error) {
	prepared, err := c.raw.Prepare(query)
	if err != nil {
		return nil, err
	}
	stmt, ok := prepared.(*sqlite3.SQLiteStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("unexpected driver statement %T", prepared), prepared.Close())
	}
	return stmt, nil
}

// step runs a prepared statement that returns no rows. It goes through the
// query path of the driver because that binds all values in one call.
func step(ctx context.Context, stmt *sqlite3.SQLiteStmt, args []driver.NamedValue) error {
	rows, err := stmt.QueryContext(context.WithoutCancel(ctx), args)
	if err != nil {
		return err
	}
	return rows.Close()
}

func named(args []driver.Value) []driver.NamedValue {
	all := make([]driver.NamedValue, len(args))
	for i, v := range args {
		all[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return all
}

// UseTempDir makes SQLite put its temporary files, which sorting a large index
// needs, into dir, unless the environment says where. It must come before the
// process opens its first database: a container may have no other folder that
// can be written.
func UseTempDir(dir string) error {
	if os.Getenv(tempDirVariable) != "" {
		return nil
	}
	if err := os.Setenv(tempDirVariable, dir); err != nil {
		return fmt.Errorf("set folder of temporary files: %w", err)
	}
	return nil
}

const tempDirVariable = "SQLITE_TMPDIR"
