package pnl_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

var (
	before    = performancetest.Before()
	corrected = performancetest.Corrected()
)

func text(s string) crm.Text { return crm.NewText(s) }

// config has targets for 2026: revenue and profit, whose annual figures are not
// the sums of their months.
func config() pnl.Config {
	c := pnl.Config{
		PlanYear: 2026, Online: normalise.NewFormatSet("구독제(온라인)"),
		Costs: pnl.Costs{
			OnlineContributionRate: 0.125, OfflineContributionRate: 0.4, Production: 0.2, Marketing: 0.15, Labor: 6,
			RentRateOfLabor: 0.15, OtherBase: 1, OtherRateOfOffline: 0.05,
		},
		Targets: func(year int) (map[string]pnl.Target, bool) {
			return map[string]pnl.Target{
				"REV_TOTAL": {Year: 100, Months: map[string]float64{"2601": 8, "2602": 12}},
				"OP":        {Year: 20, Months: map[string]float64{"2601": -2, "2602": 3}},
			}, year == 2026
		},
		Actuals: func(year int) pnl.Actuals {
			if year != 2026 {
				return pnl.Actuals{}
			}
			return pnl.Actuals{Lines: map[string]map[string]*float64{"OP": {"2601": nil}}, Months: []string{"2601"}, Unmapped: []string{"x"}}
		},
		ActualsFile: "workspace.yaml", ActualsModified: time.Unix(7, 0),
		Now: func() time.Time { return time.Date(2026, 2, 5, 10, 0, 0, 123456789, time.FixedZone("KST", 9*3600)) },
	}
	for _, line := range workspace.PnLLines() {
		c.Lines = append(c.Lines, pnl.Line{Key: line.Key, Label: line.Label, Level: line.Level, Percent: line.Ratio})
	}
	return c
}

func report(rules normalise.Rules, deals ...crm.Deal) *pnl.Report {
	data := performancetest.Dataset(
		[]crm.Organization{{ID: text("o1"), Name: text("예시상사")}}, []crm.Person{{ID: text("p1"), OrganizationID: text("o1")}}, deals,
	)
	return pnl.New(performancetest.Book(rules, data), config())
}

// course is a confirmed deal of 31억 won over January 2026 unless told otherwise.
func course(change func(*crm.Deal)) crm.Deal {
	d := crm.Deal{
		ID: text("d1"), OrganizationID: text("o1"), Status: text("SQL"), Probability: text("확정"), Amount: text("3100000000"),
		CourseStart: text("2026-01-01"), CourseEnd: text("2026-01-31"), CourseFormat: text("출강"),
	}
	change(&d)
	return d
}

