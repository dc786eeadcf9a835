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
}

// Endpoints returns the crawled lists in the order of snapshot.CrawlTables
// (spec 00 "List endpoints").
func Endpoints() []Endpoint {
	return []Endpoint{
		{Table: snapshot.TableOrganization, Path: "/organization", ListKey: "organizationList", Paged: true},
		{Table: snapshot.TablePeople, Path: "/people", ListKey: "peopleList", Paged: true},
		{Table: snapshot.TableDeal, Path: "/deal", ListKey: "dealList", Paged: true},
		{Table: snapshot.TableLead, Path: "/lead", ListKey: "leadList", Paged: true},
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
