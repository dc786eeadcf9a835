package workspace

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxValues bounds how many values a file may have once its aliases are
// followed; a few kilobytes of nested aliases could otherwise mean billions.
const maxValues = 200_000

// nodeReader is a value that reads itself; the problem is empty if it could.
type nodeReader interface {
	readNode(n *yaml.Node) (problem string)
}

// decoder turns YAML nodes into a Config by its tags, and collects everything
// that is wrong on the way. yaml's own decoder stops at the first unknown key,
// does not say where a value stands, and turns some wrong types into right
// ones.
type decoder struct {
	problems []Problem
	lines    map[string]int // path → line
	values   int
}

// fail notes a problem. That there are too many values is the only one worth
// telling once it is so.
func (d *decoder) fail(line int, path, format string, args ...any) {
	if d.full() {
		return
	}
	d.problems = append(d.problems, Problem{Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
}

// decode reads n into v. tag is that of the field which v is, or is an element
// of.
func (d *decoder) decode(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	if d.full() {
		return
	}
	if d.values++; d.full() {
		d.problems = []Problem{{Line: n.Line, Path: path, Message: fmt.Sprintf("more than %d values", maxValues)}}
		return
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.lines[path] = n.Line
	if r, ok := reflect.TypeAssert[nodeReader](v.Addr()); ok {
		if problem := r.readNode(n); problem != "" {
			d.fail(n.Line, path, "%s", problem)
		}
		return
	}
	if v.Kind() == reflect.Pointer {
		if isNull(n) {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch {
	case isDict(v.Type()):
		d.dict(n, path, v, tag)
	case v.Kind() == reflect.Struct:
		d.structure(n, path, v)
	case v.Kind() == reflect.Slice:
		d.list(n, path, v, tag)
	default:
		d.scalar(n, path, v, tag)
	}
}

// full reports whether there were too many values, and nothing more is read.
func (d *decoder) full() bool { return d.values > maxValues }

func isDict(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[interface{ isDict() }]())
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// entries visits the keys of a mapping, each once.
func (d *decoder) entries(n *yaml.Node, path string, visit func(key, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			d.fail(key.Line, path, "a key must be text, not %s", describe(key))
			continue
		}
		if line, ok := first[key.Value]; ok {
			d.fail(key.Line, join(path, key.Value), "repeats the key of line %d", line)
			continue
		}
		first[key.Value] = key.Line
		visit(key, value)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (d *decoder) structure(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n.Line, path, "want a mapping, found %s", describe(n))
		return
	}
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	d.entries(n, path, func(key, value *yaml.Node) {
		i := slices.IndexFunc(fields, func(f structField) bool { return f.key == key.Value })
		if i < 0 {
			d.fail(key.Line, join(path, key.Value), "unknown key%s", suggestion(key.Value, fields))
			return
		}
		f := fields[i]
		seen[f.key] = true
		d.decode(value, join(path, f.key), v.Field(f.index), f.tag)
	})
	for _, f := range fields {
		if seen[f.key] {
			continue
		}
		d.lines[join(path, f.key)] = n.Line
		if !f.setDefault(v.Field(f.index)) {
			d.fail(n.Line, join(path, f.key), "missing")
		}
	}
}

func (d *decoder) dict(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	if n.Kind != yaml.MappingNode {
		d.fail(n.Line, path, "want a mapping, found %s", describe(n))
		return
	}
	d.entries(n, path, func(key, value *yaml.Node) {
		pair := reflect.New(v.Type().Elem()).Elem()
		pair.FieldByName("Key").SetString(key.Value)
		d.decode(value, join(path, key.Value), pair.FieldByName("Value"), tag)
		v.Set(reflect.Append(v, pair))
	})
}

func (d *decoder) list(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n.Line, path, "want a list, found %s", describe(n))
		return
	}
	if tag.Get("nonempty") != "" && len(n.Content) == 0 {
		d.fail(n.Line, path, "must not be empty")
	}
	all := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		if d.full() {
			return
		}
		d.decode(item, path+"["+strconv.Itoa(i)+"]", all.Index(i), tag)
	}
	v.Set(all)
}

// structField is a field of the format.
type structField struct {
	key   string
	index int
	tag   reflect.StructTag
}

func fieldsOf(t reflect.Type) []structField {
	fields := make([]structField, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		if key := f.Tag.Get("yaml"); key != "" {
			fields = append(fields, structField{key: key, index: i, tag: f.Tag})
		}
	}
	return fields
}

// setDefault gives a field that the file lacks its default, and reports whether
// it may be lacking.
func (f structField) setDefault(v reflect.Value) bool {
	if text, ok := f.tag.Lookup("default"); ok {
		n := yaml.Node{Kind: yaml.ScalarNode, Value: text}
		d := decoder{lines: map[string]int{}}
		d.decode(&n, "", v, f.tag)
		return len(d.problems) == 0
	}
	if _, ok := f.tag.Lookup("optional"); !ok {
		return false
	}
	if v.Kind() == reflect.Struct {
		for _, inner := range fieldsOf(v.Type()) {
			inner.setDefault(v.Field(inner.index))
		}
	}
	return true
}

// suggestion names the known key that an unknown one was probably meant to be.
func suggestion(key string, fields []structField) string {
	best, bestDistance := "", 3
	for _, f := range fields {
		if n := distance(key, f.key, bestDistance); n < bestDistance {
			best, bestDistance = f.key, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

// distance is how many letters must be inserted, removed or changed to turn a
// into b; limit if it is that or more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}

// describe says what a node is, in an error.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return describe(n.Alias)
	default:
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!bool":
		return n.Value
	default:
		return "the text " + strconv.Quote(shortened(n.Value))
	}
}

func shortened(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// oneOf lists the values that a tag allows.
func oneOf(tag reflect.StructTag) []string { return strings.Fields(tag.Get("oneof")) }
