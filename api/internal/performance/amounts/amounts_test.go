package amounts_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/amounts"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/performancetest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

var (
	before    = performancetest.Before()
	corrected = performancetest.Corrected()
)

func text(s string) crm.Text { return crm.NewText(s) }

func teams(key string) (normalise.Members, bool) {
	m, ok := map[string]normalise.Members{
		"t1": normalise.NewMembers("김하나"), "t2": normalise.NewMembers("이두리", "박세찌"), "empty": normalise.NewMembers(),
	}[key]
	return m, ok
}

// config has a segment for every combination of the three questions.
func config() amounts.Config {
	c := amounts.Config{
		Years: []int{2025, 2026}, KeyAccount: "핵심전자", Online: normalise.NewFormatSet("구독제(온라인)"),
		MajorSizes: []string{normalise.SizeLarge, normalise.SizeMedium, normalise.SizeSmall}, Teams: teams, Scopes: teams,
	}
	all := func(bool, bool, bool) bool { return true }
	c.Segments = []amounts.Segment{{Key: "ALL", Label: "전체", Takes: all}}
	for key, takes := range map[string]func(k, o, m bool) bool{
		"KEY":        func(k, _, _ bool) bool { return k },
		"ONLINE":     func(_, o, _ bool) bool { return o },
		"MAJOR":      func(_, _, m bool) bool { return m },
		"KEY_ONLINE": func(k, o, _ bool) bool { return k && o },
	} {
		c.Segments = append(c.Segments, amounts.Segment{Key: key, Label: key, Takes: takes})
	}
	return c
}

func report(rules normalise.Rules, deals ...crm.Deal) *amounts.Report {
	data := performancetest.Dataset(
		[]crm.Organization{{ID: text("o1"), Name: text("핵심전자"), Size: text("대기업")}, {ID: text("o2"), Name: text("예시상사"), Size: text("공공기관")}},
		[]crm.Person{{ID: text("p1"), OrganizationID: text("o1")}}, deals,
	)
	return amounts.New(performancetest.Book(rules, data), config())
}

// won is a deal that is contracted in 2501 unless told otherwise.
func won(change func(*crm.Deal)) crm.Deal {
	d := crm.Deal{
		ID: text("d1"), OrganizationID: text("o2"), Status: text("Won"), Amount: text("100"), ExpectedAmount: text("70"),
		ContractDate: text("2025-01-10"), CourseStart: text("x"), CourseEnd: text("y"), CourseID: text("1"),
	}
	change(&d)
	return d
}

