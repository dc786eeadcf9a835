package normalise

import (
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// StrictDay is N-DATE-STRICT: the Korean day that a text means, none if it
// means none.
func (r Rules) StrictDay(t crm.Text) Date { return r.strictDay(t.String()) }

// StrictDate is N-DATE-STRICT as `YYYY-MM-DD`, empty if there is no day.
func (r Rules) StrictDate(t crm.Text) string {
	return dateText(r.StrictDay(t), t.String())
}

// LegacyDate is N-DATE-LEGACY: `YYYY-MM-DD`, or what the replaced service let
// through where there is no day, which is the text up to its first space or
// capital T.
func (r Rules) LegacyDate(t crm.Text) string {
	day, token := r.legacyDay(t.String())
	if day == 0 {
		return token
	}
	return dateText(day, t.String())
}

// DateOnly is N-DATE: StrictDate or LegacyDate, by the date mode.
func (r Rules) DateOnly(t crm.Text) string {
	if r.kstDates() {
		return r.StrictDate(t)
	}
	return r.LegacyDate(t)
}

// ParseDate is N-PARSE-DATE, the day that quality control, P&L and the revenue
// report go by: the strict day, else in text mode the legacy one.
func (r Rules) ParseDate(t crm.Text) Date {
	if day := r.strictDay(t.String()); day != 0 || r.kstDates() {
		return day
	}
	day, _ := r.legacyDay(t.String())
	return day
}

// BestDate is N-PARSE-DATE-BEST, the same in both date modes: the strict day,
// else the year, month and day before the first T or space.
func (r Rules) BestDate(t crm.Text) Date {
	if day := r.strictDay(t.String()); day != 0 {
		return day
	}
	s := Trim(t.String())
	s, _, _ = strings.Cut(s, "T")
	s, _, _ = strings.Cut(s, " ")
	day, _ := flexDay(s, true)
	return day
}

// DateText is N-DATE-STR: the day if it is known, else DateOnly of the raw
// text.
func (r Rules) DateText(day Date, raw crm.Text) string {
	if day == 0 {
		return r.DateOnly(raw)
	}
	return dateText(day, raw.String())
}

// dateText spells a day, sharing the memory of its source where that already
// is how days are spelled.
func dateText(day Date, source string) string {
	if day == 0 {
		return ""
	}
	if s := Trim(source); len(s) == len("2025-01-02") && canonicalDay(s) == day {
		return s
	}
	return day.String()
}

func (r Rules) strictDay(raw string) Date {
	s := Trim(raw)
	if len(s) == len("2025-01-02") {
		if day := canonicalDay(s); day != 0 {
			return day
		}
	}
	if s == "" {
		return 0
	}
	hasT := strings.IndexByte(s, 'T') >= 0
	// N-ISO takes any one character between date and time, so the spec's
	// replacing of a space by T changes nothing.
	if head, _, found := strings.Cut(s, " "); found && !hasT && strings.IndexByte(s, ':') >= 0 {
		if day, ok := isoDay(s); ok {
			return day
		}
		if day, ok := r.flexDay(head); ok {
			return day
		}
	}
	if hasT || s[len(s)-1] == 'Z' || endsInOffset(s) {
		if day, ok := isoDay(s); ok {
			return day
		}
	}
	day, _ := r.flexDay(s)
	return day
}

// legacyDay is N-DATE-LEGACY as a day or, if there is none, the text that is
// let through instead.
func (r Rules) legacyDay(raw string) (day Date, token string) {
	s := Trim(raw)
	if strings.IndexByte(s, 'T') >= 0 {
		if day, ok := isoDay(s); ok {
			return day, ""
		}
	}
	token, _, _ = strings.Cut(s, " ")
	token, _, _ = strings.Cut(token, "T")
	return r.strictDay(token), token
}

// canonicalDay reads exactly `YYYY-MM-DD`; s has ten bytes.
func canonicalDay(s string) Date {
	if s[4] != '-' || s[7] != '-' || !allDigits(s[:4]) || !allDigits(s[5:7]) || !allDigits(s[8:]) {
		return 0
	}
	day, _ := NewDate(number(s[:4]), number(s[5:7]), number(s[8:]))
	return day
}

// endsInOffset reports whether s ends with a sign, two digits, optionally a
// colon, and two digits.
func endsInOffset(s string) bool {
	n := len(s)
	if n < len("+0900") || !isDigit(s[n-1]) || !isDigit(s[n-2]) {
		return false
	}
	s = strings.TrimSuffix(s[:n-2], ":")
	n = len(s)
	return n >= 3 && isDigit(s[n-1]) && isDigit(s[n-2]) && (s[n-3] == '+' || s[n-3] == '-')
}

func (r Rules) flexDay(s string) (Date, bool) { return flexDay(s, r.YearMonthIsNotADate()) }

// flexDay is N-FLEX: year, month and day with any or no separators between
// them. The replaced service also took a year and month for a day (`2025-12`
// for 2 January); whole asks for both separators or exactly eight digits.
func flexDay(s string, whole bool) (Date, bool) {
	if len(s) < len("20251") || !allDigits(s[:4]) {
		return 0, false
	}
	rest, first := cutSeparator(s[4:])
	// The month is greedy: the first split that fits is the one that counts.
	for width := 2; width >= 1; width-- {
		if len(rest) <= width || !allDigits(rest[:width]) {
			continue
		}
		day, second := cutSeparator(rest[width:])
		if len(day) > 2 || !allDigits(day) {
			continue
		}
		if whole && (!first || !second) && (first || second || len(s) != len("20250102")) {
			return 0, false
		}
		return NewDate(number(s[:4]), number(rest[:width]), number(day))
	}
	return 0, false
}

func cutSeparator(s string) (rest string, found bool) {
	if s != "" && (s[0] == '-' || s[0] == '/' || s[0] == '.') {
		return s[1:], true
	}
	return s, false
}
