package counterparty_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

const null = "\x00"

func cell(t *rapid.T, name string, texts ...string) crm.Text {
	s := rapid.SampledFrom(texts).Draw(t, name)
	if s == null {
		return crm.Text{}
	}
	return T(s)
}

// random draws a small snapshot as messy as people make it, and targets.
func random(t *rapid.T) (*crm.Dataset, counterparty.Targets) {
	data := &crm.Dataset{Columns: columns()}
	for n := range rapid.IntRange(1, 6).Draw(t, "organizations") {
		data.Organizations = append(data.Organizations, crm.Organization{
			ID: T(fmt.Sprintf("o%d", n)), Name: cell(t, "name", null, "", "가", "나", "다"), Size: cell(t, "size", null, "대기업", "중견기업"),
		})
	}
	for n := range rapid.IntRange(0, 8).Draw(t, "people") {
		data.People = append(data.People, crm.Person{
			ID: T(fmt.Sprintf("p%d", n)), OrganizationID: cell(t, "organization", null, "o0", "o1", "o2", "o3", "o9"),
			UpperOrg: cell(t, "upper", null, "", "-", "본사", " 본사", "영업\u00a0본부", "미입력"), TeamSignature: cell(t, "team", null, "교육팀"),
			Owner: cell(t, "owner", null, `["김하나"]`),
		})
	}
	for n := range rapid.IntRange(0, 30).Draw(t, "deals") {
		data.Deals = append(data.Deals, crm.Deal{
			ID: T(fmt.Sprintf("d%d", n)), PersonID: cell(t, "person", null, "p0", "p1", "p2", "p3", "p9"),
			OrganizationID: cell(t, "organization", null, "o0", "o1", "o2", "o3", "o4", "o9"),
			Status:         cell(t, "status", null, "", "Won", "Won", " Won", "Lost", "Convert", "SQL"),
			Probability:    cell(t, "probability", null, "확정", `["높음"]`, "낮음"),
			Amount:         cell(t, "amount", null, "0", "10", "2,000", "30.5", "x"), ExpectedAmount: cell(t, "expected", null, "7"),
			ContractDate: cell(t, "contract", null, "2025-01-02", "2025-12-31T20:00:00Z", "2026-03-01", " 2025-01-01", "2024-12-31T20:00:00Z", "2025-03"),
			ExpectedDate: cell(t, "expected date", null, "2025-06-01", "2026-06-01"), CourseStart: cell(t, "start", null, "2026-01-01", "2025-02-01"),
			CourseFormat: cell(t, "format", null, "출강", "포팅", " 포팅", "구독제 (온라인)"), Owner: cell(t, "owner", null, "이두리"),
			CreatedDate: cell(t, "created", null, "2025-01-01", "2025-02-01"),
		})
	}
	return data, counterparty.Targets{Offline: randomTargets(t), Online: randomTargets(t)}
}

func randomTargets(t *rapid.T) map[counterparty.Key]float64 {
	return rapid.MapOfN(rapid.Custom(func(t *rapid.T) counterparty.Key {
		return counterparty.Key{
			Org:   rapid.SampledFrom([]string{"가", "나", "다", "미입력", "없는회사"}).Draw(t, "org"),
			Upper: rapid.SampledFrom([]string{"본사", "영업 본부", "미입력"}).Draw(t, "upper"),
			OrgID: rapid.SampledFrom([]string{"", "", "o1", "o2", "o8"}).Draw(t, "id"),
		}
	}), rapid.SampledFrom([]float64{0, 5e7, 1e8}), 0, 6).Draw(t, "targets")
}

func randomQuery(t *rapid.T) counterparty.Query {
	q := counterparty.Query{BaseYear: rapid.SampledFrom([]int{0, 2024, 2025}).Draw(t, "year")}
	if rapid.Bool().Draw(t, "by size") {
		size := rapid.SampledFrom([]string{"전체", "", "중견기업", "없는규모"}).Draw(t, "size")
		q.Size = &size
	}
	return q
}

