package normalise_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestGrades(t *testing.T) {
	grades := normalise.Grades{{"S0", 10}, {"P0", 2}, {"P1", 1}, {"P2", 0.5}, {"P3", 0.25}, {"P4", 0.1}, {"P5", 0}}
	tests := []struct {
		won  float64
		want string
	}{
		{1e9, "S0"},
		{999_999_999, "P0"},
		{2e8, "P0"},
		{1e8, "P1"},
		{5e7, "P2"},
		{2.5e7, "P3"},
		{1e7, "P4"},
		{9_999_999, "P5"},
		{0, "P5"},
		{-1e9, "P5"},
	}
	for _, tt := range tests {
		if got := grades.Of(tt.won); got != tt.want {
			t.Errorf("Of(%v) = %s, want %s", tt.won, got, tt.want)
		}
	}
	if got := grades.OfEok(0.25); got != "P3" {
		t.Errorf("OfEok(0.25) = %s", got)
	}
	if got := normalise.Grades(nil).Of(1); got != "" {
		t.Errorf("no grades: %q", got)
	}
}
