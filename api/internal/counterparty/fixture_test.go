package counterparty_test

import (
	"fmt"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// T is a cell with a text.
func T(s string) crm.Text { return crm.NewText(s) }

func asBefore() normalise.Rules  { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// columns are what both endpoints can make use of.
func columns() map[string][]string {
	return map[string][]string{
		snapshot.TableOrganization: {field.ID, field.Name, field.CompanySize},
		snapshot.TablePeople: {
			field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature, field.TitleSignature,
			field.EducationArea, field.Owner,
		},
		snapshot.TableDeal: {
			field.ID, field.PeopleID, field.OrganizationID, field.Name, field.Status, field.Amount, field.ExpectedAmount,
			field.ContractDate, field.CreatedDate, field.Owner, field.ExpectedDate, field.Probability, field.CourseFormat,
			field.CourseStart, field.CourseEnd,
		},
	}
}

// customers is a snapshot of four customers, o1 to o4, and a target list. Each
// has a person, p1 to p4, of the upper organisation 본사; o3 and o4 have one
// name.
func customers(deals ...crm.Deal) *crm.Dataset {
	data := &crm.Dataset{Columns: columns(), Deals: deals}
	for i, name := range []string{"알파산업", "베타유통", "쌍둥이정밀", "쌍둥이정밀"} {
		id := fmt.Sprintf("o%d", i+1)
		data.Organizations = append(data.Organizations, crm.Organization{ID: T(id), Name: T(name), Size: T("대기업")})
		data.People = append(data.People, crm.Person{
			ID: T(fmt.Sprintf("p%d", i+1)), OrganizationID: T(id), Name: T("홍고객"), UpperOrg: T("본사"), TeamSignature: T("교육팀"),
		})
	}
	for i := range data.Deals {
		data.Deals[i].ID = T(fmt.Sprintf("d%d", i+1))
	}
	return data
}

// sold is an offline deal that p1 of o1 signed in May 2025, certain to all
// rules, changed by change.
func sold(amount string, change ...func(*crm.Deal)) crm.Deal {
	d := crm.Deal{
		OrganizationID: T("o1"), PersonID: T("p1"), Status: T("Won"), Probability: T("확정"), Amount: T(amount),
		ContractDate: T("2025-05-02"), CourseFormat: T("출강"), CreatedDate: T("2025-01-01"), Owner: T(`{"name":"김하나"}`),
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

func of(n int) func(*crm.Deal) {
	return func(d *crm.Deal) {
		d.OrganizationID, d.PersonID = T(fmt.Sprintf("o%d", n)), T(fmt.Sprintf("p%d", n))
	}
}

func status(s string) func(*crm.Deal)      { return func(d *crm.Deal) { d.Status = T(s) } }
func contract(s string) func(*crm.Deal)    { return func(d *crm.Deal) { d.ContractDate = T(s) } }
func expected(s string) func(*crm.Deal)    { return func(d *crm.Deal) { d.ExpectedDate = T(s) } }
func start(s string) func(*crm.Deal)       { return func(d *crm.Deal) { d.CourseStart = T(s) } }
func format(s string) func(*crm.Deal)      { return func(d *crm.Deal) { d.CourseFormat = T(s) } }
func probability(s string) func(*crm.Deal) { return func(d *crm.Deal) { d.Probability = T(s) } }

// config is a workspace without targets but those given.
func config(targets counterparty.Targets) counterparty.Config {
	targets.Version = "v1"
	return counterparty.Config{
		BaseYear: 2025, DefaultSize: "대기업",
		Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
		Grades: normalise.Grades{{Name: "S0", MinEok: 10}, {Name: "P0", MinEok: 2}, {Name: "P5", MinEok: 0}},
		Multiplier: func(grade string) float64 {
			if grade == "P0" {
				return 1.5
			}
			return 1
		},
		Targets: targets,
	}
}

// offline is a target list of one side.
func offline(won float64, keys ...counterparty.Key) counterparty.Targets {
	t := counterparty.Targets{Offline: map[counterparty.Key]float64{}}
	for _, key := range keys {
		t.Offline[key] = won
	}
	return t
}

func report(data *crm.Dataset, rules normalise.Rules, targets counterparty.Targets) *counterparty.Report {
	return counterparty.New(data, "db_mtime:1", rules, config(targets))
}

func list(tb testing.TB, r *counterparty.Report, q counterparty.Query) counterparty.List {
	tb.Helper()
	l, err := r.List(q)
	if err != nil {
		tb.Fatalf("list: %v", err)
	}
	return l
}

func detail(tb testing.TB, r *counterparty.Report, org, upper string) counterparty.Detail {
	tb.Helper()
	d, err := r.Detail(counterparty.DetailQuery{OrgID: org, UpperOrg: upper})
	if err != nil {
		tb.Fatalf("detail: %v", err)
	}
	return d
}

// names are the rows as "organisation/upper/tier".
func names(rows []counterparty.Row) []string {
	all := []string{}
	for i := range rows {
		all = append(all, rows[i].OrgID+"/"+rows[i].UpperOrg+"/"+rows[i].Tier)
	}
	return all
}
