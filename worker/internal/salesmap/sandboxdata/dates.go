package sandboxdata

import "time"

// day counts days from 1970-01-01, as the calendar in Korea shows them. Zero
// stands for "no day".
type day int

const (
	secondsPerDay = 86_400
	// koreaOffset is the distance of Korean time from UTC in seconds; Korea has
	// no summer time.
	koreaOffset = 9 * 3600
	// Offices are open from eight in the morning for eleven hours.
	officeOpens   = 8 * 3600
	officeSeconds = 11 * 3600
)

// dayOf returns the day that t is in Korea.
func dayOf(t time.Time) day {
	seconds := t.Unix() + koreaOffset
	d := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		d--
	}
	return day(d)
}

// dayFrom returns the day of a date.
func dayFrom(year int, month time.Month, dayOfMonth int) day {
	return day(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// date returns year, month and day of month. The arithmetic is that of Howard
// Hinnant's civil_from_days; it is here because package time is too slow for a
// million records a few seconds.
func (d day) date() (year, month, dayOfMonth int) {
	z := int(d) + 719_468
	era := z / 146_097
	doe := z - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dayOfMonth = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, dayOfMonth
}

func (d day) year() int {
	y, _, _ := d.date()
	return y
}

// appendDay appends the day as 2006-01-02 with the given separator.
func appendDay(dst []byte, d day, separator byte) []byte {
	y, m, dom := d.date()
	dst = append(dst, hexDigits[y/1000], hexDigits[y/100%10], hexDigits[y/10%10], hexDigits[y%10], separator)
	dst = append(dst, hexDigits[m/10], hexDigits[m%10], separator)
	return append(dst, hexDigits[dom/10], hexDigits[dom%10])
}

// moment is a point in time in milliseconds since 1970 UTC. Zero stands for
// "never".
type moment int64

// at returns an office hour of the day, chosen by r.
func (d day) at(r roll) moment {
	seconds := int64(d)*secondsPerDay - koreaOffset + officeOpens + int64(r.below(officeSeconds))
	return moment(seconds*1000 + int64(r.then(1).below(1000)))
}

// day returns the day that the moment is in Korea.
func (m moment) day() day { return day((int64(m)/1000 + koreaOffset) / secondsPerDay) }

// appendMoment appends the moment as the API writes times: ISO 8601, UTC,
// milliseconds, in quotes.
func appendMoment(dst []byte, m moment) []byte {
	seconds, millis := int64(m)/1000, int64(m)%1000
	rest := seconds % secondsPerDay
	dst = append(dst, '"')
	dst = appendDay(dst, day(seconds/secondsPerDay), '-')
	dst = append(dst, 'T')
	dst = append(dst, hexDigits[rest/36_000], hexDigits[rest/3600%10], ':')
	dst = append(dst, hexDigits[rest%3600/600], hexDigits[rest%3600/60%10], ':')
	dst = append(dst, hexDigits[rest%60/10], hexDigits[rest%60%10], '.')
	return append(dst, hexDigits[millis/100], hexDigits[millis/10%10], hexDigits[millis%10], 'Z', '"')
}
