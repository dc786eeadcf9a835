package rank_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
)

// wantJSON compares an answer as clients see it.
func wantJSON(t *testing.T, name, wanted string, answer any) {
	t.Helper()
	b, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, string(b)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func sized(id, size, industry string) crm.Organization {
	return crm.Organization{ID: text(id), Name: text("회사 " + id), Size: text(size), Industry: text(industry)}
}

func TestWonBySize(t *testing.T) {
	t.Parallel()
	unsized := sized("o5", "", "")
	unsized.Size = crm.Text{}
	data := dataset([]crm.Organization{sized("o1", "대기업", ""), sized("o2", " 대기업", ""), sized("o3", " ", ""), sized("o4", "미입력", ""), unsized}, nil,
		won("d1", "o1", "10", "2023-01-01"), won("d2", "o2", "200", "2024-12-31T16:00:00Z"), won("d3", "o1", "3000", "2025-01-01"),
		won("d4", "o3", "1", "2023-01-01"), won("d5", "o4", "20", "2024-01-01"), won("d6", "o5", "300", "2025-01-01"),
		won("d7", "o9", "4000", "2025-01-01"), homeless("d8", "5", "2025-01-01"),
		with(won("d9", "o1", "1000", "2025-01-01"), "won"), won("d10", "o1", "7", "2022-01-01"), won("d11", "o1", "7", ""),
	)
	const byText = `{"items":[{"size":"미입력","won2023":1,"won2024":20,"won2025":4305},{"size":"대기업","won2023":10,"won2024":200,"won2025":3000}]}`
	for name, tc := range map[string]struct {
		rules normalise.Rules
		want  string
	}{
		"as before":                           {before(), byText},
		"as before, strict: still by text":    {beforeKST(), byText},
		"corrected: by the Korean day's year": {corrected(), strings.Replace(byText, `"won2024":200,"won2025":3000`, `"won2024":0,"won2025":3200`, 1)},
	} {
		wantJSON(t, name, tc.want, must(report(tc.rules, data).WonBySize()))
	}
}

func TestWonByIndustry(t *testing.T) {
	t.Parallel()
	data := dataset([]crm.Organization{sized("o1", "대기업", "금융"), sized("o2", "중견기업", " 금융 "), sized("o3", "대기업", " "), sized("o4", "대기업", "제조")}, nil,
		won("d1", "o1", "10", "2023-01-01"), won("d2", "o2", "200", "2024-12-31T16:00:00Z"), won("d3", "o1", "0", "2025-01-01"),
		won("d4", "o3", "1", "2023-01-01"), homeless("d8", "5", "2025-01-01"), won("d5", "o9", "3", "2025-01-01"),
		won("d6", "o4", "8", "2025-01-01"), won("d7", "o4", "8", "2022-01-01"),
	)
	const (
		missing  = `{"industry":"미입력","orgCount":2,"won2023":1,"won2024":0,"won2025":8}` // o3 and o9; d8 is nobody's
		industry = `{"industry":"제조","orgCount":1,"won2023":0,"won2024":0,"won2025":8}`
		finance  = `{"industry":"금융","orgCount":2,"won2023":10,"won2024":0,"won2025":200}`
	)
	for _, tc := range []struct {
		name  string
		rules normalise.Rules
		query rank.Query
		want  []string
	}{
		{"as before", before(), rank.Query{}, []string{missing, industry, strings.Replace(finance, `"won2024":0,"won2025":200`, `"won2024":200,"won2025":0`, 1)}},
		{"as before, strict", beforeKST(), rank.Query{}, []string{finance, missing, industry}},
		{"corrected", corrected(), rank.Query{}, []string{finance, missing, industry}},
		{"a size", corrected(), rank.Query{Size: new("중견기업")}, []string{`{"industry":"금융","orgCount":1,"won2023":0,"won2024":0,"won2025":200}`}},
		{"an unknown size", before(), rank.Query{Size: new("중견")}, nil},
	} {
		wantJSON(t, tc.name, `{"items":[`+strings.Join(tc.want, ",")+`]}`, must(report(tc.rules, data).WonByIndustry(tc.query)))
	}
}

func TestSummaryBySize(t *testing.T) {
	t.Parallel()
	data := dataset(append(organizations(), sized("o5", " 대기업 ", "")), nil,
		won("d1", "o1", "1", "2025-01-01"), won("d2", "o4", "20", "2026-01-01"), won("d3", "o5", "300", "2024-12-31T16:00:00Z"),
		won("d4", "o3", "4000", "2024-06-01"), homeless("d5", "5", "2025-01-01"), won("d6", "o9", "60", "2025-01-01"),
	)
	for _, tc := range []struct {
		name  string
		rules normalise.Rules
		query rank.SizeSummaryQuery
		want  string // from the names that are left out
	}{
		{
			"default: without 알파산업 and what has no organisation", before(),
			rank.SizeSummaryQuery{},
			`["알파산업"],"years":[2025,2026],"by_size":{"대기업":{"sum_2025":0,"sum_2026":20},"미입력":{"sum_2025":60,"sum_2026":0}},"totals":{"sum_2025":60,"sum_2026":20}}`,
		},
		{
			"default, corrected: by the Korean day's year", corrected(),
			rank.SizeSummaryQuery{},
			`["알파산업"],"years":[2025,2026],"by_size":{"대기업":{"sum_2025":300,"sum_2026":20},"미입력":{"sum_2025":60,"sum_2026":0}},"totals":{"sum_2025":360,"sum_2026":20}}`,
		},
		{
			"nobody left out", before(),
			rank.SizeSummaryQuery{Excluded: new("")},
			`[],"years":[2025,2026],"by_size":{"대기업":{"sum_2025":1,"sum_2026":20},"미입력":{"sum_2025":65,"sum_2026":0}},"totals":{"sum_2025":66,"sum_2026":20}}`,
		},
		{
			"an id where there is no name", before(),
			rank.SizeSummaryQuery{Excluded: new("o9")},
			`["o9"],"years":[2025,2026],"by_size":{"대기업":{"sum_2025":1,"sum_2026":20},"미입력":{"sum_2025":0,"sum_2026":0}},"totals":{"sum_2025":1,"sum_2026":20}}`,
		},
		{
			"other years as before: their sizes only", before(),
			rank.SizeSummaryQuery{Years: " 2024 ,,+2025,2024"},
			`["알파산업"],"years":[2024,2025,2024],"by_size":{"대기업":{"sum_2025":0,"sum_2026":0},"미입력":{"sum_2025":60,"sum_2026":0},"중견기업":{"sum_2025":0,"sum_2026":0}},"totals":{"sum_2025":60,"sum_2026":0}}`,
		},
		{
			"other years, corrected: their sums", corrected(),
			rank.SizeSummaryQuery{Years: "2024"},
			`["알파산업"],"years":[2024],"by_size":{"대기업":{"sum_2024":0},"미입력":{"sum_2024":0},"중견기업":{"sum_2024":4000}},"totals":{"sum_2024":4000}}`,
		},
		{
			"a negative year as before", before(),
			rank.SizeSummaryQuery{Years: "-1"},
			`["알파산업"],"years":[-1],"by_size":{"대기업":{"sum_2025":0,"sum_2026":0},"미입력":{"sum_2025":0,"sum_2026":0}},"totals":{"sum_2025":0,"sum_2026":0}}`,
		},
		{
			"a year that stands for none", before(),
			rank.SizeSummaryQuery{Years: "0", Excluded: new("")},
			`[],"years":[0],"by_size":{"대기업":{"sum_2025":0,"sum_2026":0},"미입력":{"sum_2025":0,"sum_2026":0}},"totals":{"sum_2025":0,"sum_2026":0}}`,
		},
	} {
		wantJSON(t, tc.name, `{"snapshot_version":"db_mtime:1","excluded_org_names":`+tc.want, must(report(tc.rules, data).SummaryBySize(tc.query)))
	}
}

func TestSummaryBySize_BadYears(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		rules normalise.Rules
		years string
		want  string
	}{
		{before(), "20x5", `years: "20x5" is no whole number`},
		{before(), "2025;2026", `years: "2025;2026" is no whole number`},
		{before(), "99999999999999999999", `years: "99999999999999999999" is no whole number`},
		{corrected(), "2025,20", `years: 20 is no year of four digits`},
		{corrected(), "-1", `years: -1 is no year of four digits`},
		{corrected(), strings.Repeat("2025,", rank.MaxYears+1), `years: at most 100 years can be asked for`},
	} {
		_, err := report(tc.rules, dataset(nil, nil)).SummaryBySize(rank.SizeSummaryQuery{Years: tc.years})
		var refused *rank.YearsError
		if !errors.As(err, &refused) || err.Error() != tc.want {
			t.Errorf("%s: %v, want %s", tc.years, err, tc.want)
		}
	}
	if _, err := report(corrected(), dataset(nil, nil)).SummaryBySize(rank.SizeSummaryQuery{Years: strings.Repeat("2025,", rank.MaxYears)}); err != nil {
		t.Error(err)
	}
}
