package normalise

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the parser's stack. Real cells nest three levels.
const maxDepth = 500

// linearKeys is how many keys of an object, or names of owners, are compared
// one by one to find a repeated one; beyond that there is a map.
const linearKeys = 16

// jsonParser reads RFC 8259 JSON out of s without copying texts that have no
// escapes. Its methods return false where s is not JSON.
type jsonParser struct {
	s     string
	i     int
	depth int
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
		default:
			return
		}
	}
}

// take steps over c, after whitespace.
func (p *jsonParser) take(c byte) bool {
	p.space()
	if p.i < len(p.s) && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *jsonParser) value() (Value, bool) {
	p.space()
	if p.i >= len(p.s) || p.depth >= maxDepth {
		return Value{}, false
	}
	switch p.s[p.i] {
	case '{':
		return p.object()
	case '[':
		return p.list()
	case '"':
		text, ok := p.text()
		return Value{Kind: String, Text: text}, ok
	case 't':
		return Value{Kind: Bool, True: true}, p.word("true")
	case 'f':
		return Value{Kind: Bool}, p.word("false")
	case 'n':
		return Value{}, p.word("null")
	default:
		return p.number()
	}
}

func (p *jsonParser) word(w string) bool {
	if !strings.HasPrefix(p.s[p.i:], w) {
		return false
	}
	p.i += len(w)
	return true
}

func (p *jsonParser) list() (Value, bool) {
	v := Value{Kind: List}
	p.i++
	if p.take(']') {
		return v, true
	}
	p.depth++
	for {
		item, ok := p.value()
		if !ok {
			return v, false
		}
		v.Items = append(v.Items, item)
		if p.take(',') {
			continue
		}
		p.depth--
		return v, p.take(']')
	}
}

func (p *jsonParser) object() (Value, bool) {
	v := Value{Kind: Object}
	p.i++
	if p.take('}') {
		return v, true
	}
	p.depth++
	v.Members = make([]Member, 0, 2) // an owner has an id and a name
	var places map[string]int
	for {
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			return v, false
		}
		key, ok := p.text()
		if !ok || !p.take(':') {
			return v, false
		}
		value, ok := p.value()
		if !ok {
			return v, false
		}
		var place int
		if place, places = placeOf(v.Members, places, key); place < len(v.Members) {
			v.Members[place].Value = value
		} else {
			v.Members = append(v.Members, Member{key, value})
		}
		if p.take(',') {
			continue
		}
		p.depth--
		return v, p.take('}')
	}
}

// placeOf says where key is among members, or that it comes at their end. Large
// objects are looked up in places, which it makes and fills as needed.
func placeOf(members []Member, places map[string]int, key string) (int, map[string]int) {
	if len(members) < linearKeys {
		for i := range members {
			if members[i].Key == key {
				return i, places
			}
		}
		return len(members), places
	}
	if places == nil {
		places = make(map[string]int, 2*linearKeys)
		for i, m := range members {
			places[m.Key] = i
		}
	}
	place, known := places[key]
	if !known {
		place = len(members)
		places[key] = place
	}
	return place, places
}

func (p *jsonParser) number() (Value, bool) {
	from := p.i
	p.sign("-")
	whole := p.digits()
	if whole == 0 || (whole > 1 && p.s[p.i-whole] == '0') {
		return Value{}, false
	}
	finite := whole < 300 // fewer digits can't be beyond float64
	if p.i < len(p.s) && p.s[p.i] == '.' {
		p.i++
		if p.digits() == 0 {
			return Value{}, false
		}
	}
	if p.i < len(p.s) && (p.s[p.i] == 'e' || p.s[p.i] == 'E') {
		p.i++
		p.sign("+-")
		if p.digits() == 0 {
			return Value{}, false
		}
		finite = false
	}
	literal := p.s[from:p.i]
	if !finite {
		if x, err := strconv.ParseFloat(literal, 64); err != nil || math.IsInf(x, 0) {
			return Value{}, false
		}
	}
	return Value{Kind: Number, Text: literal}, true
}

func (p *jsonParser) sign(signs string) {
	if p.i < len(p.s) && strings.IndexByte(signs, p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *jsonParser) digits() (n int) {
	for p.i < len(p.s) && isDigit(p.s[p.i]) {
		p.i++
		n++
	}
	return n
}

// text reads a string that begins at p.i.
func (p *jsonParser) text() (string, bool) {
	p.i++
	from := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[from : p.i-1], true
		case c == '\\':
			return p.escapedText(from)
		case c < ' ':
			return "", false
		default:
			p.i++
		}
	}
	return "", false
}

// escapedText goes on with text at its first backslash.
func (p *jsonParser) escapedText(from int) (string, bool) {
	var b strings.Builder
	b.WriteString(p.s[from:p.i])
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return b.String(), true
		case c == '\\':
			r, ok := p.escape()
			if !ok {
				return "", false
			}
			b.WriteRune(r)
		case c < ' ':
			return "", false
		default:
			b.WriteByte(c)
			p.i++
		}
	}
	return "", false
}

func (p *jsonParser) escape() (rune, bool) {
	if p.i+1 >= len(p.s) {
		return 0, false
	}
	c := p.s[p.i+1]
	p.i += 2
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		return p.unicodeEscape()
	default:
		return 0, false
	}
}

// unicodeEscape reads the four digits after \u, and the second half of a
// surrogate pair if it follows. A lone surrogate is no character: U+FFFD.
func (p *jsonParser) unicodeEscape() (rune, bool) {
	r, ok := p.hex4()
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	at := p.i
	if strings.HasPrefix(p.s[p.i:], `\u`) {
		p.i += 2
		if low, ok := p.hex4(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, true
			}
		}
		p.i = at // not its other half
	}
	return utf8.RuneError, true
}

func (p *jsonParser) hex4() (r rune, ok bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	for _, c := range []byte(p.s[p.i : p.i+4]) {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= lowerASCII(c) && lowerASCII(c) <= 'f':
			r = r<<4 | rune(lowerASCII(c)-'a'+10)
		default:
			return 0, false
		}
	}
	p.i += 4
	return r, true
}
