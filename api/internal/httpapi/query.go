package httpapi

import (
	"math"
	"strings"
	"unicode/utf8"
)

// lastValue returns the last value of a parameter in a query, as browsers and
// the replaced service read it: only `&` separates, `+` is a space, a broken
// escape stands for itself.
func lastValue(query, name string) (value string, ok bool) {
	for query != "" {
		pair := query
		if i := strings.LastIndexByte(query, '&'); i >= 0 {
			query, pair = query[:i], query[i+1:]
		} else {
			query = ""
		}
		key, value, _ := strings.Cut(pair, "=")
		if key == name || (strings.ContainsAny(key, "%+") && unescape(key) == name) {
			return unescape(value), true
		}
	}
	return "", false
}

func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

func isHex(c byte) bool {
	return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F')
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	default:
		return c - 'a' + 10
	}
}

// parseWhole reads an integer: digits with an optional sign, spaces around. A
// number too large for an int is as large as an int can be, which the bounds
// then judge.
func parseWhole(s string) (n int, ok bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimPrefix(s, "-")
	negative := len(digits) < len(s)
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	if digits == "" {
		return 0, false
	}
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		if n > (math.MaxInt-int(d))/10 {
			n = math.MaxInt
			continue
		}
		n = n*10 + int(d)
	}
	if negative {
		n = -n
	}
	return n, true
}

// parseFlag reads a boolean in the spellings of spec 02 §0.
func parseFlag(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "1", "true", "t", "yes", "y", "on":
		return true, true
	case "0", "false", "f", "no", "n", "off":
		return false, true
	default:
		return false, false
	}
}
