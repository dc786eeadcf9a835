package normalise

import "unicode/utf8"

// Like is SQL's `text LIKE pattern` (N-LIKE): `%` is any text, `_` one
// character, ASCII letters match in either case, nothing can be escaped.
//
// It takes time proportional to pattern × text at most, whatever the pattern.
func Like(pattern, text string) bool {
	p, t := 0, 0
	star, resume := -1, 0 // after the last %, and where to go on in text
	for t < len(text) {
		if p < len(pattern) {
			if pattern[p] == '%' {
				p++
				star, resume = p, t
				continue
			}
			if pn, tn, ok := sameCharacter(pattern[p:], text[t:]); ok {
				p, t = p+pn, t+tn
				continue
			}
		}
		if star < 0 {
			return false
		}
		resume += characterWidth(text[resume:])
		p, t = star, resume
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}

// sameCharacter compares the first characters of a pattern and a text and
// returns their widths.
func sameCharacter(pattern, text string) (patternWidth, textWidth int, ok bool) {
	c := pattern[0]
	switch {
	case c == '_':
		return 1, characterWidth(text), true
	case c < utf8.RuneSelf:
		return 1, 1, lowerASCII(c) == lowerASCII(text[0])
	default:
		n := characterWidth(pattern)
		return n, n, len(text) >= n && text[:n] == pattern[:n]
	}
}

func characterWidth(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}
