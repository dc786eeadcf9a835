package goldentest

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// LargeSnapshot is a file with the golden snapshot's rows so many times over
// that it has at least so many deals, each copy with ids of its own
// ("<id>-<copy>"; the first keeps its ids), all columns, and the indexes that
// the worker makes. It returns the file's path.
func LargeSnapshot(tb testing.TB, deals int) string {
	tb.Helper()
	path := golden.Snapshot(tb)
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=OFF&_synchronous=OFF")
	if err != nil {
		tb.Fatalf("large snapshot: %v", err)
	}
	db.SetMaxOpenConns(1)
	if err := multiply(tb.Context(), db, deals); err != nil {
		tb.Fatalf("large snapshot: %v", err)
	}
	if err := db.Close(); err != nil {
		tb.Fatalf("large snapshot: %v", err)
	}
	return path
}

// idColumns hold ids of copied rows.
var idColumns = []string{field.ID, field.OrganizationID, field.PeopleID, field.DealID}

func multiply(ctx context.Context, db *sql.DB, deals int) error {
	var one int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+snapshot.TableDeal).Scan(&one); err != nil {
		return fmt.Errorf("count deals: %w", err)
	}
	copies := max((deals+one-1)/one, 1)
	for _, table := range snapshot.DomainTables() {
		statements, err := copyStatements(ctx, db, table, copies)
		if err != nil {
			return err
		}
		for _, column := range snapshot.IndexedColumns(table) {
			statements = append(statements, fmt.Sprintf("CREATE INDEX %s ON %s (%s)",
				snapshot.QuoteName(table+"_"+column), snapshot.QuoteName(table), snapshot.QuoteName(column)))
		}
		for _, s := range statements {
			if _, err := db.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("copy rows of %s: %w", table, err)
			}
		}
	}
	return nil
}

func copyStatements(ctx context.Context, db *sql.DB, table string, copies int) ([]string, error) {
	var list []byte
	err := db.QueryRowContext(ctx, "SELECT json_group_array(name) FROM pragma_table_info(?)", table).Scan(&list)
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	var names []string
	if err := json.Unmarshal(list, &names); err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	columns, values := make([]string, len(names)), make([]string, len(names))
	for i, name := range names {
		columns[i] = snapshot.QuoteName(name)
		values[i] = columns[i]
		if slices.Contains(idColumns, name) {
			values[i] += " || '-' || copy" // of NULL it is NULL
		}
	}
	return []string{fmt.Sprintf(`WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy + 1 < %d)
		INSERT INTO %[2]s SELECT %[3]s FROM copies, (SELECT %[4]s FROM %[2]s ORDER BY rowid) WHERE %[1]d > 1 ORDER BY copy`,
		copies, snapshot.QuoteName(table), strings.Join(values, ", "), strings.Join(columns, ", "))}, nil
}
