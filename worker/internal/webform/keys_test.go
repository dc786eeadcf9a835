package webform

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

func TestFormKeys(t *testing.T) {
	for _, tt := range []struct {
		name, stored string
		want         []string
	}{
		{"nothing", "", nil},
		{"spaces", "   ", nil},
		{"empty list", "[]", nil},
		{"objects", `[{"id":"f1","name":"가"},{"id":"f2","name":"나"}]`, []string{"f1", "f2"}},
		{"repeated", `[{"id":"f1"},{"id":"f1"}]`, []string{"f1", "f1"}},
		{"no id", `[{"name":"이름만"},{"id":"","name":"빈 id"},{"id":null,"name":"널"}]`, []string{"이름만", "빈 id", "널"}},
		{"neither", `[{"webFormId":"f1","title":"t"},{"other":1},{}]`, nil},
		{"number as id", `[{"id":12345678901234567890}]`, []string{"12345678901234567890"}},
		{"object as id", `[{"id":{"x":1},"name":"n"}]`, []string{"n"}},
		{"texts", `["뉴스레터 구독","  ",""]`, []string{"뉴스레터 구독"}},
		{"numbers and literals", `[7,null,true]`, []string{"7"}},
		{"list in a list", `[["f1"]]`, nil},
		{"object without a list", `{"id":"f1","name":"목록이 아님"}`, []string{"f1"}},
		{"text without a list", `wf-legacy-1`, []string{"wf-legacy-1"}},
		{"number without a list", `7`, []string{"7"}},
		{"broken list", `[깨진 목록`, []string{"[깨진 목록"}},
		{"quoted text", `"f1"`, []string{"f1"}},
		{"two values", `7 8`, []string{"7 8"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, FormKeys(tt.stored)); diff != "" {
				t.Errorf("keys of %q (-want +got):\n%s", tt.stored, diff)
			}
		})
	}
}

func TestPersonOf(t *testing.T) {
	field := func(name, text string) record.Field { return record.Field{Name: name, Text: text} }
	null := func(name string) record.Field { return record.Field{Name: name, Null: true} }
	for _, tt := range []struct {
		name   string
		fields []record.Field
		want   string
	}{
		{"nothing", nil, ""},
		{"peopleId", []record.Field{field("peopleId", "p")}, "p"},
		{"peopleId first", []record.Field{field("person", `{"id":"e"}`), field("people_id", "d"), field("person_id", "c"), field("personId", "b"), field("peopleId", "a")}, "a"},
		{"personId next", []record.Field{field("person", `{"id":"e"}`), field("people_id", "d"), field("person_id", "c"), field("personId", "b"), null("peopleId")}, "b"},
		{"person_id next", []record.Field{field("people_id", "d"), field("person_id", "c"), field("personId", "")}, "c"},
		{"people_id next", []record.Field{field("person", `{"id":"e"}`), field("people_id", "d"), field("peopleId", " ")}, "d"},
		{"person.id last", []record.Field{field("person", `{"name":"n","id":"e"}`), null("peopleId")}, "e"},
		{"person.id a number", []record.Field{field("person", `{"id":7}`)}, "7"},
		{"person without id", []record.Field{field("person", `{"name":"n"}`)}, ""},
		{"person no object", []record.Field{field("person", "e")}, ""},
		{"person null", []record.Field{null("person")}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := personOf(record.Record{Fields: tt.fields}); got != tt.want {
				t.Errorf("person %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWithForm(t *testing.T) {
	fields := make([]record.Field, 1, 2)
	fields[0] = record.Field{Name: "id", Text: "1"}
	next := fields[:2] // the next record on the page
	next[1] = record.Field{Name: "id", Text: "2"}
	got := withForm(record.Record{Fields: fields[:1:1]}, "f")
	if id, _ := got.Text("webFormId"); id != "f" || next[1].Text != "2" {
		t.Errorf("%+v; the record after it: %+v", got, next[1])
	}
	theirs := record.Record{Fields: []record.Field{{Name: "webFormId", Text: "wrong"}, {Name: "id", Text: "1"}}}
	if got := withForm(theirs, "f"); len(got.Fields) != 2 || got.Fields[0].Text != "f" {
		t.Errorf("%+v", got)
	}
}
