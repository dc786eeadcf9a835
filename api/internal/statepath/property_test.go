package statepath_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

// rules draws any of the settings.
func rules(t *rapid.T) normalise.Rules {
	return normalise.Rules{
		Numbers: rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(t, "numbers"),
		Dates:   rapid.SampledFrom([]normalise.DateMode{normalise.AsText, normalise.KST}).Draw(t, "dates"),
	}
}

// query draws filters, those that mean nothing included.
func query(t *rapid.T) statepath.PortfolioQuery {
	draw := func(name string, values ...string) string {
		return rapid.SampledFrom(append(values, statepath.All, statepath.All, "unknown")).Draw(t, name)
	}
	q := everything()
	q.Segment = rapid.SampledFrom([]string{statepath.AllSegments, "대기업", "기타/미입력", ""}).Draw(t, "segment")
	q.Search = rapid.SampledFrom([]string{"", "알", "o"}).Draw(t, "search")
	q.Sort = draw("sort", statepath.ByDelta, statepath.ByBucket, statepath.ByRisk, statepath.ByName)
	q.RiskOnly, q.HasOpen, q.HasScaleUp = rapid.Bool().Draw(t, "risk"), rapid.Bool().Draw(t, "open"), rapid.Bool().Draw(t, "up")
	q.CompanyDir, q.Seed = draw("direction", "up", "flat", "down"), draw("seed", "H→B", "B→H", "SIMUL", "NONE")
	q.Rail, q.RailDir = draw("rail", "ONLINE", "OFFLINE"), draw("rail direction", "up", "down")
	q.CompanyFrom, q.CompanyTo = draw("from", "Ø", "P5"), draw("to", "P4", "P5")
	q.Cell, q.CellEvent = draw("cell", "HRD_ONLINE", "BU_OFFLINE"), draw("event", "OPEN", "CLOSE", "UP", "DOWN")
	return q
}

// TestProperty_Pages: pages put together are the whole, the summary is the same
// on each.
func TestProperty_Pages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := report(rules(rt), crmtest.Random(rt))
		q := query(rt)
		whole := must(r.Portfolio(q))
		q.Limit = rapid.IntRange(1, 4).Draw(rt, "limit")
		items := []statepath.Item{}
		for ; q.Offset < whole.Meta.TotalCount+2; q.Offset += q.Limit {
			page := must(r.Portfolio(q))
			items = append(items, page.Items...)
			if diff := cmp.Diff(whole.Summary, page.Summary); diff != "" {
				rt.Errorf("summary of page at %d (-whole +page):\n%s", q.Offset, diff)
			}
		}
		if diff := cmp.Diff(whole.Items, items); diff != "" {
			rt.Errorf("(-whole +pages):\n%s", diff)
		}
	})
}

// TestProperty_Filters: filters only ever take away, and keep the order.
func TestProperty_Filters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := report(rules(rt), crmtest.Random(rt))
		q, all := query(rt), everything()
		all.Sort = q.Sort
		rest := must(r.Portfolio(all)).Items
		for _, item := range must(r.Portfolio(q)).Items {
			at := slices.IndexFunc(rest, func(x statepath.Item) bool { return x.SnakeItem.OrgID == item.SnakeItem.OrgID })
			if at < 0 {
				rt.Fatalf("%s is added or out of order", item.SnakeItem.OrgID)
			}
			if diff := cmp.Diff(rest[at], item); diff != "" {
				rt.Errorf("%s (-unfiltered +filtered):\n%s", item.SnakeItem.OrgID, diff)
			}
			rest = rest[at+1:]
		}
	})
}

