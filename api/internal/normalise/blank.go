package normalise

import (
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Labels of what nobody filled in, or filled in with something unknown.
const (
	NotEntered  = "미입력" // contacts, upper organisations, owners
	Unspecified = "미기재" // grids of inquiries, probability
	OtherLabel  = "기타"
)

// TextTrimmed is N-TXT-TRIM, and N-TXT-SQL once its row is read: the trimmed
// text, 미입력 if that is empty.
func TextTrimmed(t crm.Text) string { return orNotEntered(Trim(t.String())) }

// TextFalsy is N-TXT-FALSY: the text as it stands, 미입력 if it is NULL or "".
func TextFalsy(t crm.Text) string { return orNotEntered(t.String()) }

// TextNBSP is N-TXT-NBSP: the trimmed text with ordinary spaces for
// no-break ones, 미입력 if it is empty.
func TextNBSP(t crm.Text) string { return orNotEntered(PlainSpaces(t.String())) }

// TextUpper is N-TXT-UPPER, the name of an upper organisation among
// counterparties: TextNBSP, where a lone dash is 미입력 too.
func TextUpper(t crm.Text) string {
	s := PlainSpaces(t.String())
	switch s {
	case "-", "–", "—":
		return NotEntered
	default:
		return orNotEntered(s)
	}
}

// PlainSpaces is min-norm of spec 04 §1: ordinary spaces for no-break ones,
// then trimmed.
func PlainSpaces(s string) string { return Trim(strings.ReplaceAll(s, "\u00a0", " ")) }

func orNotEntered(s string) string {
	if s == "" {
		return NotEntered
	}
	return s
}

// MissingText is N-MISSING-STR: NULL, blank, or one of the words by which
// spreadsheets spell a missing value.
func MissingText(t crm.Text) bool {
	return isOneOf(Trim(t.String()), "", "nan", "null", "nat", "<na>", "none")
}

// MissingAmount is N-MISSING-NUM: no number by Amount.
func (r Rules) MissingAmount(t crm.Text) bool {
	_, ok := r.Amount(t)
	return !ok
}

// FalseLike is N-FALSE-LIKE, for the online-first flag. NULL, blank and `0.0`
// are not false-like.
func FalseLike(t crm.Text) bool {
	return isOneOf(Trim(t.String()), "false", "0", "no", "n", "x")
}

// isOneOf compares with lower-case words, in any case of ASCII letters.
func isOneOf(s string, words ...string) bool {
	for _, w := range words {
		if equalFold(s, w) {
			return true
		}
	}
	return false
}

// CourseIDDigits is N-COURSE-ID-NORM, what the accounting audit compares course
// ids by: their ASCII digits, empty for none.
func CourseIDDigits(t crm.Text) string {
	s := Trim(t.String())
	if s == "" || allDigits(s) {
		return s
	}
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, s)
}
