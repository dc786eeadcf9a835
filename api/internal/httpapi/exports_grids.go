package httpapi

import (
	"maps"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/amounts"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/inquiries"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// performanceExports are the monthly views: grids with a column for each month,
// and the deals behind a cell.
func performanceExports() map[string]export {
	profit := grid("손익", func(a pnl.Summary) []pnl.Row { return a.Rows }, fields[pnl.Row]("key", "label", "level", "format"), profitFields)
	profitDeals := list("손익 딜", func(a pnl.Deals) []pnl.Item { return a.Items }, withCells[pnl.Item](
		[]string{"dealName", "orgId", "orgName", "upperOrg", "customerPersonName", "customerPersonId", "courseFormat"},
		"amountUsed", "recognizedAmount", "totalDays", "overlapDays"))
	overrides := grid("손익 실적 입력", overrideLines, fields[overrideLine]("label"), overrideFields)
	return map[string]export{
		"/api/performance/monthly-amounts/summary": grid("월별 체결액", amountLines,
			fields[amountLine]("segment", "segmentLabel", "key", "label"), amountFields),
		"/api/performance/monthly-amounts/deals": list("월별 체결액 딜", func(a amounts.Deals) []amounts.Item { return a.Items }, withCells[amounts.Item](
			[]string{"dealName", "orgName", "upperOrg", "customerPersonName", "courseFormat", "category", "courseId"}, "amountUsed")),
		"/api/performance/monthly-inquiries/summary": grid("월별 문의", func(a inquiries.Summary) []inquiries.Row { return a.Rows },
			fields[inquiries.Row]("level", "sizeGroup", "courseFormat", "categoryGroup", "segmentKey", "rowKey", "key", "label"),
			func(a inquiries.Summary) tabular.List[inquiries.Row] {
				return monthFields("countByMonth", "건수", a.Months, func(r *inquiries.Row) performance.Counts { return r.Counts })
			}),
		"/api/performance/monthly-inquiries/deals": list("월별 문의 딜", func(a inquiries.Deals) []inquiries.Item { return a.Items }, withCells[inquiries.Item](
			[]string{"dealName", "orgName", "upperOrg", "customerPersonName", "courseFormat", "courseId", "category"})),
		"/api/performance/monthly-close-rate/summary": grid("월별 체결률", func(a closerate.Summary) []closerate.Row { return a.Rows },
			fields[closerate.Row]("level", "segment", "parentKey", "rowKey", "label"), closeRateFields),
		"/api/performance/monthly-close-rate/deals": list("월별 체결률 딜", func(a closerate.Deals) []closerate.Item { return a.Items }, withCells[closerate.Item](
			[]string{"dealName", "orgName", "upperOrg", "teamSignature", "customerPersonName", "courseFormat", "categoryGroup", "courseId"})),
		"/api/performance/pl-progress/summary":               profit,
		"/api/performance/pl-progress/deals":                 profitDeals,
		"/api/performance/pl-progress/actual-overrides":      overrides,
		"/api/performance/pl-progress-2026/summary":          profit,
		"/api/performance/pl-progress-2026/deals":            profitDeals,
		"/api/performance/pl-progress-2026/actual-overrides": overrides,
	}
}

// withCells puts what all views say of a deal between the keys.
func withCells[R any](before []string, after ...string) tabular.List[R] {
	cells := []string{
		"dealId", "day1OwnerNames", "status", "probability", "expectedCloseDate", "expectedAmount", "startDate", "endDate", "contractDate", "amount",
	}
	return fields[R](slices.Concat(before, cells, after)...)
}

// monthFields are a column for each month of a series.
func monthFields[R any, T int | float64](key, label string, months []string, series func(*R) performance.Series[T]) tabular.List[R] {
	l := make(tabular.List[R], len(months))
	for i, month := range months {
		l[i] = tabular.Field[R]{
			Column: tabular.Column{Key: key + "." + month, Label: monthLabel(month) + " " + label, Format: tabular.Whole},
			Value:  func(r *R) tabular.Cell { return tabular.Number(float64(series(r).Values[i])) },
		}
	}
	return l
}

// monthLabel is a month key as people write it: 2501 is 2025-01.
func monthLabel(key string) string { return "20" + key[:2] + "-" + key[2:] }

// amountLine is a row of a segment.
type amountLine struct {
	Segment string `json:"segment"`
	Name    string `json:"segmentLabel"`
	amounts.Row
}

func amountLines(a amounts.Summary) []amountLine {
	var lines []amountLine
	for _, s := range a.Segments {
		for _, row := range s.Rows {
			lines = append(lines, amountLine{s.Key, s.Label, row})
		}
	}
	return lines
}

func amountFields(a amounts.Summary) tabular.List[amountLine] {
	return slices.Concat(
		monthFields("byMonth", "금액(원)", a.Months, func(l *amountLine) performance.Sums { return l.Sums }),
		monthFields("dealCountByMonth", "건수", a.Months, func(l *amountLine) performance.Counts { return l.Counts }),
	)
}

// closeRateFields are counts in some rows and percent in others.
func closeRateFields(a closerate.Summary) tabular.List[closerate.Row] {
	l := make(tabular.List[closerate.Row], len(a.Months))
	for i, month := range a.Months {
		l[i] = tabular.Field[closerate.Row]{
			Column: tabular.Column{Key: "countsByMonth." + month, Label: monthLabel(month), Format: tabular.Decimal},
			Value: func(r *closerate.Row) tabular.Cell {
				switch v := r.Values.(type) {
				case performance.Counts:
					return tabular.Number(float64(v.Values[i]))
				case performance.Sums:
					return tabular.Number(v.Values[i])
				default:
					return tabular.Cell{}
				}
			},
		}
	}
	return l
}

func profitFields(a pnl.Summary) tabular.List[pnl.Row] {
	l := make(tabular.List[pnl.Row], len(a.Columns))
	for i, c := range a.Columns {
		l[i] = tabular.Field[pnl.Row]{
			Column: tabular.Column{Key: "values." + c.Key, Label: c.Label, Format: tabular.Decimal},
			Value:  func(r *pnl.Row) tabular.Cell { return numberIfGiven(r.Values[c.Key]) },
		}
	}
	return l
}

func numberIfGiven(x *float64) tabular.Cell {
	if x == nil {
		return tabular.Cell{}
	}
	return tabular.Number(*x)
}

// overrideLine is what people entered for one line of the P&L.
type overrideLine struct {
	Line   string `json:"label"`
	values map[string]*float64
}

func overrideLines(a pnl.Overrides) []overrideLine {
	lines := make([]overrideLine, 0, len(a.Overrides))
	for _, line := range sortedKeys(a.Overrides) {
		lines = append(lines, overrideLine{line, a.Overrides[line]})
	}
	return lines
}

func overrideFields(a pnl.Overrides) tabular.List[overrideLine] {
	l := make(tabular.List[overrideLine], len(a.Months))
	for i, month := range a.Months {
		l[i] = tabular.Field[overrideLine]{
			Column: tabular.Column{Key: month, Label: monthLabel(month) + " 실적(억)", Format: tabular.Decimal},
			Value:  func(o *overrideLine) tabular.Cell { return numberIfGiven(o.values[month]) },
		}
	}
	return l
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
