package goldentest

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"github.com/xuri/excelize/v2"
)

// xlsxType is the media type of workbooks.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// amountColumn is the one column of numbers in the recorded workbooks.
const amountColumn = "F"

// sheet is a workbook as the recorder describes it: what is in the cells and
// how the header looks, and two headers of the response.
type sheet struct {
	Title       string   `json:"sheet_title"`
	Sheets      int      `json:"sheet_count"`
	Frozen      string   `json:"freeze_panes"`
	Rows        [][]any  `json:"rows"`
	Bold        bool     `json:"header_bold"`
	Alignment   []string `json:"header_alignment"`
	Formats     []string `json:"amount_number_formats"`
	Disposition string   `json:"content_disposition"`
	Cache       string   `json:"cache_control"`
}

// readSheet describes a workbook. A cell with a formula is an error.
func readSheet(body []byte, header http.Header) (s sheet, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		return s, fmt.Errorf("open the workbook: %w", err)
	}
	defer book.Close()
	s = sheet{
		Title: book.GetSheetName(0), Sheets: book.SheetCount, Alignment: []string{}, Formats: []string{},
		Disposition: header.Get("Content-Disposition"), Cache: header.Get("Cache-Control"),
	}
	panes, err := book.GetPanes(s.Title)
	if err != nil {
		return s, fmt.Errorf("read the panes: %w", err)
	}
	if panes.Freeze {
		s.Frozen = panes.TopLeftCell
	}
	rows, err := book.GetRows(s.Title, excelize.Options{RawCellValue: true})
	if err != nil {
		return s, fmt.Errorf("read the rows: %w", err)
	}
	s.Bold = len(rows) > 0
	for i, row := range rows {
		cells := make([]any, len(rows[0]))
		for j := range cells {
			if cells[j], err = s.cell(book, i, j, row); err != nil {
				return s, err
			}
		}
		s.Rows = append(s.Rows, cells)
	}
	return s, nil
}

// cell reads a value, nil for an empty one, and notes how it looks.
func (s *sheet) cell(book *excelize.File, i, j int, row []string) (any, error) {
	at, err := excelize.CoordinatesToCellName(j+1, i+1)
	if err != nil {
		return nil, err
	}
	if formula, err := book.GetCellFormula(s.Title, at); err != nil || formula != "" {
		return nil, fmt.Errorf("cell %s: formula %q, %w", at, formula, err)
	}
	index, err := book.GetCellStyle(s.Title, at)
	if err != nil {
		return nil, fmt.Errorf("cell %s: %w", at, err)
	}
	style, err := book.GetStyle(index)
	if err != nil {
		return nil, fmt.Errorf("cell %s: %w", at, err)
	}
	if i == 0 {
		s.Bold = s.Bold && style.Font != nil && style.Font.Bold
		if style.Alignment != nil && !slices.Contains(s.Alignment, style.Alignment.Horizontal) {
			s.Alignment = append(s.Alignment, style.Alignment.Horizontal)
		}
	}
	if j >= len(row) || row[j] == "" {
		return nil, nil //nolint:nilnil // an empty cell is null in the recording
	}
	kind, err := book.GetCellType(s.Title, at)
	if err != nil {
		return nil, fmt.Errorf("cell %s: %w", at, err)
	}
	if kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		return row[j], nil
	}
	if format := numberFormat(style); !slices.Contains(s.Formats, format) && at[:1] == amountColumn {
		s.Formats = append(s.Formats, format)
	}
	var number float64
	if _, err := fmt.Sscan(row[j], &number); err != nil {
		return nil, fmt.Errorf("cell %s: %q: %w", at, row[j], err)
	}
	return number, nil
}

func numberFormat(style *excelize.Style) string {
	const whole = 3 // the number of #,##0 among those that are built in
	switch {
	case style.CustomNumFmt != nil:
		return *style.CustomNumFmt
	case style.NumFmt == whole:
		return "#,##0"
	default:
		return "General"
	}
}
