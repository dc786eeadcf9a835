package qc_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// broken is a deal of an owner that breaks R4.
func broken(id, owner string, change ...func(*crm.Deal)) crm.Deal {
	d := clean(id)
	d.Owner, d.CourseID = text(owner), null()
	for _, c := range change {
		c(&d)
	}
	return d
}

func created(day string) func(*crm.Deal) { return func(d *crm.Deal) { d.CreatedDate = text(day) } }

// TestChecked: which deals are checked, and under what the others are counted:
// the first reason.
func TestChecked(t *testing.T) {
	t.Parallel()
	deals := []crm.Deal{
		broken("kept", "가나다"),
		broken("no owner", "", name("비매출입과")), broken("null owner", "", func(d *crm.Deal) { d.Owner = null() }),
		broken("one letter", "A"),
		broken("no team", "모르는이", name("비매출입과")),
		broken("the second owner", `[{"name":"모르는이"},{"name":"가나다"}]`),
		broken("the first owner", `[{"name":"가나다"},{"name":"모르는이"}]`),
		broken("no revenue", "가나다", name("A 비매출입과 건"), created("2020-01-01")),
		broken("no revenue elsewhere", "라마바", name("[비매출입과]")),
		broken("old", "가나다", created("2024-09-30")), broken("old in Korea", "가나다", created("2024-09-30T15:00:00Z")),
		broken("of unknown age", "가나다", created("작년")),
		broken("left out", "가나다", name(" 빼는 과정 ")), broken("left out by prefix", "가나다", name("임대_3차")),
		broken("not left out", "바사", name("임대_3차")), broken("not left out as shown", "가나다A", name("빼는 과정")),
		broken("another team", "라마바"),
	}
	for team, want := range map[string]struct {
		dq   qc.DQ
		seen string
	}{
		"all": {
			qc.DQ{NotInTeam: 2, NonRevenue: 2, BeforeSince: 1, NoOwner: 3},
			"kept, the first owner, old in Korea, of unknown age, not left out, not left out as shown, another team",
		},
		"sales1": {
			qc.DQ{NotInTeam: 4, NonRevenue: 1, BeforeSince: 1, NoOwner: 3},
			"kept, the first owner, old in Korea, of unknown age, not left out, not left out as shown",
		},
		"sales2": {qc.DQ{NotInTeam: 12, NonRevenue: 1, BeforeSince: 0, NoOwner: 3}, "another team"},
	} {
		for _, rules := range []normalise.Rules{before(), corrected()} {
			r := report(rules, dataset(deals...))
			s := summary(t, r, team)
			if s.Meta.Quality != want.dq || s.Meta.Team != team {
				t.Errorf("%s, %s: %+v, want %+v", team, rules.Numbers, s.Meta, want.dq)
			}
			var seen []string
			for _, owner := range []string{"가나다", "바사", "라마바", "모르는이", ""} {
				for _, item := range person(t, r, owner, team).Items {
					seen = append(seen, item.DealID)
				}
			}
			inOrder := func(a, b string) int { return place(deals, a) - place(deals, b) }
			slices.SortFunc(seen, inOrder)
			if got := strings.Join(seen, ", "); got != want.seen {
				t.Errorf("%s, %s: checked\n%s, want\n%s", team, rules.Numbers, got, want.seen)
			}
		}
	}
}

// TestChecked_NoMarker: without a marker no name has it.
func TestChecked_NoMarker(t *testing.T) {
	t.Parallel()
	c := config()
	c.NonRevenueMarker = ""
	s := summary(t, qc.New(dataset(broken("d1", "가나다", name("비매출입과"))), modified(), corrected(), c), "all")
	if len(s.People) != 1 || s.Meta.Quality != (qc.DQ{}) {
		t.Errorf("%+v, left out %+v", s.People, s.Meta.Quality)
	}
}

// TestContact: a contact is described by four fields; each of them is missed.
func TestContact(t *testing.T) {
	t.Parallel()
	for name, blank := range map[string]func(*crm.Person){
		"upper organisation": func(p *crm.Person) { p.UpperOrg = null() }, "team": func(p *crm.Person) { p.TeamSignature = text(" ") },
		"title": func(p *crm.Person) { p.TitleSignature = text("none") }, "area": func(p *crm.Person) { p.EducationArea = text("NaT") },
	} {
		data := dataset(clean("d1"))
		blank(&data.People[0])
		if got := codesOf(t, report(corrected(), data), "가나다"); got != "R13" {
			t.Errorf("without %s: %s", name, got)
		}
	}
}

func place(deals []crm.Deal, id string) int {
	return slices.IndexFunc(deals, func(d crm.Deal) bool { return d.ID.Is(id) })
}

