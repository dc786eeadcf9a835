package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const liveSubmissionsAtOnce = 200

// eachLiveSubmission hands out a form's rows of the live snapshot, if that has
// any.
func (j *job) eachLiveSubmission(ctx context.Context, formID string, each func([]record.Record) error) error {
	in, err := snapshot.Inspect(ctx, j.volume.Live())
	columns := in.Columns[snapshot.TableWebformHistory]
	if err != nil || !slices.Contains(columns, field.WebFormID) {
		return nil //nolint:nilerr // no live snapshot, or one that cannot be read: there are no rows to keep
	}
	db, err := snapshot.Open(ctx, j.volume.Live(), snapshot.OpenOptions{Conns: 1})
	if err != nil {
		return err
	}
	if err := errors.Join(eachSubmission(ctx, db, columns, formID, each), db.Close()); err != nil {
		return fmt.Errorf("keep submissions of the live snapshot: %w", err)
	}
	return nil
}

func eachSubmission(ctx context.Context, q snapshot.Querier, columns []string, formID string, each func([]record.Record) error) error {
	query, err := snapshot.SelectInOrder(snapshot.TableWebformHistory, columns, snapshot.QuoteName(field.WebFormID)+" = ?")
	if err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, query, formID)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, dests := make([]*string, len(columns)), make([]any, len(columns))
	for i := range values {
		dests[i] = &values[i]
	}
	var batch []record.Record
	for rows.Next() {
		if err := rows.Scan(dests...); err != nil {
			return err
		}
		batch = append(batch, recordOf(columns, values))
		if len(batch) == liveSubmissionsAtOnce {
			if err := each(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := rows.Err(); err != nil || len(batch) == 0 {
		return err
	}
	return each(batch)
}

func recordOf(columns []string, values []*string) record.Record {
	r := record.Record{Fields: make([]record.Field, len(columns))}
	for i, c := range columns {
		r.Fields[i] = record.Field{Name: c, Null: values[i] == nil}
		if values[i] != nil {
			r.Fields[i].Text = *values[i]
		}
	}
	return r
}
