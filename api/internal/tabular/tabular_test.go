package tabular_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

type place struct {
	City string `json:"city"`
}

type row struct {
	Name   string   `json:"name"`
	Amount float64  `json:"amount"`
	Count  *int     `json:"count"`
	Owners []string `json:"owners"`
	Place  *place   `json:"place"`
	Flag   bool     `json:"flag"`
	embedded
}

type embedded struct {
	Note *string `json:"note"`
}

func columns() tabular.List[row] {
	return tabular.ListOf[row](
		tabular.Column{Key: "name", Label: "이름"},
		tabular.Column{Key: "amount", Label: "금액(원)", Format: tabular.Whole},
		tabular.Column{Key: "count", Label: "건수", Format: tabular.Whole},
		tabular.Column{Key: "owners", Label: "담당자"},
		tabular.Column{Key: "place.city", Label: "도시"},
		tabular.Column{Key: "flag", Label: "표시"},
		tabular.Column{Key: "note", Label: "메모"},
	)
}

func table(rows ...row) tabular.Table {
	l := columns()
	return tabular.Table{Sheet: "목록", Columns: l.Columns(), Rows: l.Rows(rows), Width: 12}
}

func write(tb testing.TB, to func(io.Writer, tabular.Table) error, t tabular.Table) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := to(&b, t); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func example() tabular.Table {
	t := table(
		row{Name: "가", Amount: 1234567.5, Count: new(3), Owners: []string{"나", "다"}, Place: &place{"서울"}, Flag: true, embedded: embedded{new("x")}},
		row{Name: "=1+1", Amount: -5, embedded: embedded{new("\x00a\x08b\x1f\n둘째 줄\x7f")}},
	)
	t.Notes = [][]string{{"스냅샷", "run-1"}, {"조건", "=cmd"}}
	return t
}

func TestWriteCSV(t *testing.T) {
	t.Parallel()
	want := "\ufeff스냅샷,run-1\r\n" +
		"조건,'=cmd\r\n" +
		"이름,금액(원),건수,담당자,도시,표시,메모\r\n" +
		"가,1234567.5,3,\"나, 다\",서울,O,x\r\n" +
		"'=1+1,-5,,,,X,\"ab\r\n둘째 줄\"\r\n"
	if diff := cmp.Diff(want, string(write(t, tabular.WriteCSV, example()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWriteCSV_Guard(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", "가=": "가=", "'x": "'x", " =1": " =1",
		"=1": "'=1", "+82 10": "'+82 10", "-": "'-", "@a": "'@a", "\tx": "'\tx", "\rx": "'x", // a lone CR is no line end in CSV
		"\x01=1": "'=1", "\xff": "\ufffd",
	} {
		r := csv.NewReader(bytes.NewReader(write(t, tabular.WriteCSV, table(row{Name: s}))[3:]))
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := lines[1][0]; got != want {
			t.Errorf("%q is written as %q, want %q", s, got, want)
		}
	}
}

func TestWriteXLSX(t *testing.T) {
	t.Parallel()
	book, err := excelize.OpenReader(bytes.NewReader(write(t, tabular.WriteXLSX, example())))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	got, err := book.GetRows("목록", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"스냅샷", "run-1"},
		{"조건", "=cmd"},
		{"이름", "금액(원)", "건수", "담당자", "도시", "표시", "메모"},
		{"가", "1234567.5", "3", "나, 다", "서울", "O", "x"},
		{"=1+1", "-5", "", "", "", "X", "ab\n둘째 줄"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	panes, err := book.GetPanes("목록")
	if err != nil || !panes.Freeze || panes.TopLeftCell != "A4" || panes.YSplit != 3 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	for cell, kind := range map[string]excelize.CellType{
		"A2": excelize.CellTypeInlineString, "A5": excelize.CellTypeInlineString, "B4": excelize.CellTypeUnset, "B5": excelize.CellTypeUnset,
	} {
		if got, err := book.GetCellType("목록", cell); err != nil || got != kind {
			t.Errorf("%s is of type %v, want %v; %v", cell, got, kind, err)
		}
		if formula, err := book.GetCellFormula("목록", cell); err != nil || formula != "" {
			t.Errorf("%s has the formula %q, %v", cell, formula, err)
		}
	}
	if shown, err := book.GetCellValue("목록", "B4"); err != nil || shown != "1,234,568" {
		t.Errorf("the amount shows as %q, %v", shown, err)
	}
}

// TestStreams: rows are made one at a time, and the slice may be used again.
func TestStreams(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]func(io.Writer, tabular.Table) error{"csv": tabular.WriteCSV, "xlsx": tabular.WriteXLSX} {
		asked := 0
		counted := func(rows iter.Seq[[]tabular.Cell]) iter.Seq[[]tabular.Cell] {
			return func(yield func([]tabular.Cell) bool) {
				for row := range rows {
					asked++
					if !yield(row) {
						return
					}
				}
			}
		}
		t1 := table(slices.Repeat([]row{{Name: "가"}}, 1000)...)
		t1.Rows = counted(t1.Rows)
		if err := to(&failing{after: 1 << 12}, t1); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want the writer's error", name, err)
		}
		if name == "csv" && asked == 1000 {
			t.Errorf("%s: asked for all rows although nothing could be written", name)
		}
	}
}

var errFull = errors.New("full")

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestListOf_UnknownField(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"none", "name.x", "place.none", "Name"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was taken", key)
				}
			}()
			tabular.ListOf[row](tabular.Column{Key: key})
		}()
	}
}

// FuzzText: a text comes back from both files as it was, but for what no
// spreadsheet holds, and never as a formula.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "=1+1", "\t=1", "_x0041_", "a\r\nb", "\x00", "\xff", " 가 ", "'", "<&>\"", strings.Repeat("긴", 40)} {
		f.Add(s, 1.5)
	}
	f.Fuzz(func(t *testing.T, s string, x float64) {
		if x-x != 0 || len(s) > 1000 {
			return // no number, or longer than a cell
		}
		one := table(row{Name: s, Amount: x, Owners: []string{s, s}})
		lines, err := csv.NewReader(bytes.NewReader(write(t, tabular.WriteCSV, one)[3:])).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		if c := lines[1][0]; c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			t.Errorf("%q would be run", c)
		}
		if got, err := strconv.ParseFloat(lines[1][1], 64); err != nil || got != x {
			t.Errorf("%v is written as %s", x, lines[1][1])
		}
		book, err := excelize.OpenReader(bytes.NewReader(write(t, tabular.WriteXLSX, one)))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		if formula, err := book.GetCellFormula("목록", "A2"); err != nil || formula != "" {
			t.Errorf("formula %q, %v", formula, err)
		}
		value, err := book.GetCellValue("목록", "A2")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := value, tabular.Text(s).String(); plainLines(got) != plainLines(want) {
			t.Errorf("%q came back as %q", want, got)
		}
	})
}

// plainLines is a text with one kind of line end, as XML reads it.
func plainLines(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
}

func BenchmarkWrite(b *testing.B) {
	rows := slices.Repeat([]row{{Name: "가나다 과정", Amount: 1234567, Count: new(3), Owners: []string{"김하나", "이두리"}, Place: &place{"서울"}}}, 50_000)
	for name, to := range map[string]func(io.Writer, tabular.Table) error{"csv": tabular.WriteCSV, "xlsx": tabular.WriteXLSX} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				if err := to(&out, table(rows...)); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(out.Len()))
			}
		})
	}
}