// TestProperty_Summary: what the summary counts is what the items say.
func TestProperty_Summary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := must(report(rules(rt), crmtest.Random(rt)).Portfolio(query(rt)))
		s := p.Summary
		seeds := map[string]int{"H→B": 0, "B→H": 0, "SIMUL": 0, "NONE": 0}
		moves, from, to, up := 0, 0.0, 0.0, 0
		for i := range p.Items {
			item := &p.Items[i].CamelItem
			seeds[p.Items[i].Seed]++
			from += item.TotalFrom
			to += item.TotalTo
			a, b := slices.Index(s.Transitions.Buckets, item.BucketFrom), slices.Index(s.Transitions.Buckets, item.BucketTo)
			if s.Transitions.Counts[a][b] == 0 {
				rt.Errorf("%s is not among the transitions", item.OrgID)
			}
			if b > a {
				up++
			}
			if !same(item.Delta, item.TotalTo-item.TotalFrom) {
				rt.Errorf("%s: delta %v", item.OrgID, item.Delta)
			}
		}
		for _, row := range s.Transitions.Counts {
			for _, n := range row {
				moves += n
			}
		}
		n := len(p.Items)
		if s.Accounts != n || p.Meta.TotalCount != n || moves != n || s.Company.Up != up || s.Company.Up+s.Company.Flat+s.Company.Down != n ||
			s.Rails.Online.Up+s.Rails.Online.Flat+s.Rails.Online.Down != n || s.Rails.Offline.Up+s.Rails.Offline.Flat+s.Rails.Offline.Down != n {
			rt.Errorf("%d items, %d moves up, summary %+v", n, up, s)
		}
		if diff := cmp.Diff(seeds, s.Seeds); diff != "" || !same(from, s.SumFrom) || !same(to, s.SumTo) {
			rt.Errorf("sums %v %v of %v %v, seeds:\n%s", from, to, s.SumFrom, s.SumTo, diff)
		}
	})
}

// TestProperty_OneOrganization: an organisation's own page shows what the
// portfolio shows; corrected, both of them do, and counterparties add up.
func TestProperty_OneOrganization(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rule := rules(rt)
		r := report(rule, crmtest.Random(rt))
		items := must(r.Portfolio(everything())).Items
		listed := map[string]bool{}
		for i := range items {
			item := &items[i].SnakeItem
			listed[item.OrgID] = true
			d := must(r.Detail(item.OrgID, statepath.Years{})).Item
			got := statepath.SnakeItem{
				OrgID: d.Org.ID, OrgName: d.Org.Name, SizeRaw: d.Org.SizeRaw, Segment: d.Org.SizeGroup,
				TotalFrom: d.States.From.Total, TotalTo: d.States.To.Total, BucketFrom: d.Path.From, BucketTo: d.Path.To,
				Delta:            d.States.To.Total - d.States.From.Total,
				OnlineBucketFrom: d.States.From.BucketOnline, OfflineBucketFrom: d.States.From.BucketOffline,
				OnlineBucketTo: d.States.To.BucketOnline, OfflineBucketTo: d.States.To.BucketOffline,
				CellsFrom: d.States.From.Cells, CellsTo: d.States.To.Cells,
			}
			if diff := cmp.Diff(*item, got); diff != "" {
				rt.Errorf("%s (-portfolio +detail):\n%s", item.OrgID, diff)
			}
			if rule.StatePathsAgree() {
				o := must(r.Organization(item.OrgID, statepath.Years{})).Item
				if diff := cmp.Diff(d.States, o.States) + cmp.Diff(d.Path, o.Path); diff != "" {
					rt.Errorf("%s (-detail +organization):\n%s", item.OrgID, diff)
				}
			}
		}
		for _, id := range []string{"", "o0", "o1", "o2", "o3", "o4", "o99", "o100"} {
			_, err := r.Detail(id, statepath.Years{})
			if refused := errors.Is(err, statepath.ErrOrganizationNotFound); listed[id] && refused || !listed[id] && !refused && !rule.StatePathsAgree() {
				rt.Errorf("%q, listed %v: %v", id, listed[id], err)
			}
			if _, orgErr := r.Organization(id, statepath.Years{}); rule.StatePathsAgree() && !errors.Is(orgErr, err) {
				rt.Errorf("%q: %v and %v", id, orgErr, err)
			}
		}
	})
}
