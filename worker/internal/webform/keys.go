package webform

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// FormKeys returns the forms that a stored value of people."제출된 웹폼 목록"
// names, in the order of the list and with repetitions: of an object its id,
// or else its name; of anything else that is not empty its text. A value that
// is no list counts as a list of one.
func FormKeys(stored string) []string {
	var list []json.RawMessage
	if json.Unmarshal([]byte(stored), &list) != nil {
		if key := formKey([]byte(stored)); key != "" {
			return []string{key}
		}
		return nil
	}
	var keys []string
	for _, item := range list {
		if key := formKey(item); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// formKey returns the form that one entry names, or "".
func formKey(item []byte) string {
	var form struct {
		ID   any `json:"id"`
		Name any `json:"name"`
	}
	switch value := scalar(item).(type) {
	case map[string]any:
		if decodeNumbers(item, &form) != nil {
			return ""
		}
		if id := text(form.ID); id != "" {
			return id
		}
		return text(form.Name)
	case nil:
		return ""
	default:
		return text(value)
	}
}

// scalar decodes an entry; what is not JSON is a text that was stored as it
// is.
func scalar(item []byte) any {
	var value any
	if decodeNumbers(item, &value) != nil {
		return string(item)
	}
	return value
}

var errTrailing = errors.New("something behind the value")

// decodeNumbers keeps numbers as they are written: an id may have more digits
// than a float.
func decodeNumbers(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if dec.More() {
		return errTrailing
	}
	return nil
}

// text is a text or number without the white space around it; other values
// name nothing.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	default:
		return ""
	}
}

// distinct sorts the keys and takes out repetitions and empty ones.
func distinct(keys []string) []string {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" })
	slices.Sort(keys)
	return slices.Compact(keys)
}

// personKeys are the fields that may hold a submission's person, most trusted
// first (spec 08 "A run" step 4).
var personKeys = [...]string{field.PeopleID, "personId", "person_id", "people_id"}

// personOf returns the person of a submission, or "".
func personOf(r record.Record) string {
	for _, key := range personKeys {
		if id, ok := r.Text(key); ok && strings.TrimSpace(id) != "" {
			return id
		}
	}
	nested, ok := r.Text("person")
	if !ok {
		return ""
	}
	var person struct {
		ID any `json:"id"`
	}
	if decodeNumbers([]byte(nested), &person) != nil {
		return ""
	}
	return text(person.ID)
}

// withForm adds the form to a submission; the service does not say it
// (spec 00), and if it ever does, the form we asked for is still the truth.
func withForm(r record.Record, form string) record.Record {
	f := record.Field{Name: field.WebFormID, Text: form}
	for i := range r.Fields {
		if r.Fields[i].Name == field.WebFormID {
			r.Fields[i] = f
			return r
		}
	}
	return record.Record{Fields: append(r.Fields, f)}
}
