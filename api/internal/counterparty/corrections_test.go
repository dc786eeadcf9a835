package counterparty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// setting is a workspace's `numbers`.
type setting struct {
	name      string
	rules     normalise.Rules
	corrected bool
}

func settings() []setting {
	return []setting{{"as before", asBefore(), false}, {"corrected", corrected(), true}}
}

// pick is one of two expectations.
func pick[V any](corrected bool, before, after V) V {
	if corrected {
		return after
	}
	return before
}

// TestTargetRowsOnPages: 04 D1.
func TestTargetRowsOnPages(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			data := customers(sold("300"), sold("200", of(2)))
			data.Organizations[3].Name = T("무거래상사") // o4 has no deals
			data.People[3].UpperOrg = T("기획실")
			r := report(data, rules, offline(5e7,
				counterparty.Key{Org: "알파산업", Upper: "본사"}, counterparty.Key{Org: "무거래상사", Upper: "기획실"}))
			first := list(t, r, counterparty.Query{Limit: 1})
			second := list(t, r, counterparty.Query{Limit: 1, Offset: 1})
			if diff := cmp.Diff(pick(corrected, []string{"o1/본사/P5", "o4/기획실/N"}, []string{"o1/본사/P5"}), names(first.Rows)); diff != "" {
				t.Errorf("first page (-want +got):\n%s", diff)
			}
			want := pick(corrected, []string{"o1/본사/N", "o2/본사/P5", "o4/기획실/N"}, []string{"o2/본사/P5", "o4/기획실/N"})
			if diff := cmp.Diff(want, names(second.Rows)); diff != "" {
				t.Errorf("second page (-want +got):\n%s", diff)
			}
			if got := list(t, r, counterparty.Query{Limit: 1, Offset: 2}); len(got.Rows) != 0 || got.Meta.OrgCount != 0 {
				t.Errorf("past the end: %v", names(got.Rows))
			}
		})
	}
}

// TestOrganizationTotals: 04 D3, D4.
func TestOrganizationTotals(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			rows := list(t, report(customers(
				sold("210000000"), sold("10", format("포팅")), sold("50", contract("2026-01-02")),
				sold("70", status("SQL"), probability("낮음")), sold("900", status("Lost")),
			), rules, counterparty.Targets{}), counterparty.Query{}).Rows
			if len(rows) != 1 {
				t.Fatalf("rows %v", names(rows))
			}
			got := [3]float64{rows[0].Total, rows[0].TotalOnline, rows[0].TotalOffline}
			if want := pick(corrected, [3]float64{210000130, 0, 0}, [3]float64{210000010, 10, 210000000}); got != want {
				t.Errorf("total, online, offline %v, want %v", got, want)
			}
			if rows[0].Tier != "P0" || rows[0].TargetOff != 1.5*210000000 || rows[0].TargetOn != 10 {
				t.Errorf("tier %s, targets %v and %v", rows[0].Tier, rows[0].TargetOff, rows[0].TargetOn)
			}
		})
	}
}

// TestSharedName: 04 D5.
func TestSharedName(t *testing.T) {
	t.Parallel()
	data := customers(sold("100", of(3)), sold("100", of(4)))
	byName := counterparty.Key{Org: "쌍둥이정밀", Upper: "본사"}
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			l := list(t, report(data, rules, offline(7e7, byName)), counterparty.Query{Debug: true})
			for i := range l.Rows {
				if l.Rows[i].OfflineGiven == corrected {
					t.Errorf("%s has the target of a shared name: %v", l.Rows[i].OrgID, l.Rows[i].OfflineGiven)
				}
			}
			want := []counterparty.Diagnostic{{OrgName: "쌍둥이정밀", UpperOrg: "본사", Matches: 2, HasOverride: true, Dropped: true}}
			if diff := cmp.Diff(want, l.Meta.Diagnostics); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}

	byID := byName
	byID.OrgID = "o4"
	l := list(t, report(data, corrected(), offline(7e7, byName, byID)), counterparty.Query{Debug: true})
	for i := range l.Rows {
		if row := &l.Rows[i]; row.OfflineGiven != (row.OrgID == "o4") {
			t.Errorf("%s has the target of o4: %v", row.OrgID, row.OfflineGiven)
		}
	}
	if d := l.Meta.Diagnostics; len(d) != 2 || d[0].OrgID != nil || *d[1].OrgID != "o4" || !d[1].HasRow {
		t.Errorf("diagnostics %+v", d)
	}

	other := byID
	other.Org = "쌍둥이 정밀" // the same customer spelled otherwise
	for _, row := range list(t, report(data, corrected(), offline(7e7, byID, other)), counterparty.Query{}).Rows {
		if row.OfflineGiven {
			t.Errorf("%s has one of two targets for its id", row.OrgID)
		}
	}
}

// TestNextYearOnly: 04 D6.
func TestNextYearOnly(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			r := report(customers(sold("300", contract("2026-02-01"), format("포팅"))), rules, counterparty.Targets{})
			if got, want := names(list(t, r, counterparty.Query{}).Rows), pick(corrected, []string{}, []string{"o1/본사/P5"}); !cmp.Equal(got, want) {
				t.Errorf("rows %v, want %v", got, want)
			}
			sum, err := r.Summary(counterparty.Query{})
			if err != nil || sum.Totals.NextOnline != pick(corrected, 0.0, 300.0) {
				t.Errorf("sum %+v, %v", sum.Totals, err)
			}
		})
	}
}

