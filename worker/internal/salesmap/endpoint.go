package salesmap

import (
	"net/url"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Endpoint is one list of the CRM and where its records are stored.
type Endpoint struct {
	Table   string // table of the snapshot
	Path    string // below the base URL, escaped
	ListKey string // key of the list in the answer's "data"
	Paged   bool   // false: one answer holds the whole list

	objectType string // how v3 calls its records; empty: v3 has no such list
	limit      int    // records asked of a v3 call; 0: a v2 list
}

// Endpoints returns the crawled lists in the order of snapshot.CrawlTables
// (spec 00 "List endpoints").
func Endpoints() []Endpoint {
	return []Endpoint{
		{Table: snapshot.TableOrganization, Path: "/organization", ListKey: "organizationList", Paged: true, objectType: "회사"},
		{Table: snapshot.TablePeople, Path: "/people", ListKey: "peopleList", Paged: true, objectType: "고객"},
		{Table: snapshot.TableDeal, Path: "/deal", ListKey: "dealList", Paged: true, objectType: "딜"},
		{Table: snapshot.TableLead, Path: "/lead", ListKey: "leadList", Paged: true, objectType: "리드"},
		{Table: snapshot.TableMemo, Path: "/memo", ListKey: "memoList", Paged: true},
		{Table: snapshot.TableUser, Path: "/user", ListKey: "userList"},
		{Table: snapshot.TableTeam, Path: "/team", ListKey: "teamList"},
	}
}

// EndpointOf returns the list that fills a crawled table.
func EndpointOf(table string) (Endpoint, bool) {
	for _, e := range Endpoints() {
		if e.Table == table {
			return e, true
		}
	}
	return Endpoint{}, false
}

// SubmissionsPath is the submissions endpoint as manifests name it, with a
// placeholder for the form.
const SubmissionsPath = "/webForm/{id}/submit"

// Submissions returns the list of one web form's submissions.
func Submissions(formID string) Endpoint {
	return Endpoint{
		Table:   snapshot.TableWebformHistory,
		Path:    "/webForm/" + url.PathEscape(formID) + "/submit",
		ListKey: "webFormSubmitList",
		Paged:   true,
	}
}