// cell finds where a single deal counts: `segment row month`, and its sum; empty
// if nowhere.
func cells(t *testing.T, r *amounts.Report) (where string, sum float64) {
	t.Helper()
	s, err := r.Summary(amounts.SummaryQuery{Range: performance.RangeQuery{FromMonth: new("2024-01"), ToMonth: new("2027-12")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range s.Segments {
		for _, row := range segment.Rows {
			for i, n := range row.Counts.Values {
				if n > 0 && segment.Key == "ALL" && row.Key != "TOTAL" {
					where, sum = row.Key+" "+s.Months[i], row.Sums.Values[i]
				}
			}
		}
	}
	return where, sum
}

func TestBuckets(t *testing.T) {
	tests := []struct {
		name              string
		change            func(*crm.Deal)
		before, corrected string
		sum               float64
	}{
		{"contract", func(*crm.Deal) {}, "CONTRACT 2501", "CONTRACT 2501", 100},
		{"padded status", func(d *crm.Deal) { d.Status = text(" Won ") }, "CONTRACT 2501", "CONTRACT 2501", 100},
		{"other case", func(d *crm.Deal) { d.Status = text("won") }, "", "", 0},
		{"zero amount", func(d *crm.Deal) { d.Amount = text("0") }, "CONTRACT 2501", "CONTRACT 2501", 0},
		{"negative amount", func(d *crm.Deal) { d.Amount = text("-3") }, "CONTRACT 2501", "CONTRACT 2501", -3},
		{"no amount", func(d *crm.Deal) { d.Amount = crm.Text{} }, "", "", 0},
		{"infinite amount", func(d *crm.Deal) { d.Amount = text("inf") }, "", "", 0},
		{"amount in words", func(d *crm.Deal) { d.Amount = text("1,000원") }, "", "CONTRACT 2501", 1000},
		{"no start", func(d *crm.Deal) { d.CourseStart = text(" ") }, "", "", 0},
		{"no end", func(d *crm.Deal) { d.CourseEnd = crm.Text{} }, "", "", 0},
		{"no course id", func(d *crm.Deal) { d.CourseID = text("") }, "", "", 0},
		{"no course id, confirmed", func(d *crm.Deal) {
			d.CourseID, d.Probability = crm.Text{}, text("확정")
		}, "CONFIRMED 2501", "CONFIRMED 2501", 100},
		{"confirmed and high", func(d *crm.Deal) {
			d.Status, d.Probability = text("SQL"), text(`["높음","확정"]`)
		}, "CONFIRMED 2501", "CONFIRMED 2501", 100},
		{"high, expected amount", func(d *crm.Deal) {
			d.Status, d.Probability, d.Amount = text("SQL"), text(`["높음"]`), text("0")
		}, "HIGH 2501", "HIGH 2501", 70},
		{"high, no amounts", func(d *crm.Deal) {
			d.Status, d.Probability, d.Amount, d.ExpectedAmount = text("SQL"), text("높음"), text("x"), text("-1")
		}, "HIGH 2501", "HIGH 2501", 0},
		{"low", func(d *crm.Deal) { d.Status, d.Probability = text("SQL"), text("낮음") }, "", "", 0},
		{"lost but confirmed (P4)", func(d *crm.Deal) { d.Status, d.Probability = text("Lost"), text("확정") }, "CONFIRMED 2501", "", 100},
		{"converted but high (P4)", func(d *crm.Deal) { d.Status, d.Probability = text("Convert"), text("높음") }, "HIGH 2501", "", 100},
		{"closed is not lost", func(d *crm.Deal) { d.Status, d.Probability = text("Closed"), text("높음") }, "HIGH 2501", "HIGH 2501", 100},
	}
	for _, tt := range tests {
		for _, setting := range []struct {
			rules normalise.Rules
			want  string
		}{{before, tt.before}, {corrected, tt.corrected}} {
			got, sum := cells(t, report(setting.rules, won(tt.change)))
			if got != setting.want || (got != "" && sum != tt.sum) {
				t.Errorf("%s, %v: %q with %v; want %q with %v", tt.name, setting.rules.Numbers, got, sum, setting.want, tt.sum)
			}
		}
	}
}

func TestMonths(t *testing.T) {
	beforeKST := normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
	tests := []struct {
		name                         string
		contract, expected           string
		before, strictDay, corrected string
	}{
		{"contract first", "2025-03-01", "2026-01-01", "2503", "2503", "2503"},
		{"expected", "", "2026-01-01", "2601", "2601", "2601"},
		{"contract outside the years wins", "2024-03-01", "2025-05-01", "2403", "2403", "2403"},
		{"neither year", "2024-03-01", "2027-01-01", "", "", ""},
		{"Korean new year (P6)", "2024-12-31T16:00:00Z", "", "", "", "2501"},
		{"Korean old year (P6)", "2025-12-31T15:30:00Z", "", "2601", "2601", "2601"},
		{"out of the years in Korea (P6)", "2026-12-31T15:30:00Z", "", "2701", "2701", ""},
		{"leading space (P6)", " 2025-03-01", "", "", "", "2503"},
		{"year and month", "2025-12", "", "2501", "2501", "2512"},
		{"year and month, readable", "2025-03", "", "2503", "", "2503"},
		{"no such day", "2025-02-30", "", "2502", "", ""},
		{"no such month", "2025-13-01", "", "2513", "", ""},
		{"with a weekday", "2025-03-10 (월)", "", "2503", "", ""},
		{"text", "미정 2025", "", "", "", ""},
	}
	for _, tt := range tests {
		for _, setting := range []struct {
			name  string
			rules normalise.Rules
			want  string
		}{{"as before", before, tt.before}, {"as before, strict", beforeKST, tt.strictDay}, {"corrected", corrected, tt.corrected}} {
			d := won(func(d *crm.Deal) { d.ContractDate, d.ExpectedDate = text(tt.contract), text(tt.expected) })
			r := report(setting.rules, d)
			var got strings.Builder
			for _, month := range []string{"2403", "2501", "2502", "2503", "2512", "2513", "2601", "2701"} {
				list, err := r.Deals(amounts.DealsQuery{Segment: "ALL", Row: "CONTRACT", Month: month})
				if err != nil {
					t.Fatal(err)
				}
				if list.DealCount > 0 {
					got.WriteString(month)
				}
			}
			if got.String() != setting.want {
				t.Errorf("%s, %s: in %q, want %q", tt.name, setting.name, got.String(), setting.want)
			}
		}
	}
}

func TestSegments(t *testing.T) {
	tests := []struct {
		name              string
		change            func(*crm.Deal)
		before, corrected string // besides ALL
	}{
		{"key account", func(d *crm.Deal) { d.OrganizationID = text("o1") }, "KEY MAJOR", "KEY MAJOR"},
		{"another", func(*crm.Deal) {}, "", ""},
		{"the person's organisation (P7)", func(d *crm.Deal) { d.OrganizationID, d.PersonID = crm.Text{}, text("p1") }, "", "KEY MAJOR"},
		{"unknown organisation", func(d *crm.Deal) { d.OrganizationID = text("핵심전자") }, "KEY", "KEY"},
		{"online", func(d *crm.Deal) { d.CourseFormat = text(" 구독제(온라인) ") }, "ONLINE", "ONLINE"},
		{"online, spaced (P5)", func(d *crm.Deal) { d.CourseFormat = text("구독제 (온라인)") }, "", "ONLINE"},
		{"key account, online", func(d *crm.Deal) {
			d.OrganizationID, d.CourseFormat = text("o1"), text("구독제(온라인)")
		}, "KEY KEY_ONLINE MAJOR ONLINE", "KEY KEY_ONLINE MAJOR ONLINE"},
	}
	for _, tt := range tests {
		for _, setting := range []struct {
			rules normalise.Rules
			want  string
		}{{before, tt.before}, {corrected, tt.corrected}} {
			r := report(setting.rules, won(tt.change))
			var got string
			for _, key := range []string{"KEY", "KEY_ONLINE", "MAJOR", "ONLINE"} {
				list, err := r.Deals(amounts.DealsQuery{Segment: key, Row: "TOTAL", Month: "2501"})
				if err != nil {
					t.Fatal(err)
				}
				if list.DealCount > 0 && got != "" {
					got += " "
				}
				if list.DealCount > 0 {
					got += key
				}
			}
			if got != setting.want {
				t.Errorf("%s, %v: in %q, want %q", tt.name, setting.rules.Numbers, got, setting.want)
			}
		}
	}
}

// TestDuplicates: the summary counts every row, the list every id, unless
// corrected (P10).
func TestDuplicates(t *testing.T) {
	one := won(func(*crm.Deal) {})
	for rules, want := range map[normalise.Rules][2]int{before: {2, 1}, corrected: {1, 1}} {
		r := report(rules, one, one)
		s, err := r.Summary(amounts.SummaryQuery{})
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.Deals(amounts.DealsQuery{Segment: "ALL", Row: "TOTAL", Month: "2501"})
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]int{s.Segments[0].Rows[0].Counts.Values[0], list.DealCount}; got != want {
			t.Errorf("%v: cell and list have %v, want %v", rules.Numbers, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	blank := amounts.New(performance.BlankBook(before), config())
	full := report(before)
	noColumn := performancetest.Dataset(nil, nil, nil)
	noColumn.Columns[snapshot.TableDeal] = noColumn.Columns[snapshot.TableDeal][:3]
	lacking := amounts.New(performancetest.Book(before, noColumn), config())
	ok := amounts.DealsQuery{Segment: "ALL", Row: "TOTAL", Month: "2501"}
	with := func(change func(*amounts.DealsQuery)) amounts.DealsQuery {
		q := ok
		change(&q)
		return q
	}
	tests := []struct {
		name         string
		q            amounts.DealsQuery
		detail       string
		needSnapshot bool // checked after the snapshot
	}{
		{"month", with(func(q *amounts.DealsQuery) { q.Month, q.Segment = "251", "X" }), "month must be YYMM format, e.g., 2501", false},
		{"segment", with(func(q *amounts.DealsQuery) { q.Segment, q.Row = "X", "X" }), "Unknown segment: X", false},
		{"row", with(func(q *amounts.DealsQuery) { q.Row, q.Team = "total", new("X") }), "Unknown row: total", false},
		{"team", with(func(q *amounts.DealsQuery) { q.Team = new("") }), "Unknown teamKey: ", true},
		{"scope", with(func(q *amounts.DealsQuery) { q.Scope, q.Team = new("X"), new("X") }), "Unknown scope: X", true},
	}
	for _, tt := range tests {
		_, err := full.Deals(tt.q)
		if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != tt.detail {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.detail)
		}
		_, err = blank.Deals(tt.q)
		if errors.Is(err, performance.ErrNoSnapshot) != tt.needSnapshot {
			t.Errorf("%s without a snapshot: %v", tt.name, err)
		}
	}
	if _, err := blank.Deals(ok); !errors.Is(err, performance.ErrNoSnapshot) {
		t.Errorf("without a snapshot: %v", err)
	}
	if _, err := blank.Summary(amounts.SummaryQuery{Range: performance.RangeQuery{FromMonth: new("x")}}); errors.Is(err, performance.ErrNoSnapshot) {
		t.Error("a bad month needs a snapshot to be refused")
	}
	for _, q := range []amounts.SummaryQuery{{}, {Scope: new(""), Team: new("t1")}} {
		_, err := lacking.Summary(q)
		if m, ok := errors.AsType[*crm.MissingError](err); !ok || m.Column != field.Name {
			t.Errorf("a snapshot without columns: %v", err)
		}
	}
	if s, err := full.Summary(amounts.SummaryQuery{Scope: new("t2"), Team: new("X")}); err != nil || *s.Meta.Team != "X" {
		t.Errorf("a scope goes before an unknown team: %+v, %v", s.Meta, err)
	}
}

// TestCellsEqualTheirLists: under corrected rules every number of the summary
// is the sum, and the count, of the deals in its list, whatever the snapshot and
// whoever is asked for; and a filter only takes deals away.
func TestCellsEqualTheirLists(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := corrected
		rules.Dates = rapid.SampledFrom([]normalise.DateMode{normalise.KST, normalise.AsText}).Draw(rt, "dates")
		r := amounts.New(performancetest.Book(rules, performancetest.Random(rt)), config())
		q := amounts.SummaryQuery{Range: performance.RangeQuery{From: new("2024-11"), To: new("2027-02")}}
		whole, err := r.Summary(q)
		if err != nil {
			rt.Fatal(err)
		}
		if team := rapid.SampledFrom([]string{"", "t1", "t2", "empty"}).Draw(rt, "team"); team != "" {
			q.Team = &team
		}
		s, err := r.Summary(q)
		if err != nil {
			rt.Fatal(err)
		}
		for i, segment := range s.Segments {
			for j, row := range segment.Rows {
				for m, month := range s.Months {
					list, err := r.Deals(amounts.DealsQuery{Segment: segment.Key, Row: row.Key, Month: month, Team: q.Team})
					if err != nil {
						rt.Fatal(err)
					}
					if list.DealCount != row.Counts.Values[m] || len(list.Items) != list.DealCount || list.TotalAmount != row.Sums.Values[m] {
						rt.Fatalf("%s %s %s: the cell has %d deals of %v, its list %d of %v", segment.Key, row.Key, month,
							row.Counts.Values[m], row.Sums.Values[m], list.DealCount, list.TotalAmount)
					}
					if row.Counts.Values[m] > whole.Segments[i].Rows[j].Counts.Values[m] {
						rt.Fatalf("%s %s %s: the filter added deals", segment.Key, row.Key, month)
					}
				}
			}
		}
	})
}

func TestItem(t *testing.T) {
	d := won(func(d *crm.Deal) {
		d.Name, d.Owner, d.Probability, d.Category = text(""), text(`[{"name":"김하나A"}]`), text(`["확정"]`), text("DT")
	})
	list, err := report(before, d).Deals(amounts.DealsQuery{Segment: "ALL", Row: "TOTAL", Month: " 2501 "})
	if err != nil {
		t.Fatal(err)
	}
	hundred, seventy := 100.0, 70.0
	want := amounts.Item{
		OrgName: "예시상사", UpperOrg: "미입력", CustomerName: "미입력", DealName: "d1", Category: new("DT"), CourseID: new("1"), AmountUsed: 100,
		Cells: performance.Cells{
			DealID: new("d1"), OwnerNames: []string{"김하나A"}, Status: new("Won"), Probability: new(`["확정"]`), Expected: &seventy,
			Start: new("x"), End: new("y"), Contract: new("2025-01-10"), Amount: &hundred,
		},
	}
	if diff := cmp.Diff([]amounts.Item{want}, list.Items); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if list.Month != "2501" || list.Note == "" || list.Meta.SnapshotVersion != performancetest.Version {
		t.Errorf("%+v", list)
	}
}

func FuzzDeals(f *testing.F) {
	f.Add("ALL", "TOTAL", "2501", "t1", "", uint8(3))
	f.Add("", "", "", "", "", uint8(0))
	f.Add("KEY", "HIGH", "25 1", "all", "\x00", uint8(1))
	r := report(corrected, won(func(*crm.Deal) {}))
	f.Fuzz(func(t *testing.T, segment, row, month, team, scope string, given uint8) {
		q := amounts.DealsQuery{Segment: segment, Row: row, Month: month}
		if given&1 != 0 {
			q.Team = &team
		}
		if given&2 != 0 {
			q.Scope = &scope
		}
		list, err := r.Deals(q)
		if _, refused := errors.AsType[*performance.ValueError](err); err != nil && !refused {
			t.Fatal(err)
		}
		if err == nil && (list.Segment.Key != segment || list.Row.Key != row || list.DealCount > 1) {
			t.Errorf("%+v", list)
		}
	})
}
