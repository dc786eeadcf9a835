package revenue_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func before() normalise.Rules    { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// beforeKST is the replaced service in its strict date mode.
func beforeKST() normalise.Rules {
	return normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
}

func config() revenue.Config {
	return revenue.Config{
		Teams: []revenue.Team{
			{Key: "north", Label: "북부팀", Members: normalise.NewMembers("김하나", "이두리B")},
			{Key: "south", Label: "남부팀", Members: normalise.NewMembers("박세찌")},
		},
		SkipMarker:       "[비매출]",
		AccountingStatus: "OK",
		Audited:          func(month string) bool { return month >= "2025-02" },
		Known:            func(digits string) bool { return digits == "200001" },
	}
}

var written = time.Unix(1_770_253_200, 500_000_000)

func text(s string) crm.Text { return crm.NewText(s) }

// complete is a deal that is reported in June 2025.
func complete() crm.Deal {
	return crm.Deal{
		ID: text("d1"), Name: text(" 가 과정 "), Owner: text(`{"name":"김하나"}`), Status: text("Won"), CourseID: text(" 200001 "),
		ContractDate: text("2025-06-10"), Amount: text("1000000"), CourseStart: text("2025-07-01"), CourseEnd: text("2025-07-02"),
	}
}

// with changes a complete deal.
func with(change func(*crm.Deal)) crm.Deal {
	d := complete()
	change(&d)
	return d
}

func report(rules normalise.Rules, deals ...crm.Deal) *revenue.Report {
	return revenue.New(&crm.Dataset{Deals: deals, Columns: crmtest.Columns()}, written, rules, config())
}

func june() revenue.Query { return revenue.Query{Team: "north", Year: 2025, Month: 6} }

func ask(tb testing.TB, r *revenue.Report, q revenue.Query) revenue.Answer {
	tb.Helper()
	a, err := r.Month(q)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func TestMonth(t *testing.T) {
	t.Parallel()
	likely := func(d *crm.Deal) { d.Probability, d.CourseID = text("높음"), crm.Text{} }
	for name, tt := range map[string]struct {
		deal            crm.Deal
		report, review  int
		correctedReview int // -1: as before
	}{
		"complete":                 {complete(), 1, 0, -1},
		"no owner":                 {with(func(d *crm.Deal) { d.Owner = crm.Text{} }), 0, 0, -1},
		"of another team":          {with(func(d *crm.Deal) { d.Owner = text(`{"name":"박세찌"}`) }), 0, 0, -1},
		"second owner counts":      {with(func(d *crm.Deal) { d.Owner = text(`[{"name":"박세찌"},{"name":"이두리A"}]`) }), 1, 0, -1},
		"no course id":             {with(func(d *crm.Deal) { d.CourseID = text("  ") }), 0, 0, -1},
		"a dash as course id":      {with(func(d *crm.Deal) { d.CourseID = text("-") }), 1, 0, -1},
		"no name":                  {with(func(d *crm.Deal) { d.Name = crm.Text{} }), 0, 0, -1},
		"status in other words":    {with(func(d *crm.Deal) { d.Status = text(" won ") }), 1, 0, -1},
		"lost":                     {with(func(d *crm.Deal) { d.Status = text("Lost") }), 0, 0, -1},
		"no contract":              {with(func(d *crm.Deal) { d.ContractDate = crm.Text{} }), 0, 0, -1},
		"contract in dots":         {with(func(d *crm.Deal) { d.ContractDate = text("2025.06.30") }), 1, 0, -1},
		"contract in slashes":      {with(func(d *crm.Deal) { d.ContractDate = text("2025/06/01") }), 1, 0, -1},
		"contract in UTC":          {with(func(d *crm.Deal) { d.ContractDate = text("2025-05-31T15:00:00Z") }), 1, 0, -1},
		"contract of another year": {with(func(d *crm.Deal) { d.ContractDate = text("2024-06-10") }), 0, 0, -1},
		"amount of zero":           {with(func(d *crm.Deal) { d.Amount = text("0") }), 1, 0, -1},
		"amount below zero":        {with(func(d *crm.Deal) { d.Amount = text("-5") }), 1, 0, -1},
		"no amount":                {with(func(d *crm.Deal) { d.Amount = text("abc") }), 0, 0, -1},
		"no start":                 {with(func(d *crm.Deal) { d.CourseStart = text("NaN") }), 0, 0, -1},
		"start that is no day":     {with(func(d *crm.Deal) { d.CourseStart = text("미정") }), 1, 0, -1},
		"no end":                   {with(func(d *crm.Deal) { d.CourseEnd = crm.Text{} }), 0, 0, -1},
		"not revenue, reported":    {with(func(d *crm.Deal) { d.Name = text("[비매출] 나") }), 1, 0, -1},

		"likely, incomplete":        {with(likely), 0, 1, -1},
		"likely, complete":          {with(func(d *crm.Deal) { d.Probability = text("확정") }), 1, 0, -1},
		"likely in a list":          {with(func(d *crm.Deal) { likely(d); d.Probability = text(`[["확정"]]`) }), 0, 1, -1},
		"likely in an object":       {with(func(d *crm.Deal) { likely(d); d.Probability = text(`{"a":"확정"}`) }), 0, 0, -1},
		"likely by status":          {with(func(d *crm.Deal) { d.CourseID, d.Status = crm.Text{}, text("확정") }), 0, 1, -1},
		"likely, not revenue":       {with(func(d *crm.Deal) { likely(d); d.Name = text("나 [비매출]") }), 0, 0, -1},
		"likely and lost":           {with(func(d *crm.Deal) { likely(d); d.Status = text("Lost") }), 0, 1, 0},
		"likely, expected in June":  {with(func(d *crm.Deal) { likely(d); d.ContractDate, d.ExpectedDate = text("미정"), text("2025-06-30") }), 0, 1, -1},
		"likely, contract counts":   {with(func(d *crm.Deal) { likely(d); d.ContractDate, d.ExpectedDate = text("2025-05-31"), text("2025-06-30") }), 0, 0, -1},
		"likely, without any month": {with(func(d *crm.Deal) { likely(d); d.ContractDate = crm.Text{} }), 0, 0, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, rules := range []normalise.Rules{before(), beforeKST(), corrected()} {
				review := tt.review
				if rules.Numbers == normalise.Corrected && tt.correctedReview >= 0 {
					review = tt.correctedReview
				}
				want := revenue.Counts{Report: tt.report, Review: review}
				if diff := cmp.Diff(want, ask(t, report(rules, tt.deal), june()).Counts); diff != "" {
					t.Errorf("%+v (-want +got):\n%s", rules, diff)
				}
			}
		})
	}
}

func TestMonth_Items(t *testing.T) {
	t.Parallel()
	waiting := with(func(d *crm.Deal) {
		d.ID, d.Owner, d.Status, d.Probability = text("d2"), text(`[{"name":"김하나C"},{"name":"A"},{"name":"김하나"}]`), text("SQL"), text(`["높음"]`)
		d.ContractDate, d.ExpectedDate, d.Amount, d.ExpectedAmount = text("곧"), text("2025.06.02"), crm.Text{}, text("5")
		d.CourseStart, d.CourseEnd = crm.Text{}, text("2025-07 말")
	})
	a := ask(t, report(before(), complete(), waiting), june())
	want := revenue.Answer{
		Team: "north", Year: 2025, Month: 6,
		Report: []revenue.ReportDeal{{
			DealID: "d1", CourseID: "200001", DealName: "가 과정", Owners: []string{"김하나"}, Status: new("Won"),
			ContractDate: "2025-06-10", Amount: 1000000, StartDate: "2025-07-01", EndDate: "2025-07-02",
		}},
		Review: []revenue.ReviewDeal{{
			DealID: "d2", CourseID: "200001", DealName: "가 과정", Owners: []string{"김하나", "A"}, Status: new("SQL"), Probability: new(`["높음"]`),
			ExpectedCloseDate: "2025-06-02", ContractDate: "곧", ExpectedAmount: new(5.0), StartDate: "", EndDate: "2025-07",
		}},
		Counts: revenue.Counts{Report: 1, Review: 1}, Missing: []revenue.MissingDeal{},
		Meta: revenue.Meta{Version: 1_770_253_200.5, AccountingStatus: "OK"},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
	if end := ask(t, report(beforeKST(), complete(), waiting), june()).Review[0].EndDate; end != "" {
		t.Errorf("by Korean days the end is %q", end)
	}
}

func TestMonth_Order(t *testing.T) {
	t.Parallel()
	deal := func(id, name, contract, course string) crm.Deal {
		return with(func(d *crm.Deal) {
			d.ID, d.Name, d.ContractDate, d.CourseID = text(id), text(name), text(contract), text(course)
		})
	}
	review := func(id, name, contract, expected string) crm.Deal {
		return with(func(d *crm.Deal) {
			d.ID, d.Name, d.ContractDate, d.ExpectedDate, d.CourseEnd, d.Probability = text(id), text(name), text(contract), text(expected), crm.Text{}, text("확정")
		})
	}
	r := report(before(),
		deal("d9", "나", "2025-06-02", "200001"), deal("d2", "가", "2025-06-02", "200001"), deal("d1", "가", "2025-06-02", "200001"),
		deal("d3", "하", "2025-06-01", "200001"),
		deal("d4", "가", "2025-05-09", "9"), deal("d5", "가", "2025-02-01", "9"), deal("d6", "가", "2025-05-10", "9"),
		deal("d7", "가", "2025-01-31", "9"), deal("d8", "가", "2025-05-10", "200,001"), deal("d10", "가", "2025-05-10", "-"),
		deal("d4", "다른 이름", "2025-05-09", "9"), // the id is listed once
		review("r1", "나", "2025-06-09", ""), review("r2", "가", "", "2025-06-09"), review("r3", "가", "2025-06-08", "2025-06-30"),
		review("r4", "가", "2025-04-08", ""), review("r5", "가", "2025-07-01", ""),
	)
	q := june()
	q.HistoryFrom = " 2025-01 "
	a := ask(t, r, q)
	var got [3][]string
	for _, d := range a.Report {
		got[0] = append(got[0], d.DealID)
	}
	for _, d := range a.Review {
		got[1] = append(got[1], d.DealID)
	}
	for _, d := range a.Missing {
		got[2] = append(got[2], d.DealID+" "+d.Month)
	}
	want := [3][]string{{"d3", "d1", "d2", "d9"}, {"r3", "r2", "r1"}, {"d6 2025-05", "d4 2025-05", "d5 2025-02"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report, review, missing (-want +got):\n%s", diff)
	}
	months := []string{}
	for _, m := range a.History {
		months = append(months, m.Key)
		if m.Count != len(m.Deals) {
			t.Errorf("%s: count %d of %d", m.Key, m.Count, len(m.Deals))
		}
	}
	if !slices.Equal(months, []string{"2025-06", "2025-04"}) {
		t.Errorf("history of %v", months)
	}
}

func TestMonth_Refusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		query  revenue.Query
		detail string
	}{
		"no such team":      {revenue.Query{Team: "all", Year: 2025, Month: 6}, "team must be one of north|south"},
		"team first":        {revenue.Query{Team: "", Year: 2025, Month: 6, HistoryFrom: "x"}, "team must be one of north|south"},
		"no dash":           {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "202501"}, "history_from must be in YYYY-MM format"},
		"a day":             {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "2025-01-01"}, "history_from must be in YYYY-MM format"},
		"blank":             {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "  "}, "history_from must be in YYYY-MM format"},
		"signs":             {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "+025--1"}, "history_from must be in YYYY-MM format"},
		"month 0":           {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "2025-00"}, "history_from month must be between 1 and 12"},
		"month 13":          {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "2025-13"}, "history_from month must be between 1 and 12"},
		"later":             {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "2025-07"}, "history_from cannot be later than the selected year/month"},
		"too many months":   {revenue.Query{Team: "north", Year: 2025, Month: 6, HistoryFrom: "2015-06"}, "history_from: a month range is at most 120 months"},
		"before a snapshot": {revenue.Query{Team: "all", Year: 2025, Month: 6}, "team must be one of north|south"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, data := range []*crm.Dataset{nil, {Columns: crmtest.Columns()}} {
				_, err := revenue.New(data, written, corrected(), config()).Month(tt.query)
				if value, ok := errors.AsType[*revenue.ValueError](err); !ok || value.Detail != tt.detail {
					t.Errorf("error %v, want %q", err, tt.detail)
				}
			}
		})
	}
	widest := june()
	widest.HistoryFrom = "2015-07" // 120 months
	if a := ask(t, report(corrected()), widest); a.History == nil || len(a.History) != 0 {
		t.Errorf("history %v, want an empty one", a.History)
	}
	if _, err := revenue.New(nil, written, corrected(), config()).Month(june()); !errors.Is(err, revenue.ErrNoSnapshot) {
		t.Errorf("without a snapshot: %v", err)
	}
}

