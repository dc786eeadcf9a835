package goldentest_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
)

// TestLargeSnapshot: the same rows several times, each deal with an
// organisation of its own copy.
func TestLargeSnapshot(t *testing.T) {
	t.Parallel()
	one := goldentest.Rows(t)
	s, err := store.Open(t.Context(), goldentest.LargeSnapshot(t, 2*len(one.Deals)+1), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	large := s.Dataset()
	if got, want := len(large.Deals), 3*len(one.Deals); got != want {
		t.Fatalf("%d deals, want %d", got, want)
	}
	known := map[string]bool{}
	for _, o := range large.Organizations {
		if known[o.ID.String()] {
			t.Fatalf("organisation %s twice", o.ID)
		}
		known[o.ID.String()] = true
	}
	for i, d := range large.Deals {
		first := one.Deals[i%len(one.Deals)]
		if d.Name.String() != first.Name.String() || d.OrganizationID.IsNull() != first.OrganizationID.IsNull() {
			t.Fatalf("deal %d is %s of %s, not %s", i, d.Name, d.OrganizationID, first.Name)
		}
		if !first.OrganizationID.IsNull() && known[first.OrganizationID.String()] && !known[d.OrganizationID.String()] {
			t.Errorf("deal %s: organisation %s is not there", d.ID, d.OrganizationID)
		}
	}
}
