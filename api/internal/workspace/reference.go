package workspace

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// WriteReference writes the reference part of docs/workspace.md: every key with
// its type, unit, default and meaning, from the tags of Config.
func WriteReference(w io.Writer) error {
	var b strings.Builder
	for _, f := range fieldsOf(reflect.TypeFor[Config]()) {
		typ := reflect.TypeFor[Config]().Field(f.index).Type
		fmt.Fprintf(&b, "### `%s`\n\n", f.key)
		if isStructure(typ) { // else the first row says it
			b.WriteString(f.tag.Get("desc") + " ")
		}
		b.WriteString("Used by: " + f.tag.Get("screens") + ".\n\n")
		b.WriteString("| Key | Type | If absent | Meaning |\n| --- | --- | --- | --- |\n")
		writeRows(&b, f.key, typ, f.tag)
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// writeRows writes a row for a value and those below it; a mapping that is only
// there to hold others has none of its own.
func writeRows(b *strings.Builder, path string, t reflect.Type, tag reflect.StructTag) {
	inner, suffix := t, ""
	switch {
	case isDict(t):
		value, _ := t.Elem().FieldByName("Value")
		inner, suffix = value.Type, ".KEY"
	case t.Kind() == reflect.Slice:
		inner, suffix = t.Elem(), "[]"
	}
	if !isStructure(inner) {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", path, typeText(t, tag), absentText(tag), cellOf(tag.Get("desc")))
		return
	}
	if inner != t || strings.Contains(path, ".") {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", path, typeText(t, tag), absentText(tag), cellOf(tag.Get("desc")))
	}
	for _, f := range fieldsOf(inner) {
		writeRows(b, path+suffix+"."+f.key, inner.Field(f.index).Type, f.tag)
	}
}

// isStructure reports whether a type is a mapping with fixed keys.
func isStructure(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[nodeReader]())
}

func typeText(t reflect.Type, tag reflect.StructTag) string {
	text := plainType(t, tag)
	switch low, high := tag.Get("min"), tag.Get("max"); {
	case low != "" && high != "":
		text += ", " + low + " to " + high
	case low != "":
		text += ", at least " + low
	case high != "":
		text += ", at most " + high
	}
	if unit := tag.Get("unit"); unit != "" {
		text += " (" + unit + ")"
	}
	return text
}

func plainType(t reflect.Type, tag reflect.StructTag) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[Threshold]():
		return "pairs of name and number, `[S0, 10.0]`"
	case t == reflect.TypeFor[Cell]():
		return "number, or anything"
	case isDict(t):
		value, _ := t.Elem().FieldByName("Value")
		return "mapping, by KEY, of " + plainType(value.Type, tag)
	case t.Kind() == reflect.Slice:
		return "list of " + plainType(t.Elem(), tag)
	case t.Kind() == reflect.Struct:
		return "mappings"
	case t.Kind() == reflect.Int:
		return "whole number"
	case t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	if values := oneOf(tag); len(values) > 0 {
		return "`" + strings.Join(values, "`, `") + "`"
	}
	switch tag.Get("format") {
	case "date":
		return "day, `2025-01-31`"
	case "month":
		return "month, `2025-01`"
	case "key":
		return "text of `A-Z a-z 0-9 _ . -`"
	case "url":
		return "web address"
	case "zone":
		return "time zone"
	}
	if tag.Get("loose") != "" {
		return "text or number, may be empty"
	}
	return "text"
}

func absentText(tag reflect.StructTag) string {
	if text, ok := tag.Lookup("default"); ok {
		return "`" + text + "`"
	}
	if text, ok := tag.Lookup("optional"); ok {
		return cellOf(text)
	}
	return "*required*"
}

func cellOf(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