// TestWonIsCertain: 04 D7.
func TestWonIsCertain(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			r := report(customers(
				sold("300", probability("낮음")), sold("40"),
				sold("7", status("Lost")), sold("5", status("SQL"), probability("낮음")),
			), rules, counterparty.Targets{})
			row := list(t, r, counterparty.Query{}).Rows[0]
			if want := pick(corrected, 40.0, 340.0); row.Base != want || row.BaseOffline != want {
				t.Errorf("list: %v and %v, want %v", row.Base, row.BaseOffline, want)
			}
			d := detail(t, r, "o1", "본사")
			if got, want := len(d.BaseOffline), pick(corrected, 3, 2); got != want {
				t.Errorf("detail: %d certain deals, want %d", got, want)
			}
			if want := pick(corrected, 352.0, 340.0); d.Summary.Offline != want || d.Teams[0].Offline != want || d.Summary.DealCount != 4 {
				t.Errorf("detail: %+v, want %v", d.Summary, want)
			}
		})
	}
}

// TestDashes: 04 D8.
func TestDashes(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			data := customers(sold("300"), sold("40", of(2)))
			data.People[0].UpperOrg = T(" – ")
			data.People[1].UpperOrg = T("영업\u00a0본부")
			r := report(data, rules, counterparty.Targets{})
			rows := list(t, r, counterparty.Query{}).Rows
			if rows[0].UpperOrg != "미입력" || rows[1].UpperOrg != "영업 본부" {
				t.Fatalf("upper organisations %q and %q", rows[0].UpperOrg, rows[1].UpperOrg)
			}
			for _, row := range rows {
				d := detail(t, r, row.OrgID, row.UpperOrg)
				if got, want := len(d.Deals)+len(d.People), pick(corrected, 0, 2); got != want {
					t.Errorf("%s: %d deals and people, want %d", row.UpperOrg, got, want)
				}
			}
			if d := detail(t, r, "o1", "–"); len(d.Deals) != 1 || len(d.People) != 1 || d.People[0].UpperOrg != pick(corrected, "–", "미입력") {
				t.Errorf("by the dash itself: %+v", d)
			}
		})
	}
}

// TestFormatsWithSpaces: 04 D9.
func TestFormatsWithSpaces(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			r := report(customers(
				sold("300", format("구독제 (온라인)")), sold("40", format(" 포팅")),
				sold("5", format(" 포팅"), contract("2026-01-01")),
			), rules, counterparty.Targets{})
			row := list(t, r, counterparty.Query{}).Rows[0]
			got := [4]float64{row.BaseOnline, row.BaseOffline, row.NextOnline, row.NextOffline}
			if want := pick(corrected, [4]float64{0, 340, 0, 5}, [4]float64{340, 0, 5, 0}); got != want {
				t.Errorf("list %v, want %v", got, want)
			}
			d := detail(t, r, "o1", "본사")
			if want := pick(corrected, [2]float64{0, 340}, [2]float64{340, 0}); [2]float64{d.Summary.Online, d.Summary.Offline} != want {
				t.Errorf("detail %+v, want %v", d.Summary, want)
			}
			if len(d.BaseOffline) != pick(corrected, 1, 0) || len(d.NextOnline) != 1 || len(d.NextOffline) != 0 {
				t.Errorf("lists of %d, %d and %d", len(d.BaseOffline), len(d.NextOffline), len(d.NextOnline))
			}
		})
	}
}

// TestYearsAndAmounts: Korean years and written-out amounts (DECISIONS.md).
func TestYearsAndAmounts(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules, corrected := s.rules, s.corrected
			row := list(t, report(customers(
				sold("300"), sold("40", contract("2025-12-31T20:00:00Z")), sold("1,000원"), sold("7", contract("2024-12-31T20:00:00Z")),
			), rules, counterparty.Targets{}), counterparty.Query{}).Rows[0]
			got := [3]float64{row.Base, row.NextOffline, row.Total}
			if want := pick(corrected, [3]float64{340, 0, 341}, [3]float64{1307, 40, 1307}); got != want {
				t.Errorf("base, next, total %v, want %v", got, want)
			}
		})
	}
	// The strict date mode alone moves years of deals, not the filters.
	strict := normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
	row := list(t, report(customers(sold("300"), sold("40", contract("2025-12-31T20:00:00Z"))), strict, counterparty.Targets{}), counterparty.Query{}).Rows[0]
	if row.Base != 300 || row.NextOffline != 40 || row.Total != 340 || len(row.Owners) != 1 {
		t.Errorf("strict: %+v", row)
	}
}

// TestBlankSize: blank is every size in both settings.
func TestBlankSize(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rules := s.rules
			data := customers(sold("300"), sold("40", of(2)))
			data.Organizations[1].Size = crm.Text{}
			r := report(data, rules, counterparty.Targets{})
			for _, tc := range []struct {
				size *string
				want string
				rows int
			}{
				{nil, "대기업", 1}, {new(""), "전체", 2}, {new(" "), "전체", 2}, {new("전체"), "전체", 2}, {new("없는규모"), "없는규모", 0},
			} {
				l := list(t, r, counterparty.Query{Size: tc.size})
				sum, err := r.Summary(counterparty.Query{Size: tc.size})
				if l.Size != tc.want || len(l.Rows) != tc.rows || err != nil || sum.Meta.Size != tc.want || sum.Meta.RowCount != tc.rows {
					t.Errorf("size %v: %q with %d rows, summary %+v, %v", tc.size, l.Size, len(l.Rows), sum.Meta, err)
				}
			}
		})
	}
}
