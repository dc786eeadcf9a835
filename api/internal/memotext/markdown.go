package memotext

import (
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Limits on markup that would make much out of little. No memo that a person
// wrote comes near them; within them the rendering is exact.
const (
	maxHTML       = 1 << 20 // bytes of one body; the rest is cut off
	maxSpan       = 1000    // columns or rows of one cell, as in browsers
	maxGridCells  = 200_000 // cells of all tables of one body; later rows are left out
	maxTableDepth = 16      // tables in tables; deeper ones become plain text
	maxListIndent = 32      // levels of indentation of a list item
)

// Markdown turns an HTML body into text with Markdown lists, rules and tables
// (spec 02 §4.7).
//
// With corrected rules an `&` near the end loses no text, and an end tag that
// ends nothing has no effect; before, it made all later end tags ineffective.
func Markdown(html string, rules normalise.Rules) string {
	r := renderer{}
	if rules.BrokenHTMLKeepsText() {
		r.openCount = map[string]int{}
	}
	s := scanner{src: cutText(html, maxHTML), keepTail: rules.BrokenHTMLKeepsText()}
	for {
		t, ok := s.next()
		if !ok {
			break
		}
		switch t.kind {
		case textToken:
			r.text(t.text)
		case startTag:
			r.start(t)
			if t.closed {
				r.end(t.name)
			}
		case endTag:
			r.end(t.name)
		}
	}
	return tidy(r.out.String())
}

// cutText returns at most limit bytes of s, ending between characters.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// renderer builds the text while tags open and close.
type renderer struct {
	out  strings.Builder
	open []string // names of open tags, void ones included
	// openCount is how often each name stands in open, if stray end tags are
	// to have no effect; else nil.
	openCount map[string]int
	lists     int      // depth of lists
	tables    []*table // open tables, innermost last
	tooDeep   int      // open tables that are not rendered as such
	gridCells int      // of all tables so far
}

func (r *renderer) start(t token) {
	r.open = append(r.open, t.name)
	if r.openCount != nil {
		r.openCount[t.name]++
	}
	switch t.name {
	case "br":
		if len(r.tables) > 0 {
			r.cell("<br>")
		} else {
			r.out.WriteByte('\n')
		}
	case "ul", "ol":
		r.lists++
	case "li":
		r.out.WriteByte('\n')
		for range min(max(r.lists-1, 0), maxListIndent) {
			r.out.WriteString("  ")
		}
		r.out.WriteString("- ")
	case "blockquote":
		r.out.WriteString("\n> ")
	case "hr":
		r.out.WriteString("\n----\n")
	case "table":
		if len(r.tables) == maxTableDepth {
			r.tooDeep++
		} else {
			r.tables = append(r.tables, &table{})
		}
	case "tr":
		if t := r.table(); t != nil {
			t.startRow()
		}
	case "td", "th":
		if table := r.table(); table != nil {
			table.addCell(t.spans)
		}
	default:
		if isBlock(t.name) {
			r.out.WriteByte('\n')
		}
	}
}

func isBlock(name string) bool {
	switch name {
	case "p", "div", "section", "article", "header", "footer", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	default:
		return false
	}
}

func (r *renderer) end(name string) {
	if !r.closeTag(name) {
		return
	}
	switch name {
	case "ul", "ol":
		r.lists = max(r.lists-1, 0)
		r.out.WriteByte('\n')
	case "blockquote":
		r.out.WriteByte('\n')
	case "tr":
		if t := r.table(); t != nil {
			t.endRow()
		}
	case "table":
		r.endTable()
	default:
		if isBlock(name) {
			r.out.WriteByte('\n')
		}
	}
}

// closeTag closes the innermost open tag of that name and those inside it, and
// reports whether the end tag has an effect. One that matches no open tag
// closed them all, and had its effect unless none was open.
func (r *renderer) closeTag(name string) bool {
	if len(r.open) == 0 || r.openCount != nil && r.openCount[name] == 0 {
		return false
	}
	for len(r.open) > 0 {
		last := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		if r.openCount != nil {
			r.openCount[last]--
		}
		if last == name {
			break
		}
	}
	return true
}

// text takes over text, whose entities are decoded a second time because the
// replaced service did so: bodies exist that were escaped twice.
func (r *renderer) text(text string) {
	text = strings.ReplaceAll(decodeEntities(text), "\u00a0", " ")
	if len(r.tables) > 0 {
		r.cell(text)
	} else {
		r.out.WriteString(text)
	}
}

// cell appends to the cell that is being written, if there is one.
func (r *renderer) cell(text string) {
	r.tables[len(r.tables)-1].write(text)
}

// table returns the table that rows and cells belong to.
func (r *renderer) table() *table {
	if len(r.tables) == 0 || r.tooDeep > 0 {
		return nil
	}
	return r.tables[len(r.tables)-1]
}

func (r *renderer) endTable() {
	if r.tooDeep > 0 {
		r.tooDeep--
		return
	}
	if len(r.tables) == 0 {
		return
	}
	t := r.tables[len(r.tables)-1]
	r.tables = r.tables[:len(r.tables)-1]
	if len(t.rows) == 0 {
		return
	}
	text, used := t.render(maxGridCells - r.gridCells)
	r.gridCells += used
	if len(r.tables) > 0 {
		r.cell(strings.ReplaceAll(text, "\n", "<br>"))
		return
	}
	r.out.WriteByte('\n')
	r.out.WriteString(text)
	r.out.WriteByte('\n')
}

// tidy removes blanks at the ends of lines, keeps at most one empty line in a
// row, and trims.
func tidy(text string) string {
	out := make([]byte, 0, len(text))
	for line := range strings.SplitAfterSeq(text, "\n") {
		body, ended := strings.CutSuffix(line, "\n")
		if !ended {
			out = append(out, body...)
			break
		}
		body = strings.TrimRight(body, " \t")
		n := len(out)
		if body == "" && n >= 2 && out[n-1] == '\n' && out[n-2] == '\n' {
			continue
		}
		out = append(append(out, body...), '\n')
	}
	return normalise.Trim(string(out))
}
