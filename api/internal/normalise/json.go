package normalise

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Kind is the type of a Value.
type Kind uint8

// The kinds of JSON values.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
)

// Value is a JSON value that keeps the order of object keys. The zero value is
// null. It shares memory with the text that it was read from.
type Value struct {
	Kind    Kind
	True    bool     // a Bool's value
	Text    string   // a String's text, a Number's literal
	Items   []Value  // a List's elements
	Members []Member // an Object's members
}

// Member is one key of an Object.
type Member struct {
	Key   string
	Value Value
}

// JSON is N-JSON: what a cell holds if it is JSON, else the text itself. NULL
// and "" are null.
func JSON(t crm.Text) Value { return ParseJSON(t.String()) }

// ParseJSON is N-JSON of a text. Of a repeated key the last value counts, in
// the first one's place. NaN, infinities, numbers beyond float64 and values
// nested deeper than maxDepth are not JSON.
func ParseJSON(s string) Value {
	if s == "" {
		return Value{}
	}
	p := jsonParser{s: s}
	v, ok := p.value()
	if p.space(); !ok || p.i < len(s) {
		return Value{Kind: String, Text: s}
	}
	return v
}

// Falsy is N-FALSY: null, "", 0, false, an empty list or object.
func (v Value) Falsy() bool {
	switch v.Kind {
	case Bool:
		return !v.True
	case Number:
		x, err := strconv.ParseFloat(v.Text, 64)
		return err == nil && x == 0
	case String:
		return v.Text == ""
	case List:
		return len(v.Items) == 0
	case Object:
		return len(v.Members) == 0
	default:
		return true
	}
}

// Get returns an Object's member, null if it has none such or is no Object.
func (v Value) Get(key string) Value {
	for _, m := range v.Members {
		if m.Key == key {
			return m.Value
		}
	}
	return Value{}
}

// Plain is the value as text: a String's text; a number, True or False as the
// replaced service spelled them (`1e3` is 1000.0); of null, lists and objects,
// which name nobody, nothing.
func (v Value) Plain() string {
	switch v.Kind {
	case String:
		return v.Text
	case Number:
		return pythonNumber(v.Text)
	case Bool:
		if v.True {
			return "True"
		}
		return "False"
	default:
		return ""
	}
}

// pythonNumber spells a JSON number as Python's str does: whole literals as
// they are, others as the shortest decimal that reads back, with an exponent
// from 1e16 and below 1e-4.
func pythonNumber(literal string) string {
	if !strings.ContainsAny(literal, ".eE") {
		if literal == "-0" {
			return "0"
		}
		return literal
	}
	x, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return literal
	}
	if size := math.Abs(x); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// MarshalJSON writes the value as JSON.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// AppendJSON writes the value as compact JSON to the end of b.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.Kind {
	case Bool:
		return strconv.AppendBool(b, v.True)
	case Number:
		return append(b, v.Text...)
	case String:
		return appendString(b, v.Text)
	case List:
		b = append(b, '[')
		for i, item := range v.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.AppendJSON(b)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, m := range v.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.Key), ':')
			b = m.Value.AppendJSON(b)
		}
		return append(b, '}')
	default:
		return append(b, "null"...)
	}
}

// appendString writes s as a JSON string; bytes that are no UTF-8 become
// U+FFFD.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0 // what is not yet written
	for i := 0; i < len(s); {
		c, width := utf8.DecodeRuneInString(s[i:])
		short := byte(0)
		switch {
		case c == '"' || c == '\\':
			short = byte(c)
		case c == '\n':
			short = 'n'
		case c == '\r':
			short = 'r'
		case c == '\t':
			short = 't'
		case c >= ' ' && (c != utf8.RuneError || width > 1):
			i += width
			continue
		}
		b = append(b, s[from:i]...)
		switch {
		case short != 0:
			b = append(b, '\\', short)
		case c == utf8.RuneError:
			b = append(b, "\uFFFD"...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i += width
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
