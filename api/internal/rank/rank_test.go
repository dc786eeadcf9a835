package rank_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

const version = "db_mtime:1"

func before() normalise.Rules    { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// beforeKST is the replaced service in its strict date mode.
func beforeKST() normalise.Rules {
	return normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
}

func config() rank.Config {
	return rank.Config{
		Year: 2025, PreviousYear: 2024, WonYears: []int{2023, 2024, 2025}, SummaryYears: []int{2025, 2026},
		SummarySizes: []string{"대기업", "미입력"}, DefaultSize: "대기업", Excluded: "알파산업",
		Grades: normalise.Grades{{Name: "S0", MinEok: 10}, {Name: "P0", MinEok: 2}, {Name: "P1", MinEok: 1}, {Name: "P5", MinEok: 0}},
		Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
	}
}

func text(s string) crm.Text { return crm.NewText(s) }

// won is a Won deal.
func won(id, org, amount, contract string) crm.Deal {
	return crm.Deal{
		ID: text(id), OrganizationID: text(org), Status: text("Won"), Amount: text(amount), ContractDate: text(contract),
	}
}

// homeless is a Won deal without an organisation.
func homeless(id, amount, contract string) crm.Deal {
	d := won(id, "", amount, contract)
	d.OrganizationID = crm.Text{}
	return d
}

// with gives a deal another status.
func with(d crm.Deal, status string) crm.Deal {
	d.Status = text(status)
	return d
}

func organizations() []crm.Organization {
	return []crm.Organization{
		{ID: text("o1"), Name: text("알파산업"), Size: text("대기업")},
		{ID: text("o2"), Size: text("대기업 ")},
		{ID: text("o3"), Name: text(""), Size: text("중견기업")},
		{ID: text("o4"), Name: text("델타"), Size: text("대기업")},
	}
}

func dataset(organizations []crm.Organization, people []crm.Person, deals ...crm.Deal) *crm.Dataset {
	return &crm.Dataset{Organizations: organizations, People: people, Deals: deals, Columns: crmtest.Columns()}
}

func report(rules normalise.Rules, data *crm.Dataset) *rank.Report {
	return rank.New(data, version, rules, config())
}

// must returns an answer that doesn't fail.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}

// want compares what a list says with one line per item.
func want[T any](t *testing.T, items []T, line func(T) string, lines ...string) {
	t.Helper()
	got := make([]string, len(items))
	for i, item := range items {
		got[i] = line(item)
	}
	if lines == nil {
		lines = []string{}
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// or shows what may be nil.
func or(p *string) string {
	if p == nil {
		return "null"
	}
	return *p
}

func number(p *float64) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

func TestReport_MissingColumns(t *testing.T) {
	t.Parallel()
	answers := map[string]func(r *rank.Report) error{
		"customers":   func(r *rank.Report) error { _, err := r.Customers(rank.Query{}); return err },
		"people":      func(r *rank.Report) error { _, err := r.People(rank.Query{}); return err },
		"mismatched":  func(r *rank.Report) error { _, err := r.Mismatched(rank.Query{}); return err },
		"by size":     func(r *rank.Report) error { _, err := r.WonBySize(); return err },
		"by industry": func(r *rank.Report) error { _, err := r.WonByIndustry(rank.Query{}); return err },
		"summary":     func(r *rank.Report) error { _, err := r.SummaryBySize(rank.SizeSummaryQuery{}); return err },
	}
	for _, tc := range []struct {
		table, column string
		needed        []string
	}{
		{snapshot.TableDeal, field.Amount, []string{"customers", "people", "mismatched", "by size", "by industry", "summary"}},
		{snapshot.TableDeal, field.CourseFormat, []string{"customers", "people"}},
		{snapshot.TableDeal, field.CreatedDate, []string{"people"}},
		{snapshot.TablePeople, field.Name, []string{"people", "mismatched"}},
		{snapshot.TableOrganization, field.IndustryMajor, []string{"by industry"}},
		{snapshot.TableOrganization, field.CompanySize, []string{"customers", "people", "mismatched", "by size", "by industry", "summary"}},
		{snapshot.TableDeal, field.Probability, nil},
	} {
		data := dataset(nil, nil)
		data.Columns[tc.table] = slices.DeleteFunc(data.Columns[tc.table], func(c string) bool { return c == tc.column })
		r := report(corrected(), data)
		for name, answer := range answers {
			err := answer(r)
			wantErr := fmt.Sprintf("the snapshot's table %q has no column %q", tc.table, tc.column)
			if needs := slices.Contains(tc.needed, name); (err != nil) != needs || (needs && err.Error() != wantErr) {
				t.Errorf("%s without %s.%s: %v", name, tc.table, tc.column, err)
			}
		}
	}
}
