package tabular

import (
	"encoding"
	"fmt"
	"iter"
	"reflect"
	"strings"
)

// Field is a column of a list of R, and where its values come from.
type Field[R any] struct {
	Column
	Value func(*R) Cell
}

// List is the columns of a list of R, in order.
type List[R any] []Field[R]

// Columns are the fields without their values.
func (l List[R]) Columns() []Column {
	columns := make([]Column, len(l))
	for i, f := range l {
		columns[i] = f.Column
	}
	return columns
}

// Rows yields the cells of each element.
func (l List[R]) Rows(elements []R) iter.Seq[[]Cell] {
	return func(yield func([]Cell) bool) {
		row := make([]Cell, len(l))
		for i := range elements {
			for j, f := range l {
				row[j] = f.Value(&elements[i])
			}
			if !yield(row) {
				return
			}
		}
	}
}

// ListOf makes the columns of a list of R, a struct, from the names that its
// fields have in JSON: the same field that JSON shows is in the file. A key
// with a dot goes into an object. It panics if R has no such field, which is a
// mistake in the program that any test of the list finds.
func ListOf[R any](columns ...Column) List[R] {
	l := make(List[R], len(columns))
	for i, c := range columns {
		path, ok := fieldPath(reflect.TypeFor[R](), strings.Split(c.Key, "."))
		if !ok {
			panic(fmt.Sprintf("tabular: %v has no field %q", reflect.TypeFor[R](), c.Key))
		}
		l[i] = Field[R]{c, func(r *R) Cell { return cellOf(fieldAt(reflect.ValueOf(r).Elem(), path)) }}
	}
	return l
}

// fieldPath finds a field by its names in JSON.
func fieldPath(t reflect.Type, names []string) (path []int, ok bool) {
	for _, name := range names {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil, false
		}
		f, ok := jsonField(t, name)
		if !ok {
			return nil, false
		}
		path = append(path, f.Index...)
		t = f.Type
	}
	return path, true
}

// jsonField finds a field by its name in JSON, also in structs that are
// embedded, where Go's own rules would call equal Go names ambiguous.
func jsonField(t reflect.Type, name string) (f reflect.StructField, ok bool) {
	for i := range t.NumField() {
		f = t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case tag == name && f.IsExported():
			return f, true
		case f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct:
			if inner, ok := jsonField(f.Type, name); ok {
				inner.Index = append([]int{i}, inner.Index...)
				return inner, true
			}
		}
	}
	return f, false
}

// fieldAt follows a path; behind a nil pointer there is nothing.
func fieldAt(v reflect.Value, path []int) reflect.Value {
	for _, i := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// cellOf is a Go value as a cell: several values are joined by ", ", true is O.
func cellOf(v reflect.Value) Cell {
	if !v.IsValid() {
		return Cell{}
	}
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		return cellOf(v.Elem())
	}
	if m, ok := reflect.TypeAssert[encoding.TextMarshaler](v); ok {
		if b, err := m.MarshalText(); err == nil {
			return Text(string(b))
		}
	}
	switch {
	case v.Kind() == reflect.String:
		return Text(v.String())
	case v.Kind() == reflect.Bool:
		return Flag(v.Bool())
	case v.CanInt():
		return Number(float64(v.Int()))
	case v.CanFloat():
		return Number(v.Float())
	case v.Kind() == reflect.Slice:
		return joined(v)
	default:
		return Text(fmt.Sprint(v.Interface()))
	}
}

func joined(list reflect.Value) Cell {
	if list.Len() == 0 {
		return Cell{}
	}
	parts := make([]string, list.Len())
	for i := range parts {
		parts[i] = cellOf(list.Index(i)).String()
	}
	return Text(strings.Join(parts, ", "))
}

// Flag is a cell that holds yes or no, as Korean tables mark them.
func Flag(yes bool) Cell {
	if yes {
		return Text("O")
	}
	return Text("X")
}
