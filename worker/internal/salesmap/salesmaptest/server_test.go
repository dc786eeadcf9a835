package salesmaptest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

func TestLists_ShowEveryRecordOnce(t *testing.T) {
	for name, o := range map[string]salesmaptest.Options{
		"usual pages": {}, "single records": {PageSize: 1}, "sevens": {PageSize: 7, LeadPageSize: 3}, "all at once": {PageSize: 10_000},
	} {
		t.Run(name, func(t *testing.T) {
			o.Source = generated(t, 12)
			crm := salesmaptest.Start(t, o)
			c := newClient(t, crm)
			shown := 0
			for _, list := range lists(crm.Server) {
				pages := c.walk(t, list)
				equal(t, list, records(pages), truth(crm.Server, list))
				shown += len(records(pages))
			}
			if s := crm.Server.Stats(); s.Records != shown || s.Requests != len(crm.Server.Requests()) {
				t.Errorf("counted %d records and %d requests, want %d and %d", s.Records, s.Requests, shown, len(crm.Server.Requests()))
			}
		})
	}
}

// TestLists_AreSpelledAsTheServiceSpells pins list keys, page sizes, the two
// spellings of the cursor and both ways of ending (spec 00 "List endpoints").
func TestLists_AreSpelledAsTheServiceSpells(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 300)})
	c := newClient(t, crm)
	for list, want := range map[string]struct {
		key, cursor string
		size        int
		saysNull    bool
	}{
		"organization": {"organizationList", "nextCursor", 50, true},
		"people":       {"peopleList", "nextCursor", 50, false},
		"deal":         {"dealList", "nextCurosr", 50, true},
		"lead":         {"leadList", "nextCurosr", 10, false},
		"memo":         {"memoList", "nextCursor", 50, true},
		"user":         {"userList", "", 50, false},
		"team":         {"teamList", "", 3, false},
		"webForm":      {"webFormList", "", 12, false},
		sandboxdata.Submissions(crm.Server.FormIDs()[0]): {"webFormSubmitList", "nextCursor", 50, true},
	} {
		pages := c.walk(t, list)
		first, last := pages[0], pages[len(pages)-1]
		if first.key != want.key || first.spelled != want.cursor || len(first.records) != want.size {
			t.Errorf("%s: key %s, cursor %s, %d records; want %+v", list, first.key, first.spelled, len(first.records), want)
		}
		if (last.spelled != "") != want.saysNull {
			t.Errorf("%s: the last page spells the cursor %q", list, last.spelled)
		}
	}
}

func TestAnswers_ToWhatIsWrong(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12)})
	c := newClient(t, crm)
	firstMemo, _ := c.get("memo").parse()
	memo := idOf(firstMemo.records[0])
	people, _ := c.get("people").parse()
	for name, want := range map[string]struct {
		answer answer
		status int
		text   string
		html   bool
	}{
		"unknown list":        {c.get("quote"), 404, "<!DOCTYPE html>", true},
		"unknown path":        {c.do("GET", strings.TrimSuffix(c.base, "/api/v2")+"/", ""), 404, "<!DOCTYPE html>", true},
		"wrong method":        {c.do("POST", c.base+"/deal", ""), 404, "<!DOCTYPE html>", true},
		"unknown form":        {c.get("webForm/none/submit"), 400, `{"error":"Invalid request"}`, false},
		"bad cursor":          {c.get("deal?cursor=x"), 400, `"success":false`, false},
		"cursor of others":    {c.get("deal?cursor=" + people.cursor), 400, `"success":false`, false},
		"missing record":      {c.get("deal/none"), 400, "찾을 수 없습니다", false},
		"a memo":              {c.get("memo/" + memo), 200, `{"success":true,"data":{"memo":{"id":"` + memo, false},
		"bad memo date":       {c.get("memo?startDate=soon"), 400, "startDate", false},
		"search without body": {c.do("POST", c.base+"/object/deal/search", ""), 400, `"success":false`, false},
		"search of memos":     {c.do("POST", c.base+"/object/memo/search", "{}"), 404, "<!DOCTYPE html>", true},
		"v3 in English":       {c.v3("list", `{"objectType":"deal"}`), 400, `"success":false`, false},
		"v3 too many":         {c.v3("list", `{"objectType":"딜","limit":501}`), 400, "500", false},
		"v3 unknown":          {c.v3("update", `{}`), 404, "<!DOCTYPE html>", true},
	} {
		html := strings.HasPrefix(want.answer.header.Get("Content-Type"), "text/html")
		if want.answer.err != nil || want.answer.status != want.status || html != want.html ||
			!strings.Contains(string(want.answer.body), want.text) {
			t.Errorf("%s: %v, status %d, HTML %v: %.300s", name, want.answer.err, want.answer.status, html, want.answer.body)
		}
	}
	organization := c.get("organization/" + idOf(truth(crm.Server, "organization")[3]))
	if !strings.HasPrefix(string(organization.body), `{"success":true,"data":{"organization":[{"id":`) {
		t.Errorf("one organisation: %.200s", organization.body)
	}
}

