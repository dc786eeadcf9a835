package httpapi_test

import (
	"maps"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// TestDrillDowns: with corrected numbers, every cell of a summary is what its
// list adds up to, in both date modes, also where deals stand twice in the
// snapshot.
func TestDrillDowns(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"golden":  "SELECT 1",
		"repeats": "INSERT INTO deal SELECT * FROM deal WHERE rowid % 5 = 0",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, dates := range []normalise.DateMode{normalise.KST, normalise.AsText} {
				rules := normalise.Rules{Numbers: normalise.Corrected, Dates: dates}
				s := changedGolden(t, settings{rules: rules, workspace: goldentest.Workspace(t)}, golden.Snapshot(t), statement)
				rapid.Check(t, func(rt *rapid.T) {
					s.drillAmounts(rt)
					s.drillInquiries(rt)
					s.drillCloseRate(rt)
					s.drillPnL(rt)
					s.drillQuality(rt)
					s.drillCounterparties(rt)
				})
			}
		})
	}
}

// asked decodes the answer to a question, given as name, value pairs; blank
// values are left out.
func asked[T any](rt *rapid.T, s *service, path string, query ...string) T {
	q := golden.Response{Method: http.MethodGet, Path: path, Query: map[string]string{}}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			q.Query[query[i]] = query[i+1]
		}
	}
	r := s.ask(q)
	if r.Status != http.StatusOK {
		rt.Fatalf("%s %v: %d %s", path, q.Query, r.Status, r.Body)
	}
	var v T
	r.decode(s.tb, &v)
	return v
}

func one[T any](rt *rapid.T, label string, all []T) T {
	return rapid.SampledFrom(all).Draw(rt, label)
}

func near(a, b, most float64) bool { return math.Abs(a-b) <= most+1e-9*math.Abs(a) }

// dealList is what lists of deals have, each some of it.
type dealList struct {
	DealCount   int
	TotalAmount float64
	Items       []struct {
		DealID           string
		AmountUsed       float64
		RecognizedAmount float64
		IssueCodes       []string
	}
	Meta struct {
		Total     int
		CloseRate float64 `json:"close_rate"`
	}
}

func (s *service) drillAmounts(rt *rapid.T) {
	const path = "/api/performance/monthly-amounts/"
	team, scope := one(rt, "team", []string{"", "edu1", "public"}), one(rt, "scope", []string{"", "edu1_p2", "edu2_online"})
	sum := asked[struct {
		Months   []string
		Segments []struct {
			Key  string
			Rows []struct {
				Key              string
				ByMonth          map[string]float64
				DealCountByMonth map[string]int
			}
		}
	}](rt, s, path+"summary", "team", team, "scope", scope)
	segment := one(rt, "segment", sum.Segments)
	row := one(rt, "row", segment.Rows)
	month := one(rt, "month", sum.Months)
	list := asked[dealList](rt, s, path+"deals", "segment", segment.Key, "row", row.Key, "month", month, "team", team, "scope", scope)
	total := 0.0
	for _, item := range list.Items {
		total += item.AmountUsed
	}
	if row.DealCountByMonth[month] != list.DealCount || list.DealCount != len(list.Items) ||
		!near(row.ByMonth[month], list.TotalAmount, 1) || !near(total, list.TotalAmount, 1) {
		rt.Fatalf("amounts %s %s %s: cell %d deals, %v; list %d, %v; items %d, %v", segment.Key, row.Key, month,
			row.DealCountByMonth[month], row.ByMonth[month], list.DealCount, list.TotalAmount, len(list.Items), total)
	}
}

func (s *service) drillInquiries(rt *rapid.T) {
	const path = "/api/performance/monthly-inquiries/"
	team := one(rt, "team", []string{"", "all", "edu1", "edu2"})
	sum := asked[struct {
		Months []string
		Rows   []struct {
			SegmentKey, RowKey string
			CountByMonth       map[string]int
		}
	}](rt, s, path+"summary", "team", team)
	row, month := one(rt, "row", sum.Rows), one(rt, "month", sum.Months)
	list := asked[dealList](rt, s, path+"deals", "segment", row.SegmentKey, "row", row.RowKey, "month", month, "team", team)
	if row.CountByMonth[month] != list.DealCount || list.DealCount != len(list.Items) {
		rt.Fatalf("inquiries %s %s %s: cell %d, list %d, items %d", row.SegmentKey, row.RowKey, month, row.CountByMonth[month], list.DealCount, len(list.Items))
	}
}

