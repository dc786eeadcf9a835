package served_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/amounts"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/inquiries"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// duplicates repeats rows of every table under their ids, some of them changed,
// as a crawl that was disturbed may leave them.
//
//nolint:unqueryvet // every column is what is to be repeated
const duplicates = `
INSERT INTO deal SELECT * FROM deal WHERE rowid % 7 = 0;
INSERT INTO people SELECT * FROM people WHERE rowid % 11 = 0;
INSERT INTO organization SELECT * FROM organization WHERE rowid % 13 = 0;
UPDATE deal SET "금액" = '1', "과정포맷" = '포팅', "생성 날짜" = '2025-06-01' WHERE rowid % 21 = 0;
`

// TestPerformance_CellsEqualTheirLists: every number of every summary is that
// of the deals in its list, for every segment, row, month and team of the golden
// workspace.
func TestPerformance_CellsEqualTheirLists(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]struct {
		rules  normalise.Rules
		damage string
	}{
		"corrected":               {normalise.RulesFor(normalise.Corrected), ""},
		"corrected, text":         {normalise.Rules{Numbers: normalise.Corrected, Dates: normalise.AsText}, ""},
		"corrected, damaged file": {normalise.RulesFor(normalise.Corrected), duplicates},
		"as before":               {normalise.RulesFor(normalise.AsBefore), ""}, // ids are unique there
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := golden.Snapshot(t)
			snapshottest.Exec(t, path, set.damage)
			s, err := served.Open(t.Context(), path, served.Options{Rules: set.rules, Workspace: goldentest.Workspace(t), CacheBytes: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			cells := amountCells(t, s.Amounts, nil) + amountCells(t, s.Amounts, new("edu1")) +
				inquiryCells(t, s.Inquiries, nil) + inquiryCells(t, s.Inquiries, new("public")) +
				closeRateCells(t, s.CloseRate, "all", "all") + closeRateCells(t, s.CloseRate, "existing", "corp_group") +
				revenueCells(t, s.PnL, 2025) + revenueCells(t, s.PnL, 2026)
			t.Logf("%d cells with deals", cells)
			if cells < 1000 {
				t.Errorf("only %d cells have deals", cells)
			}
		})
	}
}

// must reports an error and returns the value.
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func wholeRange() performance.RangeQuery {
	return performance.RangeQuery{From: new("2024-06"), To: new("2027-06"), FromMonth: new("2024-06"), ToMonth: new("2027-06")}
}

func amountCells(t *testing.T, r *amounts.Report, team *string) (filled int) {
	t.Helper()
	s := must(r.Summary(amounts.SummaryQuery{Range: wholeRange(), Team: team}))(t)
	for _, segment := range s.Segments {
		for _, row := range segment.Rows {
			for i, n := range row.Counts.Values {
				list := must(r.Deals(amounts.DealsQuery{Segment: segment.Key, Row: row.Key, Month: s.Months[i], Team: team}))(t)
				if list.DealCount != n || len(list.Items) != n || list.TotalAmount != row.Sums.Values[i] {
					t.Fatalf("amounts %s %s %s: %d deals of %v, in the list %d of %v", segment.Key, row.Key, s.Months[i],
						n, row.Sums.Values[i], list.DealCount, list.TotalAmount)
				}
				filled += min(n, 1)
			}
		}
	}
	return filled
}

func inquiryCells(t *testing.T, r *inquiries.Report, team *string) (filled int) {
	t.Helper()
	s := must(r.Summary(inquiries.SummaryQuery{Range: wholeRange(), Team: team}))(t)
	for _, row := range s.Rows {
		for i, n := range row.Counts.Values {
			list := must(r.Deals(inquiries.DealsQuery{Segment: row.Segment, Row: row.RowKey, Month: s.Months[i], Team: team}))(t)
			if list.DealCount != n || len(list.Items) != n {
				t.Fatalf("inquiries %s %s %s: %d deals, in the list %d", row.Segment, row.RowKey, s.Months[i], n, list.DealCount)
			}
			filled += min(n, 1)
		}
	}
	return filled
}

func closeRateCells(t *testing.T, r *closerate.Report, customers, scope string) (filled int) {
	t.Helper()
	s := must(r.Summary(closerate.SummaryQuery{Range: wholeRange(), Customers: customers, Scope: scope}))(t)
	for _, row := range s.Rows {
		if row.Level == 1 {
			continue
		}
		var byMonth map[string]float64
		if err := json.Unmarshal(must(json.Marshal(row.Values))(t), &byMonth); err != nil {
			t.Fatal(err)
		}
		for month, value := range byMonth {
			list := must(r.Deals(closerate.DealsQuery{Segment: row.Size, Month: month, Row: row.Key, Customers: customers, Scope: scope}))(t)
			got := float64(list.DealCount)
			if list.Meta.Filters.Metric == "close_rate" {
				got = *list.Meta.Rate
			}
			if got != value {
				t.Fatalf("close rate %s %s %s: %v, in the list %v", row.Size, row.Key, month, value, got)
			}
			if value > 0 {
				filled++
			}
		}
	}
	return filled
}

func revenueCells(t *testing.T, r *pnl.Report, year int) (filled int) {
	t.Helper()
	s := must(r.Summary(&year))(t)
	for i, rail := range []string{"TOTAL", "ONLINE", "OFFLINE"} { // the first three lines
		for _, month := range s.Months {
			list := must(r.Deals(pnl.DealsQuery{Year: &year, Month: month, Rail: rail, Limit: 2000}))(t)
			sum := 0.0
			for _, item := range list.Items {
				sum += item.AmountUsed * float64(item.OverlapDays) / float64(item.TotalDays) / 1e8
			}
			if value := *s.Rows[i].Values[month+"_E"]; len(list.Items) != list.Meta.Total || math.Abs(sum-value) > 0.00005+1e-9 {
				t.Fatalf("revenue %s %s: %v, in the list %v of %d deals", rail, month, value, sum, list.Meta.Total)
			}
			filled += min(list.Meta.Total, 1)
		}
	}
	return filled
}