// TestOwnerKeys: people are filed under their owner key and found by it; two
// letters after a name leave one, and the team all the same.
func TestOwnerKeys(t *testing.T) {
	t.Parallel()
	r := report(before(), dataset(
		broken("d1", "홍길동B"), broken("d2", " 홍길동 "), broken("d3", `{"name":"홍길동AB"}`), broken("d4", `"홍길동"`),
	))
	people := summary(t, r, "all").People
	if len(people) != 2 || people[0].Name != "홍길동B" || people[0].Deals != 3 || people[1].Name != "홍길동AB" || people[1].Team != "sales1" {
		t.Errorf("people %+v", people)
	}
	for owner, want := range map[string]string{
		"홍길동": "d1 d2 d4", " 홍길동C ": "d1 d2 d4", "홍길동AB": "d3", "홍길동AC": "d3", "홍길동ABC": "", "길동": "", "": "", "A": "",
	} {
		p := person(t, r, owner, "all")
		var ids []string
		for _, item := range p.Items {
			ids = append(ids, item.DealID)
		}
		if got := strings.Join(ids, " "); got != want || p.Owner != (qc.Owner{Name: owner, TeamLabel: "전체"}) || p.Items == nil {
			t.Errorf("%q: got %q, want %q, owner %+v", owner, got, want, p.Owner)
		}
	}
	if p := person(t, r, "홍길동", "sales2"); len(p.Items) != 0 || p.Owner.TeamLabel != "영업 2팀" {
		t.Errorf("in another team: %+v", p)
	}
}

