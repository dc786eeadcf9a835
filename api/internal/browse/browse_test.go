package browse_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// text is a cell; "NULL" is NULL.
func text(s string) crm.Text {
	if s == "NULL" {
		return crm.Text{}
	}
	return crm.NewText(s)
}

// texts are memos by their place.
type texts map[int64]crm.MemoText

func (x texts) MemoTexts(_ context.Context, rows []int64) ([]crm.MemoText, error) {
	var all []crm.MemoText
	for _, row := range rows {
		m, ok := x[row]
		if !ok {
			return nil, errors.New("no such memo")
		}
		all = append(all, m)
	}
	return all, nil
}

func org(id, name, size string) crm.Organization {
	return crm.Organization{ID: text(id), Name: text(name), Size: text(size)}
}

func person(id, orgID, name string) crm.Person {
	return crm.Person{ID: text(id), OrganizationID: text(orgID), Name: text(name)}
}

func wonDeal(orgID, amount, contract string) crm.Deal {
	return crm.Deal{ID: text("d"), OrganizationID: text(orgID), Status: text("Won"), Amount: text(amount), ContractDate: text(contract)}
}

func catalog(data *crm.Dataset, n normalise.Numbers) *browse.Catalog {
	return browse.New(data, texts{}, browse.Options{Rules: normalise.RulesFor(n), WonSortYear: 2025})
}

func names(list browse.OrganizationList) string {
	var all []string
	for _, o := range list.Items {
		all = append(all, o.Name)
	}
	return strings.Join(all, " ")
}

func TestSizes(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{Organizations: []crm.Organization{
		org("1", "a", "중견기업"), org("2", "b", "대기업"), org("3", "c", " "), org("4", "d", ""), org("5", "e", "NULL"),
		org("6", "f", "대기업"), org("7", "g", " 대기업"), org("8", "h", "\t"),
	}}
	want := []string{"\t", " 대기업", "대기업", "중견기업"} // untrimmed; SQL's TRIM knows spaces only
	if diff := cmp.Diff(want, catalog(data, normalise.Corrected).Sizes().Sizes); diff != "" {
		t.Error(diff)
	}
	if got := catalog(&crm.Dataset{}, normalise.Corrected).Sizes().Sizes; got == nil || len(got) != 0 {
		t.Errorf("of no organisations: %#v, want an empty list", got)
	}
}

