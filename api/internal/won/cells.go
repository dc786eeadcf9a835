package won

import (
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
)

// row is a row of a Markdown table.
func row(cells []string) string {
	escaped := make([]string, len(cells))
	for i, cell := range cells {
		escaped[i] = memotext.Escape(cell)
	}
	return "| " + strings.Join(escaped, " | ") + " |"
}

// rules is the line between a table's head and its body.
func rules(columns int) []string {
	cells := make([]string, columns)
	for i := range cells {
		cells[i] = "---"
	}
	return cells
}

// orElse is a text, or another where there is none or an empty one.
func orElse(text *string, other string) string {
	if text == nil || *text == "" {
		return other
	}
	return *text
}

func textCell(text *string) crm.Text { return crm.SharedText(text) }

// cut returns at most the first n characters.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// period is `start~end`, or whichever there is.
func period(start, end string) string {
	if start == "" || end == "" {
		return start + end
	}
	return start + "~" + end
}

// contactCell is who the deal was made with, `박예시 (책임)`.
func contactCell(d *CompactDeal) string {
	if d.person == nil {
		return ""
	}
	name := d.person.DisplayName().String()
	if title := d.person.TitleSignature.String(); title != "" {
		return name + " (" + title + ")"
	}
	return name
}
