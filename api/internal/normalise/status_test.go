package normalise_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestStatus(t *testing.T) {
	tests := []struct {
		raw               string
		before, corrected normalise.Status
	}{
		{"", normalise.StatusOther, normalise.StatusOther},
		{" ", normalise.StatusOther, normalise.StatusOther},
		{"SQL", normalise.StatusSQL, normalise.StatusSQL},
		{"SQL 전환", normalise.StatusSQL, normalise.StatusSQL},
		{"SQL Lost", normalise.StatusSQL, normalise.StatusSQL},
		{"MQL", normalise.StatusOther, normalise.StatusOther},
		{"Convert", normalise.StatusConvert, normalise.StatusConvert},
		{"convert(재)", normalise.StatusConvert, normalise.StatusConvert},
		{" Won ", normalise.StatusWon, normalise.StatusWon},
		{"성사 확정", normalise.StatusWon, normalise.StatusWon},
		{"Closed Won", normalise.StatusWon, normalise.StatusWon},
		{"LOST", normalise.StatusLost, normalise.StatusLost},
		{"Closed Lose", normalise.StatusLost, normalise.StatusLost},
		{"패배", normalise.StatusLost, normalise.StatusLost},
		{"In progress", normalise.StatusOther, normalise.StatusOther},
		// Whole words only.
		{"Closed", normalise.StatusLost, normalise.StatusOther},
		{"Wonderful", normalise.StatusWon, normalise.StatusOther},
		{"미확정", normalise.StatusWon, normalise.StatusOther},
		{"NoSQL-lost", normalise.StatusSQL, normalise.StatusLost},
		{"\xffwon\xff", normalise.StatusWon, normalise.StatusWon},
	}
	for _, tt := range tests {
		if got := beforeText.Status(text(tt.raw)); got != tt.before {
			t.Errorf("as before: Status(%q) = %s, want %s", tt.raw, got, tt.before)
		}
		if got := correctedKST.Status(text(tt.raw)); got != tt.corrected {
			t.Errorf("corrected: Status(%q) = %s, want %s", tt.raw, got, tt.corrected)
		}
	}
	if got := correctedKST.Status(null); got != normalise.StatusOther {
		t.Errorf("NULL is %s", got)
	}
}

func TestProbability(t *testing.T) {
	type p = normalise.Probability
	tests := []struct {
		raw               string
		before, corrected p
		high              bool
	}{
		{`확정`, p{"확정"}, p{"확정"}, true},
		{` 높음 `, p{"높음"}, p{"높음"}, true},
		{`["확정"]`, p{"확정"}, p{"확정"}, true},
		{`["확정","높음","확정"]`, p{"높음", "확정"}, p{"높음", "확정"}, true},
		{`"확정"`, p{"확정"}, p{"확정"}, true},
		{`확정(90%)`, p{"확정(90%)"}, p{"확정(90%)"}, false},
		{`확정, 높음`, p{"확정, 높음"}, p{"확정, 높음"}, false},
		{`{"value":"확정"}`, p{"확정"}, p{"확정"}, false}, // an object is not high
		{`{"a":["높음"],"b":{"c":"x"}}`, p{"x", "높음"}, p{"x", "높음"}, false},
		{`["[\"높음\"]"]`, p{"높음"}, p{"높음"}, true}, // JSON in JSON
		{`[["높음"]]`, p{"높음"}, p{"높음"}, true},
		{`[{"name":"높음"}]`, p{"높음"}, p{"높음"}, false},
		{`100`, p{"100"}, p{"100"}, false},
		{`1e3`, p{"1000.0"}, p{"1000.0"}, false},
		{`true`, p{"True"}, p{"True"}, false},
		{`  `, p{}, p{}, false},
		{`[]`, p{}, p{}, false},
		{`[null," "]`, p{}, p{}, false},
		{``, p{"None"}, p{}, false},
		{`null`, p{"None"}, p{}, false},
		{`[""]`, p{"None"}, p{}, false},
		{`["null","높음"]`, p{"None", "높음"}, p{"높음"}, true},
		{`{"a":""}`, p{"None"}, p{}, false},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.before, append(p{}, beforeText.Probability(text(tt.raw))...)); diff != "" {
			t.Errorf("as before: %s (-want +got):\n%s", tt.raw, diff)
		}
		if diff := cmp.Diff(tt.corrected, append(p{}, correctedKST.Probability(text(tt.raw))...)); diff != "" {
			t.Errorf("corrected: %s (-want +got):\n%s", tt.raw, diff)
		}
		if got := normalise.ProbablyWon(text(tt.raw)); got != tt.high {
			t.Errorf("ProbablyWon(%s) = %t", tt.raw, got)
		}
	}
	for _, r := range allRules() {
		if got := r.Probability(null); len(got) != 0 {
			t.Errorf("NULL is %q", got)
		}
	}
	if normalise.ProbablyWon(null) {
		t.Error("NULL is high")
	}
}

func TestProbability_Questions(t *testing.T) {
	tests := []struct {
		raw                       string
		confirmed, high, highOnly bool
		label, lost               string
	}{
		{`["확정","높음"]`, true, true, false, "확정", "LOST"},
		{`["높음"]`, false, true, true, "높음", "LOST"},
		{`["낮음","중간","x"]`, false, false, false, "x", "LOST"}, // the first by code point
		{``, false, false, false, "미기재", "LOST"},
	}
	for _, tt := range tests {
		p := correctedKST.Probability(text(tt.raw))
		if p.Has(normalise.Confirmed) != tt.confirmed || p.Has(normalise.High) != tt.high || p.HighOnly() != tt.highOnly {
			t.Errorf("%s: confirmed %t, high %t, only %t", tt.raw, p.Has(normalise.Confirmed), p.Has(normalise.High), p.HighOnly())
		}
		if got := p.Label(normalise.StatusWon); got != tt.label {
			t.Errorf("%s: label %q, want %q", tt.raw, got, tt.label)
		}
		if got := p.Label(normalise.StatusLost); got != tt.lost {
			t.Errorf("%s: label of a lost deal %q", tt.raw, got)
		}
	}
}
