package normalise

import "time"

// Date is a calendar day, packed as the number yyyymmdd: days compare as
// integers and a row keeps one in four bytes. The zero value is no day; the
// others are real days of the years 1 to 9999.
type Date int32

const secondsPerDay = 24 * 60 * 60

// koreaEast is Korean time's distance from UTC in seconds; Korea has no
// daylight saving.
const koreaEast = 9 * 60 * 60

// NewDate returns the day, and false if the calendar has none such.
func NewDate(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return packed(year, month, day), true
}

func packed(year, month, day int) Date {
	return Date(year*10000 + month*100 + day) //nolint:gosec // at most 99991231
}

// Today is the Korean day at an instant (spec 01 §5.11).
func Today(now time.Time) Date {
	d, _ := dateOfDays(floorDiv(now.Unix()+koreaEast, secondsPerDay))
	return d
}

// DayOf is the day at an instant by the time zone that the instant is in.
func DayOf(t time.Time) Date {
	d, _ := NewDate(t.Year(), int(t.Month()), t.Day())
	return d
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == 0 }

// Year returns the year, 0 for no day.
func (d Date) Year() int { return int(d) / 10000 }

// Month returns the month, 1 to 12.
func (d Date) Month() int { return int(d) / 100 % 100 }

// Day returns the day of the month.
func (d Date) Day() int { return int(d) % 100 }

// String returns `YYYY-MM-DD`, empty for no day.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	b := [10]byte{4: '-', 7: '-'}
	put2(b[0:], d.Year()/100)
	put2(b[2:], d.Year()%100)
	put2(b[5:], d.Month())
	put2(b[8:], d.Day())
	return string(b[:])
}

// YYMM returns the month key (`2501`), empty for no day.
func (d Date) YYMM() string {
	if d == 0 {
		return ""
	}
	return monthKey(d.Year(), d.Month())
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	const thursday = 4 // 1970-01-01
	return time.Weekday((d.days()%7 + 7 + thursday) % 7)
}

// AddDays returns the day n days later; no day if d is none or the calendar's
// end is passed.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	to, _ := dateOfDays(int64(d.days()) + int64(n))
	return to
}

// DaysSince returns how many days d is after earlier.
func (d Date) DaysSince(earlier Date) int { return d.days() - earlier.days() }

// days counts from 1970-01-01.
func (d Date) days() int { return daysOf(d.Year(), d.Month(), d.Day()) }

// daysOf counts days since 1970-01-01 in the Gregorian calendar, by eras of 400
// years that begin in March.
func daysOf(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	return era*146097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - 719468
}

// dateOfDays is the inverse of daysOf; false outside of the years 1 to 9999.
func dateOfDays(days int64) (Date, bool) {
	const first, last = -719162, 2932896 // 0001-01-01, 9999-12-31
	if days < first || days > last {
		return 0, false
	}
	z := int(days) + 719468
	era := z / 146097
	dayOfEra := z - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month := (5*dayOfYear + 2) / 153
	day := dayOfYear - (153*month+2)/5 + 1
	year := yearOfEra + era*400
	if month += 3; month > 12 {
		month -= 12
		year++
	}
	return packed(year, month, day), true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}

func put2(b []byte, n int) {
	b[0], b[1] = byte('0'+n/10%10), byte('0'+n%10)
}

// monthKey is `YYMM`; years count modulo 100 and the month is not checked.
func monthKey(year, month int) string {
	var b [4]byte
	put2(b[0:], year%100)
	put2(b[2:], month)
	return string(b[:])
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
