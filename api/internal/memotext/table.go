package memotext

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// table is a table that is being read (spec 02 §4.7 "Tables").
type table struct {
	rows []*row
	row  *row // begun and not ended
}

type row struct {
	cells []*cell
	// placeholders is how many columns cells of the row before reach down
	// into; they only count towards the table's width.
	placeholders int
}

type cell struct {
	text  strings.Builder
	spans spans
}

// width is how many columns the row takes.
func (r *row) width() int {
	n := r.placeholders
	for _, c := range r.cells {
		n += c.spans.col
	}
	return n
}

// reachingDown is how many columns are taken by cells that span rows.
func (r *row) reachingDown() (n int) {
	for _, c := range r.cells {
		if c.spans.row > 1 {
			n += c.spans.col
		}
	}
	return n
}

// startRow begins a row; one that was not ended is lost.
func (t *table) startRow() {
	t.row = &row{}
	if n := len(t.rows); n > 0 {
		t.row.placeholders = t.rows[n-1].reachingDown()
	}
}

func (t *table) endRow() {
	if t.row != nil {
		t.rows = append(t.rows, t.row)
		t.row = nil
	}
}

// addCell begins a cell; without a row it begins one.
func (t *table) addCell(s spans) {
	if t.row == nil {
		t.startRow()
	}
	t.row.cells = append(t.row.cells, &cell{spans: s})
}

// write appends to the last cell of the row; what stands in no cell is lost.
func (t *table) write(text string) {
	if t.row != nil && len(t.row.cells) > 0 {
		t.row.cells[len(t.row.cells)-1].text.WriteString(text)
	}
}

// render lays the cells out and writes a Markdown table whose first line is the
// header. It stops before a line that would take the grid beyond limit cells,
// and says how many it used.
func (t *table) render(limit int) (text string, used int) {
	width := 0
	for _, r := range t.rows {
		width = max(width, r.width())
	}
	if width > limit {
		return "", 0
	}
	g := grid{pending: make([]int, width), limit: limit}
	for _, r := range t.rows {
		if !g.add(r) {
			return g.text(), g.used
		}
	}
	for slices.ContainsFunc(g.pending, positive) && g.fits(len(g.pending)) {
		for i := range g.pending {
			g.pending[i] = max(g.pending[i]-1, 0)
		}
		g.lines = append(g.lines, make([]string, len(g.pending)))
	}
	return g.text(), g.used
}

func positive(n int) bool { return n > 0 }

// grid is a table with every cell in its column.
type grid struct {
	lines   [][]string
	pending []int // for each column how many more lines a cell above covers
	used    int   // cells in lines
	limit   int
}

func (g *grid) fits(n int) bool {
	if g.used+n > g.limit {
		return false
	}
	g.used += n
	return true
}

// add lays out a row: cells go to the columns that no cell above covers. It
// returns false if the grid would become too large.
func (g *grid) add(r *row) bool {
	if !g.fits(len(g.pending)) {
		return false
	}
	line := make([]string, len(g.pending))
	col := g.free(0)
	for _, c := range r.cells {
		if more := col + c.spans.col - len(line); more > 0 {
			if !g.fits(more) {
				return false
			}
			line = append(line, make([]string, more)...)
			g.pending = append(g.pending, make([]int, more)...)
		}
		line[col] = cellText(c.text.String())
		if c.spans.row > 1 {
			for i := col; i < col+c.spans.col; i++ {
				g.pending[i] = max(g.pending[i], c.spans.row-1)
			}
		}
		col = g.free(col + c.spans.col)
	}
	g.lines = append(g.lines, line)
	return true
}

// free returns the first column from col on that no cell above covers, and
// takes note that this line has passed the covered ones.
func (g *grid) free(col int) int {
	for col < len(g.pending) && g.pending[col] > 0 {
		g.pending[col]--
		col++
	}
	return col
}

// cellText trims and puts what stands on several lines on one.
func cellText(text string) string {
	text = normalise.Trim(text)
	if !strings.Contains(text, "\n") {
		return text
	}
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if line = normalise.Trim(line); line == "" {
			continue // one break for a run of empty lines
		}
		if b.Len() > 0 {
			b.WriteString("<br>")
		}
		b.WriteString(line)
	}
	return b.String()
}

func (g *grid) text() string {
	var b strings.Builder
	for i, line := range g.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteByte('|')
		b.WriteString(strings.Join(line, "|"))
		b.WriteByte('|')
		if i == 0 {
			b.WriteString("\n|")
			b.WriteString(strings.TrimPrefix(strings.Repeat("|---", len(line)), "|"))
			b.WriteByte('|')
		}
	}
	return b.String()
}
