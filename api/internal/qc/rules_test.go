package qc_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// ruleTest changes the clean deal. What is wrong then is the same with corrected
// numbers unless those are given.
type ruleTest struct {
	name      string
	change    func(d *crm.Deal)
	want      string
	corrected string
}

func lost(d *crm.Deal) { d.Status, d.Probability = text("Lost"), text("LOST") }
func open(d *crm.Deal) { d.Status, d.Probability = text("SQL"), text("낮음") }

// proposal makes the deal one that needs a proposal and has none.
func proposal(d *crm.Deal) { d.Category = text(" 생성형AI ") }

func online(d *crm.Deal) { d.CourseFormat, d.OnlineCycle = text(" 포팅 "), text("월 1회") }

// all applies changes one after the other.
func all(changes ...func(*crm.Deal)) func(*crm.Deal) {
	return func(d *crm.Deal) {
		for _, change := range changes {
			change(d)
		}
	}
}

func owner(name string) func(*crm.Deal) { return func(d *crm.Deal) { d.Owner = text(name) } }
func name(name string) func(*crm.Deal)  { return func(d *crm.Deal) { d.Name = text(name) } }

func ruleTests() []ruleTest {
	return []ruleTest{
		{"nothing", func(*crm.Deal) {}, "clean", ""},
		{"nothing, lost", lost, "clean", ""},
		{"nothing, open", open, "clean", ""},

		{"R1 no contract", func(d *crm.Deal) { d.ContractDate = null() }, "R1", ""},
		{"R1 no day", func(d *crm.Deal) { d.ContractDate = text("미정") }, "R1", ""},
		{"R1 a month", func(d *crm.Deal) { d.ContractDate = text("2025-12") }, "clean", "R1"},
		{"R1 not won", all(open, func(d *crm.Deal) { d.ContractDate = null() }), "clean", ""},
		{"R2 no amount", func(d *crm.Deal) { d.Amount = null() }, "R2", ""},
		{"R2 no number", func(d *crm.Deal) { d.Amount = text("nan") }, "R2", ""},
		{"R2 grouped", func(d *crm.Deal) { d.Amount = text("1,000원") }, "R2", "clean"},
		{"R2 nothing is an amount", func(d *crm.Deal) { d.Amount = text(" 0 ") }, "clean", ""},
		{"R2 not won", all(lost, func(d *crm.Deal) { d.Amount = null() }), "clean", ""},
		{"R3 no start", func(d *crm.Deal) { d.CourseStart = text(" ") }, "R3", ""},
		{"R3 no end", func(d *crm.Deal) { d.CourseEnd = text("추후") }, "R3", ""},
		{"R3 not won", all(open, func(d *crm.Deal) { d.CourseStart, d.CourseEnd = null(), null() }), "clean", ""},
		{"R4 no course id", func(d *crm.Deal) { d.CourseID = null() }, "R4", ""},
		{"R4 spelled missing", func(d *crm.Deal) { d.CourseID = text(" <NA> ") }, "R4", ""},
		{"R4 a dash is something", func(d *crm.Deal) { d.CourseID = text("-") }, "clean", ""},
		{"R4 not won", all(lost, func(d *crm.Deal) { d.CourseID = null() }), "clean", ""},
		{"R5 high", func(d *crm.Deal) { d.Probability = text("높음") }, "R5", ""},
		{"R5 none", func(d *crm.Deal) { d.Probability = null() }, "R5", ""},
		{"R5 not the whole label", func(d *crm.Deal) { d.Probability = text("확정(90%)") }, "R5", ""},
		{"R5 confirmed among others", func(d *crm.Deal) { d.Probability = text(`["높음",["확정"]]`) }, "clean", ""},
		{"R5 confirmed in an object", func(d *crm.Deal) { d.Probability = text(`{"name":"확정"}`) }, "clean", ""},

		{"R6 lost but confirmed", all(lost, func(d *crm.Deal) { d.Probability = text("확정") }), "clean", "R6"},
		{"R6 lost without label", all(lost, func(d *crm.Deal) { d.Probability = null() }), "clean", "R6"},
		{"R6 lost among others", all(lost, func(d *crm.Deal) { d.Probability = text(`["확정","LOST"]`) }), "clean", ""},
		{"R6 other spelling", all(lost, func(d *crm.Deal) { d.Probability = text("Lost") }), "clean", "R6"},
		{"R6 open", all(open, func(d *crm.Deal) { d.Probability = null() }), "clean", ""},
		{"R6 part of a word", all(lost, func(d *crm.Deal) { d.Status, d.Probability = text("Closed"), null() }), "clean", ""},

		{"R7 a month later", func(d *crm.Deal) { d.ContractDate = text("2026-02-01") }, "R7", ""},
		{"R7 same month of another year", func(d *crm.Deal) { d.CourseStart = text("2025-01-09") }, "R7", ""},
		{"R7 same month", func(d *crm.Deal) { d.ContractDate = text("2026-01-31") }, "clean", ""},
		{"R7 contract first", func(d *crm.Deal) { d.ContractDate = text("2025-12-31") }, "clean", ""},
		{"R7 any status", all(lost, func(d *crm.Deal) { d.ContractDate = text("2026-02-01") }), "R7", ""},
		{"R7 online", all(online, func(d *crm.Deal) { d.ContractDate = text("2026-02-01") }), "clean", ""},
		{
			"R7 online with a space", all(online, func(d *crm.Deal) {
				d.ContractDate, d.CourseFormat = text("2026-02-01"), text("구독제 (온라인)")
			}), "R7", "clean",
		},
		{"R7 customer excused", func(d *crm.Deal) { d.ContractDate, d.OrganizationID = text("2026-02-01"), text("o2") }, "clean", ""},
		{
			"R7 excused of somebody else", all(owner("바사"), func(d *crm.Deal) {
				d.ContractDate, d.OrganizationID = text("2026-02-01"), text("o2")
			}), "R7", "",
		},

		{"R8 no category", func(d *crm.Deal) { d.Category = text(" nan ") }, "R8", ""},
		{"R8 any status", all(lost, func(d *crm.Deal) { d.Category = null() }), "R8", ""},
		{"R8 seven days old", func(d *crm.Deal) { d.Category, d.CreatedDate = null(), text("2026-01-29") }, "R8", ""},
		{"R8 six days old", func(d *crm.Deal) { d.Category, d.CreatedDate = null(), text("2026-01-30") }, "clean", ""},
		{"R8 seven days old in Korea", func(d *crm.Deal) { d.Category, d.CreatedDate = null(), text("2026-01-29T14:59:59Z") }, "R8", ""},
		{"R8 six days old in Korea", func(d *crm.Deal) { d.Category, d.CreatedDate = null(), text("2026-01-29T15:00:00Z") }, "clean", ""},
		{"R8 of unknown age", func(d *crm.Deal) { d.Category, d.CreatedDate = null(), text("어제") }, "clean", ""},
		{"R9 no format", func(d *crm.Deal) { d.CourseFormat = null() }, "R9", ""},
		{"R9 six days old", func(d *crm.Deal) { d.CourseFormat, d.CreatedDate = null(), text("2026-01-30") }, "clean", ""},

		{"R10 open", all(open, func(d *crm.Deal) { d.Probability, d.ExpectedDate = text("높음"), null() }), "R10", ""},
		{"R10 won", func(d *crm.Deal) { d.Probability, d.ExpectedDate = text("높음"), text("곧") }, "R5 R10", ""},
		{"R10 confirmed too", all(open, func(d *crm.Deal) { d.Probability, d.ExpectedDate = text(`["높음","확정"]`), null() }), "clean", ""},
		{"R10 lost", all(lost, func(d *crm.Deal) { d.Probability, d.ExpectedDate = text(`["높음","LOST"]`), null() }), "clean", ""},
		{"R10 expected", all(open, func(d *crm.Deal) { d.Probability = text("높음") }), "clean", ""},
		{"R11 convert", all(open, func(d *crm.Deal) { d.Status = text(" CONVERT ") }), "R11", ""},
		{"R11 part of a word", all(open, func(d *crm.Deal) { d.Status = text("Converted") }), "R11", "clean"},
		{"R11 sql comes first", all(open, func(d *crm.Deal) { d.Status = text("SQL convert") }), "clean", ""},
		{"R12 confirmed", all(open, func(d *crm.Deal) { d.Probability, d.Amount, d.ExpectedAmount = text("확정"), null(), text("미정") }), "R12", ""},
		{"R12 high", all(open, func(d *crm.Deal) { d.Probability, d.Amount, d.ExpectedAmount = text("높음"), null(), null() }), "R12", ""},
		{"R12 won", func(d *crm.Deal) { d.Amount, d.ExpectedAmount = null(), null() }, "R2 R12", ""},
		{"R12 expected nothing", all(open, func(d *crm.Deal) { d.Probability, d.Amount, d.ExpectedAmount = text("확정"), null(), text("0") }), "clean", ""},
		{"R12 low", all(open, func(d *crm.Deal) { d.Amount, d.ExpectedAmount = null(), null() }), "clean", ""},
		{"R12 lost", all(lost, func(d *crm.Deal) {
			d.Probability, d.Amount, d.ExpectedAmount = text(`["확정","LOST"]`), null(), null()
		}), "clean", ""},

		{"R13 half described", func(d *crm.Deal) { d.PersonID = text("p2") }, "R13", ""},
		{"R13 nobody", func(d *crm.Deal) { d.PersonID = text("p9") }, "R13", ""},
		{"R13 open", all(open, func(d *crm.Deal) { d.PersonID = null() }), "R13", ""},
		{"R13 medium", func(d *crm.Deal) { d.PersonID, d.OrganizationID = null(), text("o2") }, "R13", ""},
		{"R13 small", func(d *crm.Deal) { d.PersonID, d.OrganizationID = null(), text("o3") }, "clean", ""},
		{"R13 the person's organisation", func(d *crm.Deal) { d.PersonID, d.OrganizationID = text("p2"), null() }, "R13", ""},
		{"R13 a nameless organisation", func(d *crm.Deal) { d.PersonID, d.OrganizationID = null(), text("o4") }, "R13", ""},
		{"R13 no organisation", func(d *crm.Deal) { d.PersonID, d.OrganizationID = null(), null() }, "clean", ""},
		{"R13 convert", all(open, func(d *crm.Deal) { d.Status, d.PersonID = text("Convert"), null() }), "R11", ""},
		{"R13 excused by a month", all(owner("바사"), name("과정 3월"), func(d *crm.Deal) { d.PersonID = null() }), "clean", ""},
		{"R13 excused by owner key", all(owner("바사B"), name("12월 과정"), func(d *crm.Deal) { d.PersonID = null() }), "clean", ""},
		{"R13 no month", all(owner("바사"), name("20월 과정"), func(d *crm.Deal) { d.PersonID = null() }), "R13", ""},
		{"R13 month of somebody else", all(name("3월 과정"), func(d *crm.Deal) { d.PersonID = null() }), "R13", ""},

		{"R14 no cycle", all(online, func(d *crm.Deal) { d.OnlineCycle = text(" ") }), "R14", ""},
		{"R14 a cycle", online, "clean", ""},
		{"R14 offline", func(d *crm.Deal) { d.OnlineCycle = null() }, "clean", ""},
		{"R14 open", all(open, online, func(d *crm.Deal) { d.OnlineCycle = null() }), "clean", ""},
		{"R14 a space", all(online, func(d *crm.Deal) { d.CourseFormat, d.OnlineCycle = text("구독제 (온라인)"), null() }), "clean", "R14"},
		{"R15 no lecturer", func(d *crm.Deal) { d.InstructorName = text("None") }, "R15", ""},
		{"R15 online", all(online, func(d *crm.Deal) { d.InstructorName = null() }), "clean", ""},
		{"R15 blank format", func(d *crm.Deal) { d.CourseFormat, d.InstructorName = text("  "), null() }, "R9", ""},
		{"R15 open", all(open, func(d *crm.Deal) { d.InstructorName = null() }), "clean", ""},
		{"R15 excused by a month", all(owner("바사"), name("3월 과정"), func(d *crm.Deal) { d.InstructorName = null() }), "clean", ""},
		{"R15 excused as shown only", all(owner("바사B"), name("3월 과정"), func(d *crm.Deal) { d.InstructorName = null() }), "R15", ""},
		{"R15 a space", all(online, func(d *crm.Deal) { d.CourseFormat, d.InstructorName = text("구독제 (온라인)"), null() }), "R15", "clean"},

		{"R16 nothing written", proposal, "R16", ""},
		{"R16 not needed", all(proposal, func(d *crm.Deal) { d.ProposalWritten = text(" X ") }), "clean", ""},
		{"R16 not needed, in small", all(proposal, func(d *crm.Deal) { d.ProposalWritten = text("x") }), "R16", ""},
		{"R16 not uploaded", all(proposal, func(d *crm.Deal) { d.ProposalWritten, d.ProposalUpload = text("O"), text("null") }), "R16", ""},
		{"R16 uploaded", all(proposal, func(d *crm.Deal) { d.ProposalWritten, d.ProposalUpload = text("O"), text("제안서.pdf") }), "clean", ""},
		{"R16 uploaded, not written", all(proposal, func(d *crm.Deal) { d.ProposalUpload = text("제안서.pdf") }), "R16", ""},
		{"R16 online", all(proposal, online), "clean", ""},
		{"R16 no format", all(proposal, func(d *crm.Deal) { d.CourseFormat = null() }), "R9 R16", ""},
		{"R16 other category", func(d *crm.Deal) { d.Category = text("생성형AI 심화") }, "clean", ""},
		{"R16 medium", all(proposal, func(d *crm.Deal) { d.OrganizationID = text("o2") }), "clean", ""},
		{"R16 open", all(proposal, open), "clean", ""},
		{"R16 on the first day", all(proposal, func(d *crm.Deal) { d.CreatedDate = text("2025-01-01") }), "R16", ""},
		{"R16 before", all(proposal, func(d *crm.Deal) { d.CreatedDate = text("2024-12-31") }), "clean", ""},
		{"R16 of unknown age", all(proposal, func(d *crm.Deal) { d.CreatedDate = null() }), "clean", ""},

		{"R17 lost", all(lost, func(d *crm.Deal) { d.PersonID = text("p2") }), "hidden", "clean"},
		{"R17 beside others", all(lost, func(d *crm.Deal) { d.PersonID, d.Category = text("p2"), null() }), "R8", ""},
		{"R17 small", all(lost, func(d *crm.Deal) { d.PersonID, d.OrganizationID = null(), text("o3") }), "clean", ""},
		{"R17 excused", all(lost, owner("바사"), name("3월 과정"), func(d *crm.Deal) { d.PersonID = null() }), "clean", ""},
		{"R17 part of a word", all(lost, func(d *crm.Deal) { d.Status, d.PersonID = text("Closed"), null() }), "hidden", "clean"},

		{
			"everything", func(d *crm.Deal) {
				*d = crm.Deal{
					ID: d.ID, Owner: d.Owner, Status: d.Status, OrganizationID: d.OrganizationID, CreatedDate: d.CreatedDate,
					Category: text("생성형AI"), Probability: text("높음"),
				}
			}, "R1 R2 R3 R4 R5 R9 R10 R12 R13 R16", "",
		},
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, tt := range ruleTests() {
		d := clean("d1")
		tt.change(&d)
		want := map[normalise.Rules]string{before(): tt.want, corrected(): tt.want}
		if tt.corrected != "" {
			want[corrected()] = tt.corrected
		}
		for rules, want := range want {
			names := normalise.Owners(normalise.JSON(d.Owner))
			if got := codesOf(t, report(rules, dataset(d)), names[0]); got != want {
				t.Errorf("%s, %s: got %s, want %s", tt.name, rules.Numbers, got, want)
			}
		}
	}
}

// TestRules_EveryOne: there is a deal above that breaks each rule.
func TestRules_EveryOne(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, tt := range ruleTests() {
		for code := range strings.FieldsSeq(tt.want + " " + tt.corrected) {
			seen[code] = true
		}
	}
	for _, code := range ruleCodes() {
		if !seen[code] {
			t.Errorf("nothing breaks %s", code)
		}
	}
}

// TestRules_Columns: some rules are about the column, others about what is in
// it.
func TestRules_Columns(t *testing.T) {
	t.Parallel()
	empty := clean("d1")
	empty.Category, empty.CourseFormat = null(), null()
	onlineDeal := clean("d1")
	online(&onlineDeal)
	onlineDeal.OnlineCycle = null()
	nobody := clean("d1")
	nobody.InstructorName = null()
	unwritten := clean("d1")
	proposal(&unwritten)
	for name, tt := range map[string]struct {
		deal          crm.Deal
		columns       []string
		with, without string
	}{
		"R8":      {empty, []string{field.Category}, "R8 R9", "R9"},
		"R9":      {empty, []string{field.CourseFormat}, "R8 R9", "R8"},
		"R8, R9":  {empty, []string{field.Category, field.CourseFormat}, "R8 R9", "clean"},
		"R14":     {onlineDeal, []string{field.OnlineCycle}, "R14", "clean"},
		"R15":     {nobody, []string{field.InstructorName1}, "R15", "clean"},
		"R16":     {unwritten, []string{field.ProposalWritten, field.ProposalUpload}, "R16", "R16"},
		"nothing": {clean("d1"), []string{field.OnlineCycle, field.InstructorName1}, "clean", "clean"},
	} {
		for _, rules := range []normalise.Rules{before(), corrected()} {
			if got := codesOf(t, report(rules, dataset(tt.deal)), "가나다"); got != tt.with {
				t.Errorf("%s, %s: got %s, want %s", name, rules.Numbers, got, tt.with)
			}
			if got := codesOf(t, report(rules, withoutColumn(dataset(tt.deal), tt.columns...)), "가나다"); got != tt.without {
				t.Errorf("%s without its column, %s: got %s, want %s", name, rules.Numbers, got, tt.without)
			}
		}
	}
}

// TestRules_Switched: rules that a workspace has off are not checked, hidden
// ones are not shown, and what is shown is in its order.
func TestRules_Switched(t *testing.T) {
	t.Parallel()
	c := config()
	c.Rules = []qc.Rule{{Code: "R17", Label: "잃은 딜"}, {Code: "R2", Label: "금액"}, {Code: "R1", Label: "계약일"}}
	c.Hidden = []string{"R4"}
	lostDeal, bad, hidden := clean("d1"), clean("d2"), clean("d3")
	lost(&lostDeal)
	lostDeal.PersonID = null()
	bad.ContractDate, bad.Amount, bad.CourseStart = null(), null(), null()
	hidden.CourseID = null()
	for _, tt := range []struct {
		rules normalise.Rules
		want  string
		deals int
	}{{before(), "d1:R17 d2:R1,R2 d3:", 3}, {corrected(), "d1:R17 d2:R1,R2", 2}} {
		r := qc.New(dataset(lostDeal, bad, hidden), modified(), tt.rules, c)
		var got []string
		for _, item := range person(t, r, "가나다", "all").Items {
			got = append(got, item.DealID+":"+strings.Join(item.Codes, ","))
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.rules.Numbers, got, tt.want)
		}
		s := summary(t, r, "all")
		if p := s.People[0]; p.Issues != 3 || p.Deals != tt.deals || len(p.ByRule) != 3 || p.ByRule["R17"] != 1 || len(s.Rules) != 3 {
			t.Errorf("%s: %+v", tt.rules.Numbers, s)
		}
	}
}

// TestMonthInName holds the reading of months against a pattern that says the
// same.
func TestMonthInName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"": false, "월": false, "1월": true, "9월 과정": true, "10월": true, "11월": true, "12월": true, "13월": true, "03월": true,
		"20월": false, "0월": false, "00월": false, "110월": true, "3 월": false, "３월": false, "월3": false, "월 5월": true, "삼월": false,
	} {
		if got := qc.MonthInNameForTest(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
	pattern := regexp.MustCompile(`(1[0-2]|[1-9])월`)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringOfN(rapid.SampledFrom([]rune("0123 월원과A")), 0, 12, -1).Draw(rt, "name")
		if got, want := qc.MonthInNameForTest(name), pattern.MatchString(name); got != want {
			rt.Errorf("%q: %t, want %t", name, got, want)
		}
	})
}
