package sandboxdata_test

import (
	"fmt"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// text returns a field that holds a text, "" if it is null or missing.
func text(record map[string]any, field string) string {
	s, _ := record[field].(string)
	return s
}

func byID(records []map[string]any) map[string]map[string]any {
	all := make(map[string]map[string]any, len(records))
	for _, r := range records {
		all[text(r, "id")] = r
	}
	return all
}

func TestRecords_PointAtRecordsThatExist(t *testing.T) {
	for seed := range uint64(24) {
		orgs, ticks := 1+int(seed)%14, 3*int(seed%13)
		if problem := checkRelations(t, newWorkspace(t, seed, orgs, ticks).View()); problem != "" {
			t.Errorf("seed %d, %d organisations, tick %d: %s", seed, orgs, ticks, problem)
		}
	}
}

func checkRelations(tb testing.TB, v sandboxdata.View) string {
	tb.Helper()
	orgs := byID(read(tb, v, sandboxdata.Organization))
	people := byID(read(tb, v, sandboxdata.People))
	deals := byID(read(tb, v, sandboxdata.Deal))
	leads := byID(read(tb, v, sandboxdata.Lead))
	memos := byID(read(tb, v, sandboxdata.Memo))
	users := byID(read(tb, v, sandboxdata.User))
	tables := map[string]map[string]map[string]any{
		"organizationId": orgs, "peopleId": people, "dealId": deals, "leadId": leads, "parentId": memos, "ownerId": users,
	}
	for name, table := range map[string]map[string]map[string]any{
		"people": people, "deal": deals, "lead": leads, "memo": memos,
	} {
		for id, record := range table {
			for field, target := range tables {
				ref := text(record, field)
				if ref == "" || ref == " " { // blank for nothing, as in real memos
					continue
				}
				if target[ref] == nil {
					return fmt.Sprintf("%s %s: %s %s does not exist", name, id, field, ref)
				}
			}
			person, org := people[text(record, "peopleId")], text(record, "organizationId")
			if person != nil && org != "" && text(person, "organizationId") != org {
				return fmt.Sprintf("%s %s: its person works elsewhere", name, id)
			}
			if deal := deals[text(record, "dealId")]; deal != nil && text(deal, "peopleId") != text(record, "peopleId") {
				return fmt.Sprintf("%s %s: its deal is with somebody else", name, id)
			}
		}
	}
	for i, record := range read(tb, v, sandboxdata.Deal) {
		if record["RecordId"] != float64(i+1) {
			return fmt.Sprintf("deal %d has RecordId %v", i, record["RecordId"])
		}
	}
	return checkForms(tb, v, people)
}

// checkForms compares the forms that people submitted with the submissions.
func checkForms(tb testing.TB, v sandboxdata.View, people map[string]map[string]any) string {
	tb.Helper()
	named := map[[2]string]bool{}
	for id, person := range people {
		forms, _ := person["제출된 웹폼 목록"].([]any)
		for _, form := range forms {
			named[[2]string{form.(map[string]any)["id"].(string), id}] = false
		}
	}
	for _, form := range read(tb, v, sandboxdata.WebForm) {
		id := text(form, "id")
		submissions := read(tb, v, sandboxdata.Submissions(id))
		if form["submitCount"] != float64(len(submissions)) {
			return fmt.Sprintf("form %s counts %v submissions and has %d", id, form["submitCount"], len(submissions))
		}
		for _, submission := range submissions {
			who := text(submission, "peopleId")
			if who == "" {
				continue
			}
			if _, ok := named[[2]string{id, who}]; !ok {
				return fmt.Sprintf("form %s was submitted by %s, who does not name it", id, who)
			}
			named[[2]string{id, who}] = true
			if text(submission, "organizationId") != text(people[who], "organizationId") {
				return fmt.Sprintf("form %s: the submission of %s has another organisation", id, who)
			}
		}
	}
	for pair, submitted := range named {
		if !submitted {
			return fmt.Sprintf("person %s names form %s without a submission", pair[1], pair[0])
		}
	}
	return ""
}
