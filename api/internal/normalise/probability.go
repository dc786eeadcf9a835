package normalise

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Labels of the CRM's probability field and of quality control's view of it.
const (
	Confirmed       = "확정"
	High            = "높음"
	ProbabilityLost = "LOST"
)

// Probability is the set of labels in a probability field, sorted by code
// point, each once (N-PROB-TOKENS).
type Probability []string

// Probability is N-PROB-TOKENS: the labels in a cell that is plain text or
// JSON, however deep they are nested. The replaced service read an empty text
// and a top-level JSON null as the label None.
func (r Rules) Probability(t crm.Text) Probability {
	if t.IsNull() {
		return nil
	}
	var p Probability
	p.addText(t.String(), !r.EmptyProbabilityIsNoToken())
	slices.Sort(p)
	return slices.Compact(p)
}

// pythonNone is how the replaced service spelled a value that is missing.
const pythonNone = "None"

func (p *Probability) addText(s string, none bool) {
	v := ParseJSON(s)
	switch v.Kind {
	case Null:
		if none {
			*p = append(*p, pythonNone)
		}
	case String:
		p.addLabel(v.Text)
	default:
		p.add(v, none)
	}
}

func (p *Probability) add(v Value, none bool) {
	switch v.Kind {
	case Null:
	case String:
		p.addText(v.Text, none)
	case List:
		for _, item := range v.Items {
			p.add(item, none)
		}
	case Object:
		for _, m := range v.Members {
			p.add(m.Value, none)
		}
	default:
		p.addLabel(v.Plain())
	}
}

func (p *Probability) addLabel(s string) {
	if s = Trim(s); s != "" {
		*p = append(*p, s)
	}
}

// Has is N-PROB-HAS: whether a label is among them, exactly spelled.
func (p Probability) Has(label string) bool { return slices.Contains(p, label) }

// HighOnly is N-PROB-HIGH-ONLY: high and not confirmed.
func (p Probability) HighOnly() bool { return p.Has(High) && !p.Has(Confirmed) }

// Label is N-PROB-NORM, quality control's one label for a deal of a status; of
// several unknown ones it is the first by code point.
func (p Probability) Label(s Status) string {
	switch {
	case s == StatusLost:
		return ProbabilityLost
	case p.Has(Confirmed):
		return Confirmed
	case p.Has(High):
		return High
	case len(p) == 0:
		return Unspecified
	default:
		return p[0]
	}
}

// ProbablyWon is N-PROB-HIGH, "confirmed or high" of counterparties and the
// revenue report: plain text or a JSON list, however nested, with one of the
// two labels. Unlike with Probability, JSON objects have none.
func ProbablyWon(t crm.Text) bool { return probablyWonText(t.String()) }

func probablyWonText(s string) bool {
	v := ParseJSON(s)
	if v.Kind == String {
		return probablyWonLabel(v.Text)
	}
	return probablyWon(v)
}

func probablyWon(v Value) bool {
	switch v.Kind {
	case String:
		return probablyWonText(v.Text)
	case List:
		return slices.ContainsFunc(v.Items, probablyWon)
	default:
		return false
	}
}

func probablyWonLabel(s string) bool {
	s = Trim(s)
	return s == Confirmed || s == High
}
