package salesmap

import "fmt"

// The scanner: JSON's grammar (RFC 8259), checked in full. Every method starts
// at d.i and leaves it behind what it read.

func (d *decoder) syntax() error {
	if d.i >= len(d.s) {
		return &problem{KindJSON, "the JSON breaks off"}
	}
	return &problem{KindJSON, fmt.Sprintf("invalid JSON at byte %d of %d", d.i, len(d.s))}
}

// space skips white space.
func (d *decoder) space() {
	for d.i < len(d.s) {
		switch d.s[d.i] {
		case ' ', '\n', '\r', '\t':
			d.i++
			d.loose = true
		default:
			return
		}
	}
}

// object reads an object, calling member with each key at its value.
func (d *decoder) object(member func(key string) error) error {
	return d.members(func() error {
		start := d.i
		escaped, err := d.key()
		if err != nil {
			return err
		}
		key := d.s[start+1 : start+escaped.end]
		if escaped.yes {
			key = d.build(appendUnescaped, key)
		}
		return member(key)
	})
}

// keySpan is where a key ends, relative to its opening quote, and whether it
// has escapes.
type keySpan struct {
	end int
	yes bool
}

// key reads a key, the colon behind it and the white space around that.
func (d *decoder) key() (keySpan, error) {
	if d.i >= len(d.s) || d.s[d.i] != '"' {
		return keySpan{}, d.syntax()
	}
	start := d.i
	escaped, err := d.str()
	if err != nil {
		return keySpan{}, err
	}
	end := d.i - 1 - start
	return keySpan{end, escaped}, d.colon()
}

// colon reads the colon and the white space around it.
func (d *decoder) colon() error {
	d.space()
	if d.i >= len(d.s) || d.s[d.i] != ':' {
		return d.syntax()
	}
	d.i++
	d.space()
	return nil
}

// members reads an object's braces and commas, calling member at each key.
func (d *decoder) members(member func() error) error {
	return d.sequence('{', '}', member)
}

// array reads an array's brackets and commas, calling element at each value.
func (d *decoder) array(element func() error) error {
	return d.sequence('[', ']', element)
}

func (d *decoder) sequence(open, end byte, each func() error) error {
	if d.i >= len(d.s) || d.s[d.i] != open {
		return d.syntax()
	}
	d.i++
	d.space()
	if d.i < len(d.s) && d.s[d.i] == end {
		d.i++
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		d.space()
		if d.i >= len(d.s) {
			return d.syntax()
		}
		switch d.s[d.i] {
		case ',':
			d.i++
			d.space()
		case end:
			d.i++
			return nil
		default:
			return d.syntax()
		}
	}
}

// skip reads any value and notes in loose whether it could be written shorter.
func (d *decoder) skip(depth int) error {
	if d.i >= len(d.s) {
		return d.syntax()
	}
	if depth > maxDepth {
		return &problem{KindJSON, fmt.Sprintf("JSON nested deeper than %d", maxDepth)}
	}
	switch d.s[d.i] {
	case '"':
		escaped, err := d.str()
		d.loose = d.loose || escaped
		return err
	case 'n':
		return d.literal("null")
	case 't':
		return d.literal("true")
	case 'f':
		return d.literal("false")
	case '{':
		return d.members(func() error {
			span, err := d.key()
			d.loose = d.loose || span.yes
			if err != nil {
				return err
			}
			return d.skip(depth + 1)
		})
	case '[':
		return d.array(func() error { return d.skip(depth + 1) })
	default:
		_, err := d.number()
		return err
	}
}

func (d *decoder) literal(word string) error {
	if len(d.s)-d.i < len(word) || d.s[d.i:d.i+len(word)] != word {
		return d.syntax()
	}
	d.i += len(word)
	return nil
}

// inString marks the bytes that need a look inside a string: the quote, the
// backslash and control characters. Read-only.
var inString = func() (special [256]bool) {
	for c := range 0x20 {
		special[c] = true
	}
	special['"'], special['\\'] = true, true
	return special
}()

// str reads a string with its quotes and tells whether it has escapes.
func (d *decoder) str() (escaped bool, err error) {
	s, i := d.s, d.i+1
	for {
		for i < len(s) && !inString[s[i]] {
			i++
		}
		if i >= len(s) {
			d.i = i
			return escaped, d.syntax()
		}
		switch s[i] {
		case '"':
			d.i = i + 1
			return escaped, nil
		case '\\':
			escaped = true
			n := escapeLen(s[i:])
			if n == 0 {
				d.i = i
				return escaped, d.syntax()
			}
			i += n
		default: // a bare control character
			d.i = i
			return escaped, d.syntax()
		}
	}
}

// escapeLen is the length of the escape that s starts with, 0 if it is none.
func escapeLen(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(s); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads the code unit of an escape \uXXXX at the start of s.
func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number reads a number and tells whether its text is canonical as it stands:
// a whole number without exponent.
func (d *decoder) number() (plain bool, err error) {
	s, start := d.s, d.i
	if d.i < len(s) && s[d.i] == '-' {
		d.i++
	}
	first := d.i
	if !d.digits() {
		return false, d.syntax()
	}
	if s[first] == '0' && d.i > first+1 {
		d.i = first + 1
		return false, d.syntax()
	}
	plain = first == start || s[first] != '0' // "-0" is not plain
	if d.i < len(s) && s[d.i] == '.' {
		plain = false
		d.i++
		if !d.digits() {
			return false, d.syntax()
		}
	}
	if d.i < len(s) && (s[d.i] == 'e' || s[d.i] == 'E') {
		plain = false
		d.i++
		if d.i < len(s) && (s[d.i] == '+' || s[d.i] == '-') {
			d.i++
		}
		if !d.digits() {
			return false, d.syntax()
		}
	}
	return plain, nil
}

// digits reads digits and tells whether there was one.
func (d *decoder) digits() bool {
	start := d.i
	for d.i < len(d.s) && d.s[d.i] >= '0' && d.s[d.i] <= '9' {
		d.i++
	}
	return d.i > start
}
