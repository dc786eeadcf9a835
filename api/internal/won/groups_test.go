package won_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
)

// example is the workspace of spec 02 §3.2 and §5.6.
func example() *workspace {
	w := newWorkspace()
	o := w.org("org-1")
	o.Size, o.IndustryName, o.Industry = cell("중견기업"), cell("유통"), cell("도소매")
	p := w.person("per-1", "org-1", "인재개발실", "교육팀")
	p.Name, p.TitleSignature = cell("박예시"), cell("책임")
	p.Forms = cell(`[{"id":"f1","name":"상담 신청"}]`)
	w.data.Submissions = []crm.FormSubmission{{PersonID: cell("per-1"), FormID: cell(" f1 "), CreatedAt: cell("2025-01-09T16:00:00.000Z")}}
	d := w.deal("deal-abcdef-1", "org-1", "per-1", "Won", "12000000", "2025-03-01T15:30:00.000Z")
	d.Name, d.CourseFormat, d.Category = cell("2025 온라인 | 상반기"), cell("구독제(온라인)"), cell("HR")
	d.Owner, d.Team = cell(`{"id":"u1","name":"최담당"}`), cell(`[{"id":"t1","name":"1팀"}]`)
	d.CourseStart, d.CourseEnd = cell("2025-04-01"), cell("2025-06-30")
	d = w.deal("deal-abcdef-2", "org-1", "per-1", "SQL", "NULL", "NULL")
	d.Name, d.Owner, d.ExpectedAmount, d.ExpectedDate = cell("후속"), cell(`{"id":"u1","name":"최담당"}`), cell("2500000.5"), cell("2025-12-01")
	w.memo("org-1", "per-1", "NULL", "2025-01-09T16:00:00.000Z", "- 고객 이름 : 박예시\n- 궁금한 점 : 가격\n- 고객 utm_source : x", "NULL")
	w.memo("org-1", "per-1", "deal-abcdef-1", "2025-02-01", "견적 전달\n연락처 010-1234-5678", "NULL")
	return w
}

func TestGroups_Example(t *testing.T) {
	t.Parallel()
	w := example()
	w.data.Deals = append(w.data.Deals[1:], crm.Deal{})
	w.deal("won", "org-1", "per-1", "Won", "NULL", "2025-01-01").Name = cell("x")
	g := must{t, w.report(normalise.AsBefore)}.groups("org-1")
	g.Groups[0].Deals = g.Groups[0].Deals[:1]
	const want = `{"organization":{"id":"org-1","name":"예시상사","size":"중견기업","industry":"유통","industry_major":"도소매","industry_mid":null,"memos":[]},
 "groups":[{"upper_org":"인재개발실","team":"교육팀","people":[{"id":"per-1","name":"박예시","upper_org":"인재개발실","team":"교육팀","title":"책임","edu_area":null,
   "webforms":[{"name":"상담 신청","date":"2025-01-10"}],
   "memos":[{"date":"2025-01-10","cleanText":{"고객이름":"박예시","question":"가격"},"htmlBody":null,"created_at_ts":"2025-01-09T16:00:00.000Z"}]}],
  "deals":[{"id":"deal-abcdef-2","created_at":"","name":"후속","team":null,"owner":"최담당","status":"SQL","probability":null,"expected_date":"2025-12-01","expected_amount":2500000.5,
   "lost_confirmed_at":"","lost_reason":null,"course_format":null,"category":null,"contract_date":"","amount":null,"start_date":"","end_date":"","net_percent":null,
   "people":{"id":"per-1","name":"박예시","upper_org":"인재개발실","team":"교육팀","title":"책임","edu_area":null},"memos":[]}]}]}`
	equalJSON(t, want, g)
}

func equalJSON(tb testing.TB, want string, got any) {
	tb.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(want), &a); err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal([]byte(asJSON(tb, got)), &b); err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		tb.Error(diff)
	}
}

func TestGroups_Targets(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.person("a", "o", " 연구소 ", "2팀")
	w.person("b", "o", "연구소", "1팀")
	w.person("c", "o", "본사", "1팀")   // bought in another year
	w.person("d", "o", "공장", "1팀")   // has not bought
	w.person("e", "o", "연구소", "3팀")  // no deals, same upper organisation
	w.person("f", "o2", "연구소", "4팀") // of another organisation
	w.deal("1", "o", "a", "Won", "NULL", "2023-05-05")
	w.deal("2", "o", "b", "Lost", "5", "NULL")
	w.deal("3", "o", "c", "Won", "5", "2022-05-05")
	w.deal("4", "o", "d", "won", "5", "2024-05-05")
	w.deal("5", "o", "NULL", "SQL", "5", "NULL")
	w.deal("6", "o2", "b", "Won", "5", "2024-05-05")
	const want = "연구소/1팀: 1 people, 2 of b\n연구소/2팀: 1 people, 1 of a\n연구소/3팀: 1 people, "
	for _, n := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		if diff := cmp.Diff(want, shape(must{t, w.report(n)}.groups("o"))); diff != "" {
			t.Errorf("%s:\n%s", n, diff)
		}
	}
}

func TestGroups_Unknown(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	m := must{t, w.report(normalise.Corrected)}
	equalJSON(t, `{"organization":null,"groups":[]}`, m.groups("x"))
	equalJSON(t, `{"items":[]}`, m.summary("x"))
	const zero = `{"2023":0,"2024":0,"2025":0}`
	equalJSON(t, `{"schema_version":"won-groups-json/compact-v1","organization":{"summary":{"won_amount_by_year":`+zero+
		`,"won_amount_online_by_year":`+zero+`,"won_amount_offline_by_year":`+zero+`}}}`, m.compact("x"))
	for _, org := range []string{"x", "o", ""} {
		if got := m.markdown(org, options()); got != "데이터가 없습니다." {
			t.Errorf("%q: %s", org, got)
		}
	}
}

