package memotext

import (
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

type tokenKind uint8

const (
	textToken tokenKind = iota
	startTag
	endTag
)

type token struct {
	kind   tokenKind
	name   string // of a tag, lower case
	text   string // entities decoded; inside script and style as written
	closed bool   // a start tag that is its own end
	spans  spans  // of a start tag
}

// spans are the attributes that matter: how many columns and rows a cell takes.
type spans struct{ col, row int }

// scanner cuts HTML into tags and text (spec 02 §4.7 "Tokens"). It never looks
// back, and what it looks ahead for and does not find ends the input, so it
// takes linear time on whatever it is given.
type scanner struct {
	src     string
	pos     int
	rawName string // inside script or style: its name
	// keepTail keeps text at the very end that has an unfinished `&`.
	keepTail bool
}

// next returns the next token; false at the end of what can be understood.
func (s *scanner) next() (token, bool) {
	for s.pos < len(s.src) {
		var t token
		var emit, ok bool
		switch {
		case s.rawName != "":
			t, emit, ok = s.raw()
		case s.src[s.pos] == '<':
			t, emit, ok = s.markup()
		default:
			t, emit, ok = s.plain()
		}
		if !ok {
			s.pos = len(s.src) // unterminated: the rest means nothing
			return token{}, false
		}
		if emit {
			return t, true
		}
	}
	return token{}, false
}

func (s *scanner) plain() (t token, emit, ok bool) {
	rest := s.src[s.pos:]
	if i := strings.IndexByte(rest, '<'); i >= 0 {
		rest = rest[:i]
	} else if !s.keepTail && endsInAmpersand(rest) {
		return t, false, false
	}
	s.pos += len(rest)
	return token{kind: textToken, text: decodeEntities(rest)}, true, true
}

// endsInAmpersand reports whether the last 34 characters of the input hold an
// `&` that nothing ends. The replaced service waited for more of such text and
// so lost it.
func endsInAmpersand(tail string) bool {
	const lookBack = 34
	from := len(tail)
	for n := 0; n < lookBack && from > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(tail[:from])
		from -= size
	}
	amp := strings.LastIndexByte(tail[from:], '&')
	return amp >= 0 && !strings.ContainsFunc(tail[from+amp:], func(r rune) bool {
		return r == ';' || normalise.IsSpace(r)
	})
}

func (s *scanner) markup() (t token, emit, ok bool) {
	rest := s.src[s.pos:]
	switch {
	case len(rest) == 1:
		return t, false, false
	case isLetter(rest[1]):
		return s.start()
	case rest[1] == '/':
		return s.end()
	case strings.HasPrefix(rest, "<!--"):
		return s.skip(afterSpaced(rest, len("<!--"), "--", ">"))
	case strings.HasPrefix(rest, "<!["):
		return s.skip(markedSectionEnd(rest))
	case rest[1] == '!', rest[1] == '?':
		return s.skip(afterSpaced(rest, len("<!"), ">"))
	default:
		s.pos++
		return token{kind: textToken, text: "<"}, true, true
	}
}

func (s *scanner) skip(n int) (t token, emit, ok bool) {
	if n < 0 {
		return t, false, false
	}
	s.pos += n
	return t, false, true
}

// afterSpaced returns the index behind the first place at or after from where
// the parts stand, with nothing but whitespace between them; -1 if nowhere.
func afterSpaced(text string, from int, parts ...string) int {
	for from <= len(text) {
		i := strings.Index(text[from:], parts[0])
		if i < 0 {
			return -1
		}
		from += i
		at, found := from+len(parts[0]), true
		for _, part := range parts[1:] {
			at = skipSpace(text, at)
			if !strings.HasPrefix(text[at:], part) {
				found = false
				break
			}
			at += len(part)
		}
		if found {
			return at
		}
		from++
	}
	return -1
}

// markedSectionEnd returns the length of a `<![…` construct, -1 if it has no
// end. Words other than SGML's and Word's end at the next `>`; the replaced
// service broke down on them.
func markedSectionEnd(rest string) int {
	const open = len("<![")
	end := open
	for end < len(rest) && (isAlphanumeric(rest[end]) || end > open && strings.IndexByte("-_.", rest[end]) >= 0) {
		end++
	}
	if skipSpace(rest, end) == len(rest) {
		return -1
	}
	switch strings.ToLower(rest[open:end]) {
	case "temp", "cdata", "ignore", "include", "rcdata":
		return afterSpaced(rest, open, "]", "]", ">")
	case "if", "else", "endif":
		return afterSpaced(rest, open, "]", ">")
	default:
		return afterSpaced(rest, open, ">")
	}
}

// end scans an end tag. A name may be followed by anything; without a name the
// tag is ignored.
func (s *scanner) end() (t token, emit, ok bool) {
	rest := s.src[s.pos:]
	name, n := spacedEndTag(rest)
	if n > 0 {
		s.pos += n
		return token{kind: endTag, name: name}, true, true
	}
	gt := strings.IndexByte(rest, '>')
	if gt < 0 {
		return t, false, false
	}
	s.pos += gt + 1
	if !isLetter(rest[len("</")]) {
		return t, false, true
	}
	return token{kind: endTag, name: tagName(rest[len("</"):])}, true, true
}

// spacedEndTag reads an end tag with nothing but a name in it, blanks around
// the name allowed; n is 0 if rest does not begin with one.
func spacedEndTag(rest string) (name string, n int) {
	from := skipSpace(rest, len("</"))
	to := from
	for to < len(rest) && (isAlphanumeric(rest[to]) || to > from && strings.IndexByte("-.:_", rest[to]) >= 0) {
		to++
	}
	gt := skipSpace(rest, to)
	if to == from || !isLetter(rest[from]) || gt >= len(rest) || rest[gt] != '>' {
		return "", 0
	}
	return strings.ToLower(rest[from:to]), gt + 1
}

// raw scans the content of script and style, which ends at their end tag only.
func (s *scanner) raw() (t token, emit, ok bool) {
	rest := s.src[s.pos:]
	for at := 0; ; {
		i := strings.Index(rest[at:], "</")
		if i < 0 {
			return t, false, false
		}
		at += i
		if name, n := spacedEndTag(rest[at:]); n > 0 && name == s.rawName {
			if at > 0 {
				s.pos += at
				return token{kind: textToken, text: rest[:at]}, true, true
			}
			s.pos += n
			s.rawName = ""
			return token{kind: endTag, name: name}, true, true
		}
		at += len("</")
	}
}

// tagName returns the name that a tag's text begins with, in lower case.
func tagName(text string) string {
	if i := strings.IndexAny(text, "\t\n\r\f />\x00"); i >= 0 {
		text = text[:i]
	}
	return strings.ToLower(text)
}

// skipSpace returns the first index at or after from that is no whitespace
// (N-WS).
func skipSpace(text string, from int) int {
	for from < len(text) {
		c := text[from]
		if c < utf8.RuneSelf {
			if c != ' ' && (c < '\t' || c > '\r') && (c < 0x1c || c > 0x1f) {
				return from
			}
			from++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[from:])
		if !normalise.IsSpace(r) {
			return from
		}
		from += size
	}
	return from
}
