// Package sandboxdata invents a CRM workspace: an education company's
// organisations, people, deals, leads, memos, users, teams, web forms and their
// submissions, with the field names, types and blemishes that the specs know.
//
// Record i of each list is a pure function of (seed, size, day, list, i, tick).
// Nothing is stored, so a million records need no more memory than ten, any
// page can be made on its own, and the same arguments give the same bytes.
//
// Names of people and organisations that dashboards are configured for come out
// of the workspace configuration; all others are put together from syllables.
package sandboxdata

// Lists, named by their path below the API's base URL (spec 00).
const (
	Organization = "organization"
	People       = "people"
	Deal         = "deal"
	Lead         = "lead"
	Memo         = "memo"
	User         = "user"
	Team         = "team"
	WebForm      = "webForm"
)

// Submissions is the list of the submissions of one web form.
func Submissions(formID string) string { return WebForm + "/" + formID + "/submit" }
