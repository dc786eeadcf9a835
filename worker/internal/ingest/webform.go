package ingest

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// EachDealPersonForms calls each with the stored form list
// (people."제출된 웹폼 목록") of every person who has a deal (spec 08 step 4).
// It first makes the indexes that it, HasDealPerson and later the readers need.
func (w *Writer) EachDealPersonForms(ctx context.Context, each func(forms string) error) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	tables := []string{snapshot.TablePeople, snapshot.TableDeal}
	if err := w.guard(w.completeTables(ctx, tables...)); err != nil {
		return err
	}
	if err := w.guard(w.createIndexes(ctx, tables...)); err != nil {
		return err
	}
	if _, ok := w.progress(snapshot.TablePeople).columns.byField[field.SubmittedForms]; !ok {
		return nil
	}
	query := fmt.Sprintf(`SELECT %s FROM people WHERE id IN (SELECT "peopleId" FROM deal)`, quote(field.SubmittedForms))
	err := w.conn.query(ctx, query, nil, func(v []driver.Value) error {
		if forms := text(v[0]); forms != "" {
			return each(forms)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list web forms of people with deals: %w", err)
	}
	return nil
}

// HasDealPerson tells whether a person with this id is stored and has a deal.
// It needs what EachDealPersonForms made.
func (w *Writer) HasDealPerson(ctx context.Context, id string) (has bool, err error) {
	err = w.conn.query(ctx, `SELECT 1 WHERE EXISTS (SELECT 1 FROM people WHERE id = ?1)
		AND EXISTS (SELECT 1 FROM deal WHERE "peopleId" = ?1)`, []driver.Value{id}, func([]driver.Value) error {
		has = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look up person of a submission: %w", err)
	}
	return has, nil
}

// DeleteForm forgets the submissions of a form that could not be read to its
// end, so that those of the previous snapshot can take their place.
func (w *Writer) DeleteForm(ctx context.Context, formID string) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	t := w.progress(snapshot.TableWebformHistory)
	if _, ok := t.columns.byField[field.WebFormID]; !ok {
		return nil
	}
	t.forgetStatements()
	query := fmt.Sprintf("DELETE FROM %s WHERE %s = ?", quote(t.name), quote(field.WebFormID))
	if err := w.guard(w.conn.exec(ctx, query, formID)); err != nil {
		return fmt.Errorf("forget submissions of form %s: %w", formID, err)
	}
	return t.reload(ctx)
}
