package rank_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
)

func personLine(p rank.Person) string {
	deals := make([]string, len(p.Deals))
	for i, d := range p.Deals {
		deals[i] = d.ID + ":" + d.Name + ":" + or(d.Status) + ":" + number(d.Amount)
	}
	return fmt.Sprintf("%s %s %v, %s %s %s/%s: %s",
		p.OrgID, p.OrgName, p.OrgTotal, or(p.ID), or(p.Name), or(p.UpperOrg), or(p.TeamSignature), strings.Join(deals, " "))
}

// of gives a deal a person and a day of creation.
func of(d crm.Deal, person, created string) crm.Deal {
	if person != "" {
		d.PersonID = text(person)
	}
	if created != "" {
		d.CreatedDate = text(created)
	}
	return d
}

func TestPeople(t *testing.T) {
	t.Parallel()
	people := []crm.Person{
		{ID: text("p1"), Name: text("나담당"), UpperOrg: text("본부"), TeamSignature: text("1팀")},
		{ID: text("p2"), Name: text("가담당"), UpperOrg: text("본부"), TeamSignature: text("1팀")},
		{ID: text("p3"), UpperOrg: text("가본부"), TeamSignature: text("3팀")},
		{ID: text("p4"), Name: text("가담당"), UpperOrg: text("본부"), TeamSignature: text("2팀")},
	}
	named := of(won("d4", "o1", "7", "2024-01-01"), "p1", "")
	named.Name = text("과정")
	data := dataset(organizations(), people,
		named, with(of(won("d3", "o1", "x", ""), "p1", "2025-03-01"), "SQL"), // p1: no day of creation comes last
		of(won("d1", "o1", "100", "2025-01-01"), "p1", "2025-01-01"),
		of(won("d2", "o1", "50", "2025-01-02"), "p2", "2025-02-01"),
		of(won("d12", "o1", "1", "2023-01-01"), "p4", "2025-01-01"),
		of(won("d5", "o1", "1", "2023-01-01"), "p3", "2025-01-01"),
		of(won("d6", "o1", "1", "2023-01-01"), "p9", "2025-01-01"), // nobody known
		of(won("d7", "o1", "1", "2023-01-01"), "", "2024-01-01"),   // nobody named
		of(won("d8", "o4", "200", "2025-01-01"), "p1", "2025-01-01"),
		homeless("d9", "5", "2025-01-01"),
		of(won("d10", "o3", "1", "2024-01-01"), "p1", "2025-01-01"), // bought nothing in the year
		of(won("d11", "o2", "", "2025-01-01"), "p1", "2025-01-01"),  // a size of its own
	)
	first := []string{
		"o4 델타 200, p1 나담당 본부/1팀: d8:d8:Won:200",
		"o1 알파산업 150, p9 null null/null: d6:d6:Won:1",
		"o1 알파산업 150, null null null/null: d7:d7:Won:1",
		"o1 알파산업 150, p3 p3 가본부/3팀: d5:d5:Won:1",
		"o1 알파산업 150, p2 가담당 본부/1팀: d2:d2:Won:50",
		"o1 알파산업 150, p1 나담당 본부/1팀: d3:d3:SQL:null d1:d1:Won:100 d4:과정:Won:7",
		"o1 알파산업 150, p4 가담당 본부/2팀: d12:d12:Won:1",
	}
	for _, tc := range []struct {
		query rank.Query
		want  []string
	}{
		{rank.Query{}, first},
		{rank.Query{Size: new("")}, append(slices.Clip(first), "o2 o2 0, p1 나담당 본부/1팀: d11:d11:Won:null")},
		{rank.Query{Year: 2023, Size: new("중견기업")}, nil},
	} {
		for _, rules := range []normalise.Rules{before(), beforeKST(), corrected()} {
			want(t, must(report(rules, data).People(tc.query)).Items, personLine, tc.want...)
		}
	}
}

// TestPeople_TotalAndAmount: as before, a total reads a malformed amount as far
// as it goes and a list as nothing; corrected, both read it.
func TestPeople_TotalAndAmount(t *testing.T) {
	t.Parallel()
	data := dataset(organizations(), nil, won("d1", "o1", "1,500,000", "2025-01-01"))
	for _, tc := range []struct {
		rules normalise.Rules
		want  string
	}{
		{before(), "o1 알파산업 1, null null null/null: d1:d1:Won:null"},
		{corrected(), "o1 알파산업 1.5e+06, null null null/null: d1:d1:Won:1.5e+06"},
	} {
		want(t, must(report(tc.rules, data).People(rank.Query{})).Items, personLine, tc.want)
	}
}

func TestMismatched(t *testing.T) {
	t.Parallel()
	people := []crm.Person{
		{ID: text("p1"), Name: text("나담당"), OrganizationID: text("o1")},
		{ID: text("p2"), OrganizationID: text("o9")},
		{ID: text("p3")},
		{ID: text("p4"), OrganizationID: text("")},
	}
	undated := of(won("d5", "o4", "1", ""), "p2", "")
	undated.ContractDate = crm.Text{}
	data := dataset(organizations(), people,
		undated, of(won("d4", "o4", "1", ""), "p1", ""),
		with(of(won("d2", "o4", "x", "2026-05-05"), "p1", ""), "Lost"), of(won("d1", "o4", "20", "2026-05-05"), "p2", ""),
		of(won("d3", "o4", "1", "과거"), "p4", ""),         // after days by code point, so before them here
		of(won("d6", "o1", "1", "2025-01-01"), "p1", ""), // at home
		of(won("d7", "o4", "1", "2025-01-01"), "p3", ""), // belongs nowhere
		of(homeless("d8", "5", "2025-01-01"), "p1", ""),
		of(won("d9", "o4", "1", "2025-01-01"), "p9", ""), // nobody known
		of(won("d10", "o3", "1", "2025-01-01"), "p1", ""),
	)
	line := func(d rank.MismatchedDeal) string {
		return fmt.Sprintf("%s %s: %s %s, %s %s of %s %s, %s %s",
			d.ID, d.Name, d.OrgID, d.OrgName, d.PersonID, d.PersonName, d.PersonOrgID, d.PersonOrgName, or(d.ContractDate), number(d.Amount))
	}
	first := []string{
		"d3 d3: o4 델타, p4 p4 of  , 과거 1",
		"d1 d1: o4 델타, p2 p2 of o9 o9, 2026-05-05 20",
		"d2 d2: o4 델타, p1 나담당 of o1 알파산업, 2026-05-05 null",
	}
	last := []string{
		"d4 d4: o4 델타, p1 나담당 of o1 알파산업,  1",
		"d5 d5: o4 델타, p2 p2 of o9 o9, null 1",
	}
	for _, rules := range []normalise.Rules{before(), beforeKST(), corrected()} {
		r := report(rules, data)
		want(t, must(r.Mismatched(rank.Query{})).Items, line, append(slices.Clip(first), last...)...)
		want(t, must(r.Mismatched(rank.Query{Size: new("전체")})).Items, line,
			append(append(slices.Clip(first), "d10 d10: o3 , p1 나담당 of o1 알파산업, 2025-01-01 1"), last...)...)
	}
}