func TestToken_IsAskedForEverywhere(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12), Token: "one"})
	c := newClient(t, crm)
	for _, token := range []string{"", "two", "one2", "onE"} {
		c.token = token
		for _, list := range lists(crm.Server) {
			if a := c.get(list); a.status != http.StatusUnauthorized || !strings.Contains(string(a.body), `"success":false`) {
				t.Errorf("token %q: %s answered %d", token, list, a.status)
			}
		}
	}
	crm.Server.SetToken("two")
	for token, want := range map[string]int{"one": 401, "two": 200} {
		c.token = token
		if a := c.get("team"); a.status != want {
			t.Errorf("after a new token, %q is answered %d, want %d", token, a.status, want)
		}
	}
	if s := crm.Server.Stats(); s.Refused != s.Requests-1 {
		t.Errorf("%d of %d requests counted as refused", s.Refused, s.Requests)
	}
}

func TestExpireCursors_RefusesEarlierOnes(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12)})
	c := newClient(t, crm)
	first, _ := c.get("deal").parse()
	crm.Server.ExpireCursors()
	if a := c.get("deal?cursor=" + first.cursor); a.status != http.StatusBadRequest {
		t.Errorf("an expired cursor is answered %d", a.status)
	}
	c.walk(t, "deal")
}

func TestV3_GivesTheSameRecords(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 80)})
	c := newClient(t, crm)
	for objectType, list := range map[string]string{"회사": "organization", "고객": "people", "딜": "deal", "리드": "lead"} {
		want := truth(crm.Server, list)
		var got [][]byte
		cursor, calls := "", 0
		for calls == 0 || cursor != "" {
			a := c.v3("list", `{"objectType":"`+objectType+`","limit":500,"cursor":"`+cursor+`"}`)
			p, ok := a.parse()
			if !ok || strings.Contains(string(a.body[:30]), "success") {
				t.Fatalf("%s: %d %.200s", list, a.status, a.body)
			}
			got = append(got, records([]page{p})...)
			cursor = p.cursor
			calls++
		}
		equal(t, "v3 "+list, got, want)
		if most := (len(want) + 499) / 500; calls != most {
			t.Errorf("%s took %d calls, want %d", list, calls, most)
		}
		ids, err := json.Marshal([]string{idOf(want[2]), "none", idOf(want[0])})
		if err != nil {
			t.Fatal(err)
		}
		p, _ := c.v3("read", `{"objectType":"`+objectType+`","idList":`+string(ids)+`}`).parse()
		equal(t, "v3 read "+list, records([]page{p}), [][]byte{want[2], want[0]})
	}

	old := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12), DisableV3: true})
	if a := newClient(t, old).v3("list", `{"objectType":"딜"}`); a.status != 404 || !strings.Contains(string(a.body), "<html") {
		t.Errorf("a deployment without v3 answers %d: %.100s", a.status, a.body)
	}
}

