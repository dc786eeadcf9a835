package memotext

import (
	"html"
	"strings"
	"unicode/utf8"
)

// maxNameLen is how much after an `&` can name a character; the longest name
// that exists has 31 letters.
const maxNameLen = 32

// decodeEntities replaces character references as HTML5 does, also without
// their semicolon. Unlike html.UnescapeString it leaves out control characters
// and survives numbers of any length, as the replaced service did.
func decodeEntities(s string) string {
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; amp >= 0; amp = strings.IndexByte(s, '&') {
		b.WriteString(s[:amp])
		s = s[amp:]
		text, n := entity(s)
		b.WriteString(text)
		s = s[n:]
	}
	b.WriteString(s)
	return b.String()
}

// entity decodes the reference that s, which begins with `&`, begins with, and
// says how many bytes it took; what is no reference decodes to itself.
func entity(s string) (text string, n int) {
	if strings.HasPrefix(s, "&#") {
		return numericEntity(s)
	}
	n = 1
	for n < len(s) && n <= maxNameLen && isAlphanumeric(s[n]) {
		n++
	}
	if n < len(s) && s[n] == ';' {
		n++
	}
	return html.UnescapeString(s[:n]), n
}

func numericEntity(s string) (text string, n int) {
	base, at := rune(10), len("&#")
	if at < len(s) && (s[at] == 'x' || s[at] == 'X') {
		base, at = 16, at+1
	}
	value, digits := rune(0), 0
	for ; at < len(s); at++ {
		d := hexDigit(s[at])
		if d < 0 || d >= base {
			break
		}
		digits++
		value = min(value*base+d, utf8.MaxRune+1)
	}
	if digits == 0 {
		return "&", 1
	}
	if at < len(s) && s[at] == ';' {
		at++
	}
	return character(value), at
}

// character is the text of a numeric reference: what HTML5 replaces is
// replaced, what it forbids is left out.
func character(c rune) string {
	switch {
	case c == 0, 0xd800 <= c && c <= 0xdfff, c > utf8.MaxRune:
		return "\uFFFD"
	case 0x80 <= c && c <= 0x9f: // Windows-1252
		return html.UnescapeString("&#x" + string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]) + ";")
	case c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r', c == 0x7f,
		0xfdd0 <= c && c <= 0xfdef, c&0xfffe == 0xfffe:
		return ""
	default:
		return string(c)
	}
}

func hexDigit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	default:
		return -1
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isAlphanumeric(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' }
