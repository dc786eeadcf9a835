package performance

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Month is a month key such as 2501, as a number: two digits of the year, two
// of the month, which nobody checked in text mode.
type Month int16

// NoMonth is the month of a text that has none.
const NoMonth Month = -1

// MonthOf reads a month key, NoMonth if it is none.
func MonthOf(key string) Month {
	if len(key) != len("2501") {
		return NoMonth
	}
	m := Month(0)
	for i := range len(key) {
		if key[i] < '0' || key[i] > '9' {
			return NoMonth
		}
		m = m*10 + Month(key[i]-'0')
	}
	return m
}

// CenturyYear is the month's year as the close rate reads it: 20 and the two
// digits (spec 03 §3.2).
func (m Month) CenturyYear() int { return 2000 + int(m)/100 }

// RangeQuery is the month parameters of a summary; nil is absent.
//
// The replaced service's summaries each knew one pair of names only, and its
// own page sent the wrong one (spec 03 §1.3). Corrected rules take either, from
// and to before the others.
type RangeQuery struct{ From, To, FromMonth, ToMonth *string }

// Bounds returns what the query means for a summary whose names were
// from_month and to_month. What it leaves open are the years that are loaded.
func (q RangeQuery) Bounds(r normalise.Rules, years []int) (from, to string) {
	if !r.MonthParametersByEitherName() {
		q.From, q.To = nil, nil
	}
	return q.bounds(years)
}

// PlainBounds is Bounds for a summary whose names were from and to.
func (q RangeQuery) PlainBounds(r normalise.Rules, years []int) (from, to string) {
	if !r.MonthParametersByEitherName() {
		q.FromMonth, q.ToMonth = nil, nil
	}
	return q.bounds(years)
}

func (q RangeQuery) bounds(years []int) (from, to string) {
	if len(years) > 0 {
		from, to = fmt.Sprintf("%04d-01", slices.Min(years)), fmt.Sprintf("%04d-12", slices.Max(years))
	}
	return given(from, q.From, q.FromMonth), given(to, q.To, q.ToMonth)
}

// given returns the first of the texts that is there.
func given(fallback string, texts ...*string) string {
	for _, text := range texts {
		if text != nil {
			return *text
		}
	}
	return fallback
}

// Range is a list of months that a request asks for.
type Range struct {
	Keys  []string
	place map[Month]int
}

// NewRange returns the months from one `YYYY-MM` text to another (spec 03
// §0.4). It fails with a *ValueError.
func NewRange(from, to string) (Range, error) {
	keys, err := normalise.MonthRange(from, to)
	var bound *normalise.YearMonthError
	switch {
	case errors.As(err, &bound):
		return Range{}, &ValueError{Detail: bound.Error()}
	case errors.Is(err, normalise.ErrTooManyMonths):
		return Range{}, Refuse("A month range is at most %d months", normalise.MaxMonths)
	case err != nil:
		return Range{}, err
	}
	r := Range{Keys: keys, place: make(map[Month]int, len(keys))}
	for i, key := range keys {
		r.place[MonthOf(key)] = i
	}
	return r, nil
}

// Place returns where a month stands in the range, false if it doesn't.
func (r Range) Place(m Month) (place int, ok bool) {
	place, ok = r.place[m]
	return place, ok
}

// SingleMonth reads a `month` parameter: four characters, which are a month if
// they are digits and otherwise one in which nothing happened. It fails with a
// *ValueError that shows the example.
func SingleMonth(text, example string) (key string, m Month, err error) {
	key = normalise.Trim(text)
	if utf8.RuneCountInString(key) != len("2501") {
		return "", NoMonth, Refuse("month must be YYMM format%s", example)
	}
	return key, MonthOf(key), nil
}

// Counts is a number of deals for each month of a range.
type Counts = Series[int]

// Sums is a number for each month of a range.
type Sums = Series[float64]

// Series is a value for each month; its JSON is an object whose keys are the
// months, in their order.
type Series[T int | float64] struct {
	Months []string
	Values []T
}

// NewSeries returns a series of zeros.
func NewSeries[T int | float64](r Range) Series[T] {
	return Series[T]{Months: r.Keys, Values: make([]T, len(r.Keys))}
}

// MarshalJSON writes the object.
func (s Series[T]) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 2+len(s.Values)*len(`"2501":1234,`))
	b = append(b, '{')
	for i, v := range s.Values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, s.Months[i]...)
		b = append(b, '"', ':')
		b = appendNumber(b, float64(v))
	}
	return append(b, '}'), nil
}

func appendNumber(b []byte, x float64) []byte {
	const longest = 1e21 // as encoding/json
	x = normalise.Finite(x)
	if x > longest || x < -longest {
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}
