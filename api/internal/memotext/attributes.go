package memotext

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// start scans a start tag (spec 02 §4.7). Attributes matter only in so far as
// quotes hide a `>`, and for the spans of table cells.
func (s *scanner) start() (t token, emit, ok bool) {
	src := s.src
	from := s.pos + 1
	at := from
	for at < len(src) && strings.IndexByte("\t\n\r\f />\x00", src[at]) < 0 {
		at++
	}
	if at < len(src) && src[at] == 0 && !endsInSeparator(src[from:at]) { // no tag after all
		t = token{kind: textToken, text: src[s.pos:at]}
		s.pos = at
		return t, true, true
	}
	t = token{kind: startTag, name: strings.ToLower(src[from:at]), spans: spans{col: 1, row: 1}}
	for {
		at = skipSpaceAndSlash(src, at)
		switch {
		case at == len(src):
			return t, false, false
		case src[at] == '>':
			s.pos = at + 1
		case src[at] == '/': // skipSpaceAndSlash leaves one only in front of `>`
			s.pos, t.closed = at+2, true
		default:
			var a attribute
			if a, at, ok = scanAttribute(src, at); !ok {
				return t, false, false
			}
			t.spans.set(a)
			continue
		}
		if !t.closed && (t.name == "script" || t.name == "style") {
			s.rawName = t.name
		}
		return t, true, true
	}
}

// endsInSeparator reports whether an attribute may follow a name directly: its
// last character is a quote, or whitespace beyond ASCII, which is part of names.
func endsInSeparator(name string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	return last == '"' || last == '\'' || normalise.IsSpace(last)
}

// skipSpaceAndSlash passes whitespace and slashes, but not the slash of `/>`.
func skipSpaceAndSlash(src string, at int) int {
	for {
		at = skipSpace(src, at)
		if at == len(src) || src[at] != '/' || strings.HasPrefix(src[at:], "/>") {
			return at
		}
		at++
	}
}

type attribute struct{ name, value string }

// scanAttribute reads `name`, `name=value`, `name='…'` or `name="…"` at at,
// where something other than whitespace, `/` and `>` stands, and returns where
// it ends; false if the input ends in it.
func scanAttribute(src string, at int) (a attribute, end int, ok bool) {
	_, size := utf8.DecodeRuneInString(src[at:])
	end = at + size
	for end < len(src) && src[end] != '/' && src[end] != '=' && src[end] != '>' && skipSpace(src, end) == end {
		_, size = utf8.DecodeRuneInString(src[end:])
		end += size
	}
	a.name = src[at:end]
	equals := skipSpace(src, end)
	if equals == len(src) || src[equals] != '=' {
		return a, end, true
	}
	from := equals
	for from < len(src) && src[from] == '=' {
		from++
	}
	value := skipSpace(src, from)
	if value < len(src) && (src[value] == '"' || src[value] == '\'') {
		if n := strings.IndexByte(src[value+1:], src[value]); n >= 0 {
			a.value = src[value+1 : value+1+n]
			return a, value + n + 2, true
		}
		// A quote that nothing closes is an ordinary character, but it cannot
		// begin a value.
		switch {
		case value > from: // the blank before it is an empty value
			return a, from, true
		case from > equals+1: // the last `=` begins the value
			value = from - 1
		case equals > end || endsInSeparator(a.name): // the `=` begins another attribute
			return a, end, true
		default:
			return a, end, false
		}
	}
	end = value
	for end < len(src) && src[end] != '>' && skipSpace(src, end) == end {
		_, size = utf8.DecodeRuneInString(src[end:])
		end += size
	}
	a.value = src[value:end]
	return a, end, true
}

// set takes over an attribute if it is a span; of several the last counts.
// What is no positive number counts as 1.
func (s *spans) set(a attribute) {
	var span *int
	switch strings.ToLower(a.name) {
	case "colspan":
		span = &s.col
	case "rowspan":
		span = &s.row
	default:
		return
	}
	*span = 1
	text := normalise.Trim(decodeEntities(a.value))
	if digits := strings.TrimLeft(strings.TrimPrefix(text, "+"), "0123456789"); digits != "" || text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil && len(text) > len("+1") { // more digits than fit: beyond any limit
		n = maxSpan
	}
	*span = min(max(n, 1), maxSpan)
}
