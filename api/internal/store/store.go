// Package store reads a snapshot file: its rows once, into a crm.Dataset, and
// the texts of memos when they are asked for. It is the only place in the API
// that speaks SQL.
//
// A store belongs to one file for good. It trusts that a published file never
// changes (shared/snapshot) and notices when somebody overwrote it in place.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// ErrOverwritten says that the bytes of the open file changed under it, so that
// nothing more read from it can be trusted. It ends with the next snapshot.
var ErrOverwritten = errors.New("snapshot file was overwritten in place")

// memoBatch is how many memos one query asks for; SQLite allows 32,766
// parameters, and more than a page of memos at once is rare.
const memoBatch = 500

// Store is an open snapshot. Close it when the last reader is done.
type Store struct {
	db         *sql.DB
	file       *os.File // the very file, to notice an overwrite
	opened     os.FileInfo
	columns    map[string][]string
	inspection snapshot.Inspection
	dataset    *crm.Dataset
	rows       map[string]int64
}

// Open checks the file at path (snapshot.Inspect), opens it with conns
// connections and loads its rows. It fails with the errors of snapshot.Inspect
// or with what reading met.
func Open(ctx context.Context, path string, conns int) (_ *Store, err error) {
	s := &Store{}
	if s.file, err = os.Open(path); err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.opened, err = s.file.Stat(); err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	if s.inspection, err = snapshot.Inspect(ctx, path); err != nil {
		return nil, err
	}
	if s.db, err = snapshot.Open(ctx, path, snapshot.OpenOptions{Conns: conns}); err != nil {
		return nil, err
	}
	s.columns = s.inspection.Columns
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	return s, s.checkUnchanged()
}

func (s *Store) load(ctx context.Context) error {
	x := newTexts()
	d := &crm.Dataset{Columns: s.columns}
	err := loadTable(ctx, s.db, x, snapshot.TableOrganization, s.columns[snapshot.TableOrganization], organizationColumns(),
		func(_ int64, o crm.Organization) { d.Organizations = append(d.Organizations, o) })
	if err != nil {
		return err
	}
	err = loadTable(ctx, s.db, x, snapshot.TablePeople, s.columns[snapshot.TablePeople], personColumns(),
		func(_ int64, p crm.Person) { d.People = append(d.People, p) })
	if err != nil {
		return err
	}
	err = loadTable(ctx, s.db, x, snapshot.TableDeal, s.columns[snapshot.TableDeal], dealColumns(),
		func(_ int64, deal crm.Deal) { d.Deals = append(d.Deals, deal) })
	if err != nil {
		return err
	}
	err = loadTable(ctx, s.db, x, snapshot.TableMemo, s.columns[snapshot.TableMemo], memoColumns(),
		func(rowid int64, m crm.Memo) {
			m.Row = rowid
			d.Memos = append(d.Memos, m)
		})
	if err != nil {
		return err
	}
	if columns, ok := s.columns[snapshot.TableWebformHistory]; ok {
		err = loadTable(ctx, s.db, x, snapshot.TableWebformHistory, columns, submissionColumns(),
			func(_ int64, f crm.FormSubmission) { d.Submissions = append(d.Submissions, f) })
		if err != nil {
			return err
		}
	}
	s.dataset = d
	return s.countRows(ctx)
}

func (s *Store) countRows(ctx context.Context) error {
	s.rows = map[string]int64{
		snapshot.TableOrganization: int64(len(s.dataset.Organizations)),
		snapshot.TablePeople:       int64(len(s.dataset.People)),
		snapshot.TableDeal:         int64(len(s.dataset.Deals)),
		snapshot.TableMemo:         int64(len(s.dataset.Memos)),
	}
	for _, table := range snapshot.DomainTables() {
		if _, counted := s.rows[table]; counted {
			continue
		}
		if _, exists := s.columns[table]; !exists {
			continue
		}
		var n int64
		if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM "+snapshot.QuoteName(table)).Scan(&n); err != nil {
			return fmt.Errorf("count rows of %s: %w", table, err)
		}
		s.rows[table] = n
	}
	return nil
}

// Dataset returns the rows.
func (s *Store) Dataset() *crm.Dataset { return s.dataset }

// Inspection returns what the file says of itself.
func (s *Store) Inspection() snapshot.Inspection { return s.inspection }

// ModTime is when the file was written.
func (s *Store) ModTime() time.Time { return s.opened.ModTime() }

// RowCounts returns the rows of each domain table that the file has.
func (s *Store) RowCounts() map[string]int64 { return s.rows }

// MemoTexts reads memos by their places in the file (crm.Memo.Row) and returns
// them in the order asked for. It fails with ErrOverwritten if the file is no
// longer the one that was loaded.
func (s *Store) MemoTexts(ctx context.Context, rows []int64) ([]crm.MemoText, error) {
	found := make(map[int64]crm.MemoText, len(rows))
	for from := 0; from < len(rows); from += memoBatch {
		batch := rows[from:min(from+memoBatch, len(rows))]
		if err := s.memoBatch(ctx, batch, found); err != nil {
			return nil, fmt.Errorf("read memos: %w", err)
		}
	}
	if err := s.checkUnchanged(); err != nil {
		return nil, fmt.Errorf("read memos: %w", err)
	}
	all := make([]crm.MemoText, len(rows))
	for i, row := range rows {
		m, ok := found[row]
		if !ok {
			return nil, fmt.Errorf("read memos: row %d is gone: %w", row, ErrOverwritten)
		}
		all[i] = m
	}
	return all, nil
}

func (s *Store) memoBatch(ctx context.Context, rows []int64, found map[int64]crm.MemoText) error {
	sel, err := selectRows(snapshot.TableMemo, s.columns[snapshot.TableMemo], memoTextColumns())
	if err != nil {
		return err
	}
	sel.query += " WHERE " + sel.rowid + " IN (?" + strings.Repeat(", ?", len(rows)-1) + ")"
	args := make([]driver.NamedValue, len(rows))
	for i, row := range rows {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: row}
	}
	return each(ctx, s.db, newTexts(), sel, args, func(rowid int64, m crm.MemoText) { found[rowid] = m })
}

// checkUnchanged looks at the open file, not at its name, which may well mean
// another file by now.
func (s *Store) checkUnchanged() error {
	now, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("check snapshot file: %w", err)
	}
	if now.Size() != s.opened.Size() || !now.ModTime().Equal(s.opened.ModTime()) {
		return ErrOverwritten
	}
	return nil
}

// Close gives the file back.
func (s *Store) Close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	return errors.Join(err, s.file.Close())
}