func TestMemoFilters_AreExact(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 40)})
	c := newClient(t, crm)
	memos := truth(crm.Server, "memo")
	for _, name := range []string{"dealId", "leadId", "peopleId", "organizationId", "ownerId"} {
		value := ""
		for i := len(memos) / 2; value == ""; i++ {
			value = fieldOf(memos[i], name)
		}
		var want [][]byte
		for _, m := range memos {
			if fieldOf(m, name) == value {
				want = append(want, m)
			}
		}
		equal(t, name, records(c.walkQuery(t, "memo", name+"="+value)), want)
	}
	var want [][]byte
	for _, m := range memos {
		if at := fieldOf(m, "createdAt"); at >= "2025-01-01T00:00:00.000Z" && at <= "2025-06-30T12:00:00.000Z" {
			want = append(want, m)
		}
	}
	equal(t, "dates", records(c.walkQuery(t, "memo", "startDate=2025-01-01&endDate=2025-06-30T12:00:00Z")), want)
	if len(want) < 10 {
		t.Errorf("only %d memos in half a year", len(want))
	}
}

func (c *client) walkQuery(tb testing.TB, list, query string) []page {
	tb.Helper()
	var pages []page
	for cursor := ""; len(pages) == 0 || cursor != ""; {
		p, ok := c.get(list + "?" + query + "&cursor=" + cursor).parse()
		if !ok {
			tb.Fatalf("%s?%s: not a page", list, query)
		}
		pages = append(pages, p)
		cursor = p.cursor
	}
	return pages
}

func TestSearch_FindsWhatChanged(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 40)})
	c := newClient(t, crm)
	search := func() (ids []string) {
		body := `{"filterGroupList":[{"filters":[{"fieldName":"수정 날짜","operator":"DATE_ON_OR_AFTER","value":"2026-02-04T15:00:00"}]}]}`
		a := c.do("POST", c.base+"/object/deal/search", body)
		p, ok := a.parse()
		if !ok || p.key != "objectList" {
			t.Fatalf("search: %d %.200s", a.status, a.body)
		}
		for _, r := range p.records {
			ids = append(ids, idOf(r))
		}
		return ids
	}
	if found := search(); len(found) != 0 {
		t.Errorf("%d deals changed before anything did", len(found))
	}
	before := map[string]string{}
	for _, r := range truth(crm.Server, "deal") {
		before[idOf(r)] = string(r)
	}
	crm.Server.Evolve()
	found := search()
	changed := 0
	for _, r := range truth(crm.Server, "deal") {
		if before[idOf(r)] != string(r) {
			changed++
		}
	}
	if len(found) != changed || changed == 0 {
		t.Errorf("search found %d deals, %d changed", len(found), changed)
	}
}

func TestEvolveEvery_MovesOnByItself(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12), EvolveEvery: time.Millisecond})
	c := newClient(t, crm)
	before := crm.Server.Len("deal")
	deadline := time.Now().Add(10 * time.Second)
	for crm.Server.Len("deal") < before+10 {
		if p, ok := c.get("deal").parse(); !ok || len(p.records) == 0 {
			t.Fatal("a page of a changing list is not a page")
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing changes")
		}
	}
}

func TestRequests_KeepTheLatest(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 12), LogLimit: 5, PageSize: 20})
	c := newClient(t, crm)
	c.walk(t, "deal")
	c.get("team")
	c.get("nothing")
	log := crm.Server.Requests()
	if len(log) != 5 {
		t.Fatalf("%d requests in the log, want 5", len(log))
	}
	last, before := log[4], log[3]
	if last.Path != "/api/v2/nothing" || last.Status != 404 || last.List != "" {
		t.Errorf("last request: %+v", last)
	}
	if before.List != "team" || before.Page != 1 || before.Records != 3 || before.Status != 200 || before.Elapsed < 0 || before.At.IsZero() {
		t.Errorf("request before: %+v", before)
	}
	if deal := log[2]; deal.List != "deal" || deal.Cursor == "" || deal.Page < 2 {
		t.Errorf("last deal request: %+v", deal)
	}
}

func TestNew_RefusesBadOptions(t *testing.T) {
	for name, o := range map[string]salesmaptest.Options{
		"page size": {PageSize: -1}, "quota": {Quota: -1}, "durations": {Latency: -1},
		"fault 1": {Faults: []salesmaptest.Fault{{Action: "explode"}}},
	} {
		o.Source = generated(t, 1)
		if _, err := salesmaptest.New(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
