package sandboxdata

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed fields/*.tsv
var fieldFiles embed.FS

// writer appends the value of one field of a record that F describes. r is the
// field's own roll, so that a record's other fields do not change when one does.
type writer[F any] func(dst []byte, f *F, r roll) []byte

// template writes the records of one list: fixed text and field values in turn.
type template[F any] struct {
	segments []segment[F]
}

type segment[F any] struct {
	text   []byte // goes before the value: nulls of earlier fields and the key
	write  writer[F]
	sparse bool // leave out null values of a quarter of the records
	late   bool // only in the later part of the list
}

// newTemplate compiles the field list of a table. value finds the writer for a
// field by what it holds; a kind that it does not know is an error.
func newTemplate[F any](table string, value func(field, holds string) (writer[F], bool)) (*template[F], error) {
	raw, err := fieldFiles.ReadFile("fields/" + table + ".tsv")
	if err != nil {
		return nil, fmt.Errorf("read fields of %s: %w", table, err)
	}
	t := &template[F]{}
	var text []byte
	separator := byte('{')
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) < 2 {
			return nil, fmt.Errorf("fields of %s: %q has no kind", table, line)
		}
		name, holds := columns[0], columns[1]
		seg := segment[F]{}
		if len(columns) > 2 {
			seg.sparse, seg.late = columns[2] == "sparse", columns[2] == "late"
		}
		write, known := nullWriter[F], true
		if holds != "-" {
			write, known = value(name, holds)
		}
		if !known {
			return nil, fmt.Errorf("fields of %s: %s holds %q, which nothing writes", table, name, holds)
		}
		if seg.sparse || seg.late {
			// A key that may be missing begins a segment of its own.
			if len(text) > 0 {
				t.segments = append(t.segments, segment[F]{text: text})
				text = nil
			}
		}
		text = append(text, separator)
		separator = ','
		text = appendString(text, name)
		text = append(text, ':')
		if holds == "-" && !seg.sparse && !seg.late {
			text = appendNull(text)
			continue
		}
		seg.text, seg.write = text, write
		t.segments = append(t.segments, seg)
		text = nil
	}
	t.segments = append(t.segments, segment[F]{text: append(text, '}')})
	return t, nil
}

func nullWriter[F any](dst []byte, _ *F, _ roll) []byte { return appendNull(dst) }

// append writes one record. base is the record's roll; late tells whether the
// record lies in the later part of its list.
func (t *template[F]) append(dst []byte, f *F, base roll, late bool) []byte {
	for i := range t.segments {
		seg := &t.segments[i]
		if seg.late && !late {
			continue
		}
		r := base.then(uint64(i))
		mark := len(dst)
		dst = append(dst, seg.text...)
		if seg.write == nil {
			continue
		}
		value := len(dst)
		dst = seg.write(dst, f, r)
		if seg.sparse && r.then(1).below(4) == 0 && string(dst[value:]) == null {
			dst = dst[:mark]
		}
	}
	return dst
}

// stageOf splits the name of a stage field, "<stage>(<pipeline>)<suffix>".
func stageOf(field, suffix string) (stage, pipeline string, ok bool) {
	rest, ok := strings.CutSuffix(field, suffix)
	if !ok || !strings.HasSuffix(rest, ")") {
		return "", "", false
	}
	open := strings.LastIndex(rest, "(")
	if open < 0 {
		return "", "", false
	}
	return rest[:open], rest[open+1 : len(rest)-1], true
}
