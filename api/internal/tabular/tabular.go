// Package tabular writes tables as files that people open in a spreadsheet:
// CSV and XLSX from one model. It knows nothing of what is in them.
//
// What stands in a table was typed by people, not all of them friends, and a
// spreadsheet runs what looks like a formula to it. In XLSX texts are stored as
// texts. CSV has no types, so there a text that could be a formula gets an
// apostrophe in front; numbers never do.
package tabular

import (
	"errors"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrTooManyRows says that a table is longer than a sheet may be.
var ErrTooManyRows = errors.New("more rows than a sheet holds")

// Cell is one value: a text, a number or, as the zero value, nothing.
type Cell struct {
	kind   kind
	text   string
	number float64
}

type kind uint8

const (
	blank kind = iota
	text
	number
)

// Text is a cell that holds a text, whatever the text looks like.
func Text(s string) Cell { return Cell{kind: text, text: s} }

// Number is a cell that holds a number, which must be finite.
func Number(x float64) Cell { return Cell{kind: number, number: x} }

// String is the cell as it reads without a format.
func (c Cell) String() string {
	switch c.kind {
	case text:
		return printable(c.text)
	case number:
		return strconv.FormatFloat(c.number, 'f', -1, 64)
	default:
		return ""
	}
}

// printable drops what a spreadsheet cannot hold: control characters but for
// tabs and line ends, and what XML has no place for. Broken UTF-8 reads as it does
// in JSON.
func printable(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	if !strings.ContainsFunc(s, unprintable) {
		return s
	}
	return strings.Map(func(c rune) rune {
		if unprintable(c) {
			return -1
		}
		return c
	}, s)
}

func unprintable(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r':
		return false
	case c < ' ', 0x7f <= c && c <= 0x9f: // C0, DEL and C1
		return true
	default:
		return c == 0xfffe || c == 0xffff
	}
}

// Format is how a spreadsheet shows the numbers of a column, in its own
// notation.
type Format string

// The formats in use.
const (
	Plain   Format = ""
	Whole   Format = "#,##0"      // won, counts
	Decimal Format = "#,##0.0###" // 억, ratios
	Percent Format = `0.0###"%"`  // already multiplied by a hundred
)

// Column is one column of a table.
type Column struct {
	Key    string // as the JSON of the same list names it
	Label  string // in the header row
	Format Format
}

// Table is what is written.
type Table struct {
	Sheet   string     // title of the sheet, up to 31 characters
	Notes   [][]string // lines above the header row
	Columns []Column
	// Rows yields one cell for each column. The slice is only looked at until
	// the next one is asked for, so that it may be used again.
	Rows  iter.Seq[[]Cell]
	Width float64 // of the columns in characters; 0 is what the program thinks fit
}

// labels are the header row.
func (t *Table) labels() []string {
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = c.Label
	}
	return labels
}
