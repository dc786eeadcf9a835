package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// selection is a query for the columns that a table has.
type selection[R any] struct {
	query string // without a condition or an order
	rowid string // the name of the place in the file, always read first
	wants []column[R]
}

// selectRows builds the query for a table: the place in the file first, then
// what the table has of columns. Identifiers are quoted, values never become
// part of the text.
func selectRows[R any](table string, have []string, columns []column[R]) (selection[R], error) {
	s := selection[R]{}
	rowid, err := snapshot.RowIDName(have)
	if err != nil {
		return s, fmt.Errorf("table %s: %w", table, err)
	}
	s.rowid = rowid
	names := []string{rowid}
	for _, c := range columns {
		for _, name := range c.names {
			if slices.Contains(have, name) {
				names = append(names, snapshot.QuoteName(name))
				s.wants = append(s.wants, c)
				break
			}
		}
	}
	s.query = "SELECT " + strings.Join(names, ", ") + " FROM " + snapshot.QuoteName(table)
	return s, nil
}

// each reads the rows of a query, handing every one to add. It speaks to the
// driver itself: through database/sql a load takes more than twice as long.
func each[R any](ctx context.Context, db *sql.DB, x *texts, s selection[R], args []driver.NamedValue, add func(rowid int64, row R)) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		querier, ok := raw.(driver.QueryerContext)
		if !ok {
			return fmt.Errorf("%T cannot be queried", raw)
		}
		rows, err := querier.QueryContext(ctx, s.query, args)
		if err != nil {
			return err
		}
		return errors.Join(scan(rows, x, s.wants, add), rows.Close())
	})
}

func scan[R any](rows driver.Rows, x *texts, wants []column[R], add func(rowid int64, row R)) error {
	values := make([]driver.Value, len(wants)+1)
	for {
		if err := rows.Next(values); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		var row R
		for i, want := range wants {
			*want.cell(&row) = x.cell(values[i+1], want.reuse)
		}
		rowid, _ := values[0].(int64)
		add(rowid, row)
	}
}

// loadTable hands every row of a table to add, in snapshot order.
func loadTable[R any](ctx context.Context, db *sql.DB, x *texts, table string, have []string, columns []column[R], add func(rowid int64, row R)) error {
	s, err := selectRows(table, have, columns)
	if err != nil {
		return err
	}
	s.query += " ORDER BY " + s.rowid
	if err := each(ctx, db, x, s, nil, add); err != nil {
		return fmt.Errorf("load table %s: %w", table, err)
	}
	return nil
}
