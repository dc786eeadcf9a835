package normalise

import (
	"errors"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Month keys are `YYMM` texts such as `2501`.

// YYMM is N-YYMM: the month key of a date text, empty if it has none.
//
// In text mode also texts that are no day have one, as far as they begin with a
// year and a month, and then nobody checks the month: `2025-13-01` is 2513.
func (r Rules) YYMM(t crm.Text) string {
	if day := r.StrictDay(t); day != 0 {
		return day.YYMM()
	}
	s := Trim(t.String())
	if r.YearMonthIsNotADate() {
		if year, month := yearMonth(s); year != 0 {
			return monthKey(year, month)
		}
	}
	if r.kstDates() {
		return ""
	}
	if strings.IndexByte(s, 'T') >= 0 {
		day, token := r.legacyDay(s)
		if day != 0 {
			return day.YYMM()
		}
		if len(token) >= len("2025-01") && allDigits(token[:4]) && token[4] == '-' && allDigits(token[5:7]) {
			return monthKey(number(token[:4]), number(token[5:7]))
		}
	}
	return prefixMonth(s)
}

// prefixMonth reads four digits, at most one of `-/.`, and one or two digits at
// the beginning of s, and does not check the month.
func prefixMonth(s string) string {
	if len(s) < len("20251") || !allDigits(s[:4]) {
		return ""
	}
	rest, _ := cutSeparator(s[4:])
	if rest == "" || !isDigit(rest[0]) {
		return ""
	}
	width := 1
	if len(rest) > 1 && isDigit(rest[1]) {
		width = 2
	}
	return monthKey(number(s[:4]), number(rest[:width]))
}

// DealYYMM is N-YYMM-2: the month key of the contract, else of the expected
// date.
func (r Rules) DealYYMM(contract, expected crm.Text) string {
	if key := r.YYMM(contract); key != "" {
		return key
	}
	return r.YYMM(expected)
}

// MaxMonths is the longest month range that an endpoint answers.
const MaxMonths = 120

// ErrTooManyMonths says that a month range is longer than MaxMonths.
var ErrTooManyMonths = errors.New("a month range is at most 120 months")

// YearMonthError says that a bound of a month range is no year and month. Its
// text is part of the HTTP contract (spec 01 §5.10), hence the capital.
type YearMonthError struct {
	Bound string // as given
}

func (e *YearMonthError) Error() string { return "Invalid year-month: " + e.Bound }

// MonthRange is N-MONTH-RANGE: the month keys from one `YYYY-MM` to another,
// exchanged if they are the wrong way round. The month of a bound is not
// checked, as the recorded responses want it: 2025-13 is a month after 2025-12
// and before 2026-01.
//
// The error is a *YearMonthError or ErrTooManyMonths.
func MonthRange(from, to string) ([]string, error) {
	y, m, err := yearMonthBound(from)
	if err != nil {
		return nil, err
	}
	lastY, lastM, err := yearMonthBound(to)
	if err != nil {
		return nil, err
	}
	if y > lastY || (y == lastY && m > lastM) {
		y, m, lastY, lastM = lastY, lastM, y, m
	}
	var keys []string
	for y < lastY || (y == lastY && m <= lastM) {
		if len(keys) == MaxMonths {
			return nil, ErrTooManyMonths
		}
		keys = append(keys, monthKey(y, m))
		if m++; m > 12 {
			y, m = y+1, 1
		}
	}
	return keys, nil
}

func yearMonthBound(bound string) (year, month int, err error) {
	y, rest, found := cutAny(Trim(bound), "-/")
	if found {
		m, _, _ := cutAny(rest, "-/")
		if allDigits(y) && allDigits(m) {
			year, yearErr := strconv.Atoi(y)
			month, monthErr := strconv.Atoi(m)
			if yearErr == nil && monthErr == nil && year <= 9999 && month <= 99 {
				return year, month, nil
			}
		}
	}
	return 0, 0, &YearMonthError{Bound: bound}
}

// cutAny splits s at the first of the given ASCII characters.
func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// Month is a calendar month.
type Month struct {
	Key         string // YYMM
	First, Last Date
}

// Months is N-MONTHS: the twelve months of a year from 1 to 9999.
func Months(year int) [12]Month {
	var months [12]Month
	for i := range months {
		m := i + 1
		first, _ := NewDate(year, m, 1)
		last, _ := NewDate(year, m, daysIn(year, m))
		months[i] = Month{Key: monthKey(year, m), First: first, Last: last}
	}
	return months
}
