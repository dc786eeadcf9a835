package retention_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/retention"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

const version = "db_mtime:1"

func before() normalise.Rules    { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

func config() retention.Config {
	return retention.Config{
		CreatedFrom: "2024-01-01", EndFrom: "2024-10-01", EndTo: "2027-12-31",
		Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
	}
}

func text(s string) crm.Text { return crm.NewText(s) }

// course is a deal that the list shows.
func course(id, end string) crm.Deal {
	return crm.Deal{
		ID: text(id), OrganizationID: text("o1"), PersonID: text("p1"), Name: text("과정 " + id), Status: text("Won"),
		Amount: text("100"), CreatedDate: text("2024-01-01"), CourseFormat: text("포팅"), CourseID: text("200001"),
		CourseStart: text("2025-01-01"), CourseEnd: text(end), OnlineCycle: text("매월"), OnlineFirst: text("O"),
	}
}

func dataset(deals ...crm.Deal) *crm.Dataset {
	return &crm.Dataset{
		Organizations: []crm.Organization{{ID: text("o1"), Name: text("알파산업")}, {ID: text("o2"), Name: text("가나유통")}, {ID: text("o3")}},
		People: []crm.Person{
			{ID: text("p1"), Name: text("홍고객"), OrganizationID: text("o2"), UpperOrg: text("인사본부"), TeamSignature: text("교육팀"), Owner: text("박세찌")},
		},
		Deals: deals, Columns: crmtest.Columns(),
	}
}

func list(t *testing.T, rules normalise.Rules, data *crm.Dataset) retention.List {
	t.Helper()
	l, err := retention.New(data, version, rules, config()).List()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// ids lists the deals.
func ids(l retention.List) string {
	all := make([]string, len(l.Items))
	for i, item := range l.Items {
		all[i] = *item.DealID
	}
	return strings.Join(all, " ")
}

func TestList_JSON(t *testing.T) {
	t.Parallel()
	full := course("d1", "2025-12-31T15:00:00Z")
	full.Owner = text(`[{"name":"김하나A"},{"id":"u2"}]`)
	lonely := course("d2", "2026-02-01")
	lonely.OrganizationID, lonely.PersonID, lonely.Name, lonely.OnlineCycle, lonely.OnlineFirst = crm.Text{}, crm.Text{}, crm.Text{}, crm.Text{}, crm.Text{}
	ofPerson := course("d3", "2026-03-01")
	ofPerson.OrganizationID = crm.Text{}
	unnamed := course("d4", "2026-04-01")
	unnamed.OrganizationID, unnamed.PersonID = text("o3"), text("p9")
	data := dataset(full, lonely, ofPerson, unnamed)
	data.Memos = []crm.Memo{{DealID: text("d1")}, {DealID: text("d1")}, {DealID: crm.Text{}}, {DealID: text("d4")}, {DealID: text("d9")}}
	b, err := json.MarshalIndent(list(t, before(), data), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	item := func(id, org, orgName, person, owners, name, cycle, first, end string, memos int) string {
		return fmt.Sprintf(`{"dealId":%q,"orgId":%s,"orgName":%s,%s,"owners":%s,"createdAt":"2024-01-01","dealName":%s,"courseFormat":"포팅","status":"Won",`+
			`"amount":100,"onlineCycle":%s,"onlineFirst":%s,"startDate":"2025-01-01","endDate":%q,"memoCount":%d}`,
			id, org, orgName, person, owners, name, cycle, first, end, memos)
	}
	const (
		known   = `"upperOrg":"인사본부","teamSignature":"교육팀","personId":"p1","personName":"홍고객"`
		unknown = `"upperOrg":null,"teamSignature":null,"personId":null,"personName":null`
	)
	wanted := `{"items":[` + strings.Join([]string{
		item("d1", `"o1"`, `"알파산업"`, known, `["김하나A","u2"]`, `"과정 d1"`, `"매월"`, `"O"`, "2026-01-01", 2),
		item("d2", "null", "null", unknown, "[]", "null", "null", "null", "2026-02-01", 0),
		item("d3", "null", `"가나유통"`, known, `["박세찌"]`, `"과정 d3"`, `"매월"`, `"O"`, "2026-03-01", 0),
		item("d4", `"o3"`, `"o3"`, unknown, "[]", `"과정 d4"`, `"매월"`, `"O"`, "2026-04-01", 1),
	}, ",") + `],"meta":{"db_version":"db_mtime:1","rowCount":4}}`
	var got, want any
	if json.Unmarshal(b, &got) != nil || json.Unmarshal([]byte(wanted), &want) != nil {
		t.Fatal("no JSON")
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestList_Conditions changes one thing about a deal that is listed.
func TestList_Conditions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name              string
		change            func(d *crm.Deal)
		before, corrected bool
	}{
		{"nothing", func(*crm.Deal) {}, true, true},
		{"status", func(d *crm.Deal) { d.Status = text("won") }, false, false},
		{"created too early", func(d *crm.Deal) { d.CreatedDate = text("2023-12-31T23:00:00Z") }, false, false},
		{"never created", func(d *crm.Deal) { d.CreatedDate = crm.Text{} }, false, false},
		{"offline", func(d *crm.Deal) { d.CourseFormat = text("출강") }, false, false},
		{"a format with a space", func(d *crm.Deal) { d.CourseFormat = text("구독제 (온라인)") }, false, true},
		{"no format", func(d *crm.Deal) { d.CourseFormat = crm.Text{} }, false, false},
		{"no start", func(d *crm.Deal) { d.CourseStart = crm.Text{} }, false, false},
		{"blank start", func(d *crm.Deal) { d.CourseStart = text("  ") }, false, false},
		{"no end", func(d *crm.Deal) { d.CourseEnd = crm.Text{} }, false, false},
		{"no course id", func(d *crm.Deal) { d.CourseID = crm.Text{} }, false, false},
		{"blank course id", func(d *crm.Deal) { d.CourseID = text(" ") }, false, false},
		{"a course id of a no-break space", func(d *crm.Deal) { d.CourseID = text("\u00a0") }, true, true}, // SQL trims spaces only
		{"ends too early", func(d *crm.Deal) { d.CourseEnd = text("2024-09-30") }, false, false},
		{"ends on the first day", func(d *crm.Deal) { d.CourseEnd = text("2024-10-01") }, true, true},
		{"ends on the last day", func(d *crm.Deal) { d.CourseEnd = text("2027-12-31") }, true, true},
		{"ends at a time of the last day", func(d *crm.Deal) { d.CourseEnd = text("2027-12-31T01:00:00Z") }, false, false}, // text is text
		{"ends on a day with dots", func(d *crm.Deal) { d.CourseEnd = text("2025.03.05") }, true, true},
		{"free amount", func(d *crm.Deal) { d.Amount = text("0") }, true, true},
		{"a refund", func(d *crm.Deal) { d.Amount = text("-5") }, true, true},
		{"no amount", func(d *crm.Deal) { d.Amount = crm.Text{} }, false, false},
		{"not a number", func(d *crm.Deal) { d.Amount = text("abc") }, false, false},
		{"an amount with commas", func(d *crm.Deal) { d.Amount = text("1,000원") }, false, true},
		{"a start that is no day", func(d *crm.Deal) { d.CourseStart = text("미정") }, true, false}, // text mode lets it through
		{"an end that is no day", func(d *crm.Deal) { d.CourseEnd = text("2025-02-30") }, true, false},
		{"a start of nothing but a T", func(d *crm.Deal) { d.CourseStart = text("Today") }, false, false},
	} {
		d := course("d1", "2026-01-01")
		tc.change(&d)
		for rules, wanted := range map[normalise.Rules]bool{before(): tc.before, corrected(): tc.corrected} {
			if l := list(t, rules, dataset(d)); (len(l.Items) == 1) != wanted || l.Meta.Rows != len(l.Items) {
				t.Errorf("%s, %v: listed %d times", tc.name, rules, len(l.Items))
			}
		}
	}
}

func TestList_Order(t *testing.T) {
	t.Parallel()
	lonely := course("d9", "2026-01-01")
	lonely.OrganizationID, lonely.PersonID = crm.Text{}, crm.Text{}
	second := course("d8", "2026-01-01")
	second.OrganizationID = text("o2")
	data := dataset(course("d3", "2026-02-01"), course("d2", "2026-01-01"), course("d1", "2026-01-01"), second, lonely, course("d0", "2026-03-01"))
	if got := ids(list(t, corrected(), data)); got != "d9 d8 d1 d2 d3 d0" { // by end, name, id
		t.Error(got)
	}
}

func TestList_MissingColumns(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		table, column string
		items         int // -1: it is needed
	}{
		{snapshot.TableDeal, field.CourseStart, 0},
		{snapshot.TableDeal, field.CourseEnd, 0},
		{snapshot.TableDeal, field.CourseID, 2}, // then nobody needs one
		{snapshot.TableDeal, field.OnlineCycle, 1},
		{snapshot.TableDeal, field.OnlineFirst, 1},
		{snapshot.TableDeal, field.Amount, -1},
		{snapshot.TableDeal, field.CreatedDate, -1},
		{snapshot.TablePeople, field.UpperOrg, -1},
		{snapshot.TableMemo, field.DealID, -1},
	} {
		nameless := course("d2", "2026-01-01")
		nameless.CourseID = crm.Text{}
		data := dataset(course("d1", "2026-01-01"), nameless)
		data.Columns[tc.table] = slices.DeleteFunc(data.Columns[tc.table], func(c string) bool { return c == tc.column })
		l, err := retention.New(data, version, corrected(), config()).List()
		if tc.items < 0 {
			if err == nil || err.Error() != (&crm.MissingError{Table: tc.table, Column: tc.column}).Error() {
				t.Errorf("without %s.%s: %v", tc.table, tc.column, err)
			}
			continue
		}
		if err != nil || len(l.Items) != tc.items || l.Items == nil {
			t.Errorf("without %s.%s: %d items, %v", tc.table, tc.column, len(l.Items), err)
		}
	}
	data := dataset()
	delete(data.Columns, snapshot.TableMemo)
	if _, err := retention.New(data, version, corrected(), config()).List(); err == nil {
		t.Error("without memos: no error")
	}
}

// TestProperty: every listed deal is a Won one, once, in order, with its memos.
func TestProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		data := crmtest.Random(rt)
		rules := normalise.Rules{
			Numbers: rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(rt, "numbers"),
			Dates:   rapid.SampledFrom([]normalise.DateMode{normalise.AsText, normalise.KST}).Draw(rt, "dates"),
		}
		l, err := retention.New(data, version, rules, config()).List()
		if err != nil {
			rt.Fatal(err)
		}
		if !slices.IsSortedFunc(l.Items, func(a, b retention.Course) int { return cmp.Compare(a.EndDate, b.EndDate) }) {
			rt.Error("not in the order of ends")
		}
		seen := map[string]bool{}
		for _, item := range l.Items {
			memos := 0
			for _, m := range data.Memos {
				if m.DealID.Is(*item.DealID) {
					memos++
				}
			}
			if seen[*item.DealID] || *item.Status != "Won" || item.StartDate == "" || item.EndDate == "" || item.Owners == nil || item.Memos != memos {
				rt.Errorf("%+v, %d memos", item, memos)
			}
			seen[*item.DealID] = true
		}
	})
}

// BenchmarkList measures a first answer after a swap, with its encoding.
func BenchmarkList(b *testing.B) {
	r := retention.New(goldentest.ManyRows(b, 50_000), version, normalise.DefaultRules(), config())
	b.ReportAllocs()
	var size int
	for b.Loop() {
		list, err := r.List()
		if err != nil {
			b.Fatal(err)
		}
		encoded, err := json.Marshal(list)
		if err != nil {
			b.Fatal(err)
		}
		size = len(encoded)
	}
	b.ReportMetric(float64(size), "bytes")
}
