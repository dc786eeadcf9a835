package snapshot

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"
)

// ErrOtherRun says that a pooled connection met another snapshot than the one
// its handle was opened on.
var ErrOtherRun = errors.New("connection opened on another snapshot")

// DefaultReadConns is the size of a read pool when OpenOptions names none.
const DefaultReadConns = 4

// OpenOptions tunes a read-only handle.
type OpenOptions struct {
	// Conns is the fixed number of connections, all opened at once.
	// 0 means DefaultReadConns.
	Conns int
}

// Open returns a read-only, immutable handle on the snapshot at path with all
// its connections already open, so that neither a later rename over path nor
// the removal of the file can change what the handle reads.
//
// path is resolved through symlinks first; nothing is ever created beside the
// file (spec 09 "One data volume"). The caller closes the handle.
func Open(ctx context.Context, path string, o OpenOptions) (*sql.DB, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	if resolved, err = filepath.Abs(resolved); err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	if o.Conns <= 0 {
		o.Conns = DefaultReadConns
	}
	db := sql.OpenDB(&connector{dsn: readOnlyDSN(resolved), pin: &runPin{}})
	db.SetMaxOpenConns(o.Conns)
	db.SetMaxIdleConns(o.Conns)
	db.SetConnMaxIdleTime(0)
	db.SetConnMaxLifetime(0)
	if err := warm(ctx, db, o.Conns); err != nil {
		return nil, errors.Join(fmt.Errorf("open snapshot: %w", err), db.Close())
	}
	return db, nil
}

// readOnlyDSN must begin with `file:`: the driver otherwise cuts the query and
// opens the file for writing.
func readOnlyDSN(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=ro&immutable=1&_query_only=1"
}

// warm opens every connection of the pool now: database/sql opens lazily, and
// a connection opened after a rename would read another file.
func warm(ctx context.Context, db *sql.DB, n int) error {
	conns := make([]*sql.Conn, 0, n)
	defer func() {
		for _, c := range conns {
			_ = c.Close() // hands the connection back to the pool
		}
	}()
	for range n {
		c, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		conns = append(conns, c)
	}
	return nil
}

// connector opens connections that all see the same run.
type connector struct {
	dsn string
	pin *runPin
}

func (c *connector) Connect(context.Context) (driver.Conn, error) {
	d := &sqlite3.SQLiteDriver{ConnectHook: c.pin.check}
	return d.Open(c.dsn)
}

func (c *connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// runPin remembers the run tag that the first connection saw.
type runPin struct {
	seen   bool
	runTag string
}

// check is called by database/sql one connection at a time while Open warms
// the pool, and by nobody afterwards, since the pool never shrinks.
func (p *runPin) check(c *sqlite3.SQLiteConn) error {
	tag, err := connRunTag(c)
	if err != nil {
		return err
	}
	if p.seen && p.runTag != tag {
		return fmt.Errorf("%w: %q, want %q", ErrOtherRun, tag, p.runTag)
	}
	p.seen, p.runTag = true, tag
	return nil
}

// connRunTag reads the run tag on a raw connection; a file without run_info
// has the empty tag.
func connRunTag(c *sqlite3.SQLiteConn) (tag string, err error) {
	exists, err := rawString(c, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = '"+TableRunInfo+"'")
	if err != nil || exists == "" {
		return "", err
	}
	return rawString(c, "SELECT run_tag FROM "+TableRunInfo+" LIMIT 1")
}

func rawString(c *sqlite3.SQLiteConn, query string) (string, error) {
	rows, err := c.QueryContext(context.Background(), query, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	dest := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(dest); err != nil {
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		return "", err
	}
	text, _ := dest[0].(string)
	return text, nil
}

// Version is the short name of a database file in responses and headers:
// `db_mtime:` and its modification time in whole Unix seconds (spec 01
// N-SNAPSHOT).
func Version(modified time.Time) string {
	return fmt.Sprintf("db_mtime:%d", modified.Unix())
}

// Siblings returns the journal files that exist beside a database file.
func Siblings(path string) ([]string, error) {
	var found []string
	for _, suffix := range SiblingSuffixes() {
		_, err := os.Lstat(path + suffix)
		switch {
		case err == nil:
			found = append(found, path+suffix)
		case !errors.Is(err, os.ErrNotExist):
			return nil, fmt.Errorf("look for journal files: %w", err)
		}
	}
	return found, nil
}