// TestSummary: people in order, with every rule that is shown.
func TestSummary(t *testing.T) {
	t.Parallel()
	noCategory := func(d *crm.Deal) { d.Category = null() }
	r := report(corrected(), dataset(
		broken("d1", "바사"),
		broken("d2", "가나다"), broken("d3", "라마바", noCategory), broken("d4", "가나다A", noCategory),
		broken("d5", "홍길동", noCategory), broken("d6", "라마바"), clean("d7"),
	))
	s := summary(t, r, "all")
	var got []string
	for _, p := range s.People {
		got = append(got, p.Name+"/"+p.Team+"/"+p.TeamLabel)
		if len(p.ByRule) != len(ruleCodes()) {
			t.Errorf("%s: %v", p.Name, p.ByRule)
		}
	}
	want := []string{"가나다/sales1/영업 1팀", "라마바/sales2/영업 2팀", "홍길동/sales1/영업 1팀", "바사/sales1/영업 1팀"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	if p := s.People[0]; p.Issues != 3 || p.Deals != 2 || p.ByRule["R4"] != 2 || p.ByRule["R8"] != 1 {
		t.Errorf("first %+v", p)
	}
	wantMeta := qc.Meta{AsOf: "2026-02-05", Since: "2024-10-01", Modified: 1_770_000_000.25, Team: "all", SchemaMissing: []string{}}
	if diff := cmp.Diff(wantMeta, s.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(config().Rules, s.Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if s := summary(t, report(corrected(), dataset()), "all"); s.People == nil || len(s.People) != 0 {
		t.Errorf("of nothing: %+v", s)
	}
}

// TestSummary_Ties: more deals come first among those with as many issues, then
// the name; people of one name stay in the order of their deals.
func TestSummary_Ties(t *testing.T) {
	t.Parallel()
	two := func(d *crm.Deal) { d.Category = null() }
	hidden := broken("d0", "홍길동", lost, func(d *crm.Deal) { d.PersonID = null() })
	r := report(before(), dataset(broken("d1", "바사", two), broken("d2", "가나다", two), broken("d3", "라마바"), broken("d4", "라마바"), hidden))
	var got []string
	for _, p := range summary(t, r, "all").People {
		got = append(got, p.Name)
	}
	if want := "라마바 가나다 바사 홍길동"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestHiddenIssues: a deal that breaks only R17 counts as before.
func TestHiddenIssues(t *testing.T) {
	t.Parallel()
	d := clean("d1")
	lost(&d)
	d.PersonID = null()
	s := summary(t, report(before(), dataset(d)), "all")
	if len(s.People) != 1 || s.People[0].Deals != 1 || s.People[0].Issues != 0 {
		t.Errorf("as before: %+v", s.People)
	}
	if s := summary(t, report(corrected(), dataset(d)), "all"); len(s.People) != 0 {
		t.Errorf("corrected: %+v", s.People)
	}
}

// TestLostProbability: a lost deal says so in its probability, or breaks R6
// with corrected numbers.
func TestLostProbability(t *testing.T) {
	t.Parallel()
	d := clean("d1")
	lost(&d)
	d.Probability = text(`["확정"]`)
	for rules, want := range map[normalise.Rules]int{before(): 0, corrected(): 1} {
		count := 0
		for _, p := range summary(t, report(rules, dataset(d)), "all").People {
			count += p.ByRule["R6"]
		}
		if count != want {
			t.Errorf("%s: %d deals, want %d", rules.Numbers, count, want)
		}
	}
}

// TestToday: the Korean day, as before the server's.
func TestToday(t *testing.T) {
	t.Parallel()
	c := config()
	c.Now = func() time.Time { return time.Date(2026, 2, 4, 20, 0, 0, 0, time.UTC) } // 5 February in Korea
	d := clean("d1")
	d.Category, d.CreatedDate = null(), text("2026-01-29") // seven days before that
	seoul := time.FixedZone("KST", 9*60*60)
	for _, tt := range []struct {
		rules  normalise.Rules
		zone   *time.Location
		today  string
		people int
	}{
		{before(), time.UTC, "2026-02-04", 0},
		{before(), seoul, "2026-02-05", 1},
		{before(), nil, "2026-02-05", 1},
		{corrected(), time.UTC, "2026-02-05", 1},
		{corrected(), seoul, "2026-02-05", 1},
	} {
		c.Zone = tt.zone
		r := qc.New(dataset(d), modified(), tt.rules, c)
		s := summary(t, r, "all")
		if s.Meta.AsOf != tt.today || r.Today().String() != tt.today || len(s.People) != tt.people {
			t.Errorf("%s in %v: %s, %d people", tt.rules.Numbers, tt.zone, s.Meta.AsOf, len(s.People))
		}
	}
}

// TestColumns: the two columns that the replaced service looked for under names
// that no snapshot has.
func TestColumns(t *testing.T) {
	t.Parallel()
	d := broken("d1", "가나다", func(d *crm.Deal) {
		d.OnlineFirst, d.OnlineFirstRound, d.InstructorFee = text("예"), text(" 예 "), text("300000")
	})
	item := func(rules normalise.Rules, data *crm.Dataset) (qc.Item, []string) {
		p := person(t, report(rules, data), "가나다", "all")
		return p.Items[0], p.Meta.SchemaMissing
	}
	got, missing := item(before(), dataset(d))
	if got.OnlineFirst != "" || got.InstructorFee != nil || !slices.Equal(missing, []string{"online_first", "instructor_fee1"}) {
		t.Errorf("as before: %q, %v, missing %q", got.OnlineFirst, got.InstructorFee, missing)
	}
	for name, data := range map[string]*crm.Dataset{"as before, with all columns": everyColumn(dataset(d)), "corrected": dataset(d)} {
		rules := before()
		if name == "corrected" {
			rules = corrected()
		}
		got, missing := item(rules, data)
		if got.OnlineFirst != "예" || got.InstructorFee == nil || *got.InstructorFee != 300_000 || len(missing) != 0 {
			t.Errorf("%s: %q, %v, missing %q", name, got.OnlineFirst, got.InstructorFee, missing)
		}
	}
}

// TestColumns_Missing: without any column of deals but ids, nobody owns one, and
// all twenty fields are named.
func TestColumns_Missing(t *testing.T) {
	t.Parallel()
	data := dataset(crm.Deal{ID: text("d1")})
	data.Columns[snapshot.TableDeal] = []string{field.ID, field.OrganizationID, field.PeopleID}
	want := strings.Fields("expected_close_date expected_amount contract_signed_date course_start_date course_end_date course_format " +
		"course_category course_id online_cycle online_first instructor_name1 instructor_fee1 proposal_written proposal_upload " +
		"probability created_at status amount owner deal_name")
	for _, rules := range []normalise.Rules{before(), corrected()} {
		s := summary(t, report(rules, data), "all")
		if diff := cmp.Diff(want, s.Meta.SchemaMissing); diff != "" || s.Meta.Quality != (qc.DQ{NoOwner: 1}) {
			t.Errorf("%s: %+v (-want +got):\n%s", rules.Numbers, s.Meta.Quality, diff)
		}
	}
}

// TestRefused: unknown teams, then what the snapshot lacks.
func TestRefused(t *testing.T) {
	t.Parallel()
	r := report(corrected(), &crm.Dataset{})
	for _, team := range []string{"", "edu_all", "ALL", "sales1 "} {
		_, ofSummary := r.Summary(team)
		_, ofPerson := r.Person("가나다", team)
		for _, err := range []error{ofSummary, ofPerson} {
			refused, ok := errors.AsType[*qc.UnknownTeamError](err)
			if !ok || refused.Error() != "Unsupported team: "+team {
				t.Errorf("%q: %v", team, err)
			}
		}
	}
	for table, columns := range map[string][]string{
		snapshot.TableDeal: {field.ID, field.OrganizationID, field.PeopleID},
		snapshot.TablePeople: {
			field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature, field.TitleSignature, field.EducationArea,
		},
		snapshot.TableOrganization: {field.ID, field.Name, field.CompanySize},
	} {
		for _, column := range columns {
			data := dataset(clean("d1"))
			data.Columns[table] = slices.DeleteFunc(data.Columns[table], func(c string) bool { return c == column })
			_, err := report(before(), data).Summary("all")
			if missing, ok := errors.AsType[*crm.MissingError](err); !ok || missing.Table != table || missing.Column != column {
				t.Errorf("without %s of %s: %v", column, table, err)
			}
		}
	}
}
