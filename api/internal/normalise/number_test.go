package normalise_test

import (
	"database/sql"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

const none = math.MaxFloat64 // stands for "no number"

func amount(r normalise.Rules, s string) float64 {
	if won, ok := r.Amount(text(s)); ok {
		return won
	}
	return none
}

func TestAmount(t *testing.T) {
	tests := []struct {
		in                string
		before, corrected float64
	}{
		{"1200000", 1_200_000, 1_200_000},
		{" 1200000\u00a0", 1_200_000, 1_200_000},
		{"-5", -5, -5},
		{"+5", 5, 5},
		{"0", 0, 0},
		{"1.", 1, 1},
		{".5", 0.5, 0.5},
		{"1.5e3", 1500, 1500},
		{"1E+2", 100, 100},
		{"1_000", 1000, 1000},
		{"1_0.0_1", 10.01, 10.01},
		{"1e1_0", 1e10, 1e10},
		{"１２３", 123, 123},
		{"٣", 3, 3},
		{"𝟗", 9, 9},
		// No numbers in either setting.
		{"", none, none},
		{"  ", none, none},
		{".", none, none},
		{"-", none, none},
		{"1e", none, none},
		{"e5", none, none},
		{"0x10", none, none},
		{"1p3", none, none},
		{"true", none, none},
		{"1 000", none, none},
		{"- 5", none, none},
		{"--5", none, none},
		{"1__0", none, none},
		{"_1", none, none},
		{"1_", none, none},
		{"1_.5", none, none},
		{"1._5", none, none},
		{"nan", none, none},
		{"-inf", none, none},
		{"Infinity", none, none},
		{"1e999", none, none},
		{"미정", none, none},
		{"1만원", none, none},
		{"1,00", none, none},
		{"1,0000", none, none},
		{",100", none, none},
		{"1234,567", none, none},
		{"1,000.5.5", none, none},
		{"1.000,5", none, none},
		{"원", none, none},
		{"₩", none, none},
		{"₩₩1", none, none},
		{"100원원", none, none},
		{"$100", none, none},
		// Corrected rules read over what people decorate amounts with.
		{"1,000", none, 1000},
		{"-1,234,567.8", none, -1_234_567.8},
		{"100원", none, 100},
		{"1,000 원", none, 1000},
		{"₩1,000", none, 1000},
		{"￦ 1,000", none, 1000},
		{"-₩500", none, -500},
		{"₩-500", none, -500},
		{"1,000₩", none, 1000},
	}
	for _, tt := range tests {
		if got := amount(beforeText, tt.in); got != tt.before {
			t.Errorf("as before: Amount(%q) = %v, want %v", tt.in, got, tt.before)
		}
		if got := amount(correctedKST, tt.in); got != tt.corrected {
			t.Errorf("corrected: Amount(%q) = %v, want %v", tt.in, got, tt.corrected)
		}
	}
	if _, ok := correctedKST.Amount(null); ok {
		t.Error("NULL is a number")
	}
	if !beforeText.MissingAmount(text("1,000")) || correctedKST.MissingAmount(text("1,000")) || !correctedKST.MissingAmount(null) {
		t.Error("MissingAmount is not Amount's opposite")
	}
}

func TestAmountUsed(t *testing.T) {
	tests := []struct {
		amount, expected string
		want             float64
	}{
		{"100", "200", 100},
		{"0", "200", 200},
		{"-5", "200", 200},
		{"", "200", 200},
		{"미정", "200", 200},
		{"0", "-1", 0},
		{"", "", 0},
	}
	for _, tt := range tests {
		if got := beforeText.AmountUsed(text(tt.amount), text(tt.expected)); got != tt.want {
			t.Errorf("AmountUsed(%q, %q) = %v, want %v", tt.amount, tt.expected, got, tt.want)
		}
	}
}

func TestSQLNumber(t *testing.T) {
	tests := []struct {
		in                string
		before, corrected float64
	}{
		{"1,000", 1, 1000},
		{"12abc", 12, 12},
		{"abc", 0, 0},
		{"nan", 0, 0},
		{"inf", 0, 0},
		{"100원", 100, 100},
		{"₩1,000", 0, 1000},
		{"1,5", 1, 1},
		{"", 0, 0},
	}
	for _, tt := range tests {
		if got := beforeText.SQLNumber(text(tt.in)); got != tt.before {
			t.Errorf("as before: SQLNumber(%q) = %v, want %v", tt.in, got, tt.before)
		}
		if got := correctedKST.SQLNumber(text(tt.in)); got != tt.corrected {
			t.Errorf("corrected: SQLNumber(%q) = %v, want %v", tt.in, got, tt.corrected)
		}
	}
	if got := beforeText.SQLNumber(null); got != 0 {
		t.Errorf("NULL is %v", got)
	}
}

// sqlite is a handle on a real SQLite whose functions the rules must equal.
func sqlite(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := snapshot.Open(tb.Context(), golden.Snapshot(tb), snapshot.OpenOptions{Conns: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func TestSQLNumber_IsSQLitesCast(t *testing.T) {
	db := sqlite(t)
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.OneOf(
			rapid.StringMatching(`[ \t\n\f\r\v]{0,2}[-+]?[0-9]{0,4}\.?[0-9]{0,3}([eE][-+]?[0-9]{0,2})?[ a-z,원]{0,2}`),
			rapid.StringMatching(`[-+0-9.eE ,]{0,8}`),
		).Draw(rt, "text")
		var want float64
		if err := db.QueryRowContext(t.Context(), "SELECT CAST(? AS REAL)", s).Scan(&want); err != nil {
			rt.Fatal(err)
		}
		got := beforeText.SQLNumber(text(s))
		if math.Abs(got-want) > 1e-12*math.Abs(want) {
			rt.Fatalf("SQLNumber(%q) = %v, SQLite says %v", s, got, want)
		}
	})
}

// Every number that Go writes is read back, in every setting.
func TestAmount_ReadsWhatGoWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Float64().Draw(t, "won")
		format := rapid.SampledFrom([]byte{'e', 'f', 'g'}).Draw(t, "format")
		s := strconv.FormatFloat(want, format, -1, 64)
		for _, r := range allRules() {
			got, ok := r.Amount(text(s))
			if math.IsInf(want, 0) || math.IsNaN(want) {
				if ok {
					t.Fatalf("Amount(%q) = %v", s, got)
				}
				continue
			}
			if !ok || got != want {
				t.Fatalf("Amount(%q) = %v, %t", s, got, ok)
			}
			if cast := r.SQLNumber(text(s)); cast != want {
				t.Fatalf("SQLNumber(%q) = %v", s, cast)
			}
		}
	})
}

func TestFinite(t *testing.T) {
	tests := []struct{ x, want float64 }{
		{1.5, 1.5},
		{0, 0},
		{math.Inf(1), math.MaxFloat64},
		{math.Inf(-1), -math.MaxFloat64},
		{math.NaN(), 0},
	}
	for _, tt := range tests {
		if got := normalise.Finite(tt.x); got != tt.want {
			t.Errorf("Finite(%v) = %v, want %v", tt.x, got, tt.want)
		}
	}
}
