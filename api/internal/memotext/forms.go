package memotext

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// questionKey is the one output key for every form field that asks what the
// customer wants to know.
const questionKey = "question"

// Forms says what a memo written by a web form looks like (workspace key
// `memo_forms`).
type Forms struct {
	Markers       []string // a memo that contains any of these was written by a form
	SkipMarker    string   // a memo that contains this says nothing; empty: none does
	DropKeys      []string // fields to leave out, written without blanks
	MinimalKeys   []string // a form that has exactly these fields says nothing
	QuestionWords []string // fields whose key contains one of these are the question
}

// Outcome is what becomes of a memo.
type Outcome int

// What Clean can decide.
const (
	KeepRaw Outcome = iota // the memo's text stays as it is
	Drop                   // the memo says nothing and is left out
	Cleaned                // the fields take the place of the text
)

// Field is one thing that a form says.
type Field struct{ Key, Value string }

// Fields are what a form says, in the order in which it says it; no key occurs
// twice.
type Fields []Field

// MarshalJSON writes an object with the keys in order.
func (f Fields) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, field := range f {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := json.Marshal(field.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(field.Value)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, key...), ':'), value...)
	}
	return append(out, '}'), nil
}

// Get returns the value of a key.
func (f Fields) Get(key string) (value string, ok bool) {
	for _, field := range f {
		if field.Key == key {
			return field.Value, true
		}
	}
	return "", false
}

// Cleaner reduces form memos to what they say. It is safe for concurrent use.
type Cleaner struct {
	forms   Forms
	drop    map[string]bool
	minimal map[string]bool
}

// NewCleaner returns a Cleaner for a workspace's forms.
func NewCleaner(forms Forms) *Cleaner {
	return &Cleaner{forms: forms, drop: setOf(forms.DropKeys), minimal: setOf(forms.MinimalKeys)}
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, item := range list {
		set[item] = true
	}
	return set
}

// Clean decides what becomes of a memo's text (spec 02 §3.3). The fields are
// nil unless the outcome is Cleaned.
func (c *Cleaner) Clean(text crm.Text) (Fields, Outcome) {
	raw := text.String()
	if raw == "" {
		return nil, KeepRaw
	}
	// Removing the smileys can join what was apart, so the markers are looked
	// for in the copy, as the replaced service did.
	body := strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), ":)", "")
	if c.forms.SkipMarker != "" && strings.Contains(body, c.forms.SkipMarker) {
		return nil, Drop
	}
	if !containsAny(body, c.forms.Markers) {
		return nil, KeepRaw
	}
	fields := c.fields(body)
	switch {
	case len(fields) == 0:
		return nil, KeepRaw
	case c.isMinimal(fields):
		return nil, Drop
	default:
		return fields, Cleaned
	}
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

func (c *Cleaner) fields(body string) Fields {
	var fields Fields
	seen := map[string]bool{}
	for _, entry := range entries(body) {
		key, value, ok := splitEntry(entry)
		if !ok || value == "" || value == "(공백)" || value == "-" {
			continue
		}
		bare := strings.ReplaceAll(key, " ", "")
		if c.drop[bare] {
			continue
		}
		if containsAny(key, c.forms.QuestionWords) {
			bare = questionKey
		}
		if !seen[bare] {
			seen[bare] = true
			fields = append(fields, Field{Key: bare, Value: value})
		}
	}
	return fields
}

// entries joins the lines of a form to one text for each field: a line with a
// colon begins a field, one without belongs to the field before it.
func entries(body string) []string {
	var all []string
	var current strings.Builder
	flush := func() {
		if current.Len() > 0 {
			all = append(all, current.String())
			current.Reset()
		}
	}
	for line := range strings.SplitSeq(body, "\n") {
		line = normalise.Trim(line)
		switch {
		case line == "":
		case strings.Contains(line, ":"):
			flush()
			current.WriteString(line)
		default:
			if current.Len() > 0 {
				current.WriteByte(' ')
			}
			current.WriteString(line)
		}
	}
	flush()
	return all
}

// splitEntry splits `- key : value`. A bullet or a blank with nothing but the
// colon behind it is itself the key.
func splitEntry(entry string) (key, value string, ok bool) {
	colon := strings.IndexByte(entry, ':')
	if colon <= 0 {
		return "", "", false
	}
	key = entry[:colon]
	for _, bullet := range []string{"-", "•"} {
		if rest, found := strings.CutPrefix(key, bullet); found && rest != "" {
			key = rest
			break
		}
	}
	return normalise.Trim(key), strings.Trim(normalise.Trim(entry[colon+1:]), "."), true
}

func (c *Cleaner) isMinimal(fields Fields) bool {
	if len(fields) != len(c.minimal) {
		return false
	}
	for _, f := range fields {
		if !c.minimal[f.Key] {
			return false
		}
	}
	return true
}
