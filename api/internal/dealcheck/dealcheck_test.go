package dealcheck_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// TestStatus: raw statuses count as they are spelled.
func TestStatus(t *testing.T) {
	t.Parallel()
	today := func(s string) func(*crm.Deal) {
		return func(d *crm.Deal) {
			d.Status = text(s)
			d.ContractDate, d.LostDate = text("2026-01-05"), text("2026-01-05")
		}
	}
	for raw, want := range map[string]dealcheck.Status{
		"SQL": dealcheck.Open, "Won": dealcheck.Won, "Lost": dealcheck.Lost, "LOST": dealcheck.Lost,
		"won": "", "sql": "", " Won ": "", "lost": "", "Convert": "", "확정": "", "": "",
	} {
		for _, rules := range settings() {
			items := team(t, dealcheck.New(dataset(deal("d1", today(raw))), rules, config()), "sales1")
			var got dealcheck.Status
			if len(items) == 1 {
				got = items[0].Status
			}
			if got != want {
				t.Errorf("%q, %v: %q, want %q", raw, rules, got, want)
			}
		}
	}
}

// TestWindow: closed deals are shown for ten business days, by the same days in
// every setting; open ones always.
func TestWindow(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		deal crm.Deal
		want bool
	}{
		"open":                              {deal("d1"), true},
		"won today":                         {deal("d1", won("2026-01-05", "")), true},
		"won on the first day":              {deal("d1", won("2025-12-22", "")), true},
		"won at a weekend":                  {deal("d1", won("2025-12-27", "")), true},
		"won the day before":                {deal("d1", won("2025-12-21", "")), false},
		"won tomorrow":                      {deal("d1", won("2026-01-06", "")), false},
		"won on the first day in Korea":     {deal("d1", won("2025-12-21T15:00:00.000Z", "")), true},
		"won the day before in Korea":       {deal("d1", won("2025-12-21T14:59:59.999Z", "")), false},
		"won on a day with a weekday":       {deal("d1", won("2025.12.30 (화)", "")), true},
		"won, written as digits":            {deal("d1", won("20251230", "")), true},
		"won, no day, expected":             {deal("d1", won("미정", "2026-01-02")), true},
		"won, no day, expected long ago":    {deal("d1", won("", "2025-01-02")), false},
		"won, no day at all":                {deal("d1", won("", "곧")), false},
		"won long ago, expected now":        {deal("d1", won("2025-01-02", "2026-01-02")), false},
		"lost in the window":                {deal("d1", lost("2025-12-22")), true},
		"lost before":                       {deal("d1", lost("2025-12-19")), false},
		"lost in future":                    {deal("d1", lost("2026-02-01")), false},
		"lost some day":                     {deal("d1", lost("")), false},
		"lost some day, expected right now": {deal("d1", lost(""), func(d *crm.Deal) { d.ExpectedDate = text("2026-01-05") }), false},
	}
	for name, tt := range tests {
		for _, rules := range settings() {
			if got := len(team(t, dealcheck.New(dataset(tt.deal), rules, config()), "sales1")) == 1; got != tt.want {
				t.Errorf("%s, %v: shown %t", name, rules, got)
			}
		}
	}
}

// TestWindow_Length: a window of no days is today.
func TestWindow_Length(t *testing.T) {
	t.Parallel()
	c := config()
	r := func(window int) *dealcheck.Report {
		c.Window = window
		return dealcheck.New(dataset(deal("d1", won("2026-01-05", "")), deal("d2", won("2026-01-04", "")), deal("d3", won("2026-01-02", ""))), corrected(), c)
	}
	for window, want := range map[int]string{0: "d1", 1: "d1 d2 d3"} {
		if got := ids(team(t, r(window), "sales1")); got != want {
			t.Errorf("%d days: %q, want %q", window, got, want)
		}
	}
}

