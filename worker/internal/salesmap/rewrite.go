package salesmap

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// appendUnescaped writes the text of a string that has escapes. Half a
// surrogate pair becomes U+FFFD. s has been checked by the scanner.
func appendUnescaped(b *strings.Builder, s string) {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			b.WriteString(s)
			return
		}
		b.WriteString(s[:i])
		r, n := unescape(s[i:])
		b.WriteRune(r)
		s = s[i+n:]
	}
}

// unescape reads the escape, or the pair of surrogate escapes, at the start of
// s and returns the character and how many bytes it took.
func unescape(s string) (r rune, n int) {
	switch s[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, _ = hex4(s)
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if low, ok := hex4(s[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12
			}
		}
		return utf8.RuneError, 6
	default: // quote, backslash, slash
		return rune(s[1]), 2
	}
}

// appendCompact writes an object or array without white space between its
// tokens and with only the escapes that JSON demands, so that one value has
// one text, however the server chose to write it. Key order, repeated keys and
// the spelling of numbers stay. s has been checked by the scanner.
func appendCompact(b *strings.Builder, s string) {
	inside := false
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '"':
			inside = !inside
			b.WriteByte(c)
			i++
		case inside && c == '\\':
			r, n := unescape(s[i:])
			writeEscaped(b, r)
			i += n
		case !inside && (c == ' ' || c == '\n' || c == '\r' || c == '\t'):
			i++
		default:
			start := i
			for i < len(s) && s[i] != '"' && s[i] != '\\' && (inside || s[i] > ' ') {
				i++
			}
			b.WriteString(s[start:i])
		}
	}
}

// writeEscaped writes a character inside a JSON string.
func writeEscaped(b *strings.Builder, r rune) {
	const hex = "0123456789abcdef"
	switch r {
	case '"', '\\':
		b.WriteByte('\\')
		b.WriteRune(r)
	case '\b':
		b.WriteString(`\b`)
	case '\f':
		b.WriteString(`\f`)
	case '\n':
		b.WriteString(`\n`)
	case '\r':
		b.WriteString(`\r`)
	case '\t':
		b.WriteString(`\t`)
	default:
		if r < ' ' {
			b.WriteString(`\u00`)
			b.WriteByte(hex[r>>4])
			b.WriteByte(hex[r&0xF])
			return
		}
		b.WriteRune(r)
	}
}

// maxPlain bounds the zeros that are written out for an exponent; every
// float64 fits.
const maxPlain = 400

// appendNumber writes a number in plain decimal notation: no exponent, no
// needless zeros, no minus before zero. It works on the digits, so nothing is
// rounded. An exponent beyond maxPlain stays one. s has been checked by the
// scanner.
func appendNumber(b *strings.Builder, s string) {
	raw := s
	negative := s[0] == '-'
	s = strings.TrimPrefix(s, "-")
	exponent := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			b.WriteString(raw) // an exponent of twenty digits: leave it alone
			return
		}
		exponent, s = n, s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	point := len(whole) + exponent - (len(whole) + len(fraction) - len(digits)) // digits before the decimal point
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		b.WriteByte('0')
		return
	}
	if negative {
		b.WriteByte('-')
	}
	switch {
	case point > maxPlain || point < -maxPlain:
		b.WriteString(digits[:1])
		if len(digits) > 1 {
			b.WriteString("." + digits[1:])
		}
		b.WriteString("e" + strconv.Itoa(point-1))
	case point >= len(digits):
		b.WriteString(digits)
		b.WriteString(strings.Repeat("0", point-len(digits)))
	case point > 0:
		b.WriteString(digits[:point] + "." + digits[point:])
	default:
		b.WriteString("0." + strings.Repeat("0", -point) + digits)
	}
}

// replaceInvalid puts U+FFFD in the place of every byte that is not UTF-8.
// Outside strings such a byte is a syntax error before and after.
func replaceInvalid(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for _, r := range s {
		b.WriteRune(r) // range yields RuneError for each invalid byte
	}
	return b.String()
}
