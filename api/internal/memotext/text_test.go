package memotext_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestEnrich(t *testing.T) {
	t.Parallel()
	null := crm.Text{}
	text := crm.NewText
	tests := []struct {
		name                string
		text                crm.Text
		cleaned             bool
		html                crm.Text
		asBefore, corrected crm.Text
	}{
		{"no body", text("a"), false, null, text("a"), text("a")},
		{"neither", null, false, null, null, null},
		{"no text", null, false, text("<p>b</p>"), text("b"), text("b")},
		{"blank text", text(" \u3000"), false, text("<p>b</p>"), text("b"), text("b")},
		{"one line", text("a"), false, text("<p>b</p>"), text("b"), text("b")},
		{"one line and a line end", text("a\n"), false, text("<p>b</p>"), text("b"), text("b")},
		{"several lines", text("a\nb"), false, text("<p>c</p>"), text("a\nb"), text("a\nb")},
		{"bullet", text("• a"), false, text("<p>c</p>"), text("• a"), text("• a")},
		{"dash", text("- a"), false, text("<p>c</p>"), text("- a"), text("- a")},
		{"star", text("* a"), false, text("<p>c</p>"), text("* a"), text("* a")},
		{"hyphenated", text("a-b"), false, text("<p>c</p>"), text("c"), text("c")},
		{"empty body erases", text("a"), false, text(""), text(""), text("a")},
		{"body without text erases", text("a"), false, text("<img>"), text(""), text("a")},
		{"cleaned form", text("- 고객 전화: 010-0000-0000"), true, text("<p>010-0000-0000</p>"), text("010-0000-0000"), null},
		{"cleaned form without body", text("a: b"), true, null, null, null},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := memotext.Enrich(tt.text, tt.cleaned, tt.html, asBefore()); !got.Equal(tt.asBefore) {
				t.Errorf("as before: got %q, want %q", got, tt.asBefore)
			}
			if got := memotext.Enrich(tt.text, tt.cleaned, tt.html, corrected()); !got.Equal(tt.corrected) {
				t.Errorf("corrected: got %q, want %q", got, tt.corrected)
			}
		})
	}
}

