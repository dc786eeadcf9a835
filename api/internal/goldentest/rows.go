package goldentest

import (
	"fmt"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// Rows returns the rows of the golden snapshot.
func Rows(tb testing.TB) *crm.Dataset {
	tb.Helper()
	s, err := store.Open(tb.Context(), golden.Snapshot(tb), 1)
	if err != nil {
		tb.Fatalf("open the golden snapshot: %v", err)
	}
	data := s.Dataset()
	if err := s.Close(); err != nil {
		tb.Fatalf("close the golden snapshot: %v", err)
	}
	return data
}

// ManyRows returns the golden snapshot's rows so many times over that there are
// at least so many deals, each copy with ids of its own.
func ManyRows(tb testing.TB, deals int) *crm.Dataset {
	tb.Helper()
	one := Rows(tb)
	all := &crm.Dataset{Columns: one.Columns}
	for n := 0; len(all.Deals) < deals; n++ {
		id := func(t crm.Text) crm.Text {
			if n == 0 || t.IsNull() {
				return t
			}
			return crm.NewText(fmt.Sprintf("%s-%d", t, n))
		}
		for _, o := range one.Organizations {
			o.ID = id(o.ID)
			all.Organizations = append(all.Organizations, o)
		}
		for _, p := range one.People {
			p.ID, p.OrganizationID = id(p.ID), id(p.OrganizationID)
			all.People = append(all.People, p)
		}
		for _, d := range one.Deals {
			d.ID, d.PersonID, d.OrganizationID = id(d.ID), id(d.PersonID), id(d.OrganizationID)
			all.Deals = append(all.Deals, d)
		}
		for _, m := range one.Memos {
			m.DealID, m.PersonID, m.OrganizationID = id(m.DealID), id(m.PersonID), id(m.OrganizationID)
			all.Memos = append(all.Memos, m)
		}
	}
	return all
}
