package salesmap

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// maxDepth bounds nesting, so that a hostile answer cannot exhaust the stack.
// Real answers nest three levels below a field.
const maxDepth = 1000

// Keys of the envelope and of its data (spec 00 "Basics", "List endpoints").
const (
	keySuccess    = "success"
	keyData       = "data"
	keyMessage    = "message"
	keyReason     = "reason"
	keyError      = "error"
	keyNextCursor = "nextCursor"
	// keyNextCursorTypo is how the vendor's own reference spells it for deal
	// and lead.
	keyNextCursorTypo = "nextCurosr"
)

// problem is an answer that cannot be used, by its Kind. Its text never quotes
// the body, which holds customers' data.
type problem struct {
	kind string
	text string
}

func (p *problem) Error() string { return p.text }

// list is a decoded answer.
type list struct {
	records    []record.Record
	nextCursor string
}

// decoder turns one answer into records in a single pass. Unescaped strings,
// plain numbers and compact objects stay substrings of the body; only what
// must be rewritten is built, all of it in one buffer.
type decoder struct {
	s     string
	i     int
	loose bool // the value last skipped holds white space or escapes
	built strings.Builder
	names *names

	fields []record.Field // slab that records are cut from
	form

	failed     bool // "success" is not true
	hasData    bool
	hasList    bool
	malformed  string // what is wrong with the list
	says       [3]string
	out        list
	cursorTypo string
}

// form is how an answer is built.
type form struct {
	listKey string
	bare    bool // list and cursor stand at the top, without "success" and "data": v3
}

func (e Endpoint) form() form { return form{listKey: e.ListKey, bare: e.API() == APIv3} }

// decode reads an answer. names belong to the table and must not be used by
// another decode at the same time.
func decode(body string, f form, names *names) (list, error) {
	if !utf8.ValidString(body) {
		body = replaceInvalid(body)
	}
	d := decoder{s: body, form: f, names: names}
	d.out.records = make([]record.Record, 0, names.lastRecords)
	d.fields = make([]record.Field, 0, names.lastFields)
	if err := d.envelope(); err != nil {
		return list{}, err
	}
	if d.out.nextCursor == "" {
		d.out.nextCursor = d.cursorTypo
	}
	return d.out, d.verdict()
}

// verdict tells whether what was read is an answer.
func (d *decoder) verdict() error {
	switch {
	case d.failed:
		return &problem{KindSuccessFalse, "the server reports a failure" + colon(d.message())}
	case !d.hasData:
		return &problem{KindDataMissing, `the answer has no "data" object` + colon(d.message())}
	case !d.hasList:
		return &problem{KindListMalformed, fmt.Sprintf("the answer's data has no %q", d.listKey)}
	case d.malformed != "":
		return &problem{KindListMalformed, d.malformed}
	default:
		return nil
	}
}

// message is the most specific text of a failure.
func (d *decoder) message() string {
	for _, text := range d.says {
		if text != "" {
			return text
		}
	}
	return ""
}

// envelope reads {"success": …, "data": {…}} in any order.
func (d *decoder) envelope() error {
	d.space()
	if d.i < len(d.s) && d.s[d.i] == '<' {
		return &problem{KindJSON, "HTML instead of JSON"}
	}
	if d.i < len(d.s) && d.s[d.i] != '{' {
		if err := d.skip(0); err != nil {
			return err
		}
		d.space()
		if d.i != len(d.s) {
			return d.syntax()
		}
		return &problem{KindDataMissing, "the answer is not an object"}
	}
	err := d.object(func(key string) error {
		switch key {
		case keySuccess:
			start := d.i
			err := d.skip(1)
			d.failed = d.s[start:d.i] != "true"
			return err
		case keyData:
			return d.data()
		case keyReason:
			return d.says1(0)
		case keyMessage:
			return d.says1(1)
		case keyError:
			return d.says1(2)
		default:
			if d.bare {
				d.hasData = d.hasData || key == d.listKey
				return d.member(key, 1)
			}
			return d.skip(1)
		}
	})
	if err != nil {
		return err
	}
	d.space()
	if d.i != len(d.s) {
		return d.syntax()
	}
	return nil
}

// says1 keeps a text of the envelope if it is one.
func (d *decoder) says1(slot int) error {
	text, null, err := d.value()
	if err == nil && !null {
		d.says[slot] = text
	}
	return err
}

