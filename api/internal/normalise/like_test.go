package normalise_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestLike_IsSQLites(t *testing.T) {
	db := sqlite(t)
	rapid.Check(t, func(rt *rapid.T) {
		pattern := rapid.StringMatching(`[%_aAbB가é가K]{0,7}`).Draw(rt, "pattern")
		s := rapid.StringMatching(`[aAbB가é나%K]{0,7}`).Draw(rt, "text")
		var want bool
		if err := db.QueryRowContext(t.Context(), "SELECT ? LIKE ?", s, pattern).Scan(&want); err != nil {
			rt.Fatal(err)
		}
		if got := normalise.Like(pattern, s); got != want {
			rt.Fatalf("Like(%q, %q) = %t, SQLite says %t", pattern, s, got, want)
		}
	})
}

func TestLike(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"%상사%", "예시상사", true},
		{"%SANG%", "sangsa", true},
		{"%É%", "é", false}, // only ASCII letters fold
		{"_시%", "예시상사", true},
		{"%100%%", "100", true},
		{"%%", "", true},
		{"", "", true},
		{"", "x", false},
		{"_", "", false},
	}
	for _, tt := range tests {
		if got := normalise.Like(tt.pattern, tt.text); got != tt.want {
			t.Errorf("Like(%q, %q) = %t, want %t", tt.pattern, tt.text, got, tt.want)
		}
	}
}
