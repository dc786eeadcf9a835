package won

import (
	"math"
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func textValue(s string) normalise.Value { return normalise.Value{Kind: normalise.String, Text: s} }

// cellValue is a cell as it stands; nil for NULL.
func cellValue(t crm.Text) *normalise.Value {
	if t.IsNull() {
		return nil
	}
	return new(textValue(t.String()))
}

func listValue(texts []string) normalise.Value {
	v := normalise.Value{Kind: normalise.List, Items: make([]normalise.Value, len(texts))}
	for i, s := range texts {
		v.Items[i] = textValue(s)
	}
	return v
}

// longestPlain is from where numbers are shorter with an exponent, as
// encoding/json has it.
const longestPlain = 1e21

func numberValue(x float64) normalise.Value {
	x = normalise.Finite(x)
	format := byte('f')
	if math.Abs(x) >= longestPlain {
		format = 'e'
	}
	return normalise.Value{Kind: normalise.Number, Text: strconv.FormatFloat(x, format, -1, 64)}
}

// pruned returns a value without null, [] and {} anywhere in it; false if
// nothing is left (spec 02 §4.6).
func pruned(v normalise.Value) (normalise.Value, bool) {
	switch v.Kind {
	case normalise.Null:
		return v, false
	case normalise.List:
		left := make([]normalise.Value, 0, len(v.Items))
		for _, item := range v.Items {
			if item, ok := pruned(item); ok {
				left = append(left, item)
			}
		}
		v.Items = left
		return v, len(left) > 0
	case normalise.Object:
		left := make([]normalise.Member, 0, len(v.Members))
		for _, m := range v.Members {
			if value, ok := pruned(m.Value); ok {
				left = append(left, normalise.Member{Key: m.Key, Value: value})
			}
		}
		v.Members = left
		return v, len(left) > 0
	default:
		return v, true
	}
}

// prune takes away in place what pruned takes away.
func prune(v **normalise.Value) {
	if *v == nil {
		return
	}
	if left, ok := pruned(**v); ok {
		*v = &left
	} else {
		*v = nil
	}
}
