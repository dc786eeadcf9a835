package memotext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

const redactedPhone = "[phone]"

// RedactPhones replaces Korean mobile numbers, with or without hyphens, by
// `[phone]` (spec 02 §5.5).
//
// With corrected rules a number ends where its digits end; before, one beside a
// letter, as in `연락처010-…`, was shown.
func RedactPhones(text string, rules normalise.Rules) string {
	partOfWord := isWordRune
	if rules.PhonesBesideHangulAreMasked() {
		partOfWord = unicode.IsDigit
	}
	var b strings.Builder
	done := 0
	for at := 0; ; {
		i := strings.Index(text[at:], "01")
		if i < 0 {
			break
		}
		at += i
		n := phoneLength(text[at:], partOfWord)
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); n == 0 || at > 0 && partOfWord(before) {
			at++
			continue
		}
		b.WriteString(text[done:at])
		b.WriteString(redactedPhone)
		at += n
		done = at
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// isWordRune is the replaced service's idea of a word: letters and numbers of
// any script, and the underscore.
func isWordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}

// phoneLength returns the length in bytes of the phone number that text, which
// begins with `01`, begins with; 0 if there is none.
func phoneLength(text string, partOfWord func(rune) bool) int {
	const operator = len("01")
	if len(text) <= operator || strings.IndexByte("016789", text[operator]) < 0 {
		return 0
	}
	middle := skipHyphen(text, operator+1)
	for _, exchange := range []int{4, 3} {
		at, ok := skipDigits(text, middle, exchange)
		if !ok {
			continue
		}
		if at, ok = skipDigits(text, skipHyphen(text, at), 4); !ok {
			continue
		}
		if next, size := utf8.DecodeRuneInString(text[at:]); size == 0 || !partOfWord(next) {
			return at
		}
	}
	return 0
}

func skipHyphen(text string, at int) int {
	if at < len(text) && text[at] == '-' {
		at++
	}
	return at
}

// skipDigits passes n decimal digits of any script.
func skipDigits(text string, at, n int) (end int, ok bool) {
	for range n {
		r, size := utf8.DecodeRuneInString(text[at:])
		if size == 0 || !unicode.IsDigit(r) {
			return at, false
		}
		at += size
	}
	return at, true
}
