package normalise

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Amount is N-AMOUNT: the number in won if the whole text is a decimal
// literal, and false otherwise. `nan` and `inf` are no numbers (DECISIONS.md).
// Corrected rules also read `1,000`, `1,000원` and `₩1,000`.
func (r Rules) Amount(t crm.Text) (won float64, ok bool) {
	s := Trim(t.String())
	if r.AmountsMayBeDecorated() {
		s = undecorated(s)
	}
	return decimal(s)
}

// AmountUsed is N-AMOUNT-USED: the amount in won if it is above zero, else the
// expected amount if that is, else 0.
func (r Rules) AmountUsed(amount, expected crm.Text) (won float64) {
	if won, ok := r.Amount(amount); ok && won > 0 {
		return won
	}
	if won, ok := r.Amount(expected); ok && won > 0 {
		return won
	}
	return 0
}

// SQLNumber is N-SQL-CAST: the longest numeric prefix in won, 0 if there is
// none. Corrected rules first drop thousands separators and currency signs.
func (r Rules) SQLNumber(t crm.Text) (won float64) {
	s := t.String()
	if r.AmountsMayBeDecorated() {
		s = undecorated(Trim(s))
	}
	won, _ = finite(numericPrefix(s))
	return won
}

// decimal reads a text that is a decimal literal from end to end: an optional
// sign, digits with an optional point, an optional exponent; digits of any
// script, single underscores between digits.
func decimal(s string) (float64, bool) {
	if s == "" || len(s) > maxNumber {
		return 0, false
	}
	if s == numericPrefix(s) {
		return finite(s)
	}
	literal, ok := asciiLiteral(s)
	if !ok || literal != numericPrefix(literal) {
		return 0, false
	}
	return finite(literal)
}

// maxNumber bounds the time spent on a text that pretends to be a number.
const maxNumber = 10_000

// asciiLiteral returns s with digits of any script as ASCII ones and without
// the underscores between digits; false if an underscore is elsewhere.
func asciiLiteral(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	afterDigit, afterUnderscore := false, false
	for _, c := range s {
		digit := unicode.IsDigit(c)
		switch {
		case afterUnderscore && !digit:
			return "", false
		case digit:
			b.WriteRune('0' + digitValue(c))
		case c == '_' && afterDigit:
		case c < utf8.RuneSelf && c != '_':
			b.WriteRune(c)
		default:
			return "", false
		}
		afterDigit, afterUnderscore = digit, c == '_'
	}
	return b.String(), !afterUnderscore
}

// digitValue is the value of a decimal digit of any script. Unicode has the ten
// digits of a script in a row, from zero, and runs of scripts side by side.
func digitValue(c rune) (value rune) {
	for unicode.IsDigit(c - 1 - value) {
		value++
	}
	return value % 10
}

// numericPrefix returns the part of s that SQLite's CAST AS REAL reads, after
// leading ASCII whitespace; empty if there is none.
func numericPrefix(s string) string {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	end := signWidth(s, 0)
	whole := digitsFrom(s, end)
	end += whole
	fraction := 0
	if end < len(s) && s[end] == '.' {
		fraction = digitsFrom(s, end+1)
		end += 1 + fraction
	}
	if whole+fraction == 0 {
		return ""
	}
	if end < len(s) && lowerASCII(s[end]) == 'e' {
		at := end + 1 + signWidth(s, end+1)
		if n := digitsFrom(s, at); n > 0 {
			end = at + n
		}
	}
	return s[:end]
}

func signWidth(s string, at int) int {
	if at < len(s) && (s[at] == '+' || s[at] == '-') {
		return 1
	}
	return 0
}

func digitsFrom(s string, i int) (n int) {
	for i+n < len(s) && isDigit(s[i+n]) {
		n++
	}
	return n
}

func finite(literal string) (float64, bool) {
	x, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, false
	}
	return x, true
}

// undecorated returns the bare literal of an amount that people wrote with a
// currency sign (₩ or ￦ in front or behind, 원 behind, blanks between) or with
// the commas of properly grouped thousands. Other texts stay as they are.
func undecorated(s string) string {
	if !decorated(s) {
		return s
	}
	bare := s
	sign := ""
	if signWidth(bare, 0) == 1 {
		sign, bare = bare[:1], bare[1:]
	}
	bare = trimCurrency(bare)
	if sign == "" && signWidth(bare, 0) == 1 { // ₩-1,000
		sign, bare = bare[:1], bare[1:]
	}
	if strings.IndexByte(bare, ',') >= 0 {
		grouped, ok := ungrouped(bare)
		if !ok {
			return s
		}
		bare = grouped
	}
	if numericPrefix(bare) != bare {
		return s
	}
	return sign + bare
}

func decorated(s string) bool {
	for i := range len(s) {
		if s[i] == ',' || s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// trimCurrency drops one currency sign from either end, and blanks beside it.
func trimCurrency(s string) string {
	for _, mark := range []string{"₩", "￦"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			return Trim(rest)
		}
	}
	for _, mark := range []string{"원", "₩", "￦"} {
		if rest, ok := strings.CutSuffix(s, mark); ok {
			return Trim(rest)
		}
	}
	return s
}

// ungrouped drops the commas of `1,234,567.8`; false if they stand elsewhere.
func ungrouped(s string) (string, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if !allDigits(g) || len(g) > 3 || (i > 0 && len(g) != 3) {
			return "", false
		}
	}
	whole = strings.Join(groups, "")
	if point {
		whole += "." + fraction
	}
	return whole, true
}