func TestOrganizations_Order(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{
		Organizations: []crm.Organization{
			org("lonely", "쓸쓸", "x"), org("o1", "나", "x"), org("o2", "가", "x"), org("o3", "다", "x"), org("o4", "NULL", "x"),
			org("o5", "라", "x"), org("o6", "나", "y"),
		},
		People: []crm.Person{person("p", "o2", "a"), person("p2", "o6", "a"), person("p3", "NULL", "a")},
		Deals: []crm.Deal{
			wonDeal("o1", "100", "2025-01-01"), wonDeal("o3", "300", "2025-06-01"), wonDeal("o3", "oops", "2025-06-01"),
			wonDeal("o4", "900", "2024-06-01"), // another year
			{OrganizationID: text("o5"), Status: text("won"), Amount: text("999"), ContractDate: text("2025-01-01")}, // another status
		},
	}
	// o3 300, o1 100, then 0: by name (o4 has none, so its id counts), equal names by row.
	const want = "다 나 o4 가 나 라"
	if got := names(catalog(data, normalise.AsBefore).Organizations(browse.OrganizationFilter{Limit: 10})); got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

func TestOrganizations_YearOfTheRules(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{
		Organizations: []crm.Organization{org("o1", "가", "x"), org("o2", "나", "x"), org("o3", "다", "x")},
		Deals: []crm.Deal{
			wonDeal("o1", "1", "2025-03-01"),
			wonDeal("o2", "2", "2024-12-31T15:00:00.000Z"), // 1 January 2025 in Korea
			wonDeal("o3", "1,000,000원", "2025-03-01"),
		},
	}
	for n, want := range map[normalise.Numbers]string{
		normalise.AsBefore:  "가 다 나", // o2 in 2024; "1,000,000원" begins with 1, and the name decides
		normalise.Corrected: "다 나 가",
	} {
		if got := names(catalog(data, n).Organizations(browse.OrganizationFilter{Limit: 10})); got != want {
			t.Errorf("%s: order %s, want %s", n, got, want)
		}
	}
}

func TestOrganizations_Filter(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{
		Organizations: []crm.Organization{
			org("id-A1", "Alpha전자", "대기업"), org("id-b2", "beta 100%", "중견기업"), org("id-c3", "NULL", "대기업"), org("id-d4", "a_b", "all"),
		},
	}
	for i := range data.Organizations {
		data.People = append(data.People, crm.Person{OrganizationID: data.Organizations[i].ID})
	}
	c := catalog(data, normalise.Corrected)
	for _, tc := range []struct {
		f    browse.OrganizationFilter
		want string
	}{
		{browse.OrganizationFilter{}, "Alpha전자 a_b beta 100% id-c3"},
		{browse.OrganizationFilter{Size: "전체"}, "Alpha전자 a_b beta 100% id-c3"},
		{browse.OrganizationFilter{Size: "대기업"}, "Alpha전자 id-c3"},
		{browse.OrganizationFilter{Size: "all"}, "a_b"},
		{browse.OrganizationFilter{Size: "대"}, ""},
		{browse.OrganizationFilter{Search: "ALPHA"}, "Alpha전자"},
		{browse.OrganizationFilter{Search: "전자"}, "Alpha전자"},
		{browse.OrganizationFilter{Search: "ID-C"}, "id-c3"},
		{browse.OrganizationFilter{Search: "NULL"}, ""},
		{browse.OrganizationFilter{Search: "0%"}, "beta 100%"},
		{browse.OrganizationFilter{Search: "a_b"}, "a_b"},
		{browse.OrganizationFilter{Search: "b_t"}, "beta 100%"},
		{browse.OrganizationFilter{Search: "%"}, "Alpha전자 a_b beta 100% id-c3"},
		{browse.OrganizationFilter{Search: "a", Size: "대기업"}, "Alpha전자"},
		{browse.OrganizationFilter{Offset: 1, Limit: 2}, "a_b beta 100%"},
		{browse.OrganizationFilter{Offset: 3}, "id-c3"},
		{browse.OrganizationFilter{Offset: 4}, ""},
	} {
		if tc.f.Limit == 0 {
			tc.f.Limit = 10
		}
		if got := names(c.Organizations(tc.f)); got != tc.want {
			t.Errorf("%+v: %s, want %s", tc.f, got, tc.want)
		}
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{Organizations: []crm.Organization{
		{ID: text("o1"), Name: text("예시상사"), Team: text(`[{"id":"t1","name":"1팀"}]`), Owner: text(`{"id":"u1","name":"최담당"}`)},
		{ID: text("o1"), Name: text("같은 번호")},
		{ID: text("o2"), Team: text("NULL"), Owner: text("{}")},
		{ID: text("o3"), Team: text("미배정"), Owner: text("7")},
		{ID: text("o4"), Team: text(" "), Owner: text("[]")},
		{ID: text("o5"), Team: text("0"), Owner: text("")},
		{ID: text("o6"), Team: text(`{"b":1,"a":[true,null,"<&>"]}`), Owner: text(`"이름"`)},
		{ID: text("o7"), Team: text("[NaN]"), Owner: text("{broken")},
	}}
	c := catalog(data, normalise.Corrected)
	for id, want := range map[string]string{
		"o1": `{"item":{"id":"o1","name":"예시상사","size":null,"team":[{"id":"t1","name":"1팀"}],"owner":{"id":"u1","name":"최담당"}}}`,
		"o2": `{"item":{"id":"o2","name":"o2","size":null,"team":[],"owner":null}}`,
		"o3": `{"item":{"id":"o3","name":"o3","size":null,"team":"미배정","owner":7}}`,
		"o4": `{"item":{"id":"o4","name":"o4","size":null,"team":" ","owner":null}}`,
		"o5": `{"item":{"id":"o5","name":"o5","size":null,"team":[],"owner":null}}`,
		"o6": `{"item":{"id":"o6","name":"o6","size":null,"team":{"b":1,"a":[true,null,"<&>"]},"owner":"이름"}}`,
		"o7": `{"item":{"id":"o7","name":"o7","size":null,"team":"[NaN]","owner":"{broken"}}`,
	} {
		item, err := c.Organization(id)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if diff := cmp.Diff(want, asJSON(t, item)); diff != "" {
			t.Errorf("%s:\n%s", id, diff)
		}
	}
	for _, id := range []string{"", "O1", "o9"} {
		if _, err := c.Organization(id); !errors.Is(err, browse.ErrOrganizationNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func asJSON(tb testing.TB, v any) string {
	tb.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestPeople(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{
		People: []crm.Person{
			person("p1", "o1", "나"), person("p2", "o1", "가"), person("p3", "o2", "다"), person("p4", "o1", "NULL"),
			person("NULL", "o1", "NULL"), person("p6", "o1", "가"), person("p7", "NULL", "라"),
		},
		Deals: []crm.Deal{{PersonID: text("p2")}, {PersonID: text("p2"), OrganizationID: text("o9")}, {PersonID: text("p4")}, {PersonID: text("NULL")}},
	}
	c := catalog(data, normalise.Corrected)
	yes, no := true, false
	for _, tc := range []struct {
		org     string
		hasDeal *bool
		want    string
	}{
		{"o1", nil, "?=0 p4=1 p2=2 p6=0 p1=0"}, // NULL first, then by name; equal names by row
		{"o1", &yes, "p4=1 p2=2"},
		{"o1", &no, "?=0 p6=0 p1=0"},
		{"o2", nil, "p3=0"},
		{"", nil, ""},
		{"o9", nil, ""},
	} {
		var got []string
		list := c.People(tc.org, tc.hasDeal)
		for _, p := range list.Items {
			id := "?"
			if p.ID != nil {
				id = *p.ID
			}
			got = append(got, id+"="+string(rune('0'+p.DealCount)))
		}
		if strings.Join(got, " ") != tc.want || list.Items == nil {
			t.Errorf("%s: %v, want %s", tc.org, got, tc.want)
		}
	}
}

func TestDeals(t *testing.T) {
	t.Parallel()
	deal := func(id, contract, created string) crm.Deal {
		return crm.Deal{ID: text(id), PersonID: text("p"), ContractDate: text(contract), CreatedDate: text(created)}
	}
	data := &crm.Dataset{Deals: []crm.Deal{
		deal("none-old", "NULL", "2024"), deal("none-new", "NULL", "2025"), deal("empty", "", "2026"), deal("d24", "2024-01-01", "2020"),
		deal("d25", "2025-01-01", "2020"), deal("d25-later", "2025-01-01", "2021"), deal("d25-same", "2025-01-01", "2021"), deal("none-null", "NULL", "NULL"),
	}}
	var got []string
	for _, d := range catalog(data, normalise.Corrected).Deals("p").Items {
		got = append(got, *d.Name)
	}
	const want = "d25-later d25-same d25 d24 empty none-new none-old none-null"
	if strings.Join(got, " ") != want {
		t.Errorf("order %v, want %s", got, want)
	}
	if list := catalog(data, normalise.Corrected).Deals("nobody"); list.Items == nil || len(list.Items) != 0 {
		t.Errorf("of nobody: %#v", list)
	}
}

func TestDeals_Values(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		owner, amount       string
		asBefore, corrected string
	}{
		{`{"id":"u1","name":"최담당"}`, "1200000", `1200000 "최담당"`, `1200000 "최담당"`},
		{`[{"id":"u1","name":"최담당"},{"id":"u2","name":"박예시"},{"id":"u1","name":"최담당"}]`, "1,200,000", `null null`, `1200000 "최담당, 박예시"`},
		{`[]`, "120만", `null null`, `null null`},
		{"최담당", "-5", `-5 null`, `-5 null`},
		{`{"id":"u1"}`, "nan", `null null`, `null null`},
		{"NULL", "₩1,000.5", `null null`, `1000.5 null`},
	} {
		data := &crm.Dataset{Deals: []crm.Deal{{PersonID: text("p"), Owner: text(tc.owner), Amount: text(tc.amount), ExpectedAmount: text(tc.amount)}}}
		for n, want := range map[normalise.Numbers]string{normalise.AsBefore: tc.asBefore, normalise.Corrected: tc.corrected} {
			d := catalog(data, n).Deals("p").Items[0]
			if got := asJSON(t, d.Amount) + " " + asJSON(t, d.OwnerName); got != want {
				t.Errorf("%s, %s, %s: %s, want %s", n, tc.amount, tc.owner, got, want)
			}
			if asJSON(t, d.Amount) != asJSON(t, d.ExpectedAmount) {
				t.Errorf("%s: the expected amount is read otherwise", tc.amount)
			}
		}
	}
}

func TestMemos(t *testing.T) {
	t.Parallel()
	memo := func(row int64, deal, person, org, created string) crm.Memo {
		return crm.Memo{Row: row, DealID: text(deal), PersonID: text(person), OrganizationID: text(org), CreatedAt: text(created)}
	}
	data := &crm.Dataset{
		Organizations: []crm.Organization{{Owner: text(`{"id":"u1","name":"최담당"}`)}, {Owner: text(`[{"id":"u9","name":"목록"}]`)}},
		People:        []crm.Person{{Owner: text(`{"id":"u1","name":"늦은 이름"}`)}, {Owner: text(`{"id":"","name":"빈"}`)}},
		Deals:         []crm.Deal{{Owner: text(`{"id":"u2","name":"박예시"}`)}, {Owner: text(`{"id":"u3","name":""}`)}},
		Memos: []crm.Memo{
			memo(10, "NULL", "NULL", "o", "2025-01-01"), memo(11, "NULL", "NULL", "o", "2025-03-01"), memo(12, "NULL", "", "o", "2025-05-01"),
			memo(13, "NULL", "p", "o", "2025-01-01"), memo(14, "", "p", "o", "NULL"), memo(15, "  ", "p", "o", "2025-02-01"),
			memo(16, "d", "p", "o", "2025-01-01"), memo(17, "d", "NULL", "NULL", "2025-01-01"), memo(18, "\t", "p", "o", "2025-09-01"),
		},
	}
	body := texts{}
	for i := range data.Memos {
		body[data.Memos[i].Row] = crm.MemoText{ID: text(string(rune('a' + i))), OwnerID: text([]string{"u1", "u2", "u3", "u9", "NULL", "zz", "u1", "u1", "u1"}[i])}
	}
	c := browse.New(data, body, browse.Options{Rules: normalise.DefaultRules(), WonSortYear: 2025})
	show := func(list browse.MemoList, err error) string {
		if err != nil {
			return err.Error()
		}
		var all []string
		for _, m := range list.Items {
			owner := "-"
			if m.OwnerName != nil {
				owner = *m.OwnerName
			}
			all = append(all, *m.ID+"="+owner)
		}
		return strings.Join(all, " ")
	}
	ctx := t.Context()
	for _, tc := range []struct{ name, got, want string }{
		{"organisation", show(c.OrganizationMemos(ctx, "o", 9)), "b=박예시 a=최담당"},
		{"organisation, one", show(c.OrganizationMemos(ctx, "o", 1)), "b=박예시"},
		{"person", show(c.PersonMemos(ctx, "p", 9)), "f=zz d=u9 e=-"},
		{"person with an empty id", show(c.PersonMemos(ctx, "", 9)), "c=u3"},
		{"deal, equal times by row", show(c.DealMemos(ctx, "d", 9)), "g=최담당 h=최담당"},
		{"nobody", show(c.DealMemos(ctx, "none", 9)), ""},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, tc.got, tc.want)
		}
	}
	lost := browse.New(data, texts{}, browse.Options{Rules: normalise.DefaultRules(), WonSortYear: 2025})
	if _, err := lost.DealMemos(ctx, "d", 9); err == nil {
		t.Error("an error of reading memos got lost")
	}
}
