package initialdata_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/initialdata"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// cell is a cell; "NULL" is NULL.
func cell(s string) crm.Text {
	if s == "NULL" {
		return crm.Text{}
	}
	return crm.NewText(s)
}

// texts makes a memo of its place, and counts how many are asked for at once.
type texts struct{ most int }

func (x *texts) MemoTexts(_ context.Context, rows []int64) ([]crm.MemoText, error) {
	x.most = max(x.most, len(rows))
	all := make([]crm.MemoText, len(rows))
	for i, row := range rows {
		all[i] = crm.MemoText{ID: crm.NewText(fmt.Sprint("m", row)), Text: crm.NewText("<a> & \"b\"\n\u2028\x01")}
	}
	return all, nil
}

// answer is what is written, its items by key.
type answer struct {
	Organizations      []map[string]any            `json:"organizations"`
	CompanyMemos       map[string][]map[string]any `json:"companyMemos"`
	PeopleWithDeals    []map[string]any            `json:"peopleWithDeals"`
	PeopleWithoutDeals []map[string]any            `json:"peopleWithoutDeals"`
	DealsByPersonID    map[string][]map[string]any `json:"dealsByPersonId"`
	PeopleMemosByID    map[string][]map[string]any `json:"peopleMemosById"`
	DealMemosByID      map[string][]map[string]any `json:"dealMemosById"`
}

func write(tb testing.TB, data *crm.Dataset, n normalise.Numbers) (answer, string) {
	tb.Helper()
	var b bytes.Buffer
	if err := initialdata.New(data, &texts{}, normalise.RulesFor(n)).Write(tb.Context(), &b); err != nil {
		tb.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(b.Bytes(), &a); err != nil {
		tb.Fatalf("%v in %.500s", err, b.String())
	}
	return a, b.String()
}

func ids(items []map[string]any) string {
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = fmt.Sprint(item["id"])
	}
	return strings.Join(all, " ")
}

func org(id, name string) crm.Organization { return crm.Organization{ID: cell(id), Name: cell(name)} }

