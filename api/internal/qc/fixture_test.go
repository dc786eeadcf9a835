package qc_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func before() normalise.Rules    { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// modified is when the snapshot file was written.
func modified() time.Time { return time.Unix(1_770_000_000, 250_000_000) }

func null() crm.Text         { return crm.Text{} }
func text(s string) crm.Text { return crm.NewText(s) }

func day(year, month, day int) normalise.Date {
	d, _ := normalise.NewDate(year, month, day)
	return d
}

// ruleCodes are the rules that are shown.
func ruleCodes() []string {
	return strings.Fields("R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12 R13 R14 R15 R16")
}

// config is a workspace of two teams on the morning of 5 February 2026.
func config() qc.Config {
	team := map[string]string{"가나다": "sales1", "바사": "sales1", "홍길동": "sales1", "라마바": "sales2"}
	teams := map[string][]string{"sales1": {"sales1"}, "sales2": {"sales2"}, "all": {"sales1", "sales2"}}
	labels := map[string]string{"sales1": "영업 1팀", "sales2": "영업 2팀", "all": "전체"}
	c := qc.Config{
		Since: day(2024, 10, 1), GraceDays: 7, NonRevenueMarker: "비매출입과", Hidden: []string{"R17"},
		Proposal: qc.Proposal{CreatedFrom: day(2025, 1, 1), Category: "생성형AI", SizeGroup: "대기업", NotNeeded: "X"},
		Online:   normalise.NewFormatSet("구독제(온라인)", "포팅"),
		Sizes: normalise.Sizes{
			Labels:         []string{"대기업", "중견기업", "중소기업", "공공기관", "대학교", "기타/미입력"},
			PublicKeywords: []string{"공단", "원"}, UniversityKeywords: []string{"대학"},
		},
		TeamOf: func(key string) (string, bool) {
			t, ok := team[key]
			return t, ok
		},
		Teams: func(key string) ([]string, bool) {
			t, ok := teams[key]
			return t, ok
		},
		TeamLabel: func(key string) string { return labels[key] },
		Excludes: func(owner, name string) bool {
			return owner == "가나다" && (name == "빼는 과정" || strings.HasPrefix(name, "임대_"))
		},
		ContactExempt:     func(key string) bool { return key == "바사" },
		LecturerExempt:    func(owner string) bool { return owner == "바사" },
		ContractMayFollow: func(owner, org string) bool { return owner == "가나다" && org == "베타유통" },
		Now:               func() time.Time { return time.Date(2026, 2, 5, 1, 0, 0, 0, time.UTC) },
		Zone:              time.UTC,
	}
	for _, code := range ruleCodes() {
		c.Rules = append(c.Rules, qc.Rule{Code: code, Label: "규칙 " + code})
	}
	return c
}

// clean is a Won deal that breaks no rule.
func clean(id string) crm.Deal {
	return crm.Deal{
		ID: text(id), PersonID: text("p1"), OrganizationID: text("o1"), Name: text("과정 " + id), Owner: text(`{"name":"가나다"}`),
		Status: text("Won"), Probability: text("확정"), Amount: text("5000000"), ExpectedAmount: text("5000000"),
		ContractDate: text("2026-01-10"), ExpectedDate: text("2026-01-10"), CreatedDate: text("2025-12-01T03:00:00.000Z"),
		CourseStart: text("2026-01-15"), CourseEnd: text("2026-01-16"), CourseFormat: text("출강"), Category: text("DT"),
		CourseID: text("200001"), InstructorName: text("오강사"),
	}
}

// dataset is a snapshot of a big customer whose contact p1 is described and p2
// is not, another big one and a small one.
func dataset(deals ...crm.Deal) *crm.Dataset {
	described := crm.Person{
		ID: text("p1"), OrganizationID: text("o1"), Name: text("홍고객"), UpperOrg: text("인사본부"), TeamSignature: text("교육팀"),
		TitleSignature: text("책임"), EducationArea: text("AI"),
	}
	half := described
	half.ID, half.EducationArea = text("p2"), text("  NaN ")
	return &crm.Dataset{
		Organizations: []crm.Organization{
			{ID: text("o1"), Name: text("알파산업"), Size: text("대기업")},
			{ID: text("o2"), Name: text("베타유통"), Size: text("중견")},
			{ID: text("o3"), Name: text("감마상사"), Size: text("중소기업")},
			{ID: text("o4"), Size: text("대기업")},
		},
		People: []crm.Person{described, half}, Deals: deals, Columns: crmtest.Columns(),
	}
}

// withColumn adds a column to those of deals.
func withColumn(data *crm.Dataset, column string) *crm.Dataset {
	data.Columns[snapshot.TableDeal] = append(data.Columns[snapshot.TableDeal], column)
	return data
}

// withoutColumn takes columns of deals away.
func withoutColumn(data *crm.Dataset, columns ...string) *crm.Dataset {
	data.Columns[snapshot.TableDeal] = slices.DeleteFunc(data.Columns[snapshot.TableDeal], func(c string) bool {
		return slices.Contains(columns, c)
	})
	return data
}

func report(rules normalise.Rules, data *crm.Dataset) *qc.Report {
	return qc.New(data, modified(), rules, config())
}

func summary(tb testing.TB, r *qc.Report, team string) qc.Summary {
	tb.Helper()
	s, err := r.Summary(team)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func person(tb testing.TB, r *qc.Report, owner, team string) qc.PersonErrors {
	tb.Helper()
	p, err := r.Person(owner, team)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// codesOf returns what is wrong with the only deal of a snapshot, "clean" if
// the deal is not recorded, "hidden" if it is recorded without a code.
func codesOf(tb testing.TB, r *qc.Report, owner string) string {
	tb.Helper()
	items := person(tb, r, owner, "all").Items
	switch {
	case len(items) == 0:
		return "clean"
	case len(items[0].Codes) == 0:
		return "hidden"
	default:
		return strings.Join(items[0].Codes, " ")
	}
}

// everyColumn has both columns that real snapshots lack.
func everyColumn(data *crm.Dataset) *crm.Dataset {
	return withColumn(withColumn(data, field.OnlineFirstRound), "강사비1")
}