func TestWon(t *testing.T) {
	t.Parallel()
	for amount, want := range map[float64]string{
		0: "0", 1: "1", 999: "999", 1000: "1,000", 12000000: "12,000,000",
		12345.678: "12,345.7", 2500000.5: "2,500,000.5", 0.25: "0.2", 0.35: "0.3", 0.75: "0.8",
		-1: "-1", -1000: "-1,000", -1234.56: "-1,234.6", 1e15: "1,000,000,000,000,000",
		0.04: "0.0", -0.04: "-0.0",
		math.Inf(1): "", math.Inf(-1): "", math.Copysign(0, -1): "0",
	} {
		if got := memotext.Won(amount); got != want {
			t.Errorf("Won(%v) = %q, want %q", amount, got, want)
		}
	}
	if got := memotext.Won(math.NaN()); got != "" {
		t.Errorf("Won(NaN) = %q, want nothing", got)
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "a": "a", "2025 온라인 | 상반기": `2025 온라인 \| 상반기`, "a\r\nb\nc\rd": "a<br>b<br>c\rd",
	} {
		if got := memotext.Escape(text); got != want {
			t.Errorf("Escape(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRedactPhones(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, asBefore, corrected string }{
		{"연락처 010-0000-1234", "연락처 [phone]", ""},
		{"01000001234", "[phone]", ""},
		{"011-000-1234, 019 000-1234", "[phone], 019 000-1234", ""},
		{"(010-00001234)", "([phone])", ""},
		{"010-0000-1234/010-0000-5678", "[phone]/[phone]", ""},
		{"０10-0000-1234", "０10-0000-1234", ""},
		{"010-０００0-１２３４", "[phone]", ""},
		{"연락처010-0000-1234", "연락처010-0000-1234", "연락처[phone]"},
		{"010-0000-1234로", "010-0000-1234로", "[phone]로"},
		{"_010-0000-1234", "_010-0000-1234", "_[phone]"},
		{"A010-0000-1234B", "A010-0000-1234B", "A[phone]B"},
		{"1010-0000-1234", "1010-0000-1234", ""},
		{"010-0000-12345", "010-0000-12345", ""},
		{"0100000123", "[phone]", ""},
		{"012-0000-1234", "012-0000-1234", ""},
		{"02-000-1234", "02-000-1234", ""},
		{"0101-0000-1234", "0101-0000-1234", ""},
		{"010-0000-123", "010-0000-123", ""},
		{"01", "01", ""},
		{"0101010-0000-1234", "[phone]-1234", ""},
		{"010--0000-1234", "010--0000-1234", ""},
		{"e\u0301010-0000-1234", "e\u0301[phone]", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if tt.corrected == "" {
			tt.corrected = tt.asBefore
		}
		if got := memotext.RedactPhones(tt.text, asBefore()); got != tt.asBefore {
			t.Errorf("as before: RedactPhones(%q) = %q, want %q", tt.text, got, tt.asBefore)
		}
		if got := memotext.RedactPhones(tt.text, corrected()); got != tt.corrected {
			t.Errorf("corrected: RedactPhones(%q) = %q, want %q", tt.text, got, tt.corrected)
		}
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	all := memotext.LineOptions{Limit: 10, MaxChars: 240, RedactPhone: true}
	tests := []struct {
		name string
		memo memotext.Memo
		o    memotext.LineOptions
		want string
	}{
		{"text", memotext.Memo{Text: crm.NewText(" 견적  전달\n연락처 010-0000-1234 ")}, all, "견적 전달 연락처 [phone]"},
		{"numbers shown", memotext.Memo{Text: crm.NewText("010-0000-1234")}, memotext.LineOptions{MaxChars: 50}, "010-0000-1234"},
		{"nothing", memotext.Memo{}, all, ""},
		{"question first", memotext.Memo{Fields: memotext.Fields{{"고객이름", "박예시"}, {"question", "가격"}}}, all, "가격"},
		{"order of telling keys", memotext.Memo{Fields: memotext.Fields{{"내용", "b"}, {"summary", "a"}}}, all, "a"},
		{"blank telling key", memotext.Memo{Fields: memotext.Fields{{"가", " "}, {"나", "다"}, {"question", "\t"}}}, all, "다"},
		{"fields before text", memotext.Memo{Text: crm.NewText("a"), Fields: memotext.Fields{{"가", "b"}}}, all, "b"},
		{"blank fields", memotext.Memo{Text: crm.NewText("a"), Fields: memotext.Fields{{"가", " "}}}, all, "a"},
		{"just fits", memotext.Memo{Text: crm.NewText("가나다라마")}, memotext.LineOptions{MaxChars: 5}, "가나다라마"},
		{"too long", memotext.Memo{Text: crm.NewText("가나다라마바")}, memotext.LineOptions{MaxChars: 5}, "가나..."},
		{"room for dots only", memotext.Memo{Text: crm.NewText("가나다라")}, memotext.LineOptions{MaxChars: 3}, "..."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := memotext.Snippet(tt.memo, tt.o, asBefore()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	memos := []memotext.Memo{
		{CreatedAt: "", Date: "", Text: crm.NewText("unknown")},
		{CreatedAt: "2025-01-01T00:00:00Z", Date: "2025-01-01", Text: crm.NewText("first of two")},
		{CreatedAt: "2025-01-01T00:00:00Z", Date: "2025-01-01", Text: crm.NewText("second of two")},
		{CreatedAt: "2025-01-01T00:00:00Z", Date: "2025-01-02", Text: crm.NewText("later day")},
		{CreatedAt: "2025-02-01T00:00:00Z", Date: "2025-02-01", Text: crm.NewText("newest")},
	}
	got := memotext.Lines(memos, memotext.LineOptions{Limit: 5, MaxChars: 240}, normalise.DefaultRules())
	want := []string{
		"1) 2025-02-01 - newest",
		"2) 2025-01-02 - later day",
		"3) 2025-01-01 - first of two",
		"4) 2025-01-01 - second of two",
		"5)  - unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if got := memotext.Lines(memos, memotext.LineOptions{Limit: 1, MaxChars: 240}, normalise.DefaultRules()); len(got) != 1 || got[0] != want[0] {
		t.Errorf("limit 1: got %q, want the newest", got)
	}
	if got := memotext.Lines(nil, memotext.LineOptions{Limit: 3, MaxChars: 240}, normalise.DefaultRules()); len(got) != 0 {
		t.Errorf("no memos: got %q", got)
	}
	if memos[0].Text.String() != "unknown" {
		t.Error("Lines changed the order of its argument")
	}
}