func TestMonth_MissingColumns(t *testing.T) {
	t.Parallel()
	without := func(column string) *revenue.Report {
		columns := crmtest.Columns()
		columns[snapshot.TableDeal] = slices.DeleteFunc(columns[snapshot.TableDeal], func(c string) bool { return c == column })
		return revenue.New(&crm.Dataset{Columns: columns}, written, corrected(), config())
	}
	for _, column := range []string{field.Name, field.Owner, field.Status, field.ContractDate, field.Amount} {
		_, err := without(column).Month(june())
		if missing, ok := errors.AsType[*crm.MissingError](err); !ok || missing.Column != column {
			t.Errorf("without %s: %v", column, err)
		}
	}
	for _, column := range []string{field.CourseID, field.Probability, field.ExpectedDate, field.ExpectedAmount, field.CourseStart, field.CourseEnd} {
		if _, err := without(column).Month(june()); err != nil {
			t.Errorf("without %s, which reads as NULL then: %v", column, err)
		}
	}
}

func TestTeamLabel(t *testing.T) {
	t.Parallel()
	if got := report(before()).TeamLabel("south"); got != "남부팀" {
		t.Errorf("south is called %q", got)
	}
	if got := report(before()).TeamLabel("x"); got != "x" {
		t.Errorf("x is called %q", got)
	}
}
