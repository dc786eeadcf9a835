package closerate_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

var (
	before    = performancetest.Before()
	corrected = performancetest.Corrected()
)

func text(s string) crm.Text { return crm.NewText(s) }

func teams(key string) (normalise.Members, bool) {
	m, ok := map[string]normalise.Members{
		"all": normalise.Everyone(), "t1": normalise.NewMembers("김하나"), "t2": normalise.NewMembers("이두리", "박세찌"), "empty": normalise.NewMembers(),
	}[key]
	return m, ok
}

// config lists the customers of 2025; those of other years are computed.
func config() closerate.Config {
	c := closerate.Config{
		Years: []int{2025, 2026}, Sizes: []string{"대기업", "공공기관", "대학교", "기타", "미기재"},
		Groups: []string{"구독제(온라인)", "오프라인"}, OfflineGroup: "오프라인", OfflineCategory: "생성형AI",
		Formats:        normalise.NewCloseFormats([]string{"구독제(온라인)"}, []string{"출강"}, "오프라인"),
		CategoryGroups: normalise.NewCategories(map[string][]string{"생성형AI": {"생성형AI"}, "스킬": {"Skill Match"}}),
		Existing: func(year int) (map[string]struct{}, bool) {
			return map[string]struct{}{"예시상사": {}, "o3": {}, "없는회사": {}}, year == 2025
		},
		ExistingFile: "workspace.yaml", ExistingModified: time.UnixMilli(1500), Scopes: teams,
	}
	c.SizeRows = normalise.NewLabels(c.Sizes...)
	return c
}

func dataset(deals ...crm.Deal) *crm.Dataset {
	return performancetest.Dataset(
		[]crm.Organization{
			{ID: text("o1"), Name: text(" 예시상사 "), Size: text("대기업")}, {ID: text("o2"), Name: text("새회사"), Size: text("대기업")}, {ID: text("o3")},
		},
		[]crm.Person{{ID: text("p1"), OrganizationID: text("o1")}}, deals,
	)
}

func report(rules normalise.Rules, deals ...crm.Deal) *closerate.Report {
	return closerate.New(performancetest.Book(rules, dataset(deals...)), config())
}

// created is a low deal of 2501 unless told otherwise.
func created(change func(*crm.Deal)) crm.Deal {
	d := crm.Deal{
		ID: text("d1"), OrganizationID: text("o1"), Status: text("SQL"), CreatedDate: text("2025-01-10"),
		CourseFormat: text("출강"), Category: text("생성형AI"), Owner: text(`{"name":"김하나"}`),
	}
	change(&d)
	return d
}

func all() closerate.SummaryQuery { return closerate.SummaryQuery{Customers: "all", Scope: "all"} }

