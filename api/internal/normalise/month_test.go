package normalise_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestMonthRange(t *testing.T) {
	tests := []struct {
		from, to string
		want     []string
	}{
		{"2025-11", "2026-02", []string{"2511", "2512", "2601", "2602"}},
		{"2026-02", "2025-11", []string{"2511", "2512", "2601", "2602"}},
		{"2025-01", "2025-01", []string{"2501"}},
		{" 2025-1 ", "2025/02", []string{"2501", "2502"}},
		{"2025-03-15", "2025/04/30", []string{"2503", "2504"}},
		{"2025-13", "2026-02", []string{"2513", "2601", "2602"}},
		{"2025-00", "2025-02", []string{"2500", "2501", "2502"}},
		{"2025-11", "2025-13", []string{"2511", "2512"}},
		{"1999-12", "2000-01", []string{"9912", "0001"}},
	}
	for _, tt := range tests {
		got, err := normalise.MonthRange(tt.from, tt.to)
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("MonthRange(%q, %q): %v, (-want +got):\n%s", tt.from, tt.to, err, diff)
		}
	}
}

func TestMonthRange_RefusesOtherBounds(t *testing.T) {
	for _, bound := range []string{"", "2025", "2025.01", "2025-", "-01", "x", "2025-xx", "abc-def", "2025-1 ·", "2025 -01", "20250101", "٢٠٢٥-01", "99999-01", "2025-100", "99999999999999999999-1"} {
		for _, bounds := range [][2]string{{bound, "2025-02"}, {"2025-02", bound}} {
			_, err := normalise.MonthRange(bounds[0], bounds[1])
			var bad *normalise.YearMonthError
			if !errors.As(err, &bad) || bad.Bound != bound || err.Error() != "Invalid year-month: "+bound {
				t.Errorf("MonthRange(%q, %q): %v", bounds[0], bounds[1], err)
			}
		}
	}
}

func TestMonthRange_IsAtMostTenYears(t *testing.T) {
	months, err := normalise.MonthRange("2020-01", "2029-12")
	if err != nil || len(months) != normalise.MaxMonths {
		t.Errorf("120 months: %d, %v", len(months), err)
	}
	for _, to := range []string{"2030-01", "9999-12"} {
		if _, err := normalise.MonthRange("2020-01", to); !errors.Is(err, normalise.ErrTooManyMonths) {
			t.Errorf("2020-01 to %s: %v", to, err)
		}
	}
}

// Bounds that are months give each month between them once, in order, whichever
// comes first.
func TestMonthRange_IsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.IntRange(2000*12, 2099*12).Draw(t, "first")
		n := rapid.IntRange(0, min(normalise.MaxMonths-1, 2099*12+11-first)).Draw(t, "n")
		bound := func(month int) string { return fmt.Sprintf("%04d-%02d", month/12, month%12+1) }
		got, err := normalise.MonthRange(bound(first), bound(first+n))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != n+1 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != n+1 {
			t.Fatalf("%s + %d: %q", bound(first), n, got)
		}
		exchanged, err := normalise.MonthRange(bound(first+n), bound(first))
		if diff := cmp.Diff(got, exchanged); err != nil || diff != "" {
			t.Fatalf("exchanged: %v %s", err, diff)
		}
	})
}

func TestMonths(t *testing.T) {
	months := normalise.Months(2024)
	if feb := months[1]; feb.Key != "2402" || feb.First.String() != "2024-02-01" || feb.Last.String() != "2024-02-29" {
		t.Errorf("February 2024: %+v", feb)
	}
	next := months[0].First
	for i, m := range months {
		if m.First != next || m.Key != m.First.YYMM() || m.Key != m.Last.YYMM() {
			t.Errorf("month %d: %+v", i+1, m)
		}
		next = m.Last.AddDays(1)
	}
	if next.String() != "2025-01-01" {
		t.Errorf("the year ends before %v", next)
	}
}

func TestBusinessDaysBefore(t *testing.T) {
	tests := []struct {
		day  string
		n    int
		want string
	}{
		{"2026-01-05", 10, "2025-12-22"}, // Monday
		{"2026-01-04", 1, "2026-01-02"},  // Sunday
		{"2026-01-03", 1, "2026-01-02"},  // Saturday
		{"2026-01-05", 1, "2026-01-02"},
		{"2026-01-05", 0, "2026-01-05"},
		{"2026-01-04", -3, "2026-01-04"},
	}
	for _, tt := range tests {
		if got := normalise.BusinessDaysBefore(day(t, tt.day), tt.n); got.String() != tt.want {
			t.Errorf("%s − %d = %v, want %s", tt.day, tt.n, got, tt.want)
		}
	}
	if got := normalise.BusinessDaysBefore(day(t, "0001-01-03"), 100); !got.IsZero() {
		t.Errorf("before the calendar: %v", got)
	}
}

func TestInBusinessWindow(t *testing.T) {
	today := day(t, "2026-01-05")
	tests := []struct {
		day  string
		want bool
	}{
		{"2026-01-05", true},
		{"2026-01-04", true}, // weekends inside count
		{"2025-12-22", true},
		{"2025-12-21", false},
		{"2026-01-06", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := normalise.InBusinessWindow(day(t, tt.day), today, 10); got != tt.want {
			t.Errorf("%q: %t, want %t", tt.day, got, tt.want)
		}
	}
}
