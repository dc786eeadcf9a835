package memotext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func FuzzMarkdown(f *testing.F) {
	for _, html := range hostile(5) {
		f.Add(html)
	}
	f.Add(`<ul><li>a</li></ul><table><tr><td rowspan="2" colspan=3>b</td></tr></table>Q&A`)
	f.Add("<a\x00b><p\u00a0'\x00x='='><![x>&#x80;&notit;")
	f.Fuzz(func(t *testing.T, html string) {
		for _, rules := range []normalise.Rules{asBefore(), corrected()} {
			got := memotext.Markdown(html, rules)
			if got != normalise.Trim(got) || strings.Contains(got, "\n\n\n") || strings.Contains(got, " \n") {
				t.Errorf("%s: %q became untidy %q", rules.Numbers, html, got)
			}
			if utf8.ValidString(html) && !utf8.ValidString(got) {
				t.Errorf("%s: %q became invalid UTF-8 %q", rules.Numbers, html, got)
			}
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("- 고객 이름 : 가\n둘째 줄\n- utm_source : x\n•:y\n- : z")
	f.Add("고객 마케팅 수신 동의\r\n: a:)")
	cleaner := memotext.NewCleaner(forms())
	f.Fuzz(func(t *testing.T, text string) {
		fields, outcome := cleaner.Clean(crm.NewText(text))
		if (outcome == memotext.Cleaned) != (len(fields) > 0) {
			t.Fatalf("outcome %v with %d fields", outcome, len(fields))
		}
		seen := map[string]bool{}
		for _, field := range fields {
			if seen[field.Key] || field.Value == "" {
				t.Errorf("field %q occurs twice or is empty", field.Key)
			}
			seen[field.Key] = true
		}
		if _, err := fields.MarshalJSON(); err != nil {
			t.Error(err)
		}
	})
}

func FuzzSnippet(f *testing.F) {
	f.Add("연락처010-0000-1234 다음 줄\n끝", 5, true)
	f.Fuzz(func(t *testing.T, text string, limit int, redact bool) {
		limit = min(max(limit, 3), 500)
		o := memotext.LineOptions{MaxChars: limit, RedactPhone: redact}
		for _, rules := range []normalise.Rules{asBefore(), corrected()} {
			got := memotext.Snippet(memotext.Memo{Text: crm.NewText(text)}, o, rules)
			if utf8.RuneCountInString(got) > limit || strings.ContainsAny(got, "\n\t") {
				t.Errorf("%q became %q, limit %d", text, got, limit)
			}
		}
		if again := memotext.RedactPhones(memotext.RedactPhones(text, corrected()), corrected()); again != memotext.RedactPhones(text, corrected()) {
			t.Errorf("%q keeps a number after one pass: %q", text, again)
		}
	})
}