func summary(t *testing.T, r *closerate.Report, q closerate.SummaryQuery) closerate.Summary {
	t.Helper()
	s, err := r.Summary(q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// values reads a row's numbers by month.
func values(tb interface{ Fatal(args ...any) }, row closerate.Row) (byMonth map[string]float64) {
	raw, err := json.Marshal(row.Values)
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(raw, &byMonth); err != nil {
		tb.Fatal(err)
	}
	return byMonth
}

// outcomes tells the cells of single outcomes that have a deal: `size, key,
// month`.
func outcomes(t *testing.T, s closerate.Summary) (cells []string) {
	t.Helper()
	for _, row := range s.Rows {
		if row.Level == 1 || row.Label == "전체" || row.Label == "체결률(%)" {
			continue
		}
		for month, n := range values(t, row) {
			if n > 0 {
				cells = append(cells, row.Size+", "+row.Key+", "+month)
			}
		}
	}
	slices.Sort(cells)
	return cells
}

func TestPlaces(t *testing.T) {
	const low, online = "대기업, 오프라인||low, 2501", "대기업, 구독제(온라인)||low, 2501"
	tests := []struct {
		name              string
		change            func(*crm.Deal)
		before, corrected string
	}{
		{"plain", func(*crm.Deal) {}, low, low},
		{"convert", func(d *crm.Deal) { d.Status = text("Convert") }, "", ""},
		{"other format", func(d *crm.Deal) { d.CourseFormat = text("해커톤") }, "", ""},
		{"no format", func(d *crm.Deal) { d.CourseFormat = crm.Text{} }, "", ""},
		{"offline, other category", func(d *crm.Deal) { d.Category = text("Skill Match") }, "", ""},
		{"offline, no category", func(d *crm.Deal) { d.Category = crm.Text{} }, "", ""},
		{"offline, spaced category (P8)", func(d *crm.Deal) { d.Category = text("생성형 AI") }, low, low},
		{"online, other category", func(d *crm.Deal) { d.CourseFormat, d.Category = text("구독제 (온라인)"), text("x") }, online, online},
		{"online, not the first", func(d *crm.Deal) { d.CourseFormat, d.OnlineFirst = text("구독제(온라인)"), text("0") }, "", ""},
		{"online, nobody knows", func(d *crm.Deal) { d.CourseFormat, d.OnlineFirst = text("구독제(온라인)"), text("nan") }, online, online},
		{"offline, not the first", func(d *crm.Deal) { d.OnlineFirst = text("0") }, low, low},
		{"confirmed", func(d *crm.Deal) { d.Probability = text(`["확정","LOST"]`) }, "대기업, 오프라인||confirmed, 2501", "대기업, 오프라인||confirmed, 2501"},
		{"high", func(d *crm.Deal) { d.Probability = text("높음") }, "대기업, 오프라인||high, 2501", "대기업, 오프라인||high, 2501"},
		{"marked lost", func(d *crm.Deal) { d.Probability = text("LOST") }, "대기업, 오프라인||lost, 2501", "대기업, 오프라인||lost, 2501"},
		{"lost, whatever the probability", func(d *crm.Deal) {
			d.Status, d.Probability = text("Lost"), text("확정")
		}, "대기업, 오프라인||lost, 2501", "대기업, 오프라인||lost, 2501"},
		{"closed", func(d *crm.Deal) { d.Status, d.Probability = text("Closed"), text("확정") }, "대기업, 오프라인||lost, 2501", "대기업, 오프라인||confirmed, 2501"},
		{"unknown size", func(d *crm.Deal) { d.OrganizationID = text("o9") }, "미기재, 오프라인||low, 2501", "미기재, 오프라인||low, 2501"},
		{"the person's organisation", func(d *crm.Deal) { d.OrganizationID, d.PersonID = text(""), text("p1") }, low, low},
		{"year and month", func(d *crm.Deal) { d.CreatedDate = text("2025-11") }, low, "대기업, 오프라인||low, 2511"},
	}
	for _, tt := range tests {
		for _, setting := range []struct {
			rules normalise.Rules
			want  string
		}{{before, tt.before}, {corrected, tt.corrected}} {
			var want []string
			if setting.want != "" {
				want = []string{setting.want}
			}
			if diff := cmp.Diff(want, outcomes(t, summary(t, report(setting.rules, created(tt.change)), all()))); diff != "" {
				t.Errorf("%s, %v (-want +got):\n%s", tt.name, setting.rules.Numbers, diff)
			}
		}
	}
}

// TestCategoryGroup: what the list shows as category, with labels that have a
// space (P8).
func TestCategoryGroup(t *testing.T) {
	for raw, want := range map[string][2]string{
		"Skill Match": {"기타", "스킬"}, "생성형 AI": {"생성형AI", "생성형AI"}, " ": {"미기재", "미기재"}, "리더십": {"기타", "기타"},
	} {
		for i, rules := range []normalise.Rules{before, corrected} {
			r := report(rules, created(func(d *crm.Deal) { d.CourseFormat, d.Category = text("구독제(온라인)"), text(raw) }))
			list, err := r.Deals(closerate.DealsQuery{Segment: "대기업", Month: "2501", Row: "구독제(온라인)||total", Customers: "all", Scope: "all"})
			if err != nil || len(list.Items) != 1 || list.Items[0].Category != want[i] {
				t.Errorf("%q, %v: %+v, %v; want %q", raw, rules.Numbers, list.Items, err, want[i])
			}
		}
	}
}

func TestExistingCustomers(t *testing.T) {
	bought := func(change func(*crm.Deal)) crm.Deal {
		d := crm.Deal{
			ID: text("w"), OrganizationID: text("o2"), Status: text("Won"), CourseID: text("1"), Amount: text("1"),
			ContractDate: text("2025-05-01"), CourseStart: text("2025-06-01"), CourseEnd: text("2025.06.02 (월)"),
		}
		change(&d)
		return d
	}
	tests := []struct {
		name string
		deal crm.Deal // decides about o2 in 2026
		want bool
	}{
		{"bought", bought(func(*crm.Deal) {}), true},
		{"Korean day", bought(func(d *crm.Deal) { d.ContractDate = text("2024-12-31T15:00:00Z") }), true},
		{"year before", bought(func(d *crm.Deal) { d.ContractDate = text("2024-12-31") }), false},
		{"same year", bought(func(d *crm.Deal) { d.ContractDate = text("2026-01-01") }), false},
		{"padded Won", bought(func(d *crm.Deal) { d.Status = text(" Won") }), false},
		{"no amount", bought(func(d *crm.Deal) { d.Amount = text("0") }), false},
		{"no course", bought(func(d *crm.Deal) { d.CourseID = text(" ") }), false},
		{"no start", bought(func(d *crm.Deal) { d.CourseStart = text("미정") }), false},
		{"no end", bought(func(d *crm.Deal) { d.CourseEnd = crm.Text{} }), false},
	}
	for _, tt := range tests {
		asked := created(func(d *crm.Deal) { d.OrganizationID, d.CreatedDate = text("o2"), text("2026-02-01") })
		s := summary(t, report(before, tt.deal, asked), closerate.SummaryQuery{Customers: "existing", Scope: "all"})
		if got := len(outcomes(t, s)) == 1; got != tt.want {
			t.Errorf("%s: existing in 2026: %v", tt.name, got)
		}
	}
	// 2025 goes by the list, by trimmed name or the id of the nameless.
	for id, want := range map[string]bool{"o1": true, "o2": false, "o3": true, "o9": false} {
		r := report(before, bought(func(d *crm.Deal) { d.ContractDate = text("2024-05-01") }), created(func(d *crm.Deal) { d.OrganizationID = text(id) }))
		for kind, counts := range map[string]bool{"existing": want, "new": !want, "all": true} {
			s := summary(t, r, closerate.SummaryQuery{Customers: kind, Scope: "all"})
			if got := len(outcomes(t, s)) == 1; got != counts {
				t.Errorf("%s of %s in 2025: %v", kind, id, got)
			}
		}
	}
	// Without a column of course ids nobody has bought anything.
	data := dataset(bought(func(*crm.Deal) {}), created(func(d *crm.Deal) { d.OrganizationID, d.CreatedDate = text("o2"), text("2026-02-01") }))
	data.Columns[snapshot.TableDeal] = slices.DeleteFunc(slices.Clone(data.Columns[snapshot.TableDeal]), func(c string) bool { return c == field.CourseID })
	s := summary(t, closerate.New(performancetest.Book(before, data), config()), closerate.SummaryQuery{Customers: "existing", Scope: "all"})
	if cells := outcomes(t, s); len(cells) != 0 {
		t.Errorf("without course ids existing: %v", cells)
	}
}

func TestDebug(t *testing.T) {
	deals := []crm.Deal{
		created(func(*crm.Deal) {}),
		created(func(d *crm.Deal) { d.ID, d.Status = text("d2"), text("Convert") }),
		created(func(d *crm.Deal) { d.ID, d.CourseFormat = text("d3"), text("해커톤 ") }),
		created(func(d *crm.Deal) { d.ID, d.Category = text("d4"), text("x") }),
		created(func(d *crm.Deal) {
			d.ID, d.CourseFormat, d.OnlineFirst = text("d5"), text("구독제(온라인)"), text("x")
		}),
		created(func(d *crm.Deal) { d.ID, d.CreatedDate = text("d6"), text(" ") }),
		created(func(d *crm.Deal) { d.ID, d.CreatedDate = text("d7"), text("미정") }),
		created(func(d *crm.Deal) { d.ID, d.CreatedDate = text("d8"), text("2026-03-01") }),
		created(func(d *crm.Deal) { d.ID, d.Owner = text("d9"), crm.Text{} }),
		created(func(d *crm.Deal) { d.ID, d.OrganizationID = text("d10"), text("o2") }),
	}
	modified := 1.5
	want := closerate.Debug{
		LoadDebug: closerate.LoadDebug{
			Loaded: 8, Convert: 1, NotFirst: 1, OtherFormat: 1, OtherCategory: 1, CategoryColumn: "카테고리",
			Formats: []string{"구독제(온라인)", "출강", "해커톤"}, Categories: []string{"x", "생성형AI"},
			ListStatus: "OK", ListNames: 3, ListIDs: 2, ListMissing: []string{"없는회사"}, ListModified: &modified, ListFile: new("workspace.yaml"),
		},
		FilterDebug: closerate.FilterDebug{OutOfRange: 1, OtherScope: 1, OtherCustomer: 1, Kept: 1},
	}
	q := closerate.SummaryQuery{Range: performance.RangeQuery{From: new("2025-01"), To: new("2025-12")}, Customers: "existing", Scope: "t1"}
	if diff := cmp.Diff(want, summary(t, report(before, deals...), q).Meta.Debug); diff != "" {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
	// Corrected diagnostics count what they name (P9).
	want.MissingCreated, want.UnreadableCreated = 1, 1
	if diff := cmp.Diff(want, summary(t, report(corrected, deals...), q).Meta.Debug); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	// Without a list there is nothing to tell of it.
	c := config()
	c.Existing = func(int) (map[string]struct{}, bool) { return nil, false }
	got := summary(t, closerate.New(performancetest.Book(before, dataset(deals...)), c), all()).Meta.Debug
	if got.ListStatus != "MISSING" || got.ListFile != nil || got.ListModified != nil || got.ListMissing == nil {
		t.Errorf("without a list: %+v", got.LoadDebug)
	}
}

func TestRates(t *testing.T) {
	with := func(id, probability string) crm.Deal {
		return created(func(d *crm.Deal) { d.ID, d.Probability = text(id), text(probability) })
	}
	r := report(before, with("a", "확정"), with("b", "낮음"), with("c", "LOST"))
	for _, row := range summary(t, r, all()).Rows {
		got := values(t, row)["2501"]
		want := map[string]float64{
			"오프라인": 3, "오프라인||total": 3, "오프라인||confirmed": 1, "오프라인||low": 1, "오프라인||lost": 1, "오프라인||close_rate": 33.3,
		}[row.Key]
		if row.Size != "대기업" {
			want = 0
		}
		if got != want || (row.Parent == nil) != (row.Level == 1) {
			t.Errorf("%s %s: %v, want %v; parent %v", row.Size, row.Key, got, want, row.Parent)
		}
	}
	for metric, want := range map[string]int{"total": 3, "confirmed": 1, "high": 0, "low": 1, "lost": 1, "close_rate": 3} {
		list, err := r.Deals(closerate.DealsQuery{Segment: "대기업", Month: "2501", Course: "오프라인", Metric: metric, Customers: "all", Scope: "all"})
		if err != nil || list.DealCount != want || list.Meta.Deals != want || list.Row.Key != "오프라인||"+metric {
			t.Errorf("%s: %+v, %v", metric, list.Meta, err)
		}
		rated := metric == "total" || metric == "close_rate"
		if (list.Meta.Rate != nil) != rated || (rated && (*list.Meta.Rate != 33.3 || *list.Meta.Numerator != 1 || *list.Meta.Denominator != 3 || *list.Meta.Total != 3)) {
			t.Errorf("%s: %+v", metric, list.Meta)
		}
	}
}

func TestDuplicates(t *testing.T) {
	one := created(func(*crm.Deal) {})
	for rules, want := range map[normalise.Rules]int{before: 2, corrected: 1} {
		r := report(rules, one, one)
		list, err := r.Deals(closerate.DealsQuery{Segment: "대기업", Month: "2501", Row: "오프라인||total", Customers: "all", Scope: "all"})
		if kept := summary(t, r, all()).Meta.Debug.Kept; err != nil || list.DealCount != want || kept != want {
			t.Errorf("%v: list has %d, summary %d, %v; want %d", rules.Numbers, list.DealCount, kept, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	blank, full := closerate.New(performance.BlankBook(before), config()), report(before)
	ok := closerate.DealsQuery{Segment: "대기업", Month: "2501", Row: "오프라인||total", Customers: "all", Scope: "all"}
	with := func(change func(*closerate.DealsQuery)) closerate.DealsQuery {
		q := ok
		change(&q)
		return q
	}
	for detail, q := range map[string]closerate.DealsQuery{
		"row or course+metric is required":      with(func(q *closerate.DealsQuery) { q.Row, q.Course, q.Customers = "", "오프라인", "X" }),
		"Unknown cust: X":                       with(func(q *closerate.DealsQuery) { q.Customers, q.Scope = "X", "X" }),
		"Unknown scope: ":                       with(func(q *closerate.DealsQuery) { q.Scope, q.Segment = "", "X" }),
		"Unknown segment(size group): X":        with(func(q *closerate.DealsQuery) { q.Segment, q.Month = "X", "" }),
		"month must be YYMM format, e.g., 2501": with(func(q *closerate.DealsQuery) { q.Month, q.Row = "251", "X" }),
		"row must be course_group||metric":      with(func(q *closerate.DealsQuery) { q.Row = "오프라인" }),
		"Unknown course_group: 출강":              with(func(q *closerate.DealsQuery) { q.Row = "출강||X" }),
		"Unknown metric: total||":               with(func(q *closerate.DealsQuery) { q.Row = "오프라인||total||" }),
	} {
		for _, r := range []*closerate.Report{full, blank} { // no check needs the snapshot
			_, err := r.Deals(q)
			if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != detail {
				t.Errorf("%v, want %q", err, detail)
			}
		}
	}
	if _, err := blank.Deals(ok); !errors.Is(err, performance.ErrNoSnapshot) {
		t.Errorf("without a snapshot: %v", err)
	}
	for detail, q := range map[string]closerate.SummaryQuery{
		"Unknown cust: ":         {Customers: "", Scope: "X"},
		"Unknown scope: X":       {Customers: "all", Scope: "X", Range: performance.RangeQuery{From: new("x")}},
		"Invalid year-month: zz": {Customers: "new", Scope: "all", Range: performance.RangeQuery{From: new("zz")}},
	} {
		_, err := blank.Summary(q)
		if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != detail {
			t.Errorf("%v, want %q", err, detail)
		}
	}
	data := dataset()
	data.Columns[snapshot.TablePeople] = []string{field.ID, field.OrganizationID, field.Name, field.UpperOrg}
	_, err := closerate.New(performancetest.Book(before, data), config()).Summary(all())
	if m, ok := errors.AsType[*crm.MissingError](err); !ok || m.Column != field.TeamSignature {
		t.Errorf("a snapshot without columns: %v", err)
	}
}
