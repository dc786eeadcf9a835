package normalise

import "time"

// BusinessDaysBefore is N-BDAY-MINUS: the day on which, going back one day at a
// time from d, the n-th day from Monday to Friday is counted; d itself if n is
// not positive. Public holidays are not considered.
func BusinessDaysBefore(d Date, n int) Date {
	for n > 0 && d != 0 {
		d = d.AddDays(-1)
		if day := d.Weekday(); day != time.Saturday && day != time.Sunday {
			n--
		}
	}
	return d
}

// InBusinessWindow is N-BDAY-WINDOW: whether d is a day, not after today, and
// at most n business days back, both ends included.
func InBusinessWindow(d, today Date, n int) bool {
	return d != 0 && d <= today && d >= BusinessDaysBefore(today, n)
}
