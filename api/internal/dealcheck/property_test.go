package dealcheck_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// TestProperty_Teams: a union shows what one of its teams shows and nothing
// else, in one order.
func TestProperty_Teams(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rules := rapid.SampledFrom(settings()).Draw(rt, "rules")
		data := crmtest.Random(rt)
		now := noon(2025, 12, 1).AddDate(0, 0, rapid.IntRange(0, 60).Draw(rt, "day"))
		c := config()
		c.Now = func() time.Time { return now }
		r := dealcheck.New(data, rules, c)
		of := func(key string) []dealcheck.Item {
			l, err := r.Team(key)
			if err != nil {
				rt.Fatal(err)
			}
			return l.Items
		}
		all := of("everybody")
		inOrder := slices.IsSortedFunc(all, func(a, b dealcheck.Item) int {
			created := func(i dealcheck.Item) string { return crm.SharedText(i.CreatedAt).String() }
			return cmp.Or(cmp.Compare(b.WonTotal, a.WonTotal), strings.Compare(created(a), created(b)), strings.Compare(a.DealID, b.DealID))
		})
		if !inOrder {
			rt.Errorf("out of order: %s", ids(all))
		}
		one, two := strings.Fields(ids(of("sales1"))), strings.Fields(ids(of("sales2")))
		var union []string
		for _, item := range all {
			if slices.Contains(one, item.DealID) || slices.Contains(two, item.DealID) {
				union = append(union, item.DealID)
			}
			if item.WonTotal != 0 && !item.IsRetention {
				rt.Errorf("%+v", item)
			}
		}
		if got := ids(all); got != strings.Join(union, " ") || len(one) > len(all) || len(two) > len(all) {
			rt.Errorf("all %s, by team %v and %v", got, one, two)
		}
		for _, list := range [][]string{one, two} {
			at := -1
			for _, id := range list {
				next := slices.Index(union, id)
				if next <= at {
					rt.Errorf("%v is not in the order of %v", list, union)
				}
				at = next
			}
		}
		checkStatuses(rt, data, all)
	})
}

// checkStatuses wants every open deal of a team to be there, and nothing that
// is neither open nor closed.
func checkStatuses(t *rapid.T, data *crm.Dataset, items []dealcheck.Item) {
	open := 0
	for i := range data.Deals {
		names := normalise.Owners(normalise.JSON(data.Deals[i].Owner))
		if members, _ := config().Teams("everybody"); data.Deals[i].Status.Is("SQL") && members.MatchAny(names) {
			open++
		}
	}
	for _, item := range items {
		switch item.Status {
		case dealcheck.Open:
			open--
		case dealcheck.Won, dealcheck.Lost:
		default:
			t.Errorf("%+v", item)
		}
	}
	if open != 0 {
		t.Errorf("%d open deals are missing", open)
	}
}
