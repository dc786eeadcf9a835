// Package crmtest makes rows of snapshots for tests: by hand and at random. For
// tests only.
package crmtest

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// T is a cell with a text.
func T(s string) crm.Text { return crm.NewText(s) }

// Columns are those of an ordinary snapshot.
func Columns() map[string][]string {
	return map[string][]string{
		snapshot.TableOrganization: {field.ID, field.Name, field.CompanySize, field.Team, field.Owner, field.IndustryMajor},
		snapshot.TablePeople: {
			field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature, field.TitleSignature,
			field.EducationArea, field.Email, field.Phone, field.Owner,
		},
		snapshot.TableDeal: {
			field.ID, field.PeopleID, field.OrganizationID, field.Name, field.Status, field.Amount, field.ExpectedAmount,
			field.ContractDate, field.CreatedDate, field.Owner, field.ExpectedDate, field.Probability, field.CourseFormat,
			field.Category, field.CourseID, field.CourseStart, field.CourseEnd, field.OnlineFirst, field.OnlineCycle,
			field.LostDate, field.PlanningSheet, field.InstructorName1, "강사료1", field.ProposalWritten, field.ProposalUpload,
		},
		snapshot.TableMemo: {field.ID, field.DealID, field.PeopleID, field.OrganizationID, field.CreatedAt},
	}
}

// Random draws a small snapshot in which ids of organisations and people are
// unique, as they are in the CRM, and everything else is as messy as people make
// it: links that lead nowhere, blank names, amounts that are none, days of all
// kinds.
func Random(t *rapid.T) *crm.Dataset {
	data := &crm.Dataset{Columns: Columns()}
	for n := range rapid.IntRange(0, 6).Draw(t, "organizations") {
		data.Organizations = append(data.Organizations, organization(t, n))
	}
	for n := range rapid.IntRange(0, 8).Draw(t, "people") {
		data.People = append(data.People, person(t, n))
	}
	for n := range rapid.IntRange(0, 40).Draw(t, "deals") {
		data.Deals = append(data.Deals, deal(t, n))
	}
	for n := range rapid.IntRange(0, 10).Draw(t, "memos") {
		data.Memos = append(data.Memos, crm.Memo{Row: int64(n), DealID: cell(t, "memo's deal", null, "", " ", "d1", "d2", "d3", "d99")})
	}
	return data
}

// null stands for NULL among the texts of a cell.
const null = "\x00"

func cell(t *rapid.T, name string, texts ...string) crm.Text {
	s := rapid.SampledFrom(texts).Draw(t, name)
	if s == null {
		return crm.Text{}
	}
	return T(s)
}

func organization(t *rapid.T, n int) crm.Organization {
	return crm.Organization{
		ID:       T(fmt.Sprintf("o%d", n)),
		Name:     cell(t, "name", null, "", "알파산업", "베타유통", "가나대학교", "다라공단"),
		Size:     cell(t, "size", null, "", "  ", "대기업", " 대기업", "중견", "중소벤처", "공공기관", "기타/미입력"),
		Industry: cell(t, "industry", null, "", " ", "금융", " 금융 ", "제조", "미입력"),
	}
}

func person(t *rapid.T, n int) crm.Person {
	return crm.Person{
		ID:             T(fmt.Sprintf("p%d", n)),
		OrganizationID: cell(t, "organization", null, "", "o0", "o1", "o2", "o9"),
		Name:           cell(t, "name", null, "", "홍고객", "이담당", "이담당"),
		UpperOrg:       cell(t, "upper", null, "", " ", "인사본부", "인사본부 ", "영업본부", "Three", "미입력"),
		TeamSignature:  cell(t, "team", null, "", "교육팀", "영업팀"),
		TitleSignature: cell(t, "title", null, "책임"),
		EducationArea:  cell(t, "area", null, "AI"),
		Owner:          cell(t, "owner", null, `{"name":"박세찌"}`),
	}
}

func deal(t *rapid.T, n int) crm.Deal {
	return crm.Deal{
		ID:             T(fmt.Sprintf("d%d", n)),
		PersonID:       cell(t, "person", null, "", "p0", "p1", "p2", "p3", "p4", "p99"),
		OrganizationID: cell(t, "organization", null, "", "o0", "o1", "o2", "o3", "o4", "o99"),
		Name:           cell(t, "name", null, "", "가 과정", "나 과정", "  ", "3월 과정", "비매출입과 건"),
		Status:         cell(t, "status", null, "Won", "Won", "Won", " Won", "won", "Lost", "LOST", "Closed", "SQL", "Convert"),
		Amount:         cell(t, "amount", null, "", "0", "-5000000", "2000000", "3000000", "25000000", "10000000.5", "1,500,000", "12abc", "abc", "nan", "1e9"),
		ExpectedAmount: cell(t, "expected", null, "0", "7000000", "inf", "9,000원"),
		ContractDate:   Date(t, "contract"), CreatedDate: Date(t, "created"), CourseStart: Date(t, "start"), CourseEnd: Date(t, "end"),
		Owner:        cell(t, "owner", null, `{"name":"김하나"}`, `[{"name":"이두리A"},{"name":"김하나"}]`, `{"name":"이두리B"}`, "박세찌AB", "{}"),
		CourseFormat: cell(t, "format", null, "", "포팅", "구독제(온라인)", "구독제 (온라인)", "출강", " 포팅"),
		CourseID:     cell(t, "course id", null, " ", "200001"),
		OnlineFirst:  cell(t, "first", null, "X"),

		ExpectedDate: Date(t, "expected day"), LostDate: Date(t, "lost"),
		Probability:     cell(t, "probability", null, "", "확정", `["높음"]`, `{"name":"확정"}`, `["높음","LOST"]`, "낮음"),
		Category:        cell(t, "category", null, " ", "생성형AI", "nan"),
		OnlineCycle:     cell(t, "cycle", null, "월 1회"),
		PlanningSheet:   cell(t, "sheet", null, " ", " https://sheet.example/1"),
		InstructorName:  cell(t, "instructor", null, "오강사"),
		InstructorFee:   cell(t, "fee", null, "300000", "협의"),
		ProposalWritten: cell(t, "written", null, "O", "X"),
		ProposalUpload:  cell(t, "upload", null, "제안서.pdf"),
	}
}

// Date draws what stands in a column of days.
func Date(t *rapid.T, name string) crm.Text {
	return cell(t, name, null, "", " ", "2023-12-31T16:00:00Z", "2024-06-01", "2024-12-31T16:00:00Z", "2024-12-31", "2025-01-01",
		"2025-02-28T01:00:00.000Z", " 2025-03-05", "2025.03.05", "2025-12", "20250210", "2026-01-15 (목)", "2025-01-02 15:00:00Z",
		"2027-12-31", "2027-12-31T01:00:00Z", "미정", "2025", "202")
}
