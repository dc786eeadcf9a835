package normalise

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printed is the value as the replaced service printed it into a text: a
// String as it stands, anything else as a Python literal, `[{'id': 'u1'}]`.
func (v Value) Printed() string {
	if v.Kind == String {
		return v.Text
	}
	var b strings.Builder
	v.print(&b)
	return b.String()
}

func (v Value) print(b *strings.Builder) {
	switch v.Kind {
	case String:
		printString(b, v.Text)
	case List:
		b.WriteByte('[')
		for i, item := range v.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			item.print(b)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, m := range v.Members {
			if i > 0 {
				b.WriteString(", ")
			}
			printString(b, m.Key)
			b.WriteString(": ")
			m.Value.print(b)
		}
		b.WriteByte('}')
	case Null:
		b.WriteString("None")
	case Bool, Number:
		b.WriteString(v.Plain())
	}
}

// printString writes a Python string literal: in single quotes unless that
// would need more escapes than double ones.
func printString(b *strings.Builder, s string) {
	quote := '\''
	if strings.ContainsRune(s, '\'') && !strings.ContainsRune(s, '"') {
		quote = '"'
	}
	b.WriteRune(quote)
	for i, c := range s {
		switch {
		case c == quote || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			b.WriteRune(utf8.RuneError) // a byte that is no UTF-8
		case unicode.IsPrint(c):
			b.WriteRune(c)
		case c <= 0xff:
			fmt.Fprintf(b, `\x%02x`, c)
		case c <= 0xffff:
			fmt.Fprintf(b, `\u%04x`, c)
		default:
			fmt.Fprintf(b, `\U%08x`, c)
		}
	}
	b.WriteRune(quote)
}
