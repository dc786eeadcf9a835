package salesmaptest

import (
	"encoding/json"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// WebformTruth is what the web-form step of a perfect run ends with (spec 08
// "A run", step 4).
type WebformTruth struct {
	// Rows are the kept submissions with webFormId added as the last member:
	// forms in ascending order of id, submissions in the order of the list.
	Rows [][]byte
	// Forms are the distinct forms that were asked for.
	Forms []string
	// Unknown are those of Forms that the server answers 400 for.
	Unknown []string
	// DroppedMissing counts submissions without a person, DroppedNotAllowed
	// those of people without a deal.
	DroppedMissing, DroppedNotAllowed int
}

// webformsField is the field of a person that names the submitted forms.
const webformsField = "제출된 웹폼 목록"

// WebformTruth works out the web-form history from the records as they are now.
// It holds the ids of all people with a deal in memory.
func (s *Server) WebformTruth() WebformTruth {
	withDeal := map[string]bool{}
	for record := range s.Truth(sandboxdata.Deal) {
		var deal struct {
			PeopleID any `json:"peopleId"`
		}
		if json.Unmarshal(record, &deal) != nil {
			continue
		}
		if id, ok := deal.PeopleID.(string); ok && id != "" {
			withDeal[id] = true
		}
	}
	wanted := map[string]bool{}
	for record := range s.Truth(sandboxdata.People) {
		var person map[string]any
		if json.Unmarshal(record, &person) != nil {
			continue
		}
		if id, _ := person["id"].(string); withDeal[id] {
			for _, form := range formsNamedBy(person[webformsField]) {
				wanted[form] = true
			}
		}
	}
	t := WebformTruth{}
	for form := range wanted {
		t.Forms = append(t.Forms, form)
	}
	slices.Sort(t.Forms)
	for _, form := range t.Forms {
		s.addSubmissions(&t, form, withDeal)
	}
	return t
}

func (s *Server) addSubmissions(t *WebformTruth, form string, withDeal map[string]bool) {
	list := sandboxdata.Submissions(form)
	if _, ok := s.view().Len(list); !ok {
		t.Unknown = append(t.Unknown, form)
		return
	}
	for record := range s.Truth(list) {
		var fields map[string]any
		if json.Unmarshal(record, &fields) != nil {
			continue
		}
		switch who := submitterOf(fields); {
		case who == "":
			t.DroppedMissing++
		case !withDeal[who]:
			t.DroppedNotAllowed++
		default:
			id, _ := json.Marshal(form)
			t.Rows = append(t.Rows, withFields(record, `"webFormId":`+string(id)))
		}
	}
}

// formsNamedBy returns the form ids in a person's list of forms: of an object
// its id or else its name, of anything else that is not empty its text.
func formsNamedBy(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var ids []string
	for _, element := range list {
		if object, ok := element.(map[string]any); ok {
			id, _ := object["id"].(string)
			if id == "" {
				id, _ = object["name"].(string)
			}
			element = id
		}
		if text, ok := element.(string); ok && text != "" {
			ids = append(ids, text)
		}
	}
	return ids
}

// submitterOf returns the person of a submission, or "".
func submitterOf(fields map[string]any) string {
	for _, key := range []string{"peopleId", "personId", "person_id", "people_id"} {
		if id, ok := fields[key].(string); ok && id != "" {
			return id
		}
	}
	person, _ := fields["person"].(map[string]any)
	id, _ := person["id"].(string)
	return id
}