// TestRowsAreTheirDetails: by corrected rules every number of a row is the sum
// of a list of the detail.
func TestRowsAreTheirDetails(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		data, targets := random(rt)
		q := randomQuery(rt)
		r := report(data, corrected(), targets)
		for _, row := range list(t, r, q).Rows {
			d, err := r.Detail(counterparty.DetailQuery{OrgID: row.OrgID, UpperOrg: row.UpperOrg, BaseYear: q.BaseYear})
			if err != nil {
				rt.Fatal(err)
			}
			got := [6]float64{d.Summary.Online, d.Summary.Offline, sum(d.BaseOffline), sum(d.NextOffline), sum(d.NextOnline), row.Base}
			want := [6]float64{row.BaseOnline, row.BaseOffline, row.BaseOffline, row.NextOffline, row.NextOnline, row.BaseOnline + row.BaseOffline}
			if got != want {
				rt.Fatalf("%s/%s: detail %v, row %v", row.OrgID, row.UpperOrg, got, want)
			}
			if row.Total != row.TotalOnline+row.TotalOffline {
				rt.Fatalf("%s: %v is not %v and %v", row.OrgID, row.Total, row.TotalOnline, row.TotalOffline)
			}
		}
	})
}

func sum(deals []counterparty.Deal) (won float64) {
	for i := range deals {
		won += deals[i].Amount
	}
	return won
}

// TestPages: by corrected rules the pages put together are the whole.
func TestPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		data, targets := random(rt)
		r := report(data, corrected(), targets)
		q := randomQuery(rt)
		whole := list(t, r, q)
		joined := []counterparty.Row{}
		organizations := 0
		for q.Limit = rapid.IntRange(1, 4).Draw(rt, "limit"); ; q.Offset += q.Limit {
			page := list(t, r, q)
			joined = append(joined, page.Rows...)
			organizations += page.Meta.OrgCount
			if page.Meta.OrgCount < q.Limit {
				break
			}
		}
		if diff := cmp.Diff(whole.Rows, joined); diff != "" || organizations != whole.Meta.OrgCount {
			rt.Fatalf("%d organisations, want %d; whole (-), pages (+):\n%s", organizations, whole.Meta.OrgCount, diff)
		}
	})
}

// TestSums: in all settings the summary is the sum of the list, every
// counterparty has one row, a size only takes rows away, and asking changes
// nothing.
func TestSums(t *testing.T) {
	t.Parallel()
	all := []normalise.Rules{asBefore(), corrected(), {Numbers: normalise.AsBefore, Dates: normalise.KST}, {Numbers: normalise.Corrected, Dates: normalise.AsText}}
	rapid.Check(t, func(rt *rapid.T) {
		data, targets := random(rt)
		rules := rapid.SampledFrom(all).Draw(rt, "rules")
		if !rules.SharedNamesNeedAnID() {
			targets = counterparty.Targets{} // ids are for corrected rules
		}
		q := randomQuery(rt)
		r := report(data, rules, targets)
		l := list(t, r, q)
		s, err := r.Summary(q)
		if err != nil || s.Meta.RowCount != len(l.Rows) || l.Meta.RowCount != len(l.Rows) {
			rt.Fatalf("summary of %d rows, list of %d: %v", s.Meta.RowCount, len(l.Rows), err)
		}
		var totals counterparty.Totals
		seen := map[string]bool{}
		for i := range l.Rows {
			row := &l.Rows[i]
			totals.BaseOffline += row.BaseOffline
			totals.BaseOnline += row.BaseOnline
			totals.NextOffline += row.NextOffline
			totals.NextOnline += row.NextOnline
			totals.TargetOff += row.TargetOff
			totals.TargetOn += row.TargetOn
			if row.OfflineGiven {
				totals.OfflineGiven++
			}
			if row.OnlineGiven {
				totals.OnlineGiven++
			}
			if place := row.OrgID + "/" + row.UpperOrg; seen[place] {
				rt.Fatalf("%s has two rows", place)
			} else {
				seen[place] = true
			}
			if i > 0 && l.Rows[i-1].Total < row.Total {
				rt.Fatalf("row %d has more than the one before", i)
			}
		}
		if diff := cmp.Diff(totals, s.Totals); diff != "" {
			rt.Fatalf("sums of rows (-), summary (+):\n%s", diff)
		}
		every := counterparty.AllSizes
		more := names(list(t, r, counterparty.Query{Size: &every, BaseYear: q.BaseYear}).Rows)
		for _, name := range names(l.Rows) {
			if !slices.Contains(more, name) {
				rt.Fatalf("size %v has %s, all sizes do not", q.Size, name)
			}
		}
		if diff := cmp.Diff(l, list(t, report(data, rules, targets), q)); diff != "" {
			rt.Fatalf("asked again:\n%s", diff)
		}
	})
}