// data reads the list and the cursor, in any order.
func (d *decoder) data() error {
	if d.i >= len(d.s) || d.s[d.i] != '{' {
		return d.skip(1)
	}
	d.hasData = true
	return d.object(func(key string) error { return d.member(key, 2) })
}

// member reads what stands beside the list, or the list itself.
func (d *decoder) member(key string, depth int) error {
	switch key {
	case d.listKey:
		return d.list()
	case keyNextCursor:
		return d.cursor(&d.out.nextCursor)
	case keyNextCursorTypo:
		return d.cursor(&d.cursorTypo)
	default:
		return d.skip(depth)
	}
}

// cursor reads a cursor: a text or a number; null and "" end the list.
func (d *decoder) cursor(into *string) error {
	if d.i < len(d.s) {
		switch d.s[d.i] {
		case '{', '[', 't', 'f':
			d.malformed = "the next cursor is neither text nor number"
			return d.skip(2)
		}
	}
	text, null, err := d.value()
	*into = ""
	if err == nil && !null {
		*into = strings.Clone(text) // outlives the page
	}
	return err
}

// list reads the records.
func (d *decoder) list() error {
	d.hasList = true
	d.out.records = d.out.records[:0]
	if d.i >= len(d.s) || d.s[d.i] != '[' {
		d.malformed = fmt.Sprintf("%q is not an array", d.listKey)
		return d.skip(2)
	}
	fields := 0
	err := d.array(func() error {
		if d.i >= len(d.s) || d.s[d.i] != '{' {
			d.malformed = fmt.Sprintf("%q holds something that is not an object", d.listKey)
			return d.skip(3)
		}
		r, err := d.record()
		if err != nil {
			return err
		}
		fields += len(r.Fields)
		d.out.records = append(d.out.records, r)
		return nil
	})
	d.names.lastRecords, d.names.lastFields = len(d.out.records), fields
	return err
}

// slabFields is how many fields are made at once when a page has more than
// the one before.
const slabFields = 1024

// record reads one object of the list. A name that comes twice keeps its first
// place and its last value.
func (d *decoder) record() (record.Record, error) {
	d.names.begin()
	start := len(d.fields)
	err := d.members(func() error {
		name, err := d.name()
		if err != nil {
			return err
		}
		text, null, err := d.value()
		if err != nil {
			return err
		}
		f := record.Field{Name: name.text, Text: text, Null: null}
		if name.seen == d.names.record {
			d.fields[start+name.place] = f
			return nil
		}
		name.seen, name.place = d.names.record, len(d.fields)-start
		if len(d.fields) == cap(d.fields) {
			slab := make([]record.Field, 0, slabFields+2*name.place)
			d.fields = append(slab, d.fields[start:]...)
			start = 0
		}
		d.fields = append(d.fields, f)
		return nil
	})
	end := len(d.fields)
	return record.Record{Fields: d.fields[start:end:end]}, err
}

// value reads a field's value as the text to store (spec 08 "Rows").
func (d *decoder) value() (text string, null bool, err error) {
	if d.i >= len(d.s) {
		return "", false, d.syntax()
	}
	start := d.i
	switch c := d.s[start]; c {
	case '"':
		escaped, err := d.str()
		if err != nil {
			return "", false, err
		}
		text = d.s[start+1 : d.i-1]
		if escaped {
			text = d.build(appendUnescaped, text)
		}
		return text, false, nil
	case 'n':
		return "", true, d.literal("null")
	case 't':
		return "1", false, d.literal("true")
	case 'f':
		return "0", false, d.literal("false")
	case '{', '[':
		d.loose = false
		if err := d.skip(3); err != nil {
			return "", false, err
		}
		text = d.s[start:d.i]
		if d.loose {
			text = d.build(appendCompact, text)
		}
		return text, false, nil
	default:
		plain, err := d.number()
		if err != nil {
			return "", false, err
		}
		text = d.s[start:d.i]
		if !plain {
			text = d.build(appendNumber, text)
		}
		return text, false, nil
	}
}

// build rewrites a text into the page's buffer.
func (d *decoder) build(rewrite func(b *strings.Builder, s string), s string) string {
	start := d.built.Len()
	rewrite(&d.built, s)
	return d.built.String()[start:]
}