// TestRetention: who has Won deals in the year, for how much.
func TestRetention(t *testing.T) {
	t.Parallel()
	type value struct {
		retained bool
		total    float64
	}
	tests := map[string]struct {
		bought            []crm.Deal
		before, corrected value
	}{
		"two deals":          {[]crm.Deal{bought("o1", "2025-01-01", "100"), bought("o1", "2025-12-31T10:00:00Z", "20.5")}, value{true, 120.5}, value{true, 120.5}},
		"for nothing":        {[]crm.Deal{bought("o1", "2025-05-05", "0")}, value{true, 0}, value{true, 0}},
		"for less":           {[]crm.Deal{bought("o1", "2025-05-05", "-1")}, value{}, value{}},
		"no amount":          {[]crm.Deal{bought("o1", "2025-05-05", "")}, value{}, value{}},
		"grouped":            {[]crm.Deal{bought("o1", "2025-05-05", "1,000원")}, value{}, value{true, 1000}},
		"another year":       {[]crm.Deal{bought("o1", "2024-12-31", "100")}, value{}, value{}},
		"the year in Korea":  {[]crm.Deal{bought("o1", "2024-12-31T15:00:00Z", "100")}, value{}, value{true, 100}},
		"the year elsewhere": {[]crm.Deal{bought("o1", "2025-12-31T15:00:00Z", "100")}, value{true, 100}, value{}},
		"no day of the year": {[]crm.Deal{bought("o1", "2025년 봄", "100")}, value{true, 100}, value{}},
		"a space in front":   {[]crm.Deal{bought("o1", " 2025-05-05", "100")}, value{}, value{true, 100}},
		"another customer":   {[]crm.Deal{bought("o3", "2025-05-05", "100")}, value{}, value{}},
		"nobody":             {[]crm.Deal{bought("", "2025-05-05", "100")}, value{}, value{}},
		"not won":            {[]crm.Deal{deal("w", lost(""), customer("o1"), func(d *crm.Deal) { d.ContractDate, d.Amount = text("2025-05-05"), text("1") })}, value{}, value{}},
		"more than there is": {[]crm.Deal{bought("o1", "2025-05-05", "1.7e308"), bought("o1", "2025-05-05", "1.7e308")}, value{true, math.MaxFloat64}, value{true, math.MaxFloat64}},
	}
	for name, tt := range tests {
		for _, rules := range settings() {
			want := tt.before
			if rules.YearsByKST() {
				want = tt.corrected
			}
			items := team(t, dealcheck.New(dataset(append(tt.bought, deal("d1", customer("o1")))...), rules, config()), "sales1")
			at := slices.IndexFunc(items, func(i dealcheck.Item) bool { return i.DealID == "d1" })
			if got := (value{items[at].IsRetention, items[at].WonTotal}); got != want {
				t.Errorf("%s, %v: %+v, want %+v", name, rules, got, want)
			}
		}
	}
	// The person's organisation is as good as the deal's own.
	ofPerson := deal("d1", func(d *crm.Deal) { d.PersonID = text("p1") })
	c := config()
	c.RetentionYear = 2024
	items := team(t, dealcheck.New(dataset(bought("o1", "2024-05-05", "7"), ofPerson), before(), c), "sales1")
	if len(items) != 1 || !items[0].IsRetention || items[0].WonTotal != 7 {
		t.Errorf("of the person: %+v", items)
	}
}

// TestRetention_Nobody: deals without an organisation retain nobody.
func TestRetention_Nobody(t *testing.T) {
	t.Parallel()
	for _, rules := range settings() {
		items := team(t, dealcheck.New(dataset(bought("", "2025-05-05", "100"), deal("d1", customer(""))), rules, config()), "sales1")
		if len(items) != 1 || items[0].IsRetention || items[0].WonTotal != 0 {
			t.Errorf("%v: %+v", rules, items)
		}
	}
}

