package backup

import (
	"archive/zip"
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func writeTables(ctx context.Context, db *sql.DB, z *zip.Writer) error {
	tables, err := snapshot.Tables(ctx, db)
	if err != nil {
		return err
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(tables)), func(name string) bool {
		return strings.HasPrefix(name, "sqlite_") // statistics, made anew by a restore
	})
	if err := writeRunInfo(ctx, db, z, tables[snapshot.TableRunInfo]); err != nil {
		return err
	}
	for _, name := range names {
		if err := writeSchema(z, name, tables[name]); err != nil {
			return fmt.Errorf("schema of %s: %w", name, err)
		}
	}
	for _, name := range names {
		w, err := z.Create(name + rowsSuffix)
		if err != nil {
			return err
		}
		if err := writeRows(ctx, db, name, tables[name], w); err != nil {
			return fmt.Errorf("rows of %s: %w", name, err)
		}
	}
	return nil
}

func writeRunInfo(ctx context.Context, db *sql.DB, z *zip.Writer, columns []string) error {
	w, err := z.Create(runInfoName)
	if err != nil {
		return err
	}
	if len(columns) == 0 { // an older installation's file
		_, err := io.WriteString(w, "{}\n")
		return err
	}
	return writeRows(ctx, db, snapshot.TableRunInfo, columns, w)
}

func writeSchema(z *zip.Writer, table string, columns []string) error {
	w, err := z.Create(schemaPrefix + table + schemaSuffix)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(columns)
}

// writeRows writes a table in file order, one JSON object a line.
func writeRows(ctx context.Context, db *sql.DB, table string, columns []string, w io.Writer) error {
	query, err := snapshot.SelectInOrder(table, columns, "")
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	line, err := newLine(rows, columns)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, copyBufferBytes)
	for rows.Next() {
		if err := rows.Scan(line.dests...); err != nil {
			return err
		}
		if _, err := out.Write(line.encode()); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return out.Flush()
}

// line encodes the rows of one table.
type line struct {
	keys    [][]byte // `{"first":`, `,"second":` …
	numbers []bool   // columns whose values are JSON numbers
	values  []sql.RawBytes
	dests   []any
	buf     []byte
}

func newLine(rows *sql.Rows, columns []string) (*line, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	l := &line{values: make([]sql.RawBytes, len(columns)), dests: make([]any, len(columns))}
	for i, c := range columns {
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		l.keys = append(l.keys, append(appendText([]byte{before}, []byte(c)), ':'))
		kind := types[i].DatabaseTypeName()
		l.numbers = append(l.numbers, kind == "INTEGER" || kind == "REAL")
		l.dests[i] = &l.values[i]
	}
	return l, nil
}

func (l *line) encode() []byte {
	l.buf = l.buf[:0]
	for i, v := range l.values {
		l.buf = append(l.buf, l.keys[i]...)
		switch {
		case v == nil:
			l.buf = append(l.buf, "null"...)
		case l.numbers[i] && json.Valid(v):
			l.buf = append(l.buf, v...)
		default:
			l.buf = appendText(l.buf, v)
		}
	}
	l.buf = append(l.buf, '}', '\n')
	return l.buf
}

const hexDigits = "0123456789abcdef"

// appendText appends a JSON string. Only what JSON demands is escaped, so that
// Korean text stays readable; bytes that are no UTF-8 become U+FFFD.
func appendText(dst, text []byte) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, text[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, text[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		}
		i++
		start = i
	}
	return append(append(dst, text[start:]...), '"')
}
