package normalise

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"

// The year filters of spec 01 §5.8 come in several forms, which the replaced
// service used here and there; an endpoint's spec says which is its own. With
// Rules.YearsByKST all are one: the year of the Korean day.
//
// A year of 0 is none.

// Year is N-YEAR and the mode-aware filter: in text mode the first four
// characters of the untrimmed text if they are digits, else the year of the
// strict day.
func (r Rules) Year(t crm.Text) int {
	if r.kstDates() || r.YearsByKST() {
		return r.KSTYear(t)
	}
	return prefixYear(t.String())
}

// PrefixYear is the filter that goes by the first four characters in both date
// modes (`LIKE '2025%'`, SUBSTR, "raw text prefix").
func (r Rules) PrefixYear(t crm.Text) int {
	if r.YearsByKST() {
		return r.KSTYear(t)
	}
	return prefixYear(t.String())
}

// ShownYear is the filter that goes by the first four characters of a date as
// the compact groups show it, which is N-DATE twice (spec 02 §4.2, §4.4).
func (r Rules) ShownYear(t crm.Text) int {
	if r.YearsByKST() {
		return r.KSTYear(t)
	}
	return prefixYear(r.DateOnly(crm.NewText(r.DateOnly(t))))
}

// KSTYear is the filter that goes by the strict day in both date modes.
// Corrected rules also know the year of a year-month text, and in text mode
// that of a day which only ParseDate finds, so that a deal's year and month
// agree.
func (r Rules) KSTYear(t crm.Text) int {
	if !r.YearsByKST() {
		return r.StrictDay(t).Year()
	}
	if day := r.ParseDate(t); day != 0 {
		return day.Year()
	}
	year, _ := yearMonth(Trim(t.String()))
	return year
}

// DealYear is N-YEAR-2: the year of the contract, else of the expected date.
func (r Rules) DealYear(contract, expected crm.Text) int {
	if year := r.Year(contract); year != 0 {
		return year
	}
	return r.Year(expected)
}

// InYear reports whether a date text is in a year by Year.
func (r Rules) InYear(t crm.Text, year int) bool { return year != 0 && r.Year(t) == year }

// prefixYear reads the first four characters of an untrimmed text, 0 if they
// are no digits.
func prefixYear(s string) int {
	if len(s) < 4 || !allDigits(s[:4]) {
		return 0
	}
	return number(s[:4])
}

// yearMonth reads a text that is a year and a month and nothing else: four
// digits, one of `-/.`, one or two digits, or six digits. It returns 0 for any
// other.
func yearMonth(s string) (year, month int) {
	if len(s) < len("2025-1") || !allDigits(s[:4]) {
		return 0, 0
	}
	digits, separated := cutSeparator(s[4:])
	if !allDigits(digits) || len(digits) > 2 || (!separated && len(digits) != 2) {
		return 0, 0
	}
	if m := number(digits); m >= 1 && m <= 12 && number(s[:4]) > 0 {
		return number(s[:4]), m
	}
	return 0, 0
}
