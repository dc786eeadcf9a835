package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// Years that a report may be of (spec 06 §3).
const (
	firstReportYear = 2000
	lastReportYear  = 2100
)

// revenueSheetPath is the report as the workbook that accounting gets
// (spec 06 §3.1), which is not the list of the other path as a table.
const revenueSheetPath = "/api/qc/monthly-revenue-report/xlsx"

func revenueRoutes() []dataRoute {
	return []dataRoute{{"/api/qc/monthly-revenue-report", revenueReport}}
}

func revenueQuery(in *input) revenue.Query {
	return revenue.Query{
		Team: in.required("team"), Year: in.requiredWhole("year", firstReportYear, lastReportYear), Month: in.requiredWhole("month", 1, 12),
	}
}

func revenueReport(in *input) answer {
	q := revenueQuery(in)
	q.HistoryFrom = in.text("history_from", "")
	return func(_ context.Context, s *served.Snapshot) (any, error) { return s.Revenue.Month(q) }
}

// revenueSheet binds the workbook. It is not stored: it goes into an email, and
// must be that of the day.
func revenueSheet(in *input, _ http.Header) (*form, answer) {
	q := revenueQuery(in)
	f := &form{
		contentType: xlsxType, cacheControl: notStored, packed: true,
		encode: func(_ *served.Snapshot, value any) ([]byte, error) {
			deals, ok := value.([]revenue.ReportDeal)
			if !ok {
				return nil, fmt.Errorf("write the revenue report: a %T", value)
			}
			return writeTable(formatXLSX, revenueTable(deals))
		},
		file: func(s *served.Snapshot) fileName {
			return fileName{
				korean: fmt.Sprintf("%s_%d년_%02d월_매출신고.xlsx", s.Revenue.TeamLabel(q.Team), q.Year, q.Month),
				ascii:  fmt.Sprintf("%s_%d_%02d_revenue.xlsx", q.Team, q.Year, q.Month),
			}
		},
	}
	return f, func(_ context.Context, s *served.Snapshot) (any, error) {
		a, err := s.Revenue.Month(q)
		return a.Report, err
	}
}

// revenueTable is the sheet that accounting knows.
func revenueTable(deals []revenue.ReportDeal) tabular.Table {
	columns := tabular.ListOf[revenue.ReportDeal](revenueColumns()...)
	return tabular.Table{Sheet: "매출신고", Columns: columns.Columns(), Rows: columns.Rows(deals)}
}

// revenueColumns are the columns of the report.
func revenueColumns() []tabular.Column {
	return []tabular.Column{
		{Key: "courseId", Label: "코스 ID"},
		{Key: "dealName", Label: "이름"},
		{Key: "owners", Label: "담당자"},
		{Key: "status", Label: "상태"},
		{Key: "contractDate", Label: "계약 체결일"},
		{Key: "amount", Label: "금액(원)", Format: tabular.Whole},
		{Key: "startDate", Label: "수강시작일"},
		{Key: "endDate", Label: "수강종료일"},
	}
}
