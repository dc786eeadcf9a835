// Package performancetest makes deals for the tests and benchmarks of the
// performance views: by hand, at random, and many. For tests only.
package performancetest

import (
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Version is the snapshot version of the books made here.
const Version = "db_mtime:1"

// Before is the rules of the replaced service.
func Before() normalise.Rules { return normalise.RulesFor(normalise.AsBefore) }

// Corrected is the default rules.
func Corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// T is a cell with a text.
func T(s string) crm.Text { return crm.NewText(s) }

// Dataset has the rows and the columns of an ordinary snapshot.
func Dataset(organizations []crm.Organization, people []crm.Person, deals []crm.Deal) *crm.Dataset {
	return &crm.Dataset{
		Organizations: organizations, People: people, Deals: deals,
		Columns: map[string][]string{
			snapshot.TableOrganization: {field.ID, field.Name, field.CompanySize},
			snapshot.TablePeople:       {field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature},
			snapshot.TableDeal: {
				field.ID, field.PeopleID, field.OrganizationID, field.Name, field.Status, field.Amount, field.ExpectedAmount,
				field.ContractDate, field.CreatedDate, field.Owner, field.ExpectedDate, field.Probability, field.CourseFormat,
				field.Category, field.CourseID, field.CourseStart, field.CourseEnd, field.OnlineFirst,
			},
		},
	}
}

// Book is a book of an ordinary snapshot's deals.
func Book(rules normalise.Rules, data *crm.Dataset) *performance.Book {
	return performance.NewBook(data, Version, rules)
}

// Random draws a snapshot in which everything that the rules look at is
// likely: ids that repeat or lead nowhere, dates of all kinds, states and
// probabilities that contradict each other.
func Random(t *rapid.T) *crm.Dataset {
	organizations := rapid.SliceOfN(rapid.Custom(organization), 0, 6).Draw(t, "organizations")
	people := rapid.SliceOfN(rapid.Custom(person), 0, 6).Draw(t, "people")
	deals := rapid.SliceOfN(rapid.Custom(deal), 1, 40).Draw(t, "deals")
	return Dataset(organizations, people, deals)
}

// cell draws one of the texts; an empty one stands for NULL, `""` for itself.
func cell(t *rapid.T, name string, texts ...string) crm.Text {
	switch s := rapid.SampledFrom(texts).Draw(t, name); s {
	case "":
		return crm.Text{}
	case `""`:
		return T("")
	default:
		return T(s)
	}
}

func organization(t *rapid.T) crm.Organization {
	return crm.Organization{
		ID:   cell(t, "id", "o1", "o2", "o3", "o4"),
		Name: cell(t, "name", "", `""`, "핵심전자", "예시상사", "가나대학교", "다라공단"),
		Size: cell(t, "size", "", "  ", "대기업", "중견", "중소벤처", "공공기관", "대학교", "기타/미입력"),
	}
}

func person(t *rapid.T) crm.Person {
	return crm.Person{
		ID: cell(t, "id", "p1", "p2", "p3"), OrganizationID: cell(t, "organization", "", " ", "o1", " o2 ", "o9"),
		Name: cell(t, "name", "", `""`, "홍고객"), UpperOrg: cell(t, "upper", "", "인재개발실"), TeamSignature: cell(t, "team", "", "교육팀"),
	}
}

func deal(t *rapid.T) crm.Deal {
	return crm.Deal{
		ID:             cell(t, "id", "", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9"),
		PersonID:       cell(t, "person", "", "p1", "p2", "p3", "p9"),
		OrganizationID: cell(t, "organization", "", " ", `""`, "o1", "o2", " o3", "o9"),
		Name:           cell(t, "name", "", `""`, "가 과정", "나 과정"),
		Status:         cell(t, "status", "", "Won", " Won ", "won", "Lost", "Convert", "SQL", "Closed", "패배"),
		Amount:         cell(t, "amount", "", "0", "-5", "100", "250.5", "1,000", "abc", "nan"),
		ExpectedAmount: cell(t, "expected", "", "0", "70", "inf", "900원"),
		ContractDate:   date(t, "contract"), ExpectedDate: date(t, "expected date"), CreatedDate: date(t, "created"),
		CourseStart: date(t, "start"), CourseEnd: date(t, "end"),
		Owner:        cell(t, "owner", "", `{"name":"김하나"}`, `[{"name":"이두리A"},{"name":"김하나"}]`, "박세찌", "{}"),
		Probability:  cell(t, "probability", "", `""`, "확정", `["높음"]`, `["확정","높음"]`, `["LOST"]`, "[]", "낮음"),
		CourseFormat: cell(t, "format", "", "구독제(온라인)", "구독제 (온라인)", "출강", " 출강 ", "해커톤"),
		Category:     cell(t, "category", "", "생성형AI", "생성형 AI", "Skill Match", "리더십"),
		CourseID:     cell(t, "course id", "", " ", "200001"),
		OnlineFirst:  cell(t, "first", "", "X", "O", "no", "nan"),
	}
}

func date(t *rapid.T, name string) crm.Text {
	return cell(t, name, "", " ", "2024-12-31T16:00:00Z", "2024-12-31", "2025-01-01", "2025-02-28T01:00:00.000Z", "2025.03.05", "2025-12",
		"2025-13-01", "2026-01-15 (목)", "20260210", "2026-03-31T15:30:00Z", "2027-01-01", "미정", "2025")
}
