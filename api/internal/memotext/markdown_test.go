package memotext_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func asBefore() normalise.Rules  { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

func TestMarkdown(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, asBefore, corrected string }{
		{"paragraphs", "<p>a</p><p>b</p>", "a\n\nb", ""},
		{"nested lists", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>z", "- a\n- b\n  - c\n\nz", ""},
		{"ordered list", "<ol><li>a<li>b</ol>", "- a\n- b", ""},
		{"rule", "a<hr>b", "a\n----\nb", ""},
		{"quote", "a<blockquote>b</blockquote>c", "a\n> b\nc", ""},
		{"heading", "<h1>a</h1>b", "a\nb", ""},
		{"void elements stay open", "a<br>b<img>c</p>d", "a\nbc\nd", "a\nbcd"},
		{"markup without meaning", `<b>a</b> <a href="https://crm.example">b</a>`, "a b", ""},
		{"upper case", "<P>a</P>b", "a\nb", ""},
		{"row span", "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "|a|b|\n|---|---|\n||c|", ""},
		{"column span", "<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>", "|a||\n|---|---|\n|b|c|", ""},
		{"row without cells", "<table><tr></tr></table>x", "||\n||\nx", ""},
		{"table without rows", "<table>a</table>x", "x", ""},
		{"unclosed table", "<table><tr><td>a</td></tr>", "", ""},
		{"bar in a cell", "<table><tr><td>a|b</td></tr></table>", "|a|b|\n|---|", ""},
		{"lines in a cell", "<table><tr><td>a \n\n b<br>c</td></tr></table>", "|a<br>b<br>c|\n|---|", ""},
		{"list in a cell comes out in front", "<table><tr><td><ul><li>a</li></ul></td></tr></table>", "-\n\n|a|\n|---|", ""},
		{
			"table in a table", "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>",
			"|a|b|<br>|---||\n|---|", "",
		},
		{"stray end tag", "<p>a</x></p>b", "ab", "a\nb"},
		{"stray end tag in front", "</p>a", "a", ""},
		{"stray end tag in a table", "<table><tr><td>a</td></tr></x></table>b", "", "|a|\n|---|\nb"},
		{"less than", "a < b", "a < b", ""},
		{"unterminated tag", "a <b", "a", ""},
		{"unterminated comment", "a<!-- b", "a", ""},
		{"lone bracket at the end", "a<", "a", ""},
		{"comment", "a<!-- <b> -- >b", "ab", ""},
		{"declaration", "<!DOCTYPE html><?xml?>a", "a", ""},
		{"marked section", "a<![CDATA[x>y]]>b", "ab", ""},
		{"office section", "a<![if !x]>b<![endif]>c", "abc", ""},
		{"unknown section", "a<![what x>b", "ab", ""},
		{"style is shown", "<style>p{}</style>a", "p{}a", ""},
		{"script ends at its own tag only", "<script>a</b>c&amp;amp;</script>d", "a</b>c&amp;d", ""},
		{"unterminated script", "a<script>b", "a", ""},
		{"quotes hide brackets", `<a title="x>y">z</a>`, "z", ""},
		{"entities twice", "&amp;lt;b&amp;gt; &copyx &nbsp;&#44032;&#x1F600;", "<b> ©x  가😀", ""},
		{"trailing ampersand", "Q&A", "", "Q&A"},
		{"ampersand and a blank", "Q&A ok", "Q&A ok", ""},
		{"ampersand long before the end", "Q&A" + strings.Repeat("x", 34), "Q&A" + strings.Repeat("x", 34), ""},
		{"ampersand in front of the end", "<p>Q&A</p>", "Q&A", ""},
		{"blank lines", "a  \n\t\n\n\n b", "a\n\n b", ""},
		{"empty", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := memotext.Markdown(tt.html, asBefore()); got != tt.asBefore {
				t.Errorf("as before: got %q, want %q", got, tt.asBefore)
			}
			want := tt.corrected
			if want == "" {
				want = tt.asBefore
			}
			if got := memotext.Markdown(tt.html, corrected()); got != want {
				t.Errorf("corrected: got %q, want %q", got, want)
			}
		})
	}
}

func TestMarkdown_Recorded(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/markdown.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	n := 0
	for lines.Scan() {
		var c struct {
			HTML     string `json:"html"`
			Markdown string `json:"markdown"`
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		if got := memotext.Markdown(c.HTML, asBefore()); got != c.Markdown {
			t.Errorf("%q:\n got %q\nwant %q", c.HTML, got, c.Markdown)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if n != 400 {
		t.Errorf("read %d cases, want 400", n)
	}
}

// hostile are bodies that would blow up in time or space if nothing bounded
// them.
func hostile(n int) map[string]string {
	return map[string]string{
		"wide and high":      "<table><tr>" + strings.Repeat("<td>", n) + "</tr>" + strings.Repeat("<tr></tr>", n) + "</table>",
		"column spans":       "<table><tr>" + strings.Repeat("<td colspan=99999999>", n) + "</tr></table>",
		"row spans":          "<table><tr>" + strings.Repeat("<td rowspan=99999999>", n) + "</tr></table>",
		"span of any length": "<table><tr><td colspan=" + strings.Repeat("9", n) + ">a</td></tr></table>",
		"nested tables":      strings.Repeat("<table><tr><td>", n) + strings.Repeat("</td></tr></table>", n),
		"nested lists":       strings.Repeat("<ul><li>", n),
		"open tags":          strings.Repeat("<b>", n) + strings.Repeat("</b>", n),
		"stray end tags":     strings.Repeat("<p>", n) + strings.Repeat("</x>", n),
		"unterminated":       strings.Repeat("<!-- ", n),
		"unclosed quotes":    strings.Repeat(`<a b= "`, n),
		"end tags in script": "<script>" + strings.Repeat("</ ", n),
		"dashes":             "<!--" + strings.Repeat("- ", n),
		"brackets":           "<![CDATA[" + strings.Repeat("] ", n),
		"ampersands":         strings.Repeat("&", n),
		"long number":        "&#" + strings.Repeat("9", n) + ";",
		"equals signs":       "<a b" + strings.Repeat("=", n),
		"empty lines in cells": "<table><tr><td>" + strings.Repeat("\n \n", n) +
			"</td></tr></table>",
	}
}

func TestMarkdown_Bounded(t *testing.T) {
	t.Parallel()
	for name, html := range hostile(30_000) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, rules := range []normalise.Rules{asBefore(), corrected()} {
				got := memotext.Markdown(html, rules)
				if limit := 4<<20 + 40*len(html); len(got) > limit {
					t.Errorf("%s: %d bytes became %d", rules.Numbers, len(html), len(got))
				}
			}
		})
	}
}

func TestMarkdown_CutsLongBodies(t *testing.T) {
	t.Parallel()
	got := memotext.Markdown(strings.Repeat("가", 400_000), corrected())
	if !utf8.ValidString(got) || len(got) > 1<<20 || len(got) < 1<<20-3 {
		t.Errorf("got %d bytes, valid %t; want the first MiB in whole characters", len(got), utf8.ValidString(got))
	}
}
