package revenue

import (
	"fmt"
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// month counts months from year 0, so that neighbours differ by one.
type month int

func monthOf(day normalise.Date) month { return month(day.Year()*12 + day.Month() - 1) }

func (m month) year() int { return int(m) / 12 }

// ofYear is 1 to 12.
func (m month) ofYear() int { return int(m)%12 + 1 }

func (m month) String() string { return fmt.Sprintf("%04d-%02d", m.year(), m.ofYear()) }

// months are those that a request is about: the last one, and with history the
// ones before it.
type months struct {
	first, last month
	history     bool
}

func (m months) has(day normalise.Date) bool {
	return !day.IsZero() && m.first <= monthOf(day) && monthOf(day) <= m.last
}

// newMonths reads a query's months. It fails with a *ValueError.
func newMonths(q Query) (months, error) {
	last := month(q.Year*12 + q.Month - 1)
	if q.HistoryFrom == "" {
		return months{first: last, last: last}, nil
	}
	first, err := parseMonth(normalise.Trim(q.HistoryFrom))
	switch {
	case err != nil:
		return months{}, err
	case first > last:
		return months{}, &ValueError{"history_from cannot be later than the selected year/month"}
	case last-first >= normalise.MaxMonths:
		return months{}, &ValueError{"history_from: " + normalise.ErrTooManyMonths.Error()}
	}
	return months{first: first, last: last, history: true}, nil
}

func parseMonth(s string) (month, error) {
	const layout = "2025-01"
	if len(s) != len(layout) || s[4] != '-' {
		return 0, errHistoryFormat()
	}
	year, errYear := strconv.ParseUint(s[:4], 10, 16)
	ofYear, errMonth := strconv.ParseUint(s[5:], 10, 16)
	switch {
	case errYear != nil || errMonth != nil:
		return 0, errHistoryFormat()
	case ofYear < 1 || ofYear > 12:
		return 0, &ValueError{"history_from month must be between 1 and 12"}
	}
	return month(year*12 + ofYear - 1), nil
}

func errHistoryFormat() error { return &ValueError{"history_from must be in YYYY-MM format"} }
