package tabular

import (
	"fmt"
	"io"
	"os"

	"github.com/xuri/excelize/v2"
)

// WriteXLSX writes a table as a workbook of one sheet, whose header row is
// bold, centred and stays in view. It fails with ErrTooManyRows.
func WriteXLSX(w io.Writer, t Table) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write xlsx: %w", err)
		}
	}()
	// A long sheet would be put into a temporary file, where customers' data
	// has no business; where none can be made it stays in memory.
	book := excelize.NewFile(excelize.Options{TmpDir: os.DevNull})
	defer func() { _ = book.Close() }() // closes temporary files, and there are none
	if err := book.SetSheetName(book.GetSheetName(0), t.Sheet); err != nil {
		return err
	}
	s, err := newSheet(book, t)
	if err != nil {
		return err
	}
	if err := s.write(t); err != nil {
		return err
	}
	if err := s.stream.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

// sheet writes rows from the top down.
type sheet struct {
	stream  *excelize.StreamWriter
	header  int   // style of the header row
	formats []int // styles of the columns' numbers
	row     int   // last written
	cells   []any // of a row, used again
}

func newSheet(book *excelize.File, t Table) (*sheet, error) {
	header, err := book.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center"},
	})
	if err != nil {
		return nil, err
	}
	s := &sheet{header: header, formats: make([]int, len(t.Columns)), cells: make([]any, len(t.Columns))}
	for i, c := range t.Columns {
		if c.Format == Plain {
			continue
		}
		format := string(c.Format)
		if s.formats[i], err = book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, err
		}
	}
	if s.stream, err = book.NewStreamWriter(t.Sheet); err != nil {
		return nil, err
	}
	if t.Width > 0 {
		if err := s.stream.SetColWidth(1, len(t.Columns), t.Width); err != nil {
			return nil, err
		}
	}
	above := len(t.Notes) + 1
	below, err := excelize.CoordinatesToCellName(1, above+1)
	if err != nil {
		return nil, err
	}
	return s, s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: above, TopLeftCell: below, ActivePane: "bottomLeft"})
}

func (s *sheet) write(t Table) error {
	for _, note := range t.Notes {
		if err := s.addTexts(note, 0); err != nil {
			return err
		}
	}
	if err := s.addTexts(t.labels(), s.header); err != nil {
		return err
	}
	for row := range t.Rows {
		for i, c := range row {
			s.cells[i] = s.value(i, c)
		}
		if err := s.add(s.cells); err != nil {
			return err
		}
	}
	return nil
}

// value is a cell as the library takes it: a text stays one whatever it looks
// like, since formulas are a field of their own.
func (s *sheet) value(column int, c Cell) any {
	switch c.kind {
	case text:
		return c.String()
	case number:
		return excelize.Cell{StyleID: s.formats[column], Value: c.number}
	default:
		return nil
	}
}

func (s *sheet) addTexts(line []string, style int) error {
	cells := make([]any, len(line))
	for i, text := range line {
		cells[i] = excelize.Cell{StyleID: style, Value: printable(text)}
	}
	return s.add(cells)
}

func (s *sheet) add(cells []any) error {
	s.row++
	if s.row > excelize.TotalRows {
		return ErrTooManyRows
	}
	first, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.stream.SetRow(first, cells)
}
