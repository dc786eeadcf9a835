package normalise_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestOrganizationID(t *testing.T) {
	person := text("o2")
	tests := []struct {
		deal                             crm.Text
		own, elsePersons, elseTrim, perf crm.Text
	}{
		{text("o1"), text("o1"), text("o1"), text("o1"), text("o1")},
		{null, null, person, person, person},
		{text(""), text(""), text(""), person, person},
		{text("  "), text("  "), text("  "), person, person},
	}
	for _, tt := range tests {
		for rule, want := range map[normalise.OrgRule]crm.Text{
			normalise.DealsOrg: tt.own, normalise.DealsOrgElse: tt.elsePersons, normalise.DealsOrgElseTrim: tt.elseTrim,
		} {
			if got := normalise.OrganizationID(rule, tt.deal, person); !got.Equal(want) {
				t.Errorf("rule %d of %q: %q, want %q", rule, tt.deal, got, want)
			}
			if got := beforeText.PerformanceOrganizationID(rule, tt.deal, person); !got.Equal(want) {
				t.Errorf("performance as before, rule %d of %q: %q, want %q", rule, tt.deal, got, want)
			}
			if got := correctedKST.PerformanceOrganizationID(rule, tt.deal, person); !got.Equal(tt.perf) {
				t.Errorf("performance corrected, rule %d of %q: %q, want %q", rule, tt.deal, got, tt.perf)
			}
		}
	}
	if got := normalise.OrganizationID(normalise.DealsOrgElseTrim, null, text(" ")); !got.IsNull() {
		t.Errorf("nowhere: %q", got)
	}
}
