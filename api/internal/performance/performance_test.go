package performance_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

var (
	before    = performancetest.Before()
	corrected = performancetest.Corrected()
	null      = crm.Text{}
)

func text(s string) crm.Text { return crm.NewText(s) }

// joined shows entries as deal, person and organisation names.
func joined(b *performance.Book, entries []performance.Entry) [][3]string {
	var all [][3]string
	for i := range entries {
		e := &entries[i]
		all = append(all, [3]string{b.Deal(e).Name.String(), b.Person(e).Name.String(), b.OrganizationLabel(e)})
	}
	return all
}

func TestEntries_Organization(t *testing.T) {
	organizations := []crm.Organization{{ID: text("o1"), Name: text("하나")}, {ID: text("o2")}, {ID: text("o3"), Name: text("")}, {ID: text("x")}}
	people := []crm.Person{{ID: text("p1"), OrganizationID: text(" o1 ")}, {ID: text("p2"), OrganizationID: text("  ")}}
	tests := []struct {
		name              string
		deal, person      crm.Text
		own, fallback     string // names by the two rules
		fallbackID        crm.Text
		organizationFound bool // by the second
	}{
		{"own", text("o1"), text("p1"), "하나", "하나", text("o1"), true},
		{"own without a name", text("o2"), null, "o2", "o2", text("o2"), true},
		{"own with an empty name", text("o3"), null, "o3", "o3", text("o3"), true},
		{"own in spaces", text(" o1 "), null, " o1 ", "하나", text("o1"), true},
		{"own unknown", text("o9"), text("p1"), "o9", "o9", text("o9"), false},
		{"the person's, in spaces", null, text("p1"), "-", "하나", text("o1"), true},
		{"empty, so the person's", text(""), text("p1"), "-", "하나", text("o1"), true},
		{"blank, so the person's", text("  "), text("p1"), "  ", "하나", text("o1"), true},
		{"none", null, text("p2"), "-", "-", null, false},
		{"no such person", null, text("p9"), "-", "-", null, false},
		{"nothing", null, null, "-", "-", null, false},
	}
	for _, tt := range tests {
		data := performancetest.Dataset(organizations, people, []crm.Deal{{ID: text("d"), OrganizationID: tt.deal, PersonID: tt.person}})
		b := performancetest.Book(before, data)
		if got := b.OrganizationLabel(&b.Entries(normalise.DealsOrg)[0]); got != tt.own {
			t.Errorf("%s: as before, own organisation %q, want %q", tt.name, got, tt.own)
		}
		// Corrected rules have the second rule everywhere (P7).
		for _, b := range []*performance.Book{b, performancetest.Book(corrected, data)} {
			rule := normalise.DealsOrgElseTrim
			if b.Rules == corrected {
				rule = normalise.DealsOrg
			}
			e := &b.Entries(rule)[0]
			if got := b.OrganizationLabel(e); got != tt.fallback {
				t.Errorf("%s, %v: organisation %q, want %q", tt.name, b.Rules.Numbers, got, tt.fallback)
			}
			if !e.OrganizationID.Equal(tt.fallbackID) || (b.Organization(e) != nil) != tt.organizationFound {
				t.Errorf("%s, %v: id %q, organisation %v", tt.name, b.Rules.Numbers, e.OrganizationID, b.Organization(e))
			}
		}
	}
}

