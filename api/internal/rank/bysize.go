package rank

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// MaxYears is how many years one summary may be asked for.
const MaxYears = 100

// YearsError refuses a list of years.
type YearsError struct{ Reason string }

func (e *YearsError) Error() string { return "years: " + e.Reason }

// SizeSummaryQuery selects what the summary by size is of.
type SizeSummaryQuery struct {
	Years    string  // separated by commas; empty for those of the workspace
	Excluded *string // name of an organisation to leave out; empty for none; nil for the workspace's
}

// SizeSummary is the answer of /api/rank/summary-by-size. Sums are won, under
// keys such as sum_2025.
type SizeSummary struct {
	Version  string                        `json:"snapshot_version"`
	Excluded []string                      `json:"excluded_org_names"`
	Years    []int                         `json:"years"` // as asked for
	BySize   map[string]map[string]float64 `json:"by_size"`
	Totals   map[string]float64            `json:"totals"`
}

// SummaryBySize is GET /api/rank/summary-by-size, by its old name
// /api/rank/2025/summary-by-size (spec 05 §6): Won totals of some years by
// company size. The replaced service had sums for the workspace's years only,
// whatever it was asked for; corrected rules have those asked for. It fails
// with a *YearsError.
//
// While an organisation is left out, so are deals without any.
func (r *Report) SummaryBySize(q SizeSummaryQuery) (SizeSummary, error) {
	years, err := r.summaryYears(q.Years)
	if err != nil {
		return SizeSummary{}, err
	}
	err = r.require(
		[]string{field.Status, field.ContractDate, field.Amount, field.OrganizationID},
		nil, []string{field.ID, field.Name, field.CompanySize},
	)
	if err != nil {
		return SizeSummary{}, err
	}
	excluded := r.config.Excluded
	if q.Excluded != nil {
		excluded = *q.Excluded
	}
	reported := r.config.SummaryYears
	if r.rules.SizeSummaryOfEachYear() {
		reported = years
	}
	b := sizeSums{years: reported, rows: map[string]YearSums{}}
	for _, size := range r.config.SummarySizes {
		b.row(size)
	}
	for i := range r.deals {
		d := &r.deals[i]
		if d.won && d.year != 0 && slices.Contains(years, int(d.year)) && !r.leftOut(d, excluded) {
			b.add(normalise.TextTrimmed(r.customers[d.customer].size()), d)
		}
	}
	return b.summary(SizeSummary{Version: r.version, Excluded: names(excluded), Years: years}), nil
}

// leftOut reports whether a deal's organisation is the one that is left out, or
// can't be told from it because there is none.
func (r *Report) leftOut(d *deal, excluded string) bool {
	if excluded == "" {
		return false
	}
	name := r.customers[d.customer].name()
	return name.IsNull() || name.Is(excluded)
}

// names is a list of the name, empty if it is.
func names(name string) []string {
	if name == "" {
		return []string{}
	}
	return []string{name}
}

// sizeSums are sums by size and year.
type sizeSums struct {
	years []int
	rows  map[string]YearSums
}

func (b *sizeSums) row(size string) YearSums {
	row, ok := b.rows[size]
	if !ok {
		row = YearSums{Years: b.years, Won: make([]float64, len(b.years))}
		b.rows[size] = row
	}
	return row
}

func (b *sizeSums) add(size string, d *deal) {
	row := b.row(size)
	for i, year := range b.years {
		if year == int(d.year) {
			row.Won[i] += d.summed
		}
	}
}

// summary fills in the sums.
func (b *sizeSums) summary(s SizeSummary) SizeSummary {
	totals := YearSums{Years: b.years, Won: make([]float64, len(b.years))}
	s.BySize = make(map[string]map[string]float64, len(b.rows))
	for size, row := range b.rows {
		s.BySize[size] = row.keys("sum_")
	}
	for _, size := range slices.Sorted(maps.Keys(b.rows)) {
		for i, won := range b.rows[size].Won {
			totals.Won[i] += won
		}
	}
	s.Totals = totals.keys("sum_")
	return s
}

// summaryYears reads the `years` parameter. Corrected rules want years of four
// digits, since no others can be in a date.
func (r *Report) summaryYears(text string) ([]int, error) {
	years := []int{}
	for part := range strings.SplitSeq(text, ",") {
		part = normalise.Trim(part)
		if part == "" {
			continue
		}
		year, err := strconv.Atoi(part)
		if err != nil {
			return nil, &YearsError{fmt.Sprintf("%.40q is no whole number", part)}
		}
		if r.rules.SizeSummaryOfEachYear() && (year < 1000 || year > 9999) {
			return nil, &YearsError{fmt.Sprintf("%d is no year of four digits", year)}
		}
		years = append(years, year)
	}
	if len(years) > MaxYears {
		return nil, &YearsError{fmt.Sprintf("at most %d years can be asked for", MaxYears)}
	}
	if len(years) == 0 {
		return r.config.SummaryYears, nil
	}
	return years, nil
}
