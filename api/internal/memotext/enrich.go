package memotext

import (
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Enrich returns the text of a memo in the compact outputs, which have no HTML:
// the HTML body as Markdown if it says more than the text (spec 02 §4.5).
// cleaned says that Clean made fields of the text, so that the memo has none.
//
// With corrected rules an empty body erases no text, and a cleaned form never
// gets its full text back; before, both happened.
func Enrich(text crm.Text, cleaned bool, htmlBody crm.Text, rules normalise.Rules) crm.Text {
	if cleaned {
		text = crm.Text{}
	}
	if htmlBody.IsNull() || !poor(text.String()) {
		return text
	}
	if !rules.EmptyHTMLErasesNothing() {
		return crm.NewText(Markdown(htmlBody.String(), rules))
	}
	if cleaned {
		return text
	}
	markdown := Markdown(htmlBody.String(), rules)
	if markdown == "" {
		return text
	}
	return crm.NewText(markdown)
}

// poor reports whether a text is blank or a single line without bullets.
func poor(text string) bool {
	text = normalise.Trim(text)
	return !strings.Contains(text, "\n") && !containsAny(text, []string{"•", "- ", "* "})
}
