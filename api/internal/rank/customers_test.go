package rank_test

import (
	"fmt"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
)

func customerLine(c rank.Customer) string {
	return fmt.Sprintf("%s %s: %v = %v + %v, %v; %s %s",
		or(c.OrgID), or(c.OrgName), c.Total, c.Online, c.Offline, c.TotalPrevious, c.Grade, c.GradePrevious)
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	online := won("d2", "o1", "100000000", "2025-12-31")
	online.CourseFormat = text("포팅")
	data := dataset(organizations(), nil,
		with(won("d11", "o4", "90", "2024-05-05"), "Lost"),
		won("d1", "o1", "50", "2025-01-01"), online, won("d3", "o1", "40", "2024-02-02"),
		won("d4", "o3", "7", "2025-03-03"),
		won("d5", "o4", "9", "2024-01-01"), won("d8", "o9", "7", "2025-01-01"),
		with(won("d6", "o2", "500", "2025-05-05"), "Lost"), homeless("d7", "5", "2025-01-01"),
		won("d10", "o3", "abc", "2025-01-01"), won("d9", "o1", "1000", "2023-01-01"),
	)
	all := []string{
		"o1 알파산업: 1.0000005e+08 = 1e+08 + 50, 40; P1 P5",
		"o3 : 7 = 0 + 7, 0; P5 P5", // an empty name stays
		"o9 o9: 7 = 0 + 7, 0; P5 P5",
		"null null: 5 = 0 + 5, 0; P5 P5",
		"o4 델타: 0 = 0 + 0, 9; P5 P5", // only the year before
	}
	for _, tc := range []struct {
		name  string
		rules normalise.Rules
		query rank.Query
		want  []string
	}{
		{"corrected: Won only", corrected(), rank.Query{}, all},
		{"as before: any status in the year", before(), rank.Query{}, append([]string{
			all[0], "o2 o2: 500 = 0 + 500, 0; P5 P5",
		}, all[1:]...)},
		{"every size", corrected(), rank.Query{Size: new("전체")}, all},
		{"blank size", corrected(), rank.Query{Size: new(" ")}, all},
		{"a size, exactly", corrected(), rank.Query{Size: new("대기업")}, []string{all[0], all[4]}},
		{"a size with a space", before(), rank.Query{Size: new("대기업 ")}, []string{"o2 o2: 500 = 0 + 500, 0; P5 P5"}},
		{"an unknown size", corrected(), rank.Query{Size: new("없는규모")}, nil},
		{"another year", corrected(), rank.Query{Year: 2024}, []string{
			"o1 알파산업: 40 = 0 + 40, 1000; P5 P5", "o4 델타: 9 = 0 + 9, 0; P5 P5",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want(t, must(report(tc.rules, data).Customers(tc.query)).Items, customerLine, tc.want...)
		})
	}
}

// TestCustomers_Years: as before, the year is the text's beginning or, in
// strict mode, the Korean one; corrected, always the Korean one.
func TestCustomers_Years(t *testing.T) {
	t.Parallel()
	data := dataset(organizations(), nil,
		won("d1", "o1", "1", "2024-12-31T16:00:00Z"), won("d2", "o1", "20", " 2025-01-01"), won("d3", "o1", "300", "2025-12"),
		won("d4", "o1", "4000", "2025년"), won("d5", "o1", "50000", ""),
	)
	for _, tc := range []struct {
		name  string
		rules normalise.Rules
		want  float64
	}{
		{"as before", before(), 4300},
		{"as before, strict", beforeKST(), 321}, // 2025-12 is taken for 2 January
		{"corrected", corrected(), 321},         // and here for December
	} {
		list := must(report(tc.rules, data).Customers(rank.Query{}))
		if got := list.Items[0].Total; got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestCustomers_FormatsAndAmounts(t *testing.T) {
	t.Parallel()
	spaced := won("d1", "o1", "1,500,000원", "2025-01-01")
	spaced.CourseFormat = text("구독제 (온라인)")
	data := dataset(organizations(), nil, spaced)
	for _, tc := range []struct {
		rules normalise.Rules
		want  string
	}{
		{before(), "o1 알파산업: 1 = 0 + 1, 0; P5 P5"}, // the longest numeric prefix, and not quite the format
		{corrected(), "o1 알파산업: 1.5e+06 = 1.5e+06 + 0, 0; P5 P5"},
	} {
		want(t, must(report(tc.rules, data).Customers(rank.Query{})).Items, customerLine, tc.want)
	}
}
