package won

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// fewDeals is from how many deals, and from how many values of a field, on
// there can be a default.
const fewDeals = 3

// takeDefaults finds what at least four fifths of the deals have in common and
// takes it away from those (spec 02 §4.3); nil if there is nothing.
func takeDefaults(deals []CompactDeal) *Common {
	if len(deals) < fewDeals {
		return nil
	}
	var defaults Common
	found := false
	for place, target := range defaults.fields() {
		value, canonical, ok := mostFrequent(deals, place)
		if !ok {
			continue
		}
		for i := range deals {
			if field := deals[i].fields()[place]; present(*field) && canonicalText(**field) == canonical {
				*field = nil
			}
		}
		if left, ok := pruned(value); ok {
			*target = &left
			found = true
		}
	}
	if !found {
		return nil
	}
	return &defaults
}

// mostFrequent is the value that most deals have in a field, of equally
// frequent ones the first; false if too few have it.
func mostFrequent(deals []CompactDeal, place int) (value normalise.Value, canonical string, ok bool) {
	counts := map[string]int{}
	var order []string
	first := map[string]normalise.Value{}
	total := 0
	for i := range deals {
		field := *deals[i].fields()[place]
		if !present(field) {
			continue
		}
		total++
		key := canonicalText(*field)
		if counts[key]++; counts[key] == 1 {
			order = append(order, key)
			first[key] = *field
		}
	}
	if total < fewDeals {
		return value, "", false
	}
	for _, key := range order {
		if counts[key] > counts[canonical] {
			canonical = key
		}
	}
	const part, whole = 4, 5
	return first[canonical], canonical, counts[canonical]*whole >= len(deals)*part
}

// present reports whether a field says something: an empty text does.
func present(v *normalise.Value) bool {
	return v != nil && v.Kind != normalise.Null && (v.Kind != normalise.List || len(v.Items) > 0)
}

// canonicalText is equal for equal values, whatever the order of their keys.
func canonicalText(v normalise.Value) string { return string(canonical(v).AppendJSON(nil)) }

func canonical(v normalise.Value) normalise.Value {
	switch v.Kind {
	case normalise.List:
		items := make([]normalise.Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = canonical(item)
		}
		v.Items = items
	case normalise.Object:
		members := make([]normalise.Member, len(v.Members))
		for i, m := range v.Members {
			members[i] = normalise.Member{Key: m.Key, Value: canonical(m.Value)}
		}
		slices.SortFunc(members, func(a, b normalise.Member) int { return strings.Compare(a.Key, b.Key) })
		v.Members = members
	case normalise.Number:
		v.Text = v.Plain()
	default: // is what it is
	}
	return v
}
