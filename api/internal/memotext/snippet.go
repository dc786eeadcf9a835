package memotext

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Memo is what a line about a memo is made of.
type Memo struct {
	CreatedAt string // raw text, decides the order; empty if unknown
	Date      string // as shown; empty if unknown
	Text      crm.Text
	Fields    Fields // of a cleaned form
}

// LineOptions bound the lines about memos (spec 02 §5.1).
type LineOptions struct {
	Limit       int  // how many memos
	MaxChars    int  // how long a snippet may be, in characters
	RedactPhone bool // whether phone numbers become `[phone]`
}

// Lines returns one line for each of the newest memos, `1) 2025-01-10 - …`
// (spec 02 §5.5). memos is not changed.
func Lines(memos []Memo, o LineOptions, rules normalise.Rules) []string {
	newest := slices.Clone(memos)
	slices.SortStableFunc(newest, func(a, b Memo) int {
		if c := strings.Compare(b.CreatedAt, a.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(b.Date, a.Date)
	})
	newest = newest[:min(max(o.Limit, 0), len(newest))]
	lines := make([]string, len(newest))
	for i, m := range newest {
		lines[i] = strconv.Itoa(i+1) + ") " + m.Date + " - " + Snippet(m, o, rules)
	}
	return lines
}

// Snippet is what a memo says in at most o.MaxChars characters of one line: the
// telling field of a form, else its text.
func Snippet(m Memo, o LineOptions, rules normalise.Rules) string {
	text := tellingField(m.Fields)
	if text == "" {
		text = m.Text.String()
	}
	text = oneLine(text)
	if o.RedactPhone {
		text = RedactPhones(text, rules)
	}
	return shorten(text, o.MaxChars)
}

// tellingField returns the first non-blank field among those that usually say
// what it is about, else the first non-blank one.
func tellingField(fields Fields) string {
	for _, key := range []string{
		questionKey, "summary", "short", "brief", "상담문의내용", "내용",
		"text", "body", "value", "content", "message",
	} {
		if value, ok := fields.Get(key); ok && normalise.Trim(value) != "" {
			return value
		}
	}
	for _, f := range fields {
		if normalise.Trim(f.Value) != "" {
			return f.Value
		}
	}
	return ""
}

// oneLine trims and turns each run of whitespace into one blank.
func oneLine(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	blank := false
	for _, r := range normalise.Trim(text) {
		if normalise.IsSpace(r) {
			blank = true
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// shorten cuts text to limit characters, the last three of which are dots.
func shorten(text string, limit int) string {
	const dots = "..."
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	keep := max(limit-len(dots), 0)
	for i := range text {
		if keep == 0 {
			return text[:i] + dots
		}
		keep--
	}
	return text
}
