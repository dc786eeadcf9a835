package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// MaxColumns is how many columns a table may have. SQLite takes 2,000; the
// rest is head room for readers that join or add columns.
const MaxColumns = 1900

// columnSet gives every field of the CRM its column: append-only, in order of
// first sight, named as the field.
//
// SQLite takes column names that differ only in ASCII case for one. The later
// of two such fields gets a suffix, except that a field which readers join on
// always keeps its name.
type columnSet struct {
	table   string
	names   []string            // stored names in order
	fields  []string            // what the CRM calls them
	byField map[string]int      // field → index in names
	taken   map[string]struct{} // folded stored names, and those of key columns
}

func newColumnSet(table string) *columnSet {
	s := &columnSet{table: table, byField: map[string]int{}, taken: map[string]struct{}{}}
	for _, key := range snapshot.KeyColumns(table) {
		s.taken[fold(key)] = struct{}{}
	}
	return s
}

// restore puts back a column of a resumed file; field is what the CRM calls it.
func (s *columnSet) restore(field, name string) {
	s.byField[field] = len(s.names)
	s.names = append(s.names, name)
	s.fields = append(s.fields, field)
	s.taken[fold(name)] = struct{}{}
}

// add makes a column for a field that has none and returns its name.
func (s *columnSet) add(field string) (name string, err error) {
	if len(s.names) >= MaxColumns {
		return "", fmt.Errorf("table %s: field %q would be column %d: %w", s.table, field, len(s.names)+1, ErrTooManyColumns)
	}
	field = strings.Clone(field) // it shares memory with a whole page
	name = s.freeName(field)
	s.restore(field, name)
	return name, nil
}

func (s *columnSet) freeName(field string) string {
	if slices.Contains(snapshot.KeyColumns(s.table), field) {
		return field
	}
	// SQL text ends at a NUL, so this one character cannot be in a name.
	base := strings.ReplaceAll(field, "\x00", "\uFFFD")
	name := base
	for n := 2; ; n++ {
		if _, ok := s.taken[fold(name)]; !ok {
			return name
		}
		name = fmt.Sprintf("%s (%d)", base, n)
	}
}

// fold is SQLite's idea of equal names: ASCII letters without case, all other
// characters as they are.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, name)
}
