// Package snapshot is the file contract between the worker, which writes
// snapshots, and the API, which reads them: where files lie, which tables they
// hold, how they are opened read-only, and what makes one fit to be served.
//
// A published snapshot never changes. Its name is never reused, so a handle
// opened on it stays right for as long as the handle lives (spec 08 "Files").
package snapshot

import "slices"

// Names of the tables in a snapshot (spec 08 "A run").
const (
	TableOrganization   = "organization"
	TablePeople         = "people"
	TableDeal           = "deal"
	TableLead           = "lead"
	TableMemo           = "memo"
	TableUser           = "user"
	TableTeam           = "team"
	TableWebformHistory = "webform_history"
	TableManifest       = "manifest"
	TableRunInfo        = "run_info"
)

// ColumnID is the key of every crawled table.
const ColumnID = "id"

// CrawlTables lists the tables that are copied record by record from the CRM,
// in the order in which manifests and progress displays name them.
func CrawlTables() []string {
	return []string{
		TableOrganization, TablePeople, TableDeal, TableLead, TableMemo, TableUser, TableTeam,
	}
}

// DomainTables lists every table that holds customer data: the crawled ones
// and the web-form history derived after the crawl.
func DomainTables() []string {
	return append(CrawlTables(), TableWebformHistory)
}

// ExpectedTables lists the ten tables of a complete snapshot.
func ExpectedTables() []string {
	return append(DomainTables(), TableManifest, TableRunInfo)
}

// KeyColumns returns the columns that readers join on and without which a
// table cannot be published. An unknown table has none.
func KeyColumns(table string) []string {
	return slices.Clone(keyColumns[table])
}

// keyColumns is read-only after initialisation.
var keyColumns = map[string][]string{
	TableOrganization:   {ColumnID},
	TablePeople:         {ColumnID, "organizationId"},
	TableDeal:           {ColumnID, "peopleId", "organizationId"},
	TableLead:           {ColumnID, "peopleId", "organizationId"},
	TableMemo:           {ColumnID, "dealId", "peopleId", "organizationId", "createdAt"},
	TableUser:           {ColumnID},
	TableTeam:           {ColumnID},
	TableWebformHistory: {"peopleId", "webFormId", "createdAt"},
}

// IndexedColumns returns the columns of a table that get an index before
// publishing (spec 08 step 5).
func IndexedColumns(table string) []string {
	columns := KeyColumns(table)
	return slices.DeleteFunc(columns, func(c string) bool { return c == "createdAt" })
}
