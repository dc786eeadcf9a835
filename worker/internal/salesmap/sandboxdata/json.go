package sandboxdata

import "strconv"

const null = "null"

func appendNull(dst []byte) []byte { return append(dst, null...) }

// appendString appends s in quotes, escaped as the service escapes: what JSON
// demands and nothing else. s must be valid UTF-8.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

// appendEscaped appends the inside of a JSON string.
func appendEscaped(dst []byte, s string) []byte {
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(dst, s[start:]...)
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

func appendBool(dst []byte, b bool) []byte { return strconv.AppendBool(dst, b) }

// appendQuotedDay appends a date-only value.
func appendQuotedDay(dst []byte, d day) []byte {
	dst = append(dst, '"')
	dst = appendDay(dst, d, '-')
	return append(dst, '"')
}

// appendPadded appends n >= 0 with leading zeros up to the width.
func appendPadded(dst []byte, n, width int) []byte {
	limit := 1
	for range width - 1 {
		limit *= 10
	}
	for ; limit > 1 && n < limit; limit /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}
