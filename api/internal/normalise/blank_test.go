package normalise_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestTrim(t *testing.T) {
	tests := []struct{ in, want string }{
		{" a b ", "a b"},
		{"\u00a0\u3000\t\n\x1c\x1d\x1e\x1f\u0085\u2028가\u00a0", "가"},
		{"\u200ba\ufeff", "\u200ba\ufeff"},
		{" \x1f ", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := normalise.Trim(tt.in); got != tt.want {
			t.Errorf("Trim(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := normalise.TrimSQL(" \t a \u00a0 "); got != "\t a \u00a0" {
		t.Errorf("TrimSQL = %q", got)
	}
	if !normalise.Blank(null) || !normalise.Blank(text(" \u3000")) || normalise.Blank(text("\u200b")) {
		t.Error("Blank is NULL or whitespace only")
	}
}

func TestNotEntered(t *testing.T) {
	tests := []struct{ raw, trimmed, falsy, nbsp, upper string }{
		{"", "미입력", "미입력", "미입력", "미입력"},
		{"  ", "미입력", "  ", "미입력", "미입력"},
		{"\u00a0", "미입력", "\u00a0", "미입력", "미입력"},
		{" 인재\u00a0개발실 ", "인재\u00a0개발실", " 인재\u00a0개발실 ", "인재 개발실", "인재 개발실"},
		{"-", "-", "-", "-", "미입력"},
		{"\u00a0–", "–", "\u00a0–", "–", "미입력"},
		{"—", "—", "—", "—", "미입력"},
		{"--", "--", "--", "--", "--"},
	}
	for _, tt := range tests {
		c := text(tt.raw)
		got := [...]string{normalise.TextTrimmed(c), normalise.TextFalsy(c), normalise.TextNBSP(c), normalise.TextUpper(c)}
		if want := [...]string{tt.trimmed, tt.falsy, tt.nbsp, tt.upper}; got != want {
			t.Errorf("%q: got %q, want %q", tt.raw, got, want)
		}
	}
	if normalise.TextTrimmed(null) != "미입력" || normalise.TextFalsy(null) != "미입력" || normalise.TextNBSP(null) != "미입력" || normalise.TextUpper(null) != "미입력" {
		t.Error("NULL was entered")
	}
}

func TestMissingText(t *testing.T) {
	for _, s := range []string{"", " ", "NaN", " null ", "NaT", "<NA>", "None", "nan"} {
		if !normalise.MissingText(text(s)) {
			t.Errorf("%q is not missing", s)
		}
	}
	for _, s := range []string{"-", "0", "nanny", "없음"} {
		if normalise.MissingText(text(s)) {
			t.Errorf("%q is missing", s)
		}
	}
	if !normalise.MissingText(null) {
		t.Error("NULL is not missing")
	}
}

func TestFalseLike(t *testing.T) {
	for _, s := range []string{"false", "FALSE", " 0 ", "No", "n", "X"} {
		if !normalise.FalseLike(text(s)) {
			t.Errorf("%q is not false-like", s)
		}
	}
	for _, s := range []string{"", " ", "0.0", "아니오", "O", "1", "true"} {
		if normalise.FalseLike(text(s)) {
			t.Errorf("%q is false-like", s)
		}
	}
	if normalise.FalseLike(null) {
		t.Error("NULL is false-like")
	}
}

func TestCourseIDDigits(t *testing.T) {
	for raw, want := range map[string]string{
		"12,345": "12345", "FC-123": "123", "-": "", " ": "", "": "", " 987 ": "987", "비고": "", "１２3": "3",
	} {
		if got := normalise.CourseIDDigits(text(raw)); got != want {
			t.Errorf("CourseIDDigits(%q) = %q, want %q", raw, got, want)
		}
	}
	if got := normalise.CourseIDDigits(null); got != "" {
		t.Errorf("NULL is %q", got)
	}
}
