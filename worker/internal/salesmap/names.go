package salesmap

import "strings"

// names remembers the field names of a table, so that a name is one string
// however many records have it, and so that the usual case, records with the
// same keys in the same order, needs a comparison and no hashing.
//
// It is used by one decode at a time and kept from page to page.
type names struct {
	byRaw  map[string]*key
	byText map[string]*name
	first  *key // the key that started the last record
	last   *key // the key read last
	record uint64

	lastRecords int // sizes of the last page, to make room for the next
	lastFields  int
}

// name is a field's name.
type name struct {
	text  string
	seen  uint64 // the record it was last met in
	place int    // where in that record
}

// key is a name as the server spells it, between the quotes.
type key struct {
	raw  string
	name *name
	next *key // the key that came after it last time
}

// maxNames bounds what is remembered; a snapshot holds 1,900 columns at most.
const maxNames = 20_000

func newNames() *names {
	n := &names{}
	n.reset()
	return n
}

func (n *names) reset() {
	n.byRaw = map[string]*key{}
	n.byText = map[string]*name{}
	n.first, n.last = nil, nil
}

// begin starts a record.
func (n *names) begin() {
	if len(n.byRaw) > maxNames {
		n.reset()
	}
	n.record++
	n.last = nil
}

// expected is the key that stands here if this record is like the last.
func (n *names) expected() *key {
	if n.last == nil {
		return n.first
	}
	return n.last.next
}

// follow notes that k came after the last key.
func (n *names) follow(k *key) {
	if n.last == nil {
		n.first = k
	} else {
		n.last.next = k
	}
	n.last = k
}

// name reads a record's key, the colon and the white space around it.
func (d *decoder) name() (*name, error) {
	if k := d.names.expected(); k != nil {
		end := d.i + 1 + len(k.raw)
		if end < len(d.s) && d.s[end] == '"' && d.s[d.i] == '"' && d.s[d.i+1:end] == k.raw {
			d.i = end + 1
			d.names.last = k
			if d.i < len(d.s)-1 && d.s[d.i] == ':' && d.s[d.i+1] > ' ' {
				d.i++
				return k.name, nil
			}
			return k.name, d.colon()
		}
	}
	start := d.i
	span, err := d.key()
	if err != nil {
		return nil, err
	}
	raw := d.s[start+1 : start+span.end]
	k, ok := d.names.byRaw[raw]
	if !ok {
		k = d.names.add(raw, span.yes)
	}
	d.names.follow(k)
	return k.name, nil
}

// add remembers a key that was not met before.
func (n *names) add(raw string, escaped bool) *key {
	raw = strings.Clone(raw) // the page's memory must not be kept
	text := raw
	if escaped {
		var b strings.Builder
		appendUnescaped(&b, raw)
		text = b.String()
	}
	known, ok := n.byText[text]
	if !ok {
		known = &name{text: text}
		n.byText[text] = known
	}
	k := &key{raw: raw, name: known}
	n.byRaw[raw] = k
	return k
}