// TestDealOnlyOrganizations: before, an organisation with deals and no people
// was left out.
func TestDealOnlyOrganizations(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{
		Organizations: []crm.Organization{org("o1", "나"), org("o2", "가"), org("o3", "다"), org("", "빈"), org("o5", "나"), org("o6", "NULL")},
		People:        []crm.Person{{ID: cell("p1"), OrganizationID: cell("o1")}, {OrganizationID: cell("NULL")}, {OrganizationID: cell("o5")}, {OrganizationID: cell("o6")}},
		Deals:         []crm.Deal{{ID: cell("d"), OrganizationID: cell("o2")}, {OrganizationID: cell("NULL")}},
	}
	for n, want := range map[normalise.Numbers]string{normalise.AsBefore: "o6 o1 o5", normalise.Corrected: "o6 o2 o1 o5"} {
		if a, _ := write(t, data, n); ids(a.Organizations) != want {
			t.Errorf("%s: %s, want %s", n, ids(a.Organizations), want)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	person := func(id, org, name string) crm.Person {
		return crm.Person{ID: cell(id), OrganizationID: cell(org), Name: cell(name), JobTitle: cell("책임"), CustomerStatus: cell("신규")}
	}
	deal := func(id, person, org string) crm.Deal {
		return crm.Deal{ID: cell(id), PersonID: cell(person), OrganizationID: cell(org), Amount: cell("1,000원"), Deadline: cell("2026")}
	}
	memo := func(row int64, deal, person, org string) crm.Memo {
		return crm.Memo{Row: row, DealID: cell(deal), PersonID: cell(person), OrganizationID: cell(org), CreatedAt: cell("2025")}
	}
	data := &crm.Dataset{
		People: []crm.Person{person("p1", "o2", "나"), person("p2", "NULL", "다"), person("p3", "o1", "나"), person("p4", "o1", "가"), person("p5", "o1", "가")},
		Deals:  []crm.Deal{deal("d1", "p1", "o2"), deal("d2", "p1", "o1"), deal("d3", "", "o1"), deal("d4", "NULL", "o1"), deal("d5", "p4", "NULL"), deal("d6", "p1", "o1")},
		Memos: []crm.Memo{
			memo(1, "d1", "p1", "o1"), memo(2, "", "p1", "o1"), memo(3, "", "", "o1"), memo(4, "NULL", "", "NULL"),
			memo(5, " ", "p1", "o1"), memo(6, "d1", "NULL", "NULL"), memo(7, "NULL", "p1", "NULL"),
		},
	}
	a, raw := write(t, data, normalise.AsBefore)
	for _, tc := range []struct{ name, got, want string }{
		{"with deals", ids(a.PeopleWithDeals), "p4 p1"},
		{"without deals", ids(a.PeopleWithoutDeals), "p2 p5 p3"},
		{"deals of p1", ids(a.DealsByPersonID["p1"]), "d2 d6 d1"},
		{"deals of p4", ids(a.DealsByPersonID["p4"]), "d5"},
		{"memos of d1", ids(a.DealMemosByID["d1"]), "m1 m6"},
		{"memos of a blank deal", ids(a.DealMemosByID[" "]), "m5"},
		{"memos of p1", ids(a.PeopleMemosByID["p1"]), "m2 m7"},
		{"memos of o1", ids(a.CompanyMemos["o1"]), "m3"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, tc.got, tc.want)
		}
	}
	if len(a.DealsByPersonID) != 2 || len(a.DealMemosByID) != 2 || len(a.PeopleMemosByID) != 1 || len(a.CompanyMemos) != 1 {
		t.Errorf("too many lists in %s", raw)
	}
	want := map[string]any{
		"id": "p4", "organizationId": "o1", "name": "가", "title": "책임", "email": nil, "phone": nil, "status": "신규", "dealCount": 1.0,
	}
	if diff := cmp.Diff(want, a.PeopleWithDeals[0]); diff != "" {
		t.Error(diff)
	}
	want = map[string]any{
		"id": "d2", "peopleId": "p1", "organizationId": "o1", "name": "d2", "status": nil, "amount": "1,000원", "expected_amount": nil,
		"deadline": "2026", "expected_date": nil,
	}
	if diff := cmp.Diff(want, a.DealsByPersonID["p1"][0]); diff != "" {
		t.Error(diff)
	}
	want = map[string]any{
		"id": "m3", "dealId": "", "peopleId": "", "organizationId": "o1", "text": "<a> & \"b\"\n\u2028\x01", "createdAt": nil,
		"updatedAt": nil, "ownerId": nil, "htmlBody": nil,
	}
	if diff := cmp.Diff(want, a.CompanyMemos["o1"][0]); diff != "" {
		t.Error(diff)
	}
}

func TestWrite_Nothing(t *testing.T) {
	t.Parallel()
	const want = `{"organizations":[],"peopleWithDeals":[],"peopleWithoutDeals":[],"dealsByPersonId":{},"companyMemos":{},"peopleMemosById":{},"dealMemosById":{}}`
	if _, raw := write(t, &crm.Dataset{}, normalise.Corrected); raw != want {
		t.Error(raw)
	}
}

// TestWrite_Batches: memos are never all in memory.
func TestWrite_Batches(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{}
	for i := range 1700 {
		data.Memos = append(data.Memos, crm.Memo{Row: int64(i), OrganizationID: cell(fmt.Sprint("o", i%3))})
	}
	x := &texts{}
	var b bytes.Buffer
	if err := initialdata.New(data, x, normalise.DefaultRules()).Write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(b.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	if n := len(a.CompanyMemos["o0"]) + len(a.CompanyMemos["o1"]) + len(a.CompanyMemos["o2"]); n != 1700 || x.most > 500 {
		t.Errorf("%d memos, %d at once", n, x.most)
	}
	for i, m := range a.CompanyMemos["o1"] {
		if want := fmt.Sprint("m", 3*i+1); m["id"] != want {
			t.Fatalf("memo %d of o1 is %v, want %s", i, m["id"], want)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func (broken) MemoTexts(context.Context, []int64) ([]crm.MemoText, error) { return nil, errBroken }

func TestWrite_Errors(t *testing.T) {
	t.Parallel()
	data := &crm.Dataset{Memos: []crm.Memo{{OrganizationID: cell("o")}}}
	if err := initialdata.New(data, &texts{}, normalise.DefaultRules()).Write(t.Context(), broken{}); !errors.Is(err, errBroken) {
		t.Errorf("a writer that fails: %v", err)
	}
	var b bytes.Buffer
	if err := initialdata.New(data, broken{}, normalise.DefaultRules()).Write(t.Context(), &b); !errors.Is(err, errBroken) {
		t.Errorf("memos that can't be read: %v", err)
	}
	if b.Len() != 0 {
		t.Errorf("%d bytes came before the error", b.Len())
	}
}