func (s *service) drillCloseRate(rt *rapid.T) {
	const path = "/api/performance/monthly-close-rate/"
	type line struct {
		Level           int
		Segment, RowKey string
		CountsByMonth   map[string]float64
	}
	customers, scope := one(rt, "customers", []string{"all", "new", "existing"}), one(rt, "scope", []string{"all", "edu1", "corp_group"})
	sum := asked[struct {
		Months []string
		Rows   []line
	}](rt, s, path+"summary", "cust", customers, "scope", scope)
	row := one(rt, "row", slices.DeleteFunc(sum.Rows, func(l line) bool { return l.Level == 1 }))
	month := one(rt, "month", sum.Months)
	list := asked[dealList](rt, s, path+"deals", "segment", row.Segment, "row", row.RowKey, "month", month, "cust", customers, "scope", scope)
	got := float64(list.DealCount)
	if strings.HasSuffix(row.RowKey, "||close_rate") {
		got = list.Meta.CloseRate
	}
	if row.CountsByMonth[month] != got || list.DealCount != len(list.Items) {
		rt.Fatalf("close rate %s %s %s: cell %v, list %v, items %d", row.Segment, row.RowKey, month, row.CountsByMonth[month], got, len(list.Items))
	}
}

func (s *service) drillPnL(rt *rapid.T) {
	const path = "/api/performance/pl-progress/"
	year := one(rt, "year", []string{"", "2025", "2027"})
	sum := asked[struct {
		Months []string
		Rows   []struct {
			Key    string
			Values map[string]*float64
		}
	}](rt, s, path+"summary", "year", year)
	rail, month := one(rt, "rail", []string{"TOTAL", "ONLINE", "OFFLINE"}), one(rt, "month", sum.Months)
	list := asked[dealList](rt, s, path+"deals", "year", year, "rail", rail, "month", month, "limit", "2000")
	size := rapid.IntRange(20, 200).Draw(rt, "page size")
	for offset := 0; offset < len(list.Items)+size; offset += size {
		page := asked[dealList](rt, s, path+"deals", "year", year, "rail", rail, "month", month, "limit", strconv.Itoa(size), "offset", strconv.Itoa(offset))
		if want := list.Items[min(offset, len(list.Items)):min(offset+size, len(list.Items))]; !reflect.DeepEqual(page.Items, want) || page.Meta.Total != len(list.Items) {
			rt.Fatalf("P&L %s %s: the page of %d from %d isn't that part of the whole", month, rail, size, offset)
		}
	}
	total := 0.0 // in 억, each rounded to four decimals
	for _, item := range list.Items {
		total += item.RecognizedAmount
	}
	for _, row := range sum.Rows {
		cell := row.Values[month+"_E"]
		if row.Key == "REV_"+rail && (cell == nil || !near(*cell, total, 0.00005*float64(1+len(list.Items)))) {
			rt.Fatalf("P&L %s %s: cell %v, list %v", month, rail, cell, total)
		}
	}
	if list.Meta.Total != len(list.Items) {
		rt.Fatalf("P&L %s %s: total %d, %d items", month, rail, list.Meta.Total, len(list.Items))
	}
}

func (s *service) drillQuality(rt *rapid.T) {
	const path = "/api/qc/deal-errors/"
	team := one(rt, "team", []string{"", "edu2", "public"})
	person := one(rt, "person", asked[struct {
		People []struct {
			OwnerName              string
			TotalIssues, DealCount int
			ByRule                 map[string]int
		}
	}](rt, s, path+"summary", "team", team).People)
	list := asked[dealList](rt, s, path+"person", "owner", person.OwnerName, "team", team)
	issues, byRule := 0, map[string]int{}
	for _, item := range list.Items {
		issues += len(item.IssueCodes)
		for _, code := range item.IssueCodes {
			byRule[code]++
		}
	}
	maps.DeleteFunc(person.ByRule, func(_ string, n int) bool { return n == 0 })
	if person.DealCount != len(list.Items) || person.TotalIssues != issues || !maps.Equal(person.ByRule, byRule) {
		rt.Fatalf("quality of %s: summary %+v; list %d deals, %d issues, %v", person.OwnerName, person, len(list.Items), issues, byRule)
	}
}