// TestTeam: a deal belongs to the teams of all its owners.
func TestTeam(t *testing.T) {
	t.Parallel()
	r := dealcheck.New(dataset(
		deal("d1"), deal("d2", owner(" 가나다C ")), deal("d3", owner(`[{"name":"라마바"},{"name":"가나다"}]`)), deal("d4", owner("박세찌")),
		deal("d5", owner("모르는이")), deal("d6", owner("")), deal("d7", owner("{}")), deal("d8", owner(`["이두리"]`)), deal("d9", owner("가나")),
	), corrected(), config())
	for key, want := range map[string]string{"sales1": "d1 d2 d3 d8", "sales2": "d3 d4", "everybody": "d1 d2 d3 d4 d8"} {
		if got := ids(team(t, r, key)); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// TestOrder: who bought most, then the oldest deal, then the id.
func TestOrder(t *testing.T) {
	t.Parallel()
	r := dealcheck.New(dataset(
		deal("d1", created("2025-05-05")), deal("d3", created("2025-05-05")), deal("d2", created("2025-05-05")), deal("d9"),
		deal("d4", customer("o1"), created("2026")), deal("d5", customer("o2")), bought("o1", "2025-05-05", "50"), bought("o2", "2025-05-05", "60"),
	), before(), config())
	if got := ids(team(t, r, "sales1")); got != "d5 d4 d9 d1 d2 d3" {
		t.Errorf("got %q", got)
	}
}

// TestOrder_Ties: what is equal stays in snapshot order, however many there
// are.
func TestOrder_Ties(t *testing.T) {
	t.Parallel()
	var deals []crm.Deal
	for n := range 100 {
		deals = append(deals, deal("d", func(d *crm.Deal) { d.Name = text(fmt.Sprintf("%02d", n)) }))
	}
	items := team(t, dealcheck.New(dataset(deals...), corrected(), config()), "sales1")
	if !slices.IsSortedFunc(items, func(a, b dealcheck.Item) int { return strings.Compare(*a.DealName, *b.DealName) }) {
		t.Error("equal deals changed places")
	}
}

// TestItem: each field of a full deal and of an empty one.
func TestItem(t *testing.T) {
	t.Parallel()
	full := deal("d1", customer("o1"), owner(`[{"name":"가나다B"},{"name":" 라마바 "}]`), created("2026-01-02T03:04:05Z"), func(d *crm.Deal) {
		d.PersonID, d.Name, d.CourseFormat, d.Probability = text("p1"), text(" 과정 "), text(" 출강 "), text(`["높음"]`)
		d.ExpectedDate, d.ExpectedAmount, d.PlanningSheet = text("3월"), text("1,000"), text(" https://sheet.example/1 ")
	})
	r := dealcheck.New(dataset(full, deal("d9", func(d *crm.Deal) { d.PlanningSheet = text("  ") })), before(), config())
	want := []dealcheck.Item{
		{DealID: "d9", OrgName: "-", Owners: []string{"가나다"}, Status: "sql"},
		{
			DealID: "d1", OrgID: new("o1"), OrgName: "알파산업", UpperOrg: new("인사본부"), TeamSignature: new(" 교육팀"), PersonID: new("p1"),
			PersonName: new("홍고객"), CreatedAt: new("2026-01-02T03:04:05Z"), DealName: new(" 과정 "), CourseFormat: new(" 출강 "),
			Owners: []string{"가나다B", "라마바"}, Probability: new(`["높음"]`), ExpectedDate: new("3월"),
			PlanningSheet: new("https://sheet.example/1"), Memos: 2, Status: "sql",
		},
	}
	if diff := cmp.Diff(want, team(t, r, "sales1")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r = dealcheck.New(dataset(full), corrected(), config())
	if got := team(t, r, "sales2")[0].ExpectedAmount; got == nil || *got != 1000 {
		t.Errorf("corrected amount %v", got)
	}
}

// TestItem_Names: how customers are called, as far as they are known.
func TestItem_Names(t *testing.T) {
	t.Parallel()
	at := func(person, organization crm.Text) func(*crm.Deal) {
		return func(d *crm.Deal) { d.PersonID, d.OrganizationID = person, organization }
	}
	for want, d := range map[string]crm.Deal{
		"알파산업 null": deal("d", at(null(), text("o1"))), "알파산업 홍고객": deal("d", at(text("p1"), null())), "o2 null": deal("d", at(null(), text("o2"))),
		"o3 null": deal("d", at(text("p2"), text("o3"))), "o9 null": deal("d", at(text("p9"), text("o9"))), "- null": deal("d", at(text("p2"), null())),
		"- 홍고객": deal("d", at(text("p1"), text(""))),
	} {
		item := team(t, dealcheck.New(dataset(d), before(), config()), "sales1")[0]
		name := "null"
		if item.PersonName != nil {
			name = *item.PersonName
		}
		if got := item.OrgName + " " + name; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestRefused: unknown teams, then what the snapshot lacks.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "all", "SALES1"} {
		_, err := dealcheck.New(&crm.Dataset{}, before(), config()).Team(key)
		refused, ok := errors.AsType[*dealcheck.UnknownTeamError](err)
		if !ok || refused.Error() != "Unknown teamKey: "+key {
			t.Errorf("%q: %v", key, err)
		}
	}
	required := map[string][]string{
		snapshot.TableDeal: {
			field.ID, field.PeopleID, field.OrganizationID, field.Name, field.CourseFormat, field.Owner, field.Probability,
			field.ExpectedDate, field.ExpectedAmount, field.Status, field.ContractDate,
		},
		snapshot.TablePeople:       {field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature},
		snapshot.TableOrganization: {field.ID, field.Name},
		snapshot.TableMemo:         {field.DealID},
	}
	for table, columns := range crmtest.Columns() {
		for _, column := range columns {
			data := dataset(deal("d1"))
			data.Columns[table] = slices.DeleteFunc(data.Columns[table], func(c string) bool { return c == column })
			_, err := dealcheck.New(data, before(), config()).Team("sales1")
			missing, refused := errors.AsType[*crm.MissingError](err)
			if want := slices.Contains(required[table], column); refused != want || (refused && (missing.Table != table || missing.Column != column)) {
				t.Errorf("without %s of %s: %v", column, table, err)
			}
		}
	}
}