func TestGroups_Memos(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.person("p", "o", "연구소", "1팀")
	w.deal("d", "o", "p", "Won", "1", "2025-01-01")
	w.memo("o", "NULL", "NULL", "2025-01-01", "회사", "<p>회사</p>")
	w.memo("o", "", "", "NULL", "NULL", "NULL")
	w.memo("o", "p", "", "2025-01-01", "사람", "NULL")
	w.memo("o", "p", "d", "2025-01-01", "딜", "NULL")
	w.memo("NULL", "p", "d", "2025-01-01", "회사 없는 딜", "NULL")
	w.memo("o", "NULL", "NULL", "2025-01-01", "미팅 요청 금지", "NULL")
	w.memo("o", "NULL", "NULL", "2025-01-01", "고객 이름 : 가\n고객 utm_source : x", "NULL") // says nothing but who
	g := must{t, w.report(normalise.Corrected)}.groups("o")
	equalJSON(t, `[{"date":"2025-01-01","text":"회사","htmlBody":"<p>회사</p>","created_at_ts":"2025-01-01"},
		{"date":"","text":null,"htmlBody":null,"created_at_ts":null}]`, g.Organization.Memos)
	if got := asJSON(t, g.Groups[0].People[0].Memos); got != `[{"date":"2025-01-01","text":"사람","htmlBody":null,"created_at_ts":"2025-01-01"}]` {
		t.Errorf("of the person: %s", got)
	}
	if got := asJSON(t, g.Groups[0].Deals[0].Memos); got != `[{"date":"2025-01-01","text":"딜","htmlBody":null,"created_at_ts":"2025-01-01"}]` {
		t.Errorf("of the deal: %s", got)
	}
	delete(w.texts, 3)
	for name, err := range map[string]error{
		"groups":   second(w.report(normalise.Corrected).Groups(t.Context(), "o")),
		"compact":  second(w.report(normalise.Corrected).Compact(t.Context(), "o")),
		"markdown": second(w.report(normalise.Corrected).Markdown(t.Context(), "o", options())),
	} {
		if err == nil {
			t.Errorf("%s: an error of reading memos got lost", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestGroups_Webforms(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.person("p", "o", "연구소", "1팀")
	w.deal("d", "o", "p", "Won", "1", "2025-01-01")
	submitted := func(person, form, at string) {
		w.data.Submissions = append(w.data.Submissions, crm.FormSubmission{PersonID: cell(person), FormID: cell(form), CreatedAt: cell(at)})
	}
	submitted("p", "f1", "2025-03-01")
	submitted("p", " f1", "2025-01-01T15:00:00Z")
	submitted("p", "f1", "2025-03-01T01:00:00Z")
	submitted("p", "f1", "NULL")
	submitted(" p", "f2", "2025-03-01")
	submitted("q", "f2", "2025-03-01")
	submitted("p", "7", "2025-03-01")
	submitted("p", "f3", "2025-05-05")
	submitted("p", "", "2025-05-05")
	for forms, want := range map[string]string{
		`[{"id":"f1","name":"하나"}]`:                                  `[{"name":"하나","date":["2025-01-02","2025-03-01"]}]`,
		`[{"webFormId":"f3","title":"셋"}]`:                           `[{"name":"셋","date":"2025-05-05"}]`,
		`[{"id":"","webformId":"f3"}]`:                               `[{"name":"","date":"2025-05-05"}]`,
		`[{"id":"f2","name":"둘"}]`:                                   `[{"name":"둘","date":"날짜 확인 불가"}]`,
		`[{"id":7,"name":"수"},{"id":["f1"],"name":"목록"},{"id":{}}]`:  `[{"name":"수","date":"날짜 확인 불가"},{"name":"목록","date":"날짜 확인 불가"}]`,
		`[" 글자 ","",null,5,{},{"name":"이름만"},{"name":"","title":0}]`: `[{"name":"글자","date":"날짜 확인 불가"},{"name":"이름만","date":"날짜 확인 불가"}]`,
		`{"id":"f1","name":"하나"}`:                                    `[]`,
		`아무 말`:                                                       `[]`,
		`NULL`:                                                       `[]`,
	} {
		w.data.People[0].Forms = cell(forms)
		equalJSON(t, want, must{t, w.report(normalise.Corrected)}.groups("o").Groups[0].People[0].Webforms)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	w.org("o")
	w.data.Columns["deal"] = []string{"id", "상태", "금액"}
	r := w.report(normalise.Corrected)
	for name, err := range map[string]error{
		"summary":  second(r.Summary("o")),
		"groups":   second(r.Groups(t.Context(), "o")),
		"compact":  second(r.Compact(t.Context(), "o")),
		"markdown": second(r.Markdown(t.Context(), "o", options())),
	} {
		missing, ok := errors.AsType[*crm.MissingError](err)
		if !ok || missing.Column != "계약 체결일" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var _ won.MemoTexts = texts{}

func (w *workspace) compactOf(tb testing.TB, n normalise.Numbers) won.Compact {
	tb.Helper()
	c, err := w.report(n).Compact(context.WithoutCancel(tb.Context()), "o")
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
