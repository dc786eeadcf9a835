package inquiries_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/inquiries"
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

func config() inquiries.Config {
	c := inquiries.Config{
		Years: []int{2025, 2026}, Sizes: []string{"대기업", "공공기관", "대학교", "기타", "미기재"},
		Formats: []string{"구독제(온라인)", "출강", "기타", "미기재"}, Categories: []string{"생성형AI", "스킬", "기타", "미기재"},
		CategoryGroups: normalise.NewCategories(map[string][]string{"생성형AI": {"생성형AI"}, "스킬": {"Skill Match"}}),
		Online:         normalise.NewFormatSet("구독제(온라인)"), PublicKeywords: []string{"공단"}, Teams: teams,
	}
	c.SizeRows, c.FormatRows = normalise.NewLabels(c.Sizes...), normalise.NewLabels(c.Formats...)
	return c
}

func dataset(deals ...crm.Deal) *crm.Dataset {
	return performancetest.Dataset(
		[]crm.Organization{
			{ID: text("o1"), Name: text("예시상사"), Size: text("대기업")},
			{ID: text("o2"), Name: text("다라공단"), Size: text(" ")},
			{ID: text("o3"), Size: text("대기업(계열)")},
		},
		[]crm.Person{{ID: text("p1"), OrganizationID: text("o1")}, {ID: text("p2"), OrganizationID: text(" ")}}, deals,
	)
}

func report(rules normalise.Rules, deals ...crm.Deal) *inquiries.Report {
	return inquiries.New(performancetest.Book(rules, dataset(deals...)), config())
}

// created is a deal of 2501 unless told otherwise.
func created(change func(*crm.Deal)) crm.Deal {
	d := crm.Deal{
		ID: text("d1"), OrganizationID: text("o1"), Status: text("SQL"), CreatedDate: text("2025-01-10"),
		CourseFormat: text("출강"), Category: text("생성형AI"), Owner: text(`{"name":"김하나"}`),
	}
	change(&d)
	return d
}

