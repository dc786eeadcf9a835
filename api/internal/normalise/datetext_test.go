package normalise_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// reading is a row of the table in spec 01 §5.9.
type reading struct{ Strict, Legacy, Parse, Year, YYMM, Best string }

// readings computes a row as the replaced service did.
func readings(s string) reading {
	return reading{
		Strict: beforeText.StrictDate(text(s)),
		Legacy: beforeText.LegacyDate(text(s)),
		Parse:  beforeText.ParseDate(text(s)).String(),
		Year:   yearText(beforeText.Year(text(s))),
		YYMM:   beforeText.YYMM(text(s)),
		Best:   beforeText.BestDate(text(s)).String(),
	}
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%04d", year)
}

// same is a row whose legacy, parse and best columns say what strict says.
func same(day, year, yymm string) reading { return reading{day, day, day, year, yymm, day} }

// TestDates_Conformance is the table of spec 01 §5.9, every column.
func TestDates_Conformance(t *testing.T) {
	second, third := same("2025-01-02", "2025", "2501"), same("2025-01-03", "2025", "2501")
	tests := []struct {
		inputs []string
		want   reading
	}{
		{[]string{"2025-1-2", "2025.1.2", "2025/01/02", "20250102", "2025012", "2025-0102"}, second},
		{[]string{"2025-01-02T15:00:00.000Z", "2025-01-02T15:00:00+0000", "20250102T150000Z"}, third},
		{[]string{"2025-01-02T15:00:00", "2025-01-02T15"}, second},
		{[]string{"2025-01-02T23:00:00-05:00"}, third},
		{[]string{"2025-01-02 15:00:00"}, second},
		{
			[]string{"2025-01-02 15:00:00Z", "2025-01-02 15:00:00+00:00"},
			reading{"2025-01-03", "2025-01-02", "2025-01-03", "2025", "2501", "2025-01-03"},
		},
		{[]string{"2025-1-5 23:00:00Z"}, same("2025-01-05", "2025", "2501")},
		{[]string{"2025-01-02 오전 9:30"}, second},
		{[]string{"2025-01-02 (토)"}, reading{"", "2025-01-02", "2025-01-02", "2025", "2501", "2025-01-02"}},
		{[]string{"2025-1-5T10:00:00Z"}, reading{"", "2025-01-05", "2025-01-05", "2025", "2501", "2025-01-05"}},
		{
			[]string{"2025-01-02T24:00:00Z", "2025-01-02T15:00:00z"},
			reading{"", "2025-01-02", "2025-01-02", "2025", "2501", "2025-01-02"},
		},
		{[]string{"2025. 1. 2"}, reading{"", "2025.", "", "2025", "", ""}},
		{[]string{"2025-01-02."}, reading{"", "2025-01-02.", "", "2025", "2501", ""}},
		{[]string{"2025-02-30"}, reading{"", "2025-02-30", "", "2025", "2502", ""}},
		{[]string{"2025-01"}, reading{"", "2025-01", "", "2025", "2501", ""}},
		{[]string{"2025-10"}, reading{"", "2025-10", "", "2025", "2510", ""}},
		{[]string{"2025-11"}, same("2025-01-01", "2025", "2501")},
		{[]string{"2025-12"}, second},
		{[]string{"2025"}, reading{"", "2025", "", "2025", "", ""}},
		{[]string{" 2025-01-02 "}, same("2025-01-02", "", "2501")},
		{[]string{"2025-W01-1T20:00:00Z"}, same("2024-12-31", "2025", "2412")},
		{[]string{"2024-12-31T15:00:00Z"}, same("2025-01-01", "2024", "2501")},
		{[]string{"LOST"}, reading{Legacy: "LOS"}},
		{[]string{"미정"}, reading{Legacy: "미정"}},
		{[]string{"Today"}, reading{}},
		{[]string{"1735743600000"}, reading{"", "1735743600000", "", "1735", "3574", ""}},
		{[]string{"", "  ", "\u00a0"}, reading{}},
		// Examples in the text of §5.
		{[]string{"2025-01-02+09:00", "2025-01-02Z"}, second},
		{[]string{"2025.12"}, second},
		{[]string{"202512"}, second},
		{[]string{"202501"}, reading{"", "202501", "", "2025", "2501", ""}},
		{[]string{"2025111"}, same("2025-11-01", "2025", "2511")},
		{[]string{"미정 2025"}, reading{Legacy: "미정"}},
		{[]string{"2025-13-01"}, reading{"", "2025-13-01", "", "2025", "2513", ""}},
		{[]string{"2025.01.02 (토)"}, reading{"", "2025-01-02", "2025-01-02", "2025", "2501", "2025-01-02"}},
		{[]string{"2025-13-01T10:00:00Z"}, reading{"", "2025-13-01", "", "2025", "2513", ""}},
	}
	for _, tt := range tests {
		for _, input := range tt.inputs {
			if diff := cmp.Diff(tt.want, readings(input)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", input, diff)
			}
		}
	}
}

