package crm

import (
	"fmt"
	"slices"
)

// Dataset is one snapshot's rows in snapshot order (spec 01 N-SORT: rowid).
// It is safe for any number of readers because nothing writes to it.
type Dataset struct {
	Organizations []Organization
	People        []Person
	Deals         []Deal
	Memos         []Memo
	Submissions   []FormSubmission // none where the snapshot has no such table

	// Columns lists the columns that each table has in this file: what is
	// missing reads as NULL, and Require tells the difference.
	Columns map[string][]string
}

// MissingError says that a snapshot lacks what an endpoint cannot do without
// (DECISIONS.md: never a number from a column that isn't there).
type MissingError struct {
	Table  string
	Column string // empty when the whole table is missing
}

func (e *MissingError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("the snapshot has no table %q", e.Table)
	}
	return fmt.Sprintf("the snapshot's table %q has no column %q", e.Table, e.Column)
}

// Require returns a MissingError for the first of the columns, or the table,
// that the snapshot lacks.
func (d *Dataset) Require(table string, columns ...string) error {
	have, ok := d.Columns[table]
	if !ok {
		return &MissingError{Table: table}
	}
	for _, want := range columns {
		if !slices.Contains(have, want) {
			return &MissingError{Table: table, Column: want}
		}
	}
	return nil
}

// Index finds rows by a key without scanning. Rows of one key keep snapshot
// order.
type Index struct {
	group map[string]int32 // key → group
	start []int32          // group → first place in rows; one more at the end
	rows  []int32
}

// NewIndex groups the rows 0…n-1 by key; rows whose key is NULL are in no
// group, since in SQL NULL equals nothing.
func NewIndex(n int, key func(row int) Text) Index {
	x := Index{group: map[string]int32{}}
	groupOf := make([]int32, n)
	var sizes []int32
	for i := range n {
		k := key(i)
		if k.IsNull() {
			groupOf[i] = -1
			continue
		}
		g, ok := x.group[k.String()]
		if !ok {
			g = int32(len(sizes)) //nolint:gosec // rows of a CRM are fewer than two billion
			x.group[k.String()] = g
			sizes = append(sizes, 0)
		}
		groupOf[i] = g
		sizes[g]++
	}
	x.start = make([]int32, len(sizes)+1)
	for g, size := range sizes {
		x.start[g+1] = x.start[g] + size
	}
	x.rows = make([]int32, x.start[len(sizes)])
	next := slices.Clone(x.start)
	for i, g := range groupOf {
		if g >= 0 {
			x.rows[next[g]] = int32(i)
			next[g]++
		}
	}
	return x
}

// Rows returns the rows with a key, in snapshot order. The slice must not be
// changed.
func (x Index) Rows(key string) []int32 {
	g, ok := x.group[key]
	if !ok {
		return nil
	}
	return x.rows[x.start[g]:x.start[g+1]]
}

// Count returns how many rows have a key; a NULL key has none.
func (x Index) Count(key Text) int {
	if key.IsNull() {
		return 0
	}
	return len(x.Rows(key.String()))
}

// Find is First for a cell: NULL finds nothing.
func (x Index) Find(key Text) (row int, ok bool) {
	if key.IsNull() {
		return 0, false
	}
	return x.First(key.String())
}

// First returns the first row with a key in snapshot order.
func (x Index) First(key string) (row int, ok bool) {
	rows := x.Rows(key)
	if len(rows) == 0 {
		return 0, false
	}
	return int(rows[0]), true
}