func summary(t *testing.T, r *inquiries.Report, q inquiries.SummaryQuery) inquiries.Summary {
	t.Helper()
	s, err := r.Summary(q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// where tells the cells that a single deal is in: `size, row key, month`.
func where(s inquiries.Summary) (cells []string) {
	for _, row := range s.Rows {
		for i, n := range row.Counts.Values {
			if n > 0 {
				cells = append(cells, row.Size+", "+row.RowKey+", "+s.Months[i])
			}
		}
	}
	return cells
}

func TestPlaces(t *testing.T) {
	tests := []struct {
		name              string
		change            func(*crm.Deal)
		before, corrected string // the level-2 cell
	}{
		{"plain", func(*crm.Deal) {}, "대기업, 출강||생성형AI, 2501", "대기업, 출강||생성형AI, 2501"},
		{"Korean new year", func(d *crm.Deal) { d.CreatedDate = text("2024-12-31T15:00:00Z") }, "대기업, 출강||생성형AI, 2501", "대기업, 출강||생성형AI, 2501"},
		{"Korean old year", func(d *crm.Deal) { d.CreatedDate = text("2026-12-31T15:00:00Z") }, "", ""},
		{"other year", func(d *crm.Deal) { d.CreatedDate = text("2024-05-05") }, "", ""},
		{"no full date", func(d *crm.Deal) { d.CreatedDate = text("2025-03-10 (월)") }, "", ""},
		{"year and month", func(d *crm.Deal) { d.CreatedDate = text("2025-12") }, "대기업, 출강||생성형AI, 2501", "대기업, 출강||생성형AI, 2512"},
		{"convert", func(d *crm.Deal) { d.Status = text("convert(재)") }, "", ""},
		{"converting", func(d *crm.Deal) { d.Status = text("Converted") }, "", "대기업, 출강||생성형AI, 2501"},
		{"lost counts", func(d *crm.Deal) { d.Status = text("Lost") }, "대기업, 출강||생성형AI, 2501", "대기업, 출강||생성형AI, 2501"},
		{"the person's organisation", func(d *crm.Deal) {
			d.OrganizationID, d.PersonID = text(" "), text("p1")
		}, "대기업, 출강||생성형AI, 2501", "대기업, 출강||생성형AI, 2501"},
		{"no organisation", func(d *crm.Deal) { d.OrganizationID = crm.Text{} }, "미기재, 출강||생성형AI, 2501", "미기재, 출강||생성형AI, 2501"},
		{"unknown size", func(d *crm.Deal) { d.OrganizationID = text("o3") }, "기타, 출강||생성형AI, 2501", "기타, 출강||생성형AI, 2501"},
		{"spaced format", func(d *crm.Deal) { d.CourseFormat = text(" 구독제 (온라인)") }, "대기업, 구독제(온라인)||생성형AI, 2501", "대기업, 구독제(온라인)||생성형AI, 2501"},
		{"spaced category", func(d *crm.Deal) { d.Category = text("생성형 AI") }, "대기업, 출강||기타, 2501", "대기업, 출강||기타, 2501"},
		{"nothing said", func(d *crm.Deal) { d.CourseFormat, d.Category = text(" "), crm.Text{} }, "대기업, 미기재||미기재, 2501", "대기업, 미기재||미기재, 2501"},
		{"not the first course", func(d *crm.Deal) {
			d.CourseFormat, d.OnlineFirst = text("구독제 (온라인)"), text(" X ")
		}, "", ""},
		{"nobody knows whether first", func(d *crm.Deal) {
			d.CourseFormat, d.OnlineFirst = text("구독제(온라인)"), text("NaN")
		}, "대기업, 구독제(온라인)||생성형AI, 2501", "대기업, 구독제(온라인)||생성형AI, 2501"},
		{"not first, not online", func(d *crm.Deal) { d.OnlineFirst = text("X") }, "대기업, 출강||생성형AI, 2501", "대기업, 출강||생성형AI, 2501"},
	}
	for _, tt := range tests {
		for _, setting := range []struct {
			rules normalise.Rules
			want  string
		}{{before, tt.before}, {corrected, tt.corrected}} {
			cells := where(summary(t, report(setting.rules, created(tt.change)), inquiries.SummaryQuery{}))
			if setting.want == "" && len(cells) == 0 {
				continue
			}
			if len(cells) != 2 || cells[1] != setting.want {
				t.Errorf("%s, %v: in %q, want %q and its rollup", tt.name, setting.rules.Numbers, cells, setting.want)
			}
		}
	}
}

func TestDebug(t *testing.T) {
	deals := []crm.Deal{
		created(func(*crm.Deal) {}),
		created(func(d *crm.Deal) { d.ID, d.OrganizationID, d.Name = text("d2"), text("o2"), text("두번째") }),
		created(func(d *crm.Deal) { d.ID, d.OrganizationID, d.PersonID = text("d3"), crm.Text{}, text("p1") }),
		created(func(d *crm.Deal) { d.ID, d.OrganizationID, d.PersonID = text("d4"), text(" "), text("p2") }),
		created(func(d *crm.Deal) { d.ID, d.OrganizationID = text("d5"), text("o9") }),
		created(func(d *crm.Deal) { d.ID, d.Status = text("d6"), text("Convert") }),
		created(func(d *crm.Deal) {
			d.ID, d.CourseFormat, d.OnlineFirst = text("d7"), text("구독제(온라인)"), text("no")
		}),
		created(func(d *crm.Deal) {
			d.ID, d.CourseFormat, d.OnlineFirst = text("d8"), text("구독제(온라인)"), crm.Text{}
		}),
		created(func(d *crm.Deal) { d.ID, d.CreatedDate = text("d9"), crm.Text{} }),
		created(func(d *crm.Deal) { d.ID, d.CreatedDate = text("d10"), text("미정") }),
		created(func(d *crm.Deal) { d.ID, d.CourseFormat, d.Category = text("d11"), crm.Text{}, text("") }),
	}
	counts := map[string]int{"대기업": 4, "미기재": 3}
	sample := inquiries.JoinSample{DealID: new("d2"), DealName: new("두번째"), OrgName: "다라공단", OrganizationID: new("o2"), Size: new(" ")}
	want := inquiries.LoadDebug{
		Impl:     "inq_v1_people_nullif_trim",
		Excluded: inquiries.ExcludedCounts{Convert: 1, NotFirst: 1, FirstUnknown: 1},
		Values: inquiries.ValueCounts{
			Sizes: counts, SizesAgain: counts, FormatMissing: 1, CategoryMissing: 1,
			RawSizes: map[string]int{"대기업": 5, "<NULL_OR_EMPTY>": 3},
		},
		JoinSource: inquiries.JoinSource{Deal: 6, Person: 1, Neither: 1},
		Join: inquiries.JoinDiagnostics{
			DealNull: 8, PersonNull: 8, NoID: 1, SizeMissing: 3,
			Misses: []inquiries.JoinSample{}, Sizeless: []inquiries.JoinSample{sample},
		},
		Samples: map[string][]string{
			"size_raw_unique_top": {"", "대기업"}, "course_format_raw_unique_top": {"", "구독제(온라인)", "출강"}, "category_raw_unique_top": {"", "생성형AI"},
		},
	}
	got := summary(t, report(before, deals...), inquiries.SummaryQuery{}).Meta.Debug
	if diff := cmp.Diff(want, got.LoadDebug); diff != "" || got.TeamFilter != nil {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
	// Corrected diagnostics count what they name (P9).
	want.Excluded.MissingCreated = 2
	want.Join.DealNull, want.Join.DealBlank, want.Join.PersonNull, want.Join.PersonBlank = 1, 1, 6, 1
	want.Join.Miss, want.Join.Misses = 1, []inquiries.JoinSample{{DealID: new("d5"), OrgName: "o9", OrganizationID: new("o9")}}
	got = summary(t, report(corrected, deals...), inquiries.SummaryQuery{}).Meta.Debug
	if diff := cmp.Diff(want, got.LoadDebug); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
}

func TestDebug_TeamFilter(t *testing.T) {
	owned := func(id, owner string) crm.Deal {
		return created(func(d *crm.Deal) { d.ID, d.Owner = text(id), text(owner) })
	}
	r := report(before, owned("a", `{"name":"김하나A"}`), owned("b", `[{"name":"이두리"},{"name":"박세찌"}]`), owned("c", `{"name":"박세찌"}`), owned("d", "{}"))
	got := summary(t, r, inquiries.SummaryQuery{Team: new("t1"), Debug: true}).Meta.Debug.TeamFilter
	want := &inquiries.TeamFilter{
		Team: "t1", Members: 1, InRange: 4, Kept: 1, Excluded: 3, ExcludedBySize: map[string]int{"대기업": 3},
		ExcludedOwners: []inquiries.OwnerCount{{Name: "박세찌", Count: 2}, {Name: "이두리", Count: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b, err := json.Marshal(want.ExcludedOwners); err != nil || string(b) != `[["박세찌",2],["이두리",1]]` {
		t.Errorf("%s, %v", b, err)
	}
	// All and nothing are no filter, whatever was asked before (P2), and an
	// empty team has nobody (P3).
	for key, kept := range map[string]int{"": 4, " ": 4, "all": 4, "t1": 1, "empty": 0} {
		s := summary(t, r, inquiries.SummaryQuery{Team: new(key), Debug: true})
		list, err := r.Deals(inquiries.DealsQuery{Segment: "대기업", Row: "any", Month: "2501", Team: new(key)})
		if err != nil || list.DealCount != kept || len(where(s))/2 != min(kept, 1) || *s.Meta.Team != key {
			t.Errorf("team %q: %d deals, cells %v, %v; want %d", key, list.DealCount, where(s), err, kept)
		}
		if filtered := s.Meta.Debug.TeamFilter != nil; filtered != (key == "t1" || key == "empty") {
			t.Errorf("team %q: filter diagnostics: %v", key, filtered)
		}
	}
}

func TestDeals_Rows(t *testing.T) {
	r := report(before, created(func(*crm.Deal) {}))
	for row, want := range map[string]struct {
		label string
		n     int
	}{
		"출강||생성형AI": {"출강 · 생성형AI", 1}, "출강||__ALL__": {"출강 (합계)", 1}, "__ALL__||생성형AI": {"__ALL__ · 생성형AI", 1},
		"__ALL__||__ALL__": {"전체", 1}, "아무 글자": {"전체", 1}, "": {"전체", 1}, "출강||스킬": {"출강 · 스킬", 0}, "기타||__ALL__": {"기타 (합계)", 0},
	} {
		list, err := r.Deals(inquiries.DealsQuery{Segment: "대기업", Row: row, Month: "2501"})
		if err != nil || list.Row.Label != want.label || list.Row.Key != row || list.DealCount != want.n {
			t.Errorf("%q: %+v, %d deals, %v", row, list.Row, list.DealCount, err)
		}
	}
}

func TestDeals_Excluded(t *testing.T) {
	d := created(func(d *crm.Deal) { d.Name = text("딜") })
	for rules, size := range map[normalise.Rules]*string{before: nil, corrected: new("대기업")} {
		r := report(rules, d)
		q := inquiries.DealsQuery{Segment: "대기업", Row: "x", Month: "2501", Team: new("t2"), Debug: true}
		list, err := r.Deals(q)
		if err != nil {
			t.Fatal(err)
		}
		want := &inquiries.DealsDebug{Excluded: []inquiries.ExcludedDeal{{
			DealID: new("d1"), DealName: new("딜"), OwnerNames: []string{"김하나"}, OrgName: new("예시상사"), RawSize: size, Size: "대기업",
		}}}
		if diff := cmp.Diff(want, list.Meta.Debug); diff != "" {
			t.Errorf("%v (-want +got):\n%s", rules.Numbers, diff)
		}
		q.Debug = false
		if list, err = r.Deals(q); err != nil || list.Meta.Debug != nil {
			t.Errorf("%v: diagnostics unasked: %+v, %v", rules.Numbers, list.Meta.Debug, err)
		}
		q.Debug, q.Team = true, new("t1")
		if list, err = r.Deals(q); err != nil || list.Meta.Debug != nil || list.DealCount != 1 {
			t.Errorf("%v: diagnostics of nothing: %+v, %v", rules.Numbers, list.Meta.Debug, err)
		}
	}
}

func TestDuplicates(t *testing.T) {
	one := created(func(*crm.Deal) {})
	for rules, want := range map[normalise.Rules]int{before: 2, corrected: 1} {
		r := report(rules, one, one)
		list, err := r.Deals(inquiries.DealsQuery{Segment: "대기업", Row: "x", Month: "2501"})
		if err != nil {
			t.Fatal(err)
		}
		if got := summary(t, r, inquiries.SummaryQuery{}).Rows; list.DealCount != 1 || sumOf(got) != 2*want {
			t.Errorf("%v: list has %d, cells %d; want 1 and %d", rules.Numbers, list.DealCount, sumOf(got)/2, want)
		}
	}
}

func sumOf(rows []inquiries.Row) (n int) {
	for _, row := range rows {
		for _, count := range row.Counts.Values {
			n += count
		}
	}
	return n
}

func TestRefusals(t *testing.T) {
	blank := inquiries.New(performance.BlankBook(before), config())
	full := report(before)
	ok := inquiries.DealsQuery{Segment: "대기업", Row: "출강||생성형AI", Month: "2501"}
	with := func(change func(*inquiries.DealsQuery)) inquiries.DealsQuery {
		q := ok
		change(&q)
		return q
	}
	tests := []struct {
		q            inquiries.DealsQuery
		detail       string
		needSnapshot bool
	}{
		{with(func(q *inquiries.DealsQuery) { q.Month, q.Segment = "", "X" }), "month must be YYMM format, e.g., 2501", false},
		{with(func(q *inquiries.DealsQuery) { q.Segment, q.Row = "X", "X||" }), "Unknown segment(size group): X", false},
		{with(func(q *inquiries.DealsQuery) { q.Row = "X||Y" }), "Unknown courseFormat: X", false},
		{with(func(q *inquiries.DealsQuery) { q.Row, q.Team = "출강||a||b", new("X") }), "Unknown categoryGroup: a||b", false},
		{with(func(q *inquiries.DealsQuery) { q.Team = new("X") }), "Unknown teamKey: X", true},
	}
	for _, tt := range tests {
		_, err := full.Deals(tt.q)
		if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != tt.detail {
			t.Errorf("%v, want %q", err, tt.detail)
		}
		if _, err = blank.Deals(tt.q); errors.Is(err, performance.ErrNoSnapshot) != tt.needSnapshot {
			t.Errorf("%s without a snapshot: %v", tt.detail, err)
		}
	}
	if _, err := blank.Deals(ok); !errors.Is(err, performance.ErrNoSnapshot) {
		t.Errorf("without a snapshot: %v", err)
	}
	data := dataset()
	data.Columns[snapshot.TablePeople] = []string{field.ID}
	_, err := inquiries.New(performancetest.Book(before, data), config()).Summary(inquiries.SummaryQuery{})
	if m, ok := errors.AsType[*crm.MissingError](err); !ok || m.Column != field.OrganizationID {
		t.Errorf("a snapshot without columns: %v", err)
	}
	data.Columns[snapshot.TableDeal] = []string{field.ID}
	_, err = inquiries.New(performancetest.Book(before, data), config()).Summary(inquiries.SummaryQuery{})
	if value, ok := errors.AsType[*performance.ValueError](err); !ok || value.Detail != "deal 생성 날짜 컬럼을 찾을 수 없습니다." {
		t.Errorf("a snapshot without a day of creation: %v", err)
	}
}

// TestCellsEqualTheirLists: under corrected rules every number of the summary
// is the count of the deals in its list, and a filter only takes deals away.
func TestCellsEqualTheirLists(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := corrected
		rules.Dates = rapid.SampledFrom([]normalise.DateMode{normalise.KST, normalise.AsText}).Draw(rt, "dates")
		r := inquiries.New(performancetest.Book(rules, performancetest.Random(rt)), config())
		q := inquiries.SummaryQuery{Range: performance.RangeQuery{From: new("2024-12"), To: new("2027-01")}}
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
		for i, row := range s.Rows {
			for m, month := range s.Months {
				list, err := r.Deals(inquiries.DealsQuery{Segment: row.Size, Row: row.RowKey, Month: month, Team: q.Team})
				if err != nil {
					rt.Fatal(err)
				}
				if list.DealCount != row.Counts.Values[m] || len(list.Items) != list.DealCount {
					rt.Fatalf("%s %s %s: the cell has %d deals, its list %d", row.Size, row.RowKey, month, row.Counts.Values[m], list.DealCount)
				}
				if row.Counts.Values[m] > whole.Rows[i].Counts.Values[m] {
					rt.Fatalf("%s %s %s: the filter added deals", row.Size, row.RowKey, month)
				}
			}
		}
	})
}

func FuzzDeals(f *testing.F) {
	f.Add("대기업", "출강||생성형AI", "2501", "t1", true)
	f.Add("", "||", "", "", false)
	f.Add("대기업", "__ALL__||__ALL__||", "\u20032501", "all", true)
	r := report(corrected, created(func(*crm.Deal) {}))
	f.Fuzz(func(t *testing.T, segment, row, month, team string, debug bool) {
		list, err := r.Deals(inquiries.DealsQuery{Segment: segment, Row: row, Month: month, Team: &team, Debug: debug})
		if _, refused := errors.AsType[*performance.ValueError](err); err != nil && !refused {
			t.Fatal(err)
		}
		if err == nil && (list.Segment.Key != segment || list.Row.Key != row || list.Row.Label == "" || list.DealCount > 1) {
			t.Errorf("%+v", list)
		}
	})
}