// The rows of testdata/dates_as_before.jsonl are inputs in the columns' order
// of §5.9, worked out with the date parser of CPython 3.11 that the replaced
// service used.
func TestDates_LikeCPython(t *testing.T) {
	raw, err := os.ReadFile("testdata/dates_as_before.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); rows++ {
		var row [7]string
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		want := reading{row[1], row[2], row[3], row[4], row[5], row[6]}
		if want.Year == "0000" { // no year of the calendar
			want.Year = ""
		}
		if diff := cmp.Diff(want, readings(row[0])); diff != "" {
			t.Errorf("%q (-want +got):\n%s", row[0], diff)
		}
	}
	if rows < 300 {
		t.Errorf("read %d rows, want all", rows)
	}
}

// §5.9 "What strict mode changes overall", and what corrected rules change.
func TestDates_Modes(t *testing.T) {
	type answers struct {
		Date, Parse, YYMM string
		Year, Prefix, KST int
	}
	tests := []struct {
		input                             string
		beforeText, beforeKST             answers
		corrected                         answers // with KST dates
		correctedTextDate, correctedParse string  // corrected, text dates
	}{
		{
			"2025-01-02",
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			"2025-01-02", "2025-01-02",
		},
		{
			"2024-12-31T15:00:00Z",
			answers{"2025-01-01", "2025-01-01", "2501", 2024, 2024, 2025},
			answers{"2025-01-01", "2025-01-01", "2501", 2025, 2024, 2025},
			answers{"2025-01-01", "2025-01-01", "2501", 2025, 2025, 2025},
			"2025-01-01", "2025-01-01",
		},
		{
			"2024-12-31 15:00:00Z", // with a space: legacy does not shift it
			answers{"2024-12-31", "2025-01-01", "2501", 2024, 2024, 2025},
			answers{"2025-01-01", "2025-01-01", "2501", 2025, 2024, 2025},
			answers{"2025-01-01", "2025-01-01", "2501", 2025, 2025, 2025},
			"2024-12-31", "2025-01-01",
		},
		{
			"2025-01-02 (토)",
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 0},
			answers{"", "", "", 0, 2025, 0},
			answers{"", "", "", 0, 0, 0},
			"2025-01-02", "2025-01-02",
		},
		{
			"2025-12",
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"", "", "2512", 2025, 2025, 2025},
			"2025-12", "",
		},
		{
			"202512",
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"", "", "2512", 2025, 2025, 2025},
			"202512", "",
		},
		{
			"2025-10",
			answers{"2025-10", "", "2510", 2025, 2025, 0},
			answers{"", "", "", 0, 2025, 0},
			answers{"", "", "2510", 2025, 2025, 2025},
			"2025-10", "",
		},
		{
			"2025-13", // no month
			answers{"2025-01-03", "2025-01-03", "2501", 2025, 2025, 2025},
			answers{"2025-01-03", "2025-01-03", "2501", 2025, 2025, 2025},
			answers{"", "", "", 0, 0, 0},
			"2025-13", "",
		},
		{
			"2025012", // neither both separators nor eight digits
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"2025-01-02", "2025-01-02", "2501", 2025, 2025, 2025},
			answers{"", "", "", 0, 0, 0},
			"2025012", "",
		},
		{
			" 2025-03-04",
			answers{"2025-03-04", "2025-03-04", "2503", 0, 0, 2025},
			answers{"2025-03-04", "2025-03-04", "2503", 2025, 0, 2025},
			answers{"2025-03-04", "2025-03-04", "2503", 2025, 2025, 2025},
			"2025-03-04", "2025-03-04",
		},
		{
			"미정",
			answers{Date: "미정"},
			answers{},
			answers{},
			"미정", "",
		},
	}
	ask := func(r normalise.Rules, s string) answers {
		c := text(s)
		return answers{r.DateOnly(c), r.ParseDate(c).String(), r.YYMM(c), r.Year(c), r.PrefixYear(c), r.KSTYear(c)}
	}
	for _, tt := range tests {
		for _, mode := range []struct {
			name  string
			rules normalise.Rules
			want  answers
		}{
			{"as before, text", beforeText, tt.beforeText},
			{"as before, KST", beforeKST, tt.beforeKST},
			{"corrected", correctedKST, tt.corrected},
		} {
			if diff := cmp.Diff(mode.want, ask(mode.rules, tt.input)); diff != "" {
				t.Errorf("%q %s (-want +got):\n%s", tt.input, mode.name, diff)
			}
		}
		if got := correctedText.DateOnly(text(tt.input)); got != tt.correctedTextDate {
			t.Errorf("%q corrected, text: DateOnly = %q, want %q", tt.input, got, tt.correctedTextDate)
		}
		if got := correctedText.ParseDate(text(tt.input)).String(); got != tt.correctedParse {
			t.Errorf("%q corrected, text: ParseDate = %q, want %q", tt.input, got, tt.correctedParse)
		}
	}
}

