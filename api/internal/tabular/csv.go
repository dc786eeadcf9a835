package tabular

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

// byteOrderMark tells Excel that a CSV is UTF-8.
const byteOrderMark = "\ufeff"

// apostrophe in front of a text is how spreadsheets are told that it is one.
const apostrophe = "'"

// WriteCSV writes a table as RFC 4180 has it, with a byte order mark.
func WriteCSV(w io.Writer, t Table) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, line := range append(slices.Clip(t.Notes), t.labels()) {
		cells := make([]string, len(line))
		for i, s := range line {
			cells[i] = guarded(printable(s))
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	line := make([]string, len(t.Columns))
	for row := range t.Rows {
		for i, c := range row {
			line[i] = c.String()
			if c.kind == text {
				line[i] = guarded(line[i])
			}
		}
		if err := out.Write(line); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// guarded keeps a text from being run as a formula (OWASP, "CSV Injection").
func guarded(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return apostrophe + s
	}
	return s
}
