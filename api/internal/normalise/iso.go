package normalise

import (
	"strings"
	"unicode/utf8"
)

// isoDay is N-ISO reduced to a calendar day: the Korean day if the text has an
// offset, the day as written if not.
//
// Any one character may stand between date and time. In `2025-01-02+09:00` that
// is the sign, so that nothing is shifted, nor is it in `2025-01-02Z`.
func isoDay(s string) (Date, bool) {
	s, utc := strings.CutSuffix(s, "Z")
	n, ok := isoDateWidth(s)
	if !ok {
		return 0, false
	}
	day, ok := isoCalendarDay(s[:n])
	if !ok || n == len(s) {
		return day, ok
	}
	_, width := utf8.DecodeRuneInString(s[n:])
	clock, offset, sign := cutOffset(s[n+width:])
	seconds, ok := isoClock(clock)
	if !ok {
		return 0, false
	}
	east := 0
	switch {
	case sign == 0 && !utc:
		return day, true
	case sign != 0 && utc: // `+09:00Z`
		return 0, false
	case sign != 0:
		if east, ok = isoClock(offset); !ok || strings.ContainsAny(offset, ".,") {
			return 0, false
		}
		east *= sign
	}
	return dateOfDays(int64(day.days()) + floorDiv(int64(seconds-east+koreaEast), secondsPerDay))
}

// isoDateWidth says how many bytes of s are its date. What cannot be a date is
// found out by isoCalendarDay.
func isoDateWidth(s string) (n int, ok bool) {
	switch {
	case len(s) < len("2025W01"):
		return 0, false
	case s[4] == '-' && s[5] == 'W': // YYYY-Www or YYYY-Www-D
		if len(s) > 9 && s[8] == '-' && (len(s) == 10 || !isDigit(s[10])) {
			return 10, true
		}
		return 8, len(s) == 8 || (len(s) > 8 && (s[8] != '-' || len(s) > 10))
	case s[4] == '-': // YYYY-MM-DD
		return 10, len(s) >= 10
	case s[4] == 'W': // YYYYWww or YYYYWwwD
		n = 7
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		if n >= 9 { // digits are the separator or the hour: an even end has a weekday less
			n = 8 - (n+1)%2
		}
		return n, true
	default: // YYYYMMDD
		return 8, len(s) >= 8
	}
}

// isoCalendarDay reads `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-Www[-D]` or `YYYYWww[D]`.
func isoCalendarDay(s string) (Date, bool) {
	if !allDigits(s[:4]) {
		return 0, false
	}
	year, rest := number(s[:4]), s[4:]
	dash := ""
	if rest[0] == '-' {
		dash, rest = "-", rest[1:]
	}
	if rest[0] == 'W' {
		return isoWeekDay(year, rest[1:], dash)
	}
	if len(rest) != 4+len(dash) || !allDigits(rest[:2]) || rest[2:2+len(dash)] != dash || !allDigits(rest[len(rest)-2:]) {
		return 0, false
	}
	return NewDate(year, number(rest[:2]), number(rest[len(rest)-2:]))
}

// isoWeekDay reads `ww` or `ww` + dash + `D` of a year; without D it is Monday.
func isoWeekDay(year int, s, dash string) (Date, bool) {
	weekday := 1
	if len(s) > 2 {
		d, ok := strings.CutPrefix(s[2:], dash)
		if !ok || len(d) != 1 || !isDigit(d[0]) {
			return 0, false
		}
		weekday = number(d)
		s = s[:2]
	}
	if len(s) != 2 || !allDigits(s) || year < 1 {
		return 0, false
	}
	week := number(s)
	if week < 1 || weekday < 1 || weekday > 7 {
		return 0, false
	}
	// Week 1 is the one with 4 January in it, and every week is in the year of
	// its Thursday.
	jan4, _ := NewDate(year, 1, 4)
	monday := jan4.days() - (int(jan4.Weekday())+6)%7 + (week-1)*7
	if thursday, ok := dateOfDays(int64(monday) + 3); !ok || thursday.Year() != year {
		return 0, false
	}
	return dateOfDays(int64(monday + weekday - 1))
}

// cutOffset splits a time at the sign of its offset, or at one blank and the
// sign, as databases print it; sign is 0 without one.
func cutOffset(s string) (clock, offset string, sign int) {
	i := strings.IndexAny(s, "+-")
	if i < 0 {
		return s, "", 0
	}
	sign = 1
	if s[i] == '-' {
		sign = -1
	}
	return strings.TrimSuffix(s[:i], " "), s[i+1:], sign
}

// isoClock reads `HH`, `HH:MM`, `HHMM`, `HH:MM:SS` or `HHMMSS`, seconds with an
// optional fraction, as seconds.
func isoClock(s string) (seconds int, ok bool) {
	if i := strings.IndexAny(s, ".,"); i >= 0 {
		// Less than a second cannot change the day.
		if !allDigits(s[i+1:]) || (i != len("HHMMSS") && i != len("HH:MM:SS")) {
			return 0, false
		}
		s = s[:i]
	}
	var parts [3]int
	colon := len(s) > 2 && s[2] == ':'
	for i := range parts {
		if len(s) < 2 || !allDigits(s[:2]) {
			return 0, false
		}
		parts[i], s = number(s[:2]), s[2:]
		if s == "" {
			return parts[0]*3600 + parts[1]*60 + parts[2], parts[0] < 24 && parts[1] < 60 && parts[2] < 60
		}
		if colon {
			if s[0] != ':' {
				return 0, false
			}
			s = s[1:]
		}
	}
	return 0, false
}
