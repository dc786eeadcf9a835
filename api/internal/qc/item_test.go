package qc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
)

// TestItem: each field of a full deal and of an empty one.
func TestItem(t *testing.T) {
	t.Parallel()
	full := broken("d1", "가나다", func(d *crm.Deal) {
		d.PersonID, d.Name = text("p2"), text("  생성형 과정  ")
		d.Probability = text(`["확정"]`)
		d.ExpectedDate, d.ContractDate = text("미정 (3월)"), text("2025-12-31T15:30:00Z")
		d.CourseStart, d.CourseEnd = text("2026.01.05"), text("2026-01-15 (목)")
		d.Amount, d.ExpectedAmount = text("0"), text("1,000")
		d.Category, d.CourseFormat = text(" DT "), text(" 포팅 ")
		d.OnlineCycle, d.OnlineFirstRound = text(" 매월 "), text(" 1회 ")
		d.InstructorName, d.InstructorFee = text(" 오강사 "), text("협의")
		d.ProposalWritten, d.ProposalUpload = text(" O "), text("")
	})
	empty := crm.Deal{ID: text("d2"), Owner: text("가나다"), Status: text("convert"), Name: text("  ")}
	data := everyColumn(dataset(full, empty))
	want := []qc.Item{
		{
			DealID: "d1", DealName: "생성형 과정", OrganizationID: new("o1"), OrganizationName: new("알파산업"), PersonID: new("p2"),
			PersonName: new("홍고객"), CreatedAt: "2025-12-01", Status: new("Won"), Probability: new(`["확정"]`),
			ExpectedDate: "미정", ContractDate: "2026-01-01", StartDate: "2026-01-05", EndDate: "2026-01-15",
			Amount: new(0.0), Category: "DT", CourseFormat: "포팅", OnlineCycle: "매월", OnlineFirst: "1회", InstructorName: "오강사",
			UpperOrg: new("인사본부"), TeamSignature: new("교육팀"), TitleSignature: new("책임"), EducationArea: new("  NaN "),
			ProposalWritten: new(" O "), ProposalUpload: new(""),
			Codes: []string{"R4", "R13"}, Count: 2, Descriptions: []string{"R4: 규칙 R4", "R13: 규칙 R13"},
		},
		{
			DealID: "d2", DealName: "d2", Status: new("convert"), Codes: []string{"R11"}, Count: 1, Descriptions: []string{"R11: 규칙 R11"},
		},
	}
	got := person(t, report(before(), data), "가나다", "all").Items
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
	// Corrected: days are Korean ones, or none, and amounts may be grouped.
	want[0].ExpectedDate, want[0].EndDate, want[0].ExpectedAmount = "", "", new(1000.0)
	want[0].Codes, want[0].Count = []string{"R3", "R4", "R13"}, 3
	want[0].Descriptions = []string{"R3: 규칙 R3", "R4: 규칙 R4", "R13: 규칙 R13"}
	got = person(t, report(corrected(), data), "가나다", "all").Items
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
}

// TestItem_Names: who and where a deal belongs to, when the CRM only half
// knows.
func TestItem_Names(t *testing.T) {
	t.Parallel()
	at := func(person, organization crm.Text) func(*crm.Deal) {
		return func(d *crm.Deal) { d.PersonID, d.OrganizationID = person, organization }
	}
	data := dataset(
		broken("d1", "가나다", at(text("p1"), null())),
		broken("d2", "가나다", at(text("p3"), text(""))),
		broken("d3", "가나다", at(text("p9"), text("o9"))),
		broken("d4", "가나다", at(null(), text("o4"))),
		broken("d5", "가나다", at(text("p4"), null())),
		broken("d6", "가나다", func(d *crm.Deal) { d.Name = null() }),
	)
	data.People = append(data.People,
		crm.Person{ID: text("p3"), OrganizationID: text("o1")}, crm.Person{ID: text("p4"), OrganizationID: text("o4"), Name: text("")})
	type names struct{ deal, person, personName, organization, organizationName string }
	or := func(s *string) string {
		if s == nil {
			return "null"
		}
		return *s
	}
	var got []names
	for _, item := range person(t, report(normalise.DefaultRules(), data), "가나다", "all").Items {
		got = append(got, names{item.DealName, or(item.PersonID), or(item.PersonName), or(item.OrganizationID), or(item.OrganizationName)})
	}
	want := []names{
		{"과정 d1", "p1", "홍고객", "null", "알파산업"}, // the person's organisation
		{"과정 d2", "p3", "p3", "", ""},          // an empty id is one, and leads nowhere
		{"과정 d3", "p9", "null", "o9", "o9"},
		{"과정 d4", "null", "null", "o4", "o4"}, // has no name
		{"과정 d5", "p4", "", "null", "null"},   // nor has this, and the deal no id
		{"d6", "p1", "홍고객", "o1", "알파산업"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(names{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
