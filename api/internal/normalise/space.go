package normalise

import (
	"strings"
	"unicode"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// IsSpace reports whether r is whitespace by N-WS: Go's set and U+001C–U+001F.
func IsSpace(r rune) bool {
	return unicode.IsSpace(r) || ('\x1c' <= r && r <= '\x1f')
}

// Trim removes whitespace (N-WS) from both ends.
func Trim(s string) string {
	// Nearly every cell has a plain character at both ends already.
	if s == "" || (plainByte(s[0]) && plainByte(s[len(s)-1])) {
		return s
	}
	return strings.TrimFunc(s, IsSpace)
}

// plainByte reports whether c is a visible ASCII character.
func plainByte(c byte) bool { return ' ' < c && c < 0x7f }

// TrimSQL is SQLite's TRIM: it removes U+0020 only.
func TrimSQL(s string) string { return strings.Trim(s, " ") }

// Blank reports whether a cell is NULL or has nothing but whitespace
// (N-FALSY "blank").
func Blank(t crm.Text) bool { return Trim(t.String()) == "" }

// containsFold reports whether s has lower, which must be lower-case ASCII, in
// any case of ASCII letters.
func containsFold(s, lower string) bool {
	for i := 0; i+len(lower) <= len(s); i++ {
		if equalFold(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

// equalFold reports whether s is lower, which must be lower-case ASCII, in any
// case of ASCII letters.
func equalFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range len(s) {
		if lowerASCII(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// allDigits reports whether s is ASCII digits only, and at least one.
func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads a few ASCII digits.
func number(digits string) (n int) {
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
