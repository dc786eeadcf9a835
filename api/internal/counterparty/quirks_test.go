package counterparty_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// TestWhatCounts is the table of spec 04 §2, step B, and the base filter.
func TestWhatCounts(t *testing.T) {
	t.Parallel()
	type sums struct{ BaseOnline, BaseOffline, NextOnline, NextOffline, Total float64 }
	for _, tc := range []struct {
		name string
		deal crm.Deal
		want sums
	}{
		{"base year", sold("9"), sums{BaseOffline: 9, Total: 9}},
		{"base year, online", sold("9", format("포팅")), sums{BaseOnline: 9, Total: 9}},
		{"begins next year", sold("9", start("2026-01-01")), sums{NextOffline: 9, Total: 9}},
		{"begins next year, online", sold("9", format("포팅"), start("2026-03")), sums{NextOnline: 9, Total: 9}},
		{"blank before the start", sold("9", start(" 2026-01-01")), sums{BaseOffline: 9, Total: 9}},
		{"began before", sold("9", start("2024-12-01")), sums{BaseOffline: 9, Total: 9}},
		{"next year", sold("9", contract("2026-01-02"), start("2025-01-01")), sums{NextOffline: 9, Total: 9}},
		{"contract beats expected", sold("9", contract("2024-01-02"), expected("2025-01-02")), sums{Total: 9}},
		{"expected only", sold("9", contract(""), expected("2025-01-02")), sums{BaseOffline: 9, Total: 9}},
		{"other years", sold("9", contract("2024-01-02")), sums{}},
		{"lost", sold("9", status("Lost")), sums{}},
		{"convert", sold("9", status("Convert")), sums{}},
		{"no status", sold("9", func(d *crm.Deal) { d.Status = crm.Text{} }), sums{}},
		{"empty status", sold("9", status("")), sums{BaseOffline: 9, Total: 9}},
		{"lost, spaced", sold("9", status("Lost ")), sums{BaseOffline: 9, Total: 9}},
		{"likely", sold("9", probability(`["낮음"," 높음 "]`)), sums{BaseOffline: 9, Total: 9}},
		{"object", sold("9", probability(`{"name":"확정"}`)), sums{Total: 9}},
		{"expected amount", sold("0", func(d *crm.Deal) { d.ExpectedAmount = T("4") }), sums{BaseOffline: 4}},
		{"prefix of a number", sold("12abc"), sums{Total: 12}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			// A target keeps the row, whatever it adds up to.
			r := report(customers(tc.deal, sold("1", of(2))), asBefore(), offline(1, counterparty.Key{Org: "알파산업", Upper: "본사"}))
			var got sums
			for _, row := range list(t, r, counterparty.Query{}).Rows {
				if row.OrgID == "o1" && row.Tier != counterparty.TargetTier {
					got = sums{row.BaseOnline, row.BaseOffline, row.NextOnline, row.NextOffline, row.Total}
					if row.Base != row.BaseOnline+row.BaseOffline || (row.BaseDeals == 1) != (row.Base > 0) {
						t.Errorf("%v of %d deals", row.Base, row.BaseDeals)
					}
				}
			}
			if got != tc.want {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestOwners(t *testing.T) {
	t.Parallel()
	owner := func(s string) func(*crm.Deal) { return func(d *crm.Deal) { d.Owner = T(s) } }
	data := customers(
		sold("9", owner(`[{"name":"이두리"},"김하나 ",{"id":7}]`)), sold("9", owner("김하나")), sold("9", owner("")),
		sold("9", owner("박세찌"), status("SQL")), sold("9", owner("최네찌"), contract("2026-01-01")), sold("9", of(2), status("SQL")),
	)
	for _, tc := range []struct {
		person string
		want   []string
	}{{"", []string{"7", "김하나", "미입력", "이두리"}}, {`{"name":" 담당 "}`, []string{" 담당 "}}} {
		data.People[0].Owner = T(tc.person)
		rows := list(t, report(data, asBefore(), counterparty.Targets{}), counterparty.Query{}).Rows
		if diff := cmp.Diff(tc.want, rows[0].Owners); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.person, diff)
		}
		if rows[1].Owners == nil || len(rows[1].Owners) != 0 {
			t.Errorf("owners without a Won deal: %v", rows[1].Owners)
		}
	}
}

// TestWithoutOrganization: deals of nobody take a place and make no row.
func TestWithoutOrganization(t *testing.T) {
	t.Parallel()
	r := report(customers(sold("1"), sold("500", func(d *crm.Deal) { d.OrganizationID = crm.Text{} })), asBefore(), counterparty.Targets{})
	every := "전체"
	l := list(t, r, counterparty.Query{Size: &every, Limit: 1})
	if l.Meta.OrgCount != 1 || len(l.Rows) != 0 {
		t.Errorf("first place: %d organisations, rows %v", l.Meta.OrgCount, names(l.Rows))
	}
	if l := list(t, r, counterparty.Query{Size: &every}); l.Meta.OrgCount != 2 || len(l.Rows) != 1 {
		t.Errorf("all: %d organisations, rows %v", l.Meta.OrgCount, names(l.Rows))
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	data := customers(sold("9"), sold("8", of(2)), sold("7", of(9)))
	data.Organizations[0].Name = T(" \u00a0")
	data.Organizations[1].Name = crm.Text{}
	every := "전체"
	var got []string
	for _, row := range list(t, report(data, asBefore(), counterparty.Targets{}), counterparty.Query{Size: &every}).Rows {
		got = append(got, row.OrgID+" "+row.OrgName)
	}
	if want := []string{"o1 미입력", "o2 o2", "o9 o9"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}

// TestDiagnostics is the table of spec 04 §4.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	data := customers(sold("9"))
	data.Organizations[1].Size = T("중견기업")
	r := report(data, asBefore(), offline(3,
		counterparty.Key{Org: "알파산업", Upper: "본사"}, counterparty.Key{Org: "알파산업", Upper: "없는실"},
		counterparty.Key{Org: "베타유통", Upper: "본사"}, counterparty.Key{Org: "쌍둥이정밀", Upper: "본사"},
		counterparty.Key{Org: "없는회사", Upper: "본사"}, counterparty.Key{Org: "", Upper: "미입력"}))
	o1, o2, large, middle := "o1", "o2", "대기업", "중견기업"
	want := []counterparty.Diagnostic{
		{OrgName: "베타유통", UpperOrg: "본사", Matches: 1, OrgID: &o2, OrgSize: &middle, SizeMismatch: true, HasOverride: true, Dropped: true},
		{OrgName: "쌍둥이정밀", UpperOrg: "본사", Matches: 2, HasOverride: true, Dropped: true},
		{OrgName: "알파산업", UpperOrg: "본사", Matches: 1, OrgID: &o1, OrgSize: &large, HasPeople: true, HasRow: true, HasOverride: true, Base: 9},
		{OrgName: "알파산업", UpperOrg: "없는실", Matches: 1, OrgID: &o1, OrgSize: &large, HasOverride: true},
		{OrgName: "없는회사", UpperOrg: "본사", HasOverride: true, Dropped: true},
	}
	l := list(t, r, counterparty.Query{Debug: true})
	if diff := cmp.Diff(want, l.Meta.Diagnostics); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"o1/본사/P5"}, names(l.Rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	none := "없는규모"
	for _, q := range []counterparty.Query{{}, {Debug: true, Size: &none}} {
		raw, err := json.Marshal(list(t, r, q).Meta)
		if err != nil || slices.Contains(keysOf(t, raw), "overrideDiagnostics") {
			t.Errorf("%+v: meta %s, %v", q, raw, err)
		}
	}
}

func keysOf(tb testing.TB, raw []byte) (keys []string) {
	tb.Helper()
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil {
		tb.Fatal(err)
	}
	for key := range object {
		keys = append(keys, key)
	}
	return keys
}

// TestBaseYear: the years are a parameter.
func TestBaseYear(t *testing.T) {
	t.Parallel()
	r := report(customers(sold("9"), sold("5", contract("2024-03-01")), sold("2", contract("2026-03-01"))), corrected(), counterparty.Targets{})
	for year, want := range map[int][2]float64{0: {9, 2}, 2025: {9, 2}, 2024: {5, 9}, 2026: {2, 0}} {
		row := list(t, r, counterparty.Query{BaseYear: year}).Rows[0]
		d, err := r.Detail(counterparty.DetailQuery{OrgID: "o1", UpperOrg: "본사", BaseYear: year})
		if err != nil || [2]float64{row.Base, row.NextOffline} != want || row.Total != want[0] || d.Summary.Offline != want[0] {
			t.Errorf("%d: %+v, detail %+v, %v", year, row, d.Summary, err)
		}
	}
}

// TestDetailOrder: newest contract first, blank ones last; teams and equals in
// snapshot order.
func TestDetailOrder(t *testing.T) {
	t.Parallel()
	created := func(s string) func(*crm.Deal) { return func(d *crm.Deal) { d.CreatedDate = T(s) } }
	data := customers(
		sold("9", contract("")), sold("9", contract(" 2026-01-01")), sold("9"), sold("9", created("2025-02-01")), sold("9"),
		sold("9", contract("2026-01-01"), func(d *crm.Deal) { d.PersonID = T("p5") }),
	)
	data.People = append(data.People, crm.Person{ID: T("p5"), OrganizationID: T("o2"), UpperOrg: T(" 본사"), TeamSignature: T(" ")})
	d := detail(t, report(data, asBefore(), counterparty.Targets{}), "o1", "본사 ")
	var got []string
	for _, deal := range d.Deals {
		got = append(got, *deal.ID)
	}
	if want := []string{"d4", "d3", "d5", "d2", "d1", "d6"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if len(d.Teams) != 2 || d.Teams[1].Team != "미입력" || len(d.People) != 1 || *d.Deals[5].PersonName != "p5" {
		t.Errorf("teams %d, people %+v", len(d.Teams), d.People)
	}
	empty, err := json.Marshal(detail(t, report(data, asBefore(), counterparty.Targets{}), "none", ""))
	want := `{"people":[],"teams":[],"summary":{"online":0,"offline":0,"dealCount":0},"deals":[],"offline25_deals":[],"offline26_deals":[],"online26_deals":[]}`
	if err != nil || string(empty) != want {
		t.Errorf("nobody: %s, %v", empty, err)
	}
}

// TestColumns: an endpoint says which column it lacks, and does without those
// it may.
func TestColumns(t *testing.T) {
	t.Parallel()
	without := func(table, column string) *crm.Dataset {
		data := customers(sold("9", probability("낮음")))
		data.Columns[table] = slices.DeleteFunc(data.Columns[table], func(c string) bool { return c == column })
		return data
	}
	for _, tc := range []struct {
		table, column string
		list, detail  bool // work
	}{
		{snapshot.TableDeal, field.Amount, false, false},
		{snapshot.TableDeal, field.CourseFormat, false, false},
		{snapshot.TableOrganization, field.CompanySize, false, true},
		{snapshot.TablePeople, field.TeamSignature, true, false},
		{snapshot.TablePeople, field.TitleSignature, true, true},
		{snapshot.TablePeople, field.Owner, true, true},
		{snapshot.TableDeal, field.ExpectedDate, true, false},
		{snapshot.TableDeal, field.CourseStart, true, false},
		{snapshot.TableDeal, field.Probability, true, false},
	} {
		r := report(without(tc.table, tc.column), asBefore(), counterparty.Targets{})
		_, listErr := r.List(counterparty.Query{})
		_, sumErr := r.Summary(counterparty.Query{})
		_, detailErr := r.Detail(counterparty.DetailQuery{})
		if (listErr == nil) != tc.list || (sumErr == nil) != tc.list || (detailErr == nil) != tc.detail {
			t.Errorf("without %s: %v, %v, %v", tc.column, listErr, sumErr, detailErr)
		}
		for _, err := range []error{listErr, sumErr, detailErr} {
			if missing, ok := errors.AsType[*crm.MissingError](err); err != nil && (!ok || missing.Column != tc.column) {
				t.Errorf("without %s: %v", tc.column, err)
			}
		}
	}
}

// TestNoProbabilities: without the column every deal was certain; corrected,
// only Won ones are.
func TestNoProbabilities(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		rules  normalise.Rules
		status string
		base   float64 // 0 is no row
	}{
		{asBefore(), "SQL", 9},
		{asBefore(), "Won", 9},
		{corrected(), "SQL", 0},
		{corrected(), "Won", 9},
	} {
		data := customers(sold("9", status(tc.status)))
		data.Columns[snapshot.TableDeal] = slices.DeleteFunc(data.Columns[snapshot.TableDeal], func(c string) bool { return c == field.Probability })
		data.Deals[0].Probability = crm.Text{}
		var base float64
		for _, row := range list(t, report(data, tc.rules, counterparty.Targets{}), counterparty.Query{}).Rows {
			base += row.Base
		}
		if base != tc.base {
			t.Errorf("%s, %s: %v, want %v", tc.rules.Numbers, tc.status, base, tc.base)
		}
	}
}

// TestSharedPersonID: as a left join does, a deal counts once for each person
// that has the id of its person (spec 03 §0.2), but only once in the
// organisation's total; by corrected rules it counts for the first one.
func TestSharedPersonID(t *testing.T) {
	t.Parallel()
	data := customers(sold("9"))
	for _, upper := range []string{"본사", "공장"} {
		twin := data.People[0]
		twin.UpperOrg, twin.Owner = T(upper), T("이두리")
		data.People = append(data.People, twin)
	}
	type sums struct {
		Base, Total float64
		Deals       int
		Owners      []string
	}
	for _, tc := range []struct {
		name     string
		rules    normalise.Rules
		list     map[string]sums
		inDetail map[string]int
	}{
		{
			"as before", asBefore(),
			map[string]sums{"본사": {18, 9, 2, []string{"김하나", "이두리"}}, "공장": {9, 9, 1, []string{"이두리"}}},
			map[string]int{"본사": 2, "공장": 1},
		},
		{
			"corrected", corrected(), map[string]sums{"본사": {9, 9, 1, []string{"김하나"}}}, map[string]int{"본사": 1, "공장": 0},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := report(data, tc.rules, counterparty.Targets{})
			got := map[string]sums{}
			for _, row := range list(t, r, counterparty.Query{}).Rows {
				got[row.UpperOrg] = sums{row.Base, row.Total, row.BaseDeals, row.Owners}
			}
			if diff := cmp.Diff(tc.list, got); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
			for upper, n := range tc.inDetail {
				if d := detail(t, r, "o1", upper); d.Summary.DealCount != n || len(d.BaseOffline) != n {
					t.Errorf("%s: %d deals, %d offline, want %d", upper, d.Summary.DealCount, len(d.BaseOffline), n)
				}
			}
		})
	}
}