// Corrected rules give a date text either both a year and a month of it or
// neither, in KST mode; that is what makes months add up to years.
func TestDates_CorrectedYearAndMonthAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := text(dateLike().Draw(t, "text"))
		year, yymm := correctedKST.Year(c), correctedKST.YYMM(c)
		if year == 0 && yymm != "" || year != 0 && !strings.HasPrefix(yymm, fmt.Sprintf("%02d", year%100)) {
			t.Fatalf("%q: year %d, month %q", c, year, yymm)
		}
	})
}

func TestStrictDate_IsARealDayOrEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := dateLike().Draw(t, "text")
		for _, r := range allRules() {
			got := r.StrictDate(text(s))
			if got == "" {
				continue
			}
			if _, err := time.Parse(time.DateOnly, got); err != nil {
				t.Fatalf("%+v: StrictDate(%q) = %q: %v", r, s, got, err)
			}
			if again := r.StrictDate(text(got)); again != got {
				t.Fatalf("%+v: StrictDate(%q) = %q, and of that %q", r, s, got, again)
			}
			if best := r.BestDate(text(s)).String(); best != got {
				t.Fatalf("%+v: BestDate(%q) = %q, StrictDate %q", r, s, best, got)
			}
			if parsed := r.ParseDate(text(s)).String(); parsed != got {
				t.Fatalf("%+v: ParseDate(%q) = %q, StrictDate %q", r, s, parsed, got)
			}
		}
	})
}

func TestDateOnly_IsIdempotentInKSTMode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := dateLike().Draw(t, "text")
		for _, r := range []normalise.Rules{correctedKST, beforeKST} {
			once := r.DateOnly(text(s))
			if twice := r.DateOnly(text(once)); twice != once {
				t.Fatalf("DateOnly(%q) = %q, and of that %q", s, once, twice)
			}
		}
	})
}

func TestDateText(t *testing.T) {
	if got := beforeText.DateText(day(t, "2025-01-02"), text("2025.01.02 (토)")); got != "2025-01-02" {
		t.Errorf("with a day: %q", got)
	}
	if got := beforeText.DateText(0, text("미정 2025")); got != "미정" {
		t.Errorf("without, text mode: %q", got)
	}
	if got := beforeKST.DateText(0, text("미정 2025")); got != "" {
		t.Errorf("without, KST mode: %q", got)
	}
	if got := beforeText.DateText(0, null); got != "" {
		t.Errorf("NULL: %q", got)
	}
}

func TestDealYearAndMonth_FallBackToExpected(t *testing.T) {
	tests := []struct {
		contract, expected string
		year               int
		yymm               string
	}{
		{"2024-05-01", "2025-06-01", 2024, "2405"},
		{"", "2025-06-01", 2025, "2506"},
		{"미정", "2025-06-01", 2025, "2506"},
		{"미정", "곧", 0, ""},
	}
	for _, tt := range tests {
		year, yymm := correctedKST.DealYear(text(tt.contract), text(tt.expected)), correctedKST.DealYYMM(text(tt.contract), text(tt.expected))
		if year != tt.year || yymm != tt.yymm {
			t.Errorf("%q, %q: %d %q, want %d %q", tt.contract, tt.expected, year, yymm, tt.year, tt.yymm)
		}
	}
}

func TestInYear(t *testing.T) {
	c := text("2024-12-31T15:00:00Z")
	if !beforeText.InYear(c, 2024) || beforeText.InYear(c, 2025) {
		t.Error("text mode goes by the first four characters")
	}
	if !beforeKST.InYear(c, 2025) || !correctedText.InYear(c, 2025) {
		t.Error("KST mode and corrected rules go by the Korean day")
	}
	if beforeText.InYear(null, 0) {
		t.Error("no year is not a year")
	}
}

// dateLike draws texts that look like dates, and some that don't.
func dateLike() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 9).Draw(t, "any") == 0 {
			return rapid.String().Draw(t, "text")
		}
		two := func(name string, most int) string {
			n := strconv.Itoa(rapid.IntRange(0, most).Draw(t, name))
			if len(n) == 1 && rapid.Bool().Draw(t, "pad") {
				n = "0" + n
			}
			return n
		}
		separator := rapid.SampledFrom([]string{"-", "-", ".", "/", "", ". "})
		year := rapid.SampledFrom([]string{"2024", "2025", "2025", "2026", "0001", "9999", "0000", "25"}).Draw(t, "year")
		s := year + separator.Draw(t, "separator") + two("month", 13)
		if rapid.IntRange(0, 4).Draw(t, "hasDay") > 0 {
			s += separator.Draw(t, "separator") + two("day", 32)
		}
		s += rapid.SampledFrom([]string{
			"", "", "", "T15:00:00.000Z", "T15:00:00Z", " 15:00:00Z", "T23:59", "T09", " 15:00:00 +0900", "T00:30:00+0930", "-05:00", "Z",
			"T24:00:00Z", " (토)", "T오후", ".", " ", "T15:00:00z",
		}).Draw(t, "time")
		return rapid.SampledFrom([]string{"", "", "", " ", "\u00a0"}).Draw(t, "before") + s
	})
}