func summary(t *testing.T, r *pnl.Report, year int) pnl.Summary {
	t.Helper()
	s, err := r.Summary(&year)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// value reads a cell, NaN for null.
func value(tb interface{ Fatalf(string, ...any) }, s pnl.Summary, line, column string) float64 {
	i := slices.IndexFunc(s.Rows, func(r pnl.Row) bool { return r.Key == line })
	v, ok := s.Rows[i].Values[column]
	if !ok {
		tb.Fatalf("%s has no column %s", line, column)
	}
	if v == nil {
		return math.NaN()
	}
	return *v
}

func TestExpectedDeals(t *testing.T) {
	none := pnl.Excluded{}
	tests := []struct {
		name              string
		change            func(*crm.Deal)
		before, corrected float64 // revenue of 2601
		excluded          pnl.Excluded
		correctedExcluded pnl.Excluded
	}{
		{"confirmed", func(*crm.Deal) {}, 31, 31, none, none},
		{"high", func(d *crm.Deal) { d.Probability = text(`["높음"]`) }, 31, 31, none, none},
		{"low", func(d *crm.Deal) { d.Probability = text("낮음") }, 0, 0, none, none},
		{"won, nothing said", func(d *crm.Deal) { d.Status, d.Probability = text(" Won "), crm.Text{} }, 31, 31, none, none},
		{"won, empty list", func(d *crm.Deal) { d.Status, d.Probability = text("Won"), text("[]") }, 31, 31, none, none},
		{"won, spaces", func(d *crm.Deal) { d.Status, d.Probability = text("Won"), text("  ") }, 31, 31, none, none},
		{"won, low", func(d *crm.Deal) { d.Status, d.Probability = text("Won"), text("낮음") }, 0, 0, none, none},
		{"won, empty (P12)", func(d *crm.Deal) { d.Status, d.Probability = text("Won"), text("") }, 0, 31, none, none},
		{"won, JSON null (P12)", func(d *crm.Deal) { d.Status, d.Probability = text("Won"), text("null") }, 0, 31, none, none},
		{"not won, nothing said", func(d *crm.Deal) { d.Probability = crm.Text{} }, 0, 0, none, none},
		{"lost (P4)", func(d *crm.Deal) { d.Status = text("Lost") }, 31, 0, none, none},
		{"converted (P4)", func(d *crm.Deal) { d.Status = text("Convert") }, 31, 0, none, none},
		{"expected amount", func(d *crm.Deal) { d.Amount, d.ExpectedAmount = text("0"), text("620000000") }, 6.2, 6.2, none, none},
		{"no amount", func(d *crm.Deal) { d.Amount = text("-1") }, 0, 0, pnl.Excluded{MissingAmount: 1}, pnl.Excluded{MissingAmount: 1}},
		{"no dates at all", func(d *crm.Deal) { d.CourseStart, d.CourseEnd = crm.Text{}, crm.Text{} }, 0, 0, none, none},
		{"one date", func(d *crm.Deal) { d.CourseEnd = crm.Text{} }, 0, 0, pnl.Excluded{MissingDates: 1}, pnl.Excluded{MissingDates: 1}},
		{"empty dates", func(d *crm.Deal) { d.CourseStart, d.CourseEnd = text(""), text("") }, 0, 0, pnl.Excluded{MissingDates: 1}, pnl.Excluded{MissingDates: 1}},
		{"backwards", func(d *crm.Deal) { d.CourseEnd = text("2025-01-01") }, 0, 0, pnl.Excluded{InvalidRange: 1}, pnl.Excluded{InvalidRange: 1}},
		{"with a weekday", func(d *crm.Deal) { d.CourseStart = text("2026-01-01 (목)") }, 31, 0, none, pnl.Excluded{MissingDates: 1}},
		{"Korean days", func(d *crm.Deal) {
			d.CourseStart, d.CourseEnd = text("2025-12-31T15:00:00Z"), text("2026-01-31T14:59:59Z")
		}, 31, 31, none, none},
		{"two months", func(d *crm.Deal) { d.CourseEnd = text("2026-02-28") }, 16.2881, 16.2881, none, none},
		{"from the year before", func(d *crm.Deal) { d.CourseStart = text("2025-12-01") }, 15.5, 15.5, none, none},
	}
	for _, tt := range tests {
		for _, setting := range []struct {
			rules    normalise.Rules
			want     float64
			excluded pnl.Excluded
		}{{before, tt.before, tt.excluded}, {corrected, tt.corrected, tt.correctedExcluded}} {
			s := summary(t, report(setting.rules, course(tt.change)), 2026)
			if got := value(t, s, "REV_TOTAL", "2601_E"); got != setting.want || s.Meta.Excluded != setting.excluded {
				t.Errorf("%s, %v: revenue %v, %+v; want %v, %+v", tt.name, setting.rules.Numbers, got, s.Meta.Excluded, setting.want, setting.excluded)
			}
		}
	}
}

func TestModel(t *testing.T) {
	deals := []crm.Deal{
		course(func(d *crm.Deal) { d.Amount = text("800000000") }),
		course(func(d *crm.Deal) {
			d.ID, d.CourseFormat, d.Amount = text("d2"), text(" 구독제 (온라인)"), text("400000000")
		}),
	}
	s := summary(t, report(before, deals...), 2026)
	for line, want := range map[string]float64{
		"REV_TOTAL": 12, "REV_ONLINE": 4, "REV_OFFLINE": 8, "COST_CONTRIB_TOTAL": 3.7, "COST_CONTRIB_ONLINE": 0.5, "COST_CONTRIB_OFFLINE": 3.2,
		"PROFIT_CONTRIB_TOTAL": 8.3, "PROFIT_CONTRIB_ONLINE": 3.5, "PROFIT_CONTRIB_OFFLINE": 4.8,
		"COST_FIXED_TOTAL": 8.65, "COST_FIXED_PROD": 0.2, "COST_FIXED_MKT": 0.15, "COST_FIXED_LABOR": 6, "COST_FIXED_RENT": 0.9, "COST_FIXED_OTHER": 1.4,
		"OP": -0.35, "OP_MARGIN": -2.9167,
	} {
		if got := value(t, s, line, "2601_E"); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
	// Months without revenue cost what is fixed, and have no margin.
	if got := value(t, s, "OP", "2602_E"); got != -8.25 {
		t.Errorf("OP of an empty month: %v", got)
	}
	if got := value(t, s, "OP_MARGIN", "2602_E"); !math.IsNaN(got) {
		t.Errorf("margin of an empty month: %v", got)
	}
	if op, margin := value(t, s, "OP", "Y2026_E"), value(t, s, "OP_MARGIN", "Y2026_E"); op != -91.1 || margin != -759.1667 {
		t.Errorf("year: OP %v, margin %v", op, margin)
	}
	if len(s.Columns) != 26 || len(s.Rows) != 17 || s.Meta.GeneratedAt != "2026-02-05T01:00:00.123456+00:00" || s.Meta.Unit != "억" {
		t.Errorf("%d columns, %d rows, %+v", len(s.Columns), len(s.Rows), s.Meta)
	}
	for _, row := range s.Rows {
		if len(row.Values) != 26 || (row.Format == "percent") != (row.Key == "OP_MARGIN") {
			t.Errorf("%s: %d values, %s", row.Key, len(row.Values), row.Format)
		}
	}
}

// TestTargets: in both settings what is given stands as given; a margin of
// targets and a year without any are corrected (P11).
func TestTargets(t *testing.T) {
	null := math.NaN()
	for _, tt := range []struct {
		line, column      string
		year              int
		before, corrected float64
	}{
		{"REV_TOTAL", "2601_T", 2026, 8, 8},
		{"REV_TOTAL", "2603_T", 2026, 0, 0},
		{"REV_TOTAL", "Y2026_T", 2026, 100, 100},
		{"COST_FIXED_RENT", "2601_T", 2026, 0, 0},
		{"OP_MARGIN", "2601_T", 2026, 0, -25},
		{"OP_MARGIN", "2602_T", 2026, 0, 25},
		{"OP_MARGIN", "2603_T", 2026, 0, null},
		{"OP_MARGIN", "Y2026_T", 2026, 5, 20}, // of the months' sums; of the annual figures
		{"REV_TOTAL", "2501_T", 2025, 0, null},
		{"OP", "2501_T", 2025, -8.25, null},
		{"OP", "Y2025_T", 2025, -99, null},
		{"OP_MARGIN", "2501_T", 2025, null, null},
		{"OP_MARGIN", "Y2025_T", 2025, null, null},
	} {
		for _, setting := range []struct {
			rules normalise.Rules
			want  float64
		}{{before, tt.before}, {corrected, tt.corrected}} {
			got := value(t, summary(t, report(setting.rules), tt.year), tt.line, tt.column)
			if got != setting.want && !(math.IsNaN(got) && math.IsNaN(setting.want)) {
				t.Errorf("%s %s, %v: %v, want %v", tt.line, tt.column, setting.rules.Numbers, got, setting.want)
			}
		}
	}
}

func TestDeals_Order(t *testing.T) {
	named := func(id, name, amount string) crm.Deal {
		return course(func(d *crm.Deal) { d.ID, d.Name, d.Amount = text(id), text(name), text(amount) })
	}
	r := report(before, named("a", "가", "100000000"), named("b", "나", "300000000"), named("c", "다", "100000000"), named("d", "", "100000000"),
		named("e", "가", "100000000"), course(func(d *crm.Deal) { // a small part of a large deal
			d.ID, d.Name, d.Amount, d.CourseEnd = text("f"), text("라"), text("1000000000"), text("2026-10-31")
		}))
	ids := func(q pnl.DealsQuery) (all []string, total int) {
		q.Year = new(2026)
		list, err := r.Deals(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range list.Items {
			all = append(all, *item.DealID)
		}
		return all, list.Meta.Total
	}
	whole, total := ids(pnl.DealsQuery{Month: "2601", Rail: "total", Limit: 100})
	if want := []string{"b", "f", "c", "a", "e", "d"}; !slices.Equal(whole, want) || total != 6 {
		t.Errorf("%v of %d, want %v", whole, total, want)
	}
	var pages []string
	for offset := 0; offset < 9; offset += 2 {
		page, total := ids(pnl.DealsQuery{Month: "2601", Rail: "TOTAL", Limit: 2, Offset: offset})
		if total != 6 {
			t.Errorf("offset %d: total %d", offset, total)
		}
		pages = append(pages, page...)
	}
	if !slices.Equal(pages, whole) {
		t.Errorf("pages %v, whole %v", pages, whole)
	}
	if none, total := ids(pnl.DealsQuery{Month: "2601", Rail: "TOTAL", Limit: 1, Offset: math.MaxInt}); len(none) != 0 || total != 6 {
		t.Errorf("beyond the end: %v of %d", none, total)
	}
}

func TestDeals_Item(t *testing.T) {
	d := course(func(d *crm.Deal) {
		d.PersonID, d.OrganizationID, d.CourseEnd = text("p1"), crm.Text{}, text("2026-03-31")
	})
	for _, tt := range []struct {
		rules             normalise.Rules
		orgID, customerID *string
		orgName           string
	}{{before, nil, nil, "-"}, {corrected, new("o1"), new("p1"), "예시상사"}} { // P7, P9
		list, err := report(tt.rules, d).Deals(pnl.DealsQuery{Month: " 2602 ", Rail: "Offline", Variant: "e", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		want := pnl.Item{
			DealName: "d1", OrgID: tt.orgID, OrgName: tt.orgName, UpperOrg: "미입력", CustomerName: "미입력", CustomerID: tt.customerID,
			CourseFormat: new("출강"), AmountUsed: 3.1e9, Recognised: 9.6444, TotalDays: 90, OverlapDays: 28,
			Cells: performance.Cells{
				DealID: new("d1"), OwnerNames: []string{}, Status: new("SQL"), Probability: new("확정"),
				Start: new("2026-01-01"), End: new("2026-03-31"), Amount: new(3.1e9),
			},
		}
		if diff := cmp.Diff([]pnl.Item{want}, list.Items); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.rules.Numbers, diff)
		}
		if list.Month != "2602" || list.Rail != "OFFLINE" || list.Variant != "E" || list.Year != 2026 || *list.Meta.SnapshotVersion != performancetest.Version {
			t.Errorf("%+v", list)
		}
	}
}

func TestRefusals(t *testing.T) {
	blank, full := pnl.New(performance.BlankBook(before), config()), report(before)
	for detail, q := range map[string]pnl.DealsQuery{
		"month must be YYMM format (e.g., 2601)": {Month: "202601", Rail: "X", Variant: "X"},
		"rail must be TOTAL|ONLINE|OFFLINE":      {Month: "2601", Rail: " TOTAL", Variant: "X"},
		"variant must be E or T":                 {Month: "2601", Rail: "TOTAL", Variant: "A", Year: new(0)},
	} {
		for _, r := range []*pnl.Report{full, blank} {
			_, err := r.Deals(q)
			if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != detail {
				t.Errorf("%v, want %q", err, detail)
			}
		}
	}
	for _, year := range []int{0, -1, 10000, math.MinInt, math.MaxInt} {
		_, err := full.Summary(&year)
		_, dealsErr := full.Deals(pnl.DealsQuery{Month: "2601", Rail: "TOTAL", Year: &year})
		for _, err := range []error{err, dealsErr} {
			if _, ok := errors.AsType[*performance.ValueError](err); !ok {
				t.Errorf("year %d: %v", year, err)
			}
		}
		// There are no deals behind targets in any year.
		if list, err := blank.Deals(pnl.DealsQuery{Month: "2601", Rail: "ONLINE", Variant: "t", Year: &year}); err != nil ||
			list.Items == nil || list.Meta.SnapshotVersion != nil || list.Variant != "T" || list.Year != year {
			t.Errorf("targets of %d: %+v, %v", year, list, err)
		}
	}
	if _, err := blank.Summary(new(0)); !errors.Is(err, performance.ErrNoSnapshot) {
		t.Errorf("without a snapshot: %v", err)
	}
	if _, err := blank.Deals(pnl.DealsQuery{Month: "2601", Rail: "TOTAL"}); !errors.Is(err, performance.ErrNoSnapshot) {
		t.Errorf("without a snapshot: %v", err)
	}
	data := performancetest.Dataset(nil, nil, nil)
	data.Columns[snapshot.TableOrganization] = []string{field.ID}
	_, err := pnl.New(performancetest.Book(before, data), config()).Summary(nil)
	if m, ok := errors.AsType[*crm.MissingError](err); !ok || m.Table != snapshot.TableOrganization {
		t.Errorf("a snapshot without columns: %v", err)
	}
}

func TestOverrides(t *testing.T) {
	want := pnl.Overrides{
		Year: 2026, Months: []string{"2601"}, Overrides: map[string]map[string]*float64{"OP": {"2601": nil}},
		Meta: pnl.OverridesMeta{File: "workspace.yaml", Modified: 7, Unmapped: []string{"x"}, Rows: 1, Months: 1},
	}
	blank := pnl.New(performance.BlankBook(before), config())
	if diff := cmp.Diff(want, blank.Overrides(nil)); diff != "" {
		t.Errorf("without a snapshot (-want +got):\n%s", diff)
	}
	want.Meta.SnapshotVersion = new(performancetest.Version)
	if diff := cmp.Diff(want, report(before).Overrides(new(2026))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got := report(before).Overrides(new(1999))
	if got.Year != 1999 || got.Months == nil || got.Overrides == nil || got.Meta.Unmapped == nil || got.Meta.Rows != 0 {
		t.Errorf("a year without any: %+v", got)
	}
}
