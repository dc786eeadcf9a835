package normalise

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Owners is N-OWNERS: the names in an owner field, trimmed, each once, in the
// order in which they stand.
func Owners(v Value) []string {
	var names distinct
	eachOwner(v, func(name string) {
		if name = Trim(name); name != "" {
			names.add(name)
		}
	})
	return names.list
}

// RowOwners is N-OWNERS as counterparties have it (spec 04 §1): names of
// objects are not trimmed and repeated ones stay.
func RowOwners(v Value) []string {
	var names []string
	eachOwner(v, func(name string) { names = append(names, name) })
	return names
}

// eachOwner visits the names in an owner field: an object's `name`, else its
// `id`; plain texts, trimmed. It leaves out empty ones.
func eachOwner(v Value, visit func(name string)) {
	switch v.Kind {
	case Object:
		if name := nameOf(v); name != "" {
			visit(name)
		}
	case String:
		if name := Trim(v.Text); name != "" {
			visit(name)
		}
	case List:
		for i := range v.Items {
			if v.Items[i].Kind == Object || v.Items[i].Kind == String {
				eachOwner(v.Items[i], visit)
			}
		}
	default: // numbers and booleans name nobody
	}
}

func nameOf(object Value) string {
	if name := object.Get("name"); !name.Falsy() {
		return name.Plain()
	}
	if id := object.Get("id"); !id.Falsy() {
		return id.Plain()
	}
	return ""
}

// OwnersElse is N-OWNERS-PREF: the owners of a deal, or of its person if the
// deal has none.
func OwnersElse(deal, person crm.Text) []string {
	if names := Owners(JSON(deal)); len(names) > 0 {
		return names
	}
	return Owners(JSON(person))
}

// OwnerKey is N-OWNER-NORM, what owners are compared by: the name without the
// one Latin letter that tells people of the same name apart (`홍길동A`). Latin
// names lose a letter too, on both sides of every comparison.
func OwnerKey(name string) string {
	name = Trim(name)
	if name == "" {
		return ""
	}
	if c := lowerASCII(name[len(name)-1]); 'a' <= c && c <= 'z' {
		return Trim(name[:len(name)-1])
	}
	return name
}

// OwnerKeys is N-OWNERS-NORM: the key of each name, in order, repeated and
// empty ones included.
func OwnerKeys(names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = OwnerKey(name)
	}
	return keys
}

// OwnerLabels is N-OWNERS-DISPLAY (monthly revenue report): the key of each
// name, or the name where the key is empty, each once.
func OwnerLabels(names []string) []string {
	labels := distinct{list: make([]string, 0, len(names))}
	for _, name := range names {
		label := OwnerKey(name)
		if label == "" {
			label = Trim(name)
		}
		labels.add(label)
	}
	return labels.list
}

// distinct is a list of texts, each once.
type distinct struct {
	list []string
	seen map[string]struct{} // of long lists; a deal has one owner or two
}

func (d *distinct) add(s string) {
	if len(d.list) < linearKeys {
		if !slices.Contains(d.list, s) {
			d.list = append(d.list, s)
		}
		return
	}
	if d.seen == nil {
		d.seen = make(map[string]struct{}, 2*linearKeys)
		for _, known := range d.list {
			d.seen[known] = struct{}{}
		}
	}
	if _, known := d.seen[s]; !known {
		d.seen[s] = struct{}{}
		d.list = append(d.list, s)
	}
}

// DealOwner is the one owner text of a deal in a list (spec 02 §1.8): the name
// in an object, none otherwise. Corrected rules join the names of several
// owners by ", ".
func (r Rules) DealOwner(v Value) (name string, ok bool) {
	switch {
	case v.Kind == Object:
		name := v.Get("name")
		return name.Plain(), name.Kind != Null
	case v.Kind == List && r.EveryOwnerIsNamed():
		return joined(Owners(v))
	default:
		return "", false
	}
}

// SummaryOwner is the one owner text of a deal in a Won summary (spec 02 §2):
// an object's name, else its id; a plain text as it stands; false for none.
// Corrected rules join the names of several owners by ", ".
func (r Rules) SummaryOwner(v Value) (name string, ok bool) {
	switch {
	case v.Kind == Object:
		name = nameOf(v)
	case v.Kind == String:
		name = v.Text
	case v.Kind == List && r.EveryOwnerIsNamed():
		return joined(Owners(v))
	}
	return name, name != ""
}

func joined(names []string) (string, bool) {
	return strings.Join(names, ", "), len(names) > 0
}
