package normalise

import (
	"fmt"
	"strings"
)

// Numbers says whose numbers to give.
type Numbers string

// The settings of `numbers`.
const (
	// Corrected gives what a sales person would call right.
	Corrected Numbers = "corrected"
	// AsBefore equals the replaced service, defects included.
	AsBefore Numbers = "as_before"
)

// DateMode says what day and year a raw date text means.
type DateMode string

// The settings of `date_mode`.
const (
	// KST: days, months and years are Korean ones; what is no date has none
	// (the specs' `strict`).
	KST DateMode = "kst"
	// AsText: mostly as the raw text begins (the specs' `legacy`).
	AsText DateMode = "text"
)

// Rules decide between the ways of reading a snapshot. A value is made once
// per snapshot and handed on by copy; what it decides is asked through its
// methods, never by comparing the fields.
type Rules struct {
	Numbers Numbers
	Dates   DateMode
}

// DefaultRules are those of a workspace that says nothing.
func DefaultRules() Rules { return RulesFor(Corrected) }

// RulesFor returns the rules of a `numbers` setting with the date mode that
// goes with it.
func RulesFor(n Numbers) Rules {
	if n == AsBefore {
		return Rules{Numbers: AsBefore, Dates: AsText}
	}
	return Rules{Numbers: Corrected, Dates: KST}
}

// NewRules returns the rules of a workspace's `numbers` and `date_mode`; an
// empty numbers is Corrected, an empty dates the mode that goes with numbers.
// It refuses other values than the constants.
func NewRules(numbers Numbers, dates DateMode) (Rules, error) {
	if numbers == "" {
		numbers = Corrected
	}
	if numbers != Corrected && numbers != AsBefore {
		return Rules{}, fmt.Errorf("numbers must be %q or %q, not %q", Corrected, AsBefore, numbers)
	}
	r := RulesFor(numbers)
	switch dates {
	case "":
	case KST, AsText:
		r.Dates = dates
	default:
		return Rules{}, fmt.Errorf("date_mode must be %q or %q, not %q", KST, AsText, dates)
	}
	return r, nil
}

// ParseDateMode reads DATE_KST_MODE (spec 01 §5): strict, legacy, or shadow,
// which answers like legacy, in any case. Anything else means legacy too, and
// known is false so that the caller can say so.
func ParseDateMode(text string) (mode DateMode, known bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "strict":
		return KST, true
	case "legacy", "shadow":
		return AsText, true
	default:
		return AsText, false
	}
}

// kstDates reports whether the date mode is the specs' `strict`.
func (r Rules) kstDates() bool { return r.Dates != AsText }

func (r Rules) corrected() bool { return r.Numbers != AsBefore }