// TestEntries_Duplicates: ids that repeat multiply rows as a left join does;
// corrected rules take each deal once (P10).
func TestEntries_Duplicates(t *testing.T) {
	data := performancetest.Dataset(
		[]crm.Organization{{ID: text("o"), Name: text("조직1")}, {ID: text("o"), Name: text("조직2")}},
		[]crm.Person{{ID: text("p"), Name: text("사람1")}, {ID: text("p"), Name: text("사람2")}},
		[]crm.Deal{
			{ID: text("d"), Name: text("딜1"), PersonID: text("p"), OrganizationID: text("o")},
			{ID: text("d"), Name: text("딜2")},
			{Name: text("딜3")},
			{Name: text("딜4")},
		})
	b := performancetest.Book(before, data)
	want := [][3]string{
		{"딜1", "사람1", "조직1"},
		{"딜1", "사람1", "조직2"},
		{"딜1", "사람2", "조직1"},
		{"딜1", "사람2", "조직2"},
		{"딜2", "", "-"},
		{"딜3", "", "-"},
		{"딜4", "", "-"},
	}
	if diff := cmp.Diff(want, joined(b, b.Entries(normalise.DealsOrg))); diff != "" {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
	b = performancetest.Book(corrected, data)
	want = [][3]string{{"딜1", "사람1", "조직1"}, {"딜3", "", "-"}, {"딜4", "", "-"}}
	if diff := cmp.Diff(want, joined(b, b.Entries(normalise.DealsOrg))); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
}

func TestFacts(t *testing.T) {
	tests := []struct {
		name        string
		deal        crm.Deal
		used        float64
		known       bool // the amount
		lostForGood bool // corrected only (P4)
	}{
		{"amount", crm.Deal{Amount: text("5"), ExpectedAmount: text("7")}, 5, true, false},
		{"zero", crm.Deal{Amount: text("0"), ExpectedAmount: text("7")}, 7, true, false},
		{"negative", crm.Deal{Amount: text("-5")}, 0, true, false},
		{"no number", crm.Deal{Amount: text("inf"), ExpectedAmount: text("nan")}, 0, false, false},
		{"lost", crm.Deal{Status: text("Lost")}, 0, false, true},
		{"convert", crm.Deal{Status: text("convert(재)")}, 0, false, true},
		{"won", crm.Deal{Status: text("Won")}, 0, false, false},
	}
	for _, tt := range tests {
		for _, rules := range []normalise.Rules{before, corrected} {
			b := performancetest.Book(rules, performancetest.Dataset(nil, nil, []crm.Deal{tt.deal}))
			e := &b.Entries(normalise.DealsOrg)[0]
			f := b.Facts(e)
			if f.Used() != tt.used || f.Amount.Known != tt.known || (f.Amount.Ptr() != nil) != tt.known {
				t.Errorf("%s, %v: used %v, amount %+v", tt.name, rules.Numbers, f.Used(), f.Amount)
			}
			if got := b.LostForGood(e); got != (tt.lostForGood && rules == corrected) {
				t.Errorf("%s, %v: lost for good %v", tt.name, rules.Numbers, got)
			}
		}
	}
}

func TestOwnedBy(t *testing.T) {
	owners := []crm.Text{null, text(`{"name":"김하나A"}`), text(`[{"name":"이두리"},{"name":"김하나"}]`), text("박세찌"), text("{}")}
	deals := make([]crm.Deal, len(owners))
	for i := range owners {
		deals[i].Owner = owners[i]
	}
	b := performancetest.Book(before, performancetest.Dataset(nil, nil, deals))
	entries := b.Entries(normalise.DealsOrg)
	for name, tt := range map[string]struct {
		team normalise.Members
		want []bool
	}{
		"a member":     {normalise.NewMembers("김하나B"), []bool{false, true, true, false, false}},
		"nobody":       {normalise.NewMembers(), []bool{false, false, false, false, false}}, // P3
		"no filter":    {normalise.Everyone(), []bool{true, true, true, true, true}},
		"unknown name": {normalise.NewMembers("없는이"), []bool{false, false, false, false, false}},
	} {
		filter := b.OwnedBy(tt.team)
		for i := range entries {
			if got := filter.Has(&entries[i]); got != tt.want[i] {
				t.Errorf("%s: deal %d is in: %v", name, i, got)
			}
		}
	}
	if got := b.Owners(&entries[0]); got == nil || len(got) != 0 {
		t.Errorf("owners of none: %#v, want an empty list", got)
	}
}

func TestRangeQuery(t *testing.T) {
	p := func(s string) *string { return &s }
	years := []int{2025, 2026}
	both := performance.RangeQuery{From: p("2025-03"), To: p("2025-04"), FromMonth: p("2026-05"), ToMonth: p("2026-06")}
	tests := []struct {
		name         string
		q            performance.RangeQuery
		before       [2]string // of a summary that knew from_month and to_month
		beforePlain  [2]string // … from and to
		correctedAll [2]string // of any
	}{
		{"nothing", performance.RangeQuery{}, [2]string{"2025-01", "2026-12"}, [2]string{"2025-01", "2026-12"}, [2]string{"2025-01", "2026-12"}},
		{"from and to", performance.RangeQuery{From: p("2025-03"), To: p("2025-04")}, [2]string{"2025-01", "2026-12"}, [2]string{"2025-03", "2025-04"}, [2]string{"2025-03", "2025-04"}},
		{"the others", performance.RangeQuery{FromMonth: p("2025-03"), ToMonth: p("2025-04")}, [2]string{"2025-03", "2025-04"}, [2]string{"2025-01", "2026-12"}, [2]string{"2025-03", "2025-04"}},
		{"all four", both, [2]string{"2026-05", "2026-06"}, [2]string{"2025-03", "2025-04"}, [2]string{"2025-03", "2025-04"}},
		{"empty is given", performance.RangeQuery{From: p(""), FromMonth: p("2025-01")}, [2]string{"2025-01", "2026-12"}, [2]string{"", "2026-12"}, [2]string{"", "2026-12"}},
	}
	bounds := func(from, to string) [2]string { return [2]string{from, to} }
	for _, tt := range tests {
		if got := bounds(tt.q.Bounds(before, years)); got != tt.before {
			t.Errorf("%s, as before: %v, want %v", tt.name, got, tt.before)
		}
		if got := bounds(tt.q.PlainBounds(before, years)); got != tt.beforePlain {
			t.Errorf("%s, as before, close rate: %v, want %v", tt.name, got, tt.beforePlain)
		}
		if got, plain := bounds(tt.q.Bounds(corrected, years)), bounds(tt.q.PlainBounds(corrected, years)); got != tt.correctedAll || plain != got {
			t.Errorf("%s, corrected: %v and %v, want %v", tt.name, got, plain, tt.correctedAll)
		}
	}
}

func TestNewRange(t *testing.T) {
	tests := []struct {
		from, to string
		first    string
		n        int
		detail   string
	}{
		{"2025-01", "2025-03", "2501", 3, ""},
		{"2025/03", " 2025-01 ", "2501", 3, ""},
		{"2025-12", "2026-13", "2512", 13, ""},
		{"2016-01", "2025-12", "1601", 120, ""},
		{"2015-12", "2025-12", "", 0, "A month range is at most 120 months"},
		{"0001-01", "9999-12", "", 0, "A month range is at most 120 months"},
		{"2025", "2025-01", "", 0, "Invalid year-month: 2025"},
		{"2025-01", "2025.02", "", 0, "Invalid year-month: 2025.02"},
		{"", "2025-01", "", 0, "Invalid year-month: "},
	}
	for _, tt := range tests {
		r, err := performance.NewRange(tt.from, tt.to)
		if tt.detail != "" {
			if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != tt.detail {
				t.Errorf("%s to %s: %v, want %q", tt.from, tt.to, err, tt.detail)
			}
			continue
		}
		if err != nil || len(r.Keys) != tt.n || r.Keys[0] != tt.first {
			t.Errorf("%s to %s: %v, %v", tt.from, tt.to, r.Keys, err)
		}
		for i, key := range r.Keys {
			if place, ok := r.Place(performance.MonthOf(key)); !ok || place != i {
				t.Errorf("%s to %s: %s is at %d, %v", tt.from, tt.to, key, place, ok)
			}
		}
	}
}

func TestSingleMonth(t *testing.T) {
	for raw, want := range map[string]struct {
		key   string
		month performance.Month
	}{
		"2501": {"2501", 2501}, " 2506 ": {"2506", 2506}, "\u00a02506": {"2506", 2506}, "0001": {"0001", 1},
		"25 6": {"25 6", performance.NoMonth}, "２５０１": {"２５０１", performance.NoMonth}, "-501": {"-501", performance.NoMonth},
	} {
		key, m, err := performance.SingleMonth(raw, "")
		if err != nil || key != want.key || m != want.month {
			t.Errorf("%q: %q, %d, %v; want %+v", raw, key, m, err, want)
		}
	}
	for _, raw := range []string{"", " ", "251", "25011", "2025-01"} {
		if _, _, err := performance.SingleMonth(raw, ", e.g., 2501"); err == nil || err.Error() != "month must be YYMM format, e.g., 2501" {
			t.Errorf("%q: %v", raw, err)
		}
	}
	if got := performance.Month(2601).CenturyYear(); got != 2026 {
		t.Errorf("2601 is in %d", got)
	}
}

func TestSeries_JSON(t *testing.T) {
	r, err := performance.NewRange("2025-12", "2026-02")
	if err != nil {
		t.Fatal(err)
	}
	counts, sums := performance.NewSeries[int](r), performance.NewSeries[float64](r)
	counts.Values[1] = 1200
	sums.Values[0], sums.Values[1], sums.Values[2] = 0.5, math.Inf(1), -1e300
	for _, tt := range []struct {
		v    any
		want string
	}{
		{counts, `{"2512":0,"2601":1200,"2602":0}`},
		{sums, `{"2512":0.5,"2601":1.7976931348623157e+308,"2602":-1e+300}`},
	} {
		if got, err := json.Marshal(tt.v); err != nil || string(got) != tt.want {
			t.Errorf("%s, %v; want %s", got, err, tt.want)
		}
	}
}

func TestRound(t *testing.T) {
	for _, tt := range []struct {
		x        float64
		decimals int
		want     float64
	}{
		{0.125, 2, 0.12},
		{0.375, 2, 0.38},
		{2.675, 2, 2.67},
		{-0.125, 2, -0.12}, // halves to even, on the binary value
		{33.333333, 1, 33.3},
		{66.666, 1, 66.7},
		{0.05, 1, 0.1},
		{100, 1, 100},
		{1.00005, 4, 1.0001},
		{0.00005, 4, 0.0001},
		{math.Inf(1), 4, math.MaxFloat64},
		{math.Inf(-1), 4, -math.MaxFloat64},
		{math.NaN(), 4, 0},
	} {
		if got := performance.Round(tt.x, tt.decimals); got != tt.want {
			t.Errorf("Round(%v, %d) = %v, want %v", tt.x, tt.decimals, got, tt.want)
		}
	}
}

func TestRequire(t *testing.T) {
	data := performancetest.Dataset(nil, nil, nil)
	b := performancetest.Book(before, data)
	if err := b.RequireCreated([]string{field.Amount}, []string{field.Name}, []string{field.CompanySize}); err != nil {
		t.Error(err)
	}
	missing := func(err error, table, column string) {
		t.Helper()
		if m, ok := errors.AsType[*crm.MissingError](err); !ok || m.Table != table || m.Column != column {
			t.Errorf("%v, want that %s lacks %s", err, table, column)
		}
	}
	missing(b.Require([]string{field.LostDate}, nil, nil), snapshot.TableDeal, field.LostDate)
	missing(b.Require(nil, []string{field.Email}, nil), snapshot.TablePeople, field.Email)
	missing(b.Require(nil, nil, []string{field.Industry}), snapshot.TableOrganization, field.Industry)
	data.Columns[snapshot.TableDeal] = []string{field.ID}
	if _, ok := errors.AsType[*performance.ValueError](b.RequireCreated([]string{field.Amount}, nil, nil)); !ok {
		t.Error("a snapshot without a day of creation is not refused as the contract has it")
	}
	delete(data.Columns, snapshot.TableDeal)
	missing(b.RequireCreated(nil, nil, nil), snapshot.TableDeal, "")
}

func TestOnce(t *testing.T) {
	var once performance.Once
	for i, tt := range []struct {
		id   crm.Text
		want bool
	}{{text("a"), true}, {null, true}, {text(""), true}, {text("a"), false}, {null, false}, {text(""), false}, {text("b"), true}} {
		if got := once.First(tt.id); got != tt.want {
			t.Errorf("%d: %v", i, got)
		}
	}
}

func FuzzNewRange(f *testing.F) {
	for _, seed := range [][2]string{
		{"2025-01", "2026-12"},
		{"2025/1", "2025-13"},
		{"", "-"},
		{"9999-99", "0-0"},
		{"2025-01-31", "2025-02"},
		{"-1-1", "１-１"},
		{"99999999999999999999-1", "1-99999999999999999999"},
		{"2025-00", "2025-00"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, from, to string) {
		r, err := performance.NewRange(from, to)
		if err != nil {
			if _, ok := errors.AsType[*performance.ValueError](err); !ok {
				t.Fatalf("%q to %q: %v is no refusal", from, to, err)
			}
			return
		}
		if len(r.Keys) == 0 || len(r.Keys) > normalise.MaxMonths {
			t.Fatalf("%q to %q: %d months", from, to, len(r.Keys))
		}
		for i, key := range r.Keys {
			if place, ok := r.Place(performance.MonthOf(key)); len(key) != 4 || !ok || place != i {
				t.Errorf("%q to %q: month %d is %q, found at %d", from, to, i, key, place)
			}
		}
	})
}

func FuzzSingleMonth(f *testing.F) {
	for _, seed := range []string{"2501", "", " 25 1", "２５０１", "25-1", "\xff\xff\xff\xff", "2501\u3000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		key, m, err := performance.SingleMonth(raw, "")
		if err != nil {
			return
		}
		if utf8.RuneCountInString(key) != 4 {
			t.Errorf("%q is %q", raw, key)
		}
		if m != performance.NoMonth && (m < 0 || m > 9999) {
			t.Errorf("%q is month %d", raw, m)
		}
	})
}
