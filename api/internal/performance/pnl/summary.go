package pnl

import (
	"fmt"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// Variants of a column.
const (
	target   = "T"
	expected = "E"
)

// Summary is the answer of pl-progress/summary.
type Summary struct {
	Year    int      `json:"year"`
	Months  []string `json:"months"` // YYMM
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	Meta    Meta     `json:"meta"`
}

// Column is a year or a month, with targets or with what is expected.
type Column struct {
	Key     string  `json:"key"`
	Label   string  `json:"label"`
	Month   *string `json:"month"`
	Variant string  `json:"variant"` // T or E
	Kind    string  `json:"kind"`    // YEAR or MONTH
}

// Row is a line of the P&L.
type Row struct {
	Key    string              `json:"key"`
	Label  string              `json:"label"`
	Level  int                 `json:"level"`
	Format string              `json:"format"` // eok or percent
	Values map[string]*float64 `json:"values"` // by column
}

// Meta says what was computed from what.
type Meta struct {
	Unit            string   `json:"unit"`
	SnapshotVersion string   `json:"snapshot_version"`
	GeneratedAt     string   `json:"generated_at"` // UTC
	Excluded        Excluded `json:"excluded"`
}

// Summary is GET pl-progress/summary (spec 03 §4.3) of a year, the plan year if
// nil. It fails with a *performance.ValueError, performance.ErrNoSnapshot or a
// *crm.MissingError.
func (r *Report) Summary(given *int) (Summary, error) {
	year := r.year(given)
	if err := r.snapshotReady(); err != nil {
		return Summary{}, err
	}
	if err := checkYear(year); err != nil {
		return Summary{}, err
	}
	months := normalise.Months(year)
	s := Summary{Year: year, Meta: Meta{
		Unit: "억", SnapshotVersion: r.book.Version, Excluded: r.excluded,
		GeneratedAt: r.config.Now().UTC().Format("2006-01-02T15:04:05.000000-07:00"),
	}}
	for i := range months {
		s.Months = append(s.Months, months[i].Key)
	}
	s.Columns = columns(year, s.Months)
	e, t := r.expectedTable(year, months), r.targetTable(year, s.Months)
	for _, line := range r.config.Lines {
		s.Rows = append(s.Rows, row(line, year, s.Months, e, t))
	}
	return s, nil
}

func columns(year int, months []string) []Column {
	all := []Column{yearColumn(year, target), yearColumn(year, expected)}
	for i, month := range months {
		for _, variant := range []string{target, expected} {
			all = append(all, Column{
				Key: monthKey(month, variant), Label: fmt.Sprintf("%s(%s)", month, variant),
				Month: &months[i], Variant: variant, Kind: "MONTH",
			})
		}
	}
	return all
}

func yearColumn(year int, variant string) Column {
	return Column{Key: yearKey(year, variant), Label: fmt.Sprintf("%d(%s)", year, variant), Variant: variant, Kind: "YEAR"}
}

func yearKey(year int, variant string) string      { return fmt.Sprintf("Y%d_%s", year, variant) }
func monthKey(month string, variant string) string { return month + "_" + variant }

func row(line Line, year int, months []string, e, t table) Row {
	out := Row{
		Key: line.Key, Label: line.Label, Level: line.Level, Format: "eok",
		Values: make(map[string]*float64, 2*len(months)+2),
	}
	if line.Percent {
		out.Format = "percent"
	}
	out.Values[yearKey(year, target)], out.Values[yearKey(year, expected)] = t.year[line.Key], e.year[line.Key]
	for i, month := range months {
		out.Values[monthKey(month, target)] = t.month(line.Key, i)
		out.Values[monthKey(month, expected)] = e.month(line.Key, i)
	}
	return out
}

// table is one variant of the grid by line, rounded; nil is no value.
type table struct {
	months map[string][]*float64
	year   map[string]*float64
}

func newTable() table { return table{months: map[string][]*float64{}, year: map[string]*float64{}} }

func (t table) month(line string, i int) *float64 {
	if values := t.months[line]; values != nil {
		return values[i]
	}
	return nil
}

// add appends a month.
func (t table) add(values map[string]float64) {
	for line, value := range values {
		t.months[line] = append(t.months[line], rounded(value))
	}
	t.months[opMargin] = append(t.months[opMargin], margin(values[op], values[revTotal]))
}

// sum is the sum of a line's months as shown.
func (t table) sum(line string) float64 {
	total := 0.0
	for _, value := range t.months[line] {
		if value != nil {
			total += *value
		}
	}
	return performance.Round(total, places)
}

// sumYear makes the year of the months.
func (t table) sumYear() {
	for line := range t.months {
		if line != opMargin {
			t.year[line] = rounded(t.sum(line))
		}
	}
	t.year[opMargin] = t.yearMargin()
}

// yearMargin is the margin of the months' sums, nil without revenue.
func (t table) yearMargin() *float64 {
	if t.sum(revTotal) <= 0 {
		return nil
	}
	return margin(t.sum(op), t.sum(revTotal))
}

// expectedTable spreads the deals over the months of a year.
func (r *Report) expectedTable(year int, months [12]normalise.Month) table {
	var online, offline [12]float64
	for i := range r.deals {
		d := &r.deals[i]
		if !d.inYear(year) {
			continue
		}
		for m := range months {
			recognised, _ := d.share(&months[m])
			if d.online {
				online[m] += recognised
			} else {
				offline[m] += recognised
			}
		}
	}
	t := newTable()
	for m := range months {
		t.add(r.config.Costs.expect(online[m], offline[m]))
	}
	t.sumYear()
	return t
}

// places is how many decimals the grid has.
const places = 4

func rounded(x float64) *float64 {
	x = performance.Round(x, places)
	return &x
}
