package normalise_test

import (
	"reflect"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// The four ways of reading a snapshot.
var (
	correctedKST  = normalise.RulesFor(normalise.Corrected)
	correctedText = normalise.Rules{Numbers: normalise.Corrected, Dates: normalise.AsText}
	beforeText    = normalise.RulesFor(normalise.AsBefore)
	beforeKST     = normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
)

func allRules() []normalise.Rules {
	return []normalise.Rules{correctedKST, correctedText, beforeText, beforeKST}
}

func TestNewRules(t *testing.T) {
	tests := []struct {
		numbers normalise.Numbers
		dates   normalise.DateMode
		want    normalise.Rules
		bad     bool
	}{
		{"", "", correctedKST, false},
		{"corrected", "", correctedKST, false},
		{"as_before", "", beforeText, false},
		{"as_before", "kst", beforeKST, false},
		{"", "text", correctedText, false},
		{"Corrected", "", normalise.Rules{}, true},
		{"", "strict", normalise.Rules{}, true},
	}
	for _, tt := range tests {
		got, err := normalise.NewRules(tt.numbers, tt.dates)
		if got != tt.want || (err != nil) != tt.bad {
			t.Errorf("NewRules(%q, %q) = %v, %v; want %v, error %t", tt.numbers, tt.dates, got, err, tt.want, tt.bad)
		}
	}
	if got := normalise.DefaultRules(); got != correctedKST {
		t.Errorf("DefaultRules() = %v, want %v", got, correctedKST)
	}
}

func TestParseDateMode(t *testing.T) {
	tests := []struct {
		text  string
		want  normalise.DateMode
		known bool
	}{
		{"strict", normalise.KST, true},
		{" STRICT ", normalise.KST, true},
		{"legacy", normalise.AsText, true},
		{"Shadow", normalise.AsText, true},
		{"", normalise.AsText, false},
		{"kst", normalise.AsText, false},
	}
	for _, tt := range tests {
		if got, known := normalise.ParseDateMode(tt.text); got != tt.want || known != tt.known {
			t.Errorf("ParseDateMode(%q) = %v, %t; want %v, %t", tt.text, got, known, tt.want, tt.known)
		}
	}
}

// Every predicate of Rules is a correction: on when corrected, off as before,
// whatever the date mode.
func TestRules_CorrectionsFollowNumbers(t *testing.T) {
	predicates := 0
	for m := range reflect.TypeFor[normalise.Rules]().Methods() {
		if m.Type.NumIn() != 1 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Bool {
			continue
		}
		predicates++
		for _, r := range allRules() {
			got := m.Func.Call([]reflect.Value{reflect.ValueOf(r)})[0].Bool()
			if want := r.Numbers == normalise.Corrected; got != want {
				t.Errorf("%+v.%s() = %t, want %t", r, m.Name, got, want)
			}
		}
	}
	if predicates < 30 {
		t.Errorf("found %d predicates, want all corrections of DECISIONS.md", predicates)
	}
}

func text(s string) crm.Text { return crm.NewText(s) }

var null = crm.Text{}