func (s *service) drillCounterparties(rt *rapid.T) {
	const path = "/api/rank/2025-"
	size := one(rt, "size", []string{"", "전체", "공공기관"})
	list := asked[struct {
		Rows []struct {
			OrgID, UpperOrg                                          string
			CpOnline2025, CpOffline2025, CpOnline2026, CpOffline2026 float64
		}
	}](rt, s, path+"top100-counterparty-dri", "size", size)
	totals := asked[struct{ Totals map[string]any }](rt, s, path+"top100-counterparty-dri/targets-summary", "size", size).Totals
	online, offline := 0.0, 0.0
	for _, row := range list.Rows {
		online += row.CpOnline2025
		offline += row.CpOffline2025
	}
	if on, _ := totals["cpOnline2025"].(float64); !near(on, online, 1) {
		rt.Fatalf("online total %v, rows %v", on, online)
	}
	if off, _ := totals["cpOffline2025"].(float64); !near(off, offline, 1) {
		rt.Fatalf("offline total %v, rows %v", off, offline)
	}
	row := one(rt, "row", list.Rows)
	if row.OrgID == "" {
		return // a target for a customer that is not in the CRM
	}
	type deals []struct{ Amount float64 }
	detail := asked[struct {
		Summary        struct{ Online, Offline float64 }
		Offline25Deals deals `json:"offline25_deals"`
		Offline26Deals deals `json:"offline26_deals"`
		Online26Deals  deals `json:"online26_deals"`
	}](rt, s, path+"counterparty-dri/detail", "orgId", row.OrgID, "upperOrg", row.UpperOrg)
	sum := func(list deals) (won float64) {
		for _, d := range list {
			won += d.Amount
		}
		return won
	}
	for _, pair := range [][2]float64{
		{row.CpOnline2025, detail.Summary.Online},
		{row.CpOffline2025, detail.Summary.Offline},
		{row.CpOffline2025, sum(detail.Offline25Deals)},
		{row.CpOffline2026, sum(detail.Offline26Deals)},
		{row.CpOnline2026, sum(detail.Online26Deals)},
	} {
		if !near(pair[0], pair[1], 1) {
			rt.Fatalf("%s %s: row %+v, detail %+v", row.OrgID, row.UpperOrg, row, detail.Summary)
		}
	}
}

// TestRankingsAgree: with corrected numbers, what was won in a year is the same
// by customer, by size, by industry and in the summary by size.
func TestRankingsAgree(t *testing.T) {
	t.Parallel()
	set := settings{rules: normalise.RulesFor(normalise.Corrected), workspace: goldentest.Workspace(t)}
	s := changedGolden(t, set, golden.Snapshot(t), "SELECT 1")
	total := func(path, list, key string) (won float64) {
		var answer map[string]any
		s.ask(golden.Response{Method: http.MethodGet, Path: path}).decode(t, &answer)
		rows, _ := answer[list].([]any)
		if list == "totals" {
			rows = []any{answer[list]}
		}
		for _, row := range rows {
			row, _ := row.(map[string]any)
			n, ok := row[key].(float64)
			if !ok {
				t.Fatalf("%s has no %s", path, key)
			}
			won += n
		}
		return won
	}
	want := total("/api/rank/2025-deals", "items", "totalAmount")
	if want == 0 {
		t.Fatal("nothing was won")
	}
	for _, other := range [][3]string{
		{"/api/rank/won-yearly-totals", "items", "won2025"},
		{"/api/rank/won-industry-summary", "items", "won2025"},
	} {
		if got := total(other[0], other[1], other[2]); !near(got, want, 1) {
			t.Errorf("%s: %v, by customer %v", other[0], got, want)
		}
	}
	before := total("/api/rank/2025-deals", "items", "totalAmount2024")
	if got := total("/api/rank/won-yearly-totals", "items", "won2024"); !near(got, before, 1) {
		t.Errorf("2024: by size %v, by customer %v", got, before)
	}
}
