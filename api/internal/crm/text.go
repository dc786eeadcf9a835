// Package crm is the domain: the rows of a snapshot as the analytics see them,
// typed, loaded once and never changed. It knows neither SQL nor HTTP.
//
// Everything in a snapshot is text as somebody typed it in the CRM (spec 01
// N-COLTYPE); what a text means is the business of package normalise.
package crm

import "strings"

// Text is one cell: text or NULL. The zero value is NULL. It is a single
// pointer, so that a hundred thousand wide rows stay small and rows with equal
// values can share them.
type Text struct{ p *string }

// NewText returns the cell that holds s.
func NewText(s string) Text { return Text{&s} }

// SharedText returns the cell that holds *p; nil is NULL. The string must not
// change afterwards.
func SharedText(p *string) Text { return Text{p} }

// IsNull reports whether the cell is NULL.
func (t Text) IsNull() bool { return t.p == nil }

// String returns the text, empty for NULL.
func (t Text) String() string {
	if t.p == nil {
		return ""
	}
	return *t.p
}

// Ptr returns the text as JSON wants it: nil for NULL. It must not be written
// through.
func (t Text) Ptr() *string { return t.p }

// Is reports whether the cell holds exactly s; NULL holds nothing.
func (t Text) Is(s string) bool { return t.p != nil && *t.p == s }

// Or returns t, or other if t is NULL (SQL COALESCE).
func (t Text) Or(other Text) Text {
	if t.p == nil {
		return other
	}
	return t
}

// Compare orders cells by code point, NULL before everything (spec 01 N-SORT).
func (t Text) Compare(other Text) int {
	switch {
	case t.p == other.p:
		return 0
	case t.p == nil:
		return -1
	case other.p == nil:
		return 1
	default:
		return strings.Compare(*t.p, *other.p)
	}
}

// Equal reports whether both hold the same text or both are NULL.
func (t Text) Equal(other Text) bool { return t.Compare(other) == 0 }
