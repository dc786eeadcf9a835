package normalise_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func day(tb testing.TB, s string) normalise.Date {
	tb.Helper()
	if s == "" {
		return 0
	}
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		tb.Fatal(err)
	}
	d, ok := normalise.NewDate(at.Year(), int(at.Month()), at.Day())
	if !ok {
		tb.Fatalf("NewDate refuses %s", s)
	}
	return d
}

func TestNewDate_OnlyRealDays(t *testing.T) {
	tests := []struct {
		year, month, day int
		ok               bool
	}{
		{2024, 2, 29, true},
		{2025, 2, 29, false},
		{1900, 2, 29, false},
		{2000, 2, 29, true},
		{1, 1, 1, true},
		{9999, 12, 31, true},
		{0, 1, 1, false},
		{10000, 1, 1, false},
		{2025, 0, 1, false},
		{2025, 13, 1, false},
		{2025, 4, 31, false},
		{2025, 1, 0, false},
	}
	for _, tt := range tests {
		d, ok := normalise.NewDate(tt.year, tt.month, tt.day)
		if ok != tt.ok || d.IsZero() == tt.ok {
			t.Errorf("NewDate(%d, %d, %d) = %v, %t", tt.year, tt.month, tt.day, d, ok)
		}
	}
}

// Date agrees with package time on the whole calendar.
func TestDate_AgreesWithTime(t *testing.T) {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		at := first.AddDate(0, 0, rapid.IntRange(0, int(last.Sub(first)/time.Hour/24)).Draw(t, "days"))
		d, ok := normalise.NewDate(at.Year(), int(at.Month()), at.Day())
		if !ok || d.String() != at.Format(time.DateOnly) || d.YYMM() != at.Format("0601") || d.Weekday() != at.Weekday() {
			t.Fatalf("%v: got %v %q %v", at, d, d.YYMM(), d.Weekday())
		}
		if d.Year() != at.Year() || d.Month() != int(at.Month()) || d.Day() != at.Day() {
			t.Fatalf("%v: got %d-%d-%d", at, d.Year(), d.Month(), d.Day())
		}
		n := rapid.IntRange(-4_000_000, 4_000_000).Draw(t, "n")
		want := at.AddDate(0, 0, n)
		got := d.AddDays(n)
		if want.Before(first) || want.After(last) {
			if !got.IsZero() {
				t.Fatalf("%v + %d days = %v, want none", at, n, got)
			}
			return
		}
		if got.String() != want.Format(time.DateOnly) || got.DaysSince(d) != n {
			t.Fatalf("%v + %d days = %v, want %v", at, n, got, want)
		}
		if (got < d) != (n < 0) {
			t.Fatalf("%v and %v are in the wrong order", d, got)
		}
	})
}

func TestDate_ZeroIsNoDay(t *testing.T) {
	var d normalise.Date
	if d.String() != "" || d.YYMM() != "" || d.Year() != 0 || !d.IsZero() || !d.AddDays(1).IsZero() {
		t.Errorf("the zero date says %q %q %d", d.String(), d.YYMM(), d.Year())
	}
}

func TestToday_IsTheKoreanDay(t *testing.T) {
	tests := []struct{ utc, want string }{
		{"2025-01-01T14:59:59Z", "2025-01-01"},
		{"2025-01-01T15:00:00Z", "2025-01-02"},
		{"1969-12-31T14:00:00Z", "1969-12-31"},
		{"1969-12-31T15:00:00Z", "1970-01-01"},
	}
	for _, tt := range tests {
		at, err := time.Parse(time.RFC3339, tt.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := normalise.Today(at); got.String() != tt.want {
			t.Errorf("Today(%s) = %v, want %s", tt.utc, got, tt.want)
		}
	}
}
