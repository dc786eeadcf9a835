package memotext

import (
	"math"
	"strconv"
	"strings"
)

// Escape makes text fit for a cell of a Markdown table: `|` is escaped and line
// breaks become `<br>` (spec 02 §5.2 `esc`).
func Escape(text string) string {
	if !strings.ContainsAny(text, "|\n") {
		return text
	}
	return escaper.Replace(text)
}

//nolint:gochecknoglobals // a constant; a Replacer is safe for concurrent use
var escaper = strings.NewReplacer("|", `\|`, "\r\n", "<br>", "\n", "<br>")

// Won writes an amount in won with thousands separators, with one decimal
// unless it is whole (spec 02 §5.2 `won`). Halves go by the exact binary value.
// What is no finite number is empty.
func Won(amount float64) string {
	switch {
	case math.IsNaN(amount) || math.IsInf(amount, 0):
		return ""
	case amount == math.Trunc(amount):
		return thousands(strconv.FormatFloat(amount+0, 'f', 0, 64)) // +0 turns -0 into 0
	default:
		return thousands(strconv.FormatFloat(amount, 'f', 1, 64))
	}
}

// thousands puts commas into the whole part of a decimal number.
func thousands(number string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(number, "-"); ok {
		sign, number = "-", rest
	}
	whole, fraction := number, ""
	if i := strings.IndexByte(number, '.'); i >= 0 {
		whole, fraction = number[:i], number[i:]
	}
	var b strings.Builder
	b.Grow(len(number) + len(number)/3 + 1)
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	b.WriteString(fraction)
	return b.String()
}
