package httpapi

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// export is how the answer of a route is written as a table.
type export struct {
	name  string // in Korean, of the file and the sheet
	table func(value any) (tabular.Table, error)
}

// list is the export of an answer A whose rows are R.
func list[A, R any](name string, rows func(A) []R, fields tabular.List[R]) export {
	return grid(name, rows, fields, func(A) tabular.List[R] { return nil })
}

// grid is list where the answer decides on more columns, such as its months.
func grid[A, R any](name string, rows func(A) []R, fields tabular.List[R], more func(A) tabular.List[R]) export {
	return export{name, func(value any) (tabular.Table, error) {
		a, ok := value.(A)
		if !ok {
			return tabular.Table{}, fmt.Errorf("write %s as a table: a %T", name, value)
		}
		l := append(slices.Clip(fields), more(a)...)
		return tabular.Table{Columns: l.Columns(), Rows: l.Rows(rows(a))}, nil
	}}
}

// fields are columns of R by the names that they have in its JSON, under their
// ordinary labels.
func fields[R any](keys ...string) tabular.List[R] {
	columns := make([]tabular.Column, len(keys))
	for i, key := range keys {
		columns[i] = columnOf(key)
	}
	return tabular.ListOf[R](columns...)
}

// computed is a column whose value isn't a field of R.
func computed[R any](column tabular.Column, value func(*R) tabular.Cell) tabular.List[R] {
	return tabular.List[R]{{Column: column, Value: value}}
}

// binder reads the parameters of a route that answers JSON or a table.
func (x export) binder(r dataRoute) binder {
	return func(in *input, header http.Header) (*form, answer) {
		format := in.format(header)
		if format != formatCSV && format != formatXLSX {
			return asJSON, r.bind(in)
		}
		in.asTable(r.path, format)
		compute := r.bind(in)
		return x.form(canonical(r.path), format, in.filters), compute
	}
}

// asTable makes the input that of a table: another response than the JSON of
// the same parameters.
func (in *input) asTable(route, format string) {
	in.tables = true
	in.key = in.key[:0]
	in.addKey(canonical(route) + " " + format)
}

// form writes the answer as a file that says where it is from.
func (x export) form(route, format string, filters []filter) *form {
	f := &form{
		contentType: csvType, cacheControl: revalidate,
		encode: func(s *served.Snapshot, value any) ([]byte, error) {
			t, err := x.table(value)
			if err != nil {
				return nil, err
			}
			t.Sheet, t.Width = x.name, columnWidth
			t.Notes = [][]string{snapshotNote(s), filtersNote(filters)}
			return writeTable(format, t)
		},
		file: func(s *served.Snapshot) fileName {
			suffix := "_" + capturedDay(s) + "." + format
			return fileName{korean: strings.ReplaceAll(x.name, " ", "_") + suffix, ascii: asciiName(route) + suffix}
		},
	}
	if format == formatXLSX {
		f.contentType, f.packed = xlsxType, true
	}
	return f
}

const columnWidth = 16 // characters

// asciiName names a file after its route: `orgs-people` of
// `/api/orgs/:id/people`.
func asciiName(route string) string {
	parts := strings.Split(strings.TrimPrefix(path.Clean(route), "/api/"), "/")
	named := parts[:0]
	for _, p := range parts {
		if p != ":"+paramID {
			named = append(named, p)
		}
	}
	return strings.Join(named, "-")
}

// korea is the time zone that a capture is dated in.
var korea = time.FixedZone("KST", 9*60*60)

func capturedDay(s *served.Snapshot) string {
	if s.CapturedAt.IsZero() {
		return "snapshot"
	}
	return s.CapturedAt.In(korea).Format("20060102")
}

const notKnown = "알 수 없음"

// snapshotNote says what data a table was made from.
func snapshotNote(s *served.Snapshot) []string {
	tag, captured := notKnown, notKnown
	if s.Info.RunTag != "" {
		tag = s.Info.RunTag
	}
	if !s.CapturedAt.IsZero() {
		captured = s.CapturedAt.In(korea).Format("2006-01-02 15:04:05") + " (KST)"
	}
	return []string{"스냅샷", tag, "수집 시각", captured}
}

// filtersNote says what was asked for.
func filtersNote(filters []filter) []string {
	if len(filters) == 0 {
		return []string{"조건", "없음"}
	}
	note := []string{"조건"}
	for _, f := range filters {
		note = append(note, parameterLabel(f.name)+": "+f.value)
	}
	return note
}
