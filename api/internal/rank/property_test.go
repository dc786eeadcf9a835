package rank_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
)

// rules draws any of the settings.
func rules(t *rapid.T) normalise.Rules {
	return normalise.Rules{
		Numbers: rapid.SampledFrom([]normalise.Numbers{normalise.AsBefore, normalise.Corrected}).Draw(t, "numbers"),
		Dates:   rapid.SampledFrom([]normalise.DateMode{normalise.AsText, normalise.KST}).Draw(t, "dates"),
	}
}

// same allows for additions in another order.
func same(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(a), math.Abs(b)) }

// TestProperty_TotalsAgree: under corrected rules every view counts the same
// deals, so that sums by customer, person, size and industry are equal.
func TestProperty_TotalsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := report(corrected(), crmtest.Random(rt))
		var bySize, byIndustry, byCustomer, byPerson, nobodys float64
		for _, s := range must(r.WonBySize()).Items {
			bySize += s.Won[2]
		}
		for _, s := range must(r.WonByIndustry(rank.Query{})).Items {
			byIndustry += s.Won[2]
		}
		for _, c := range must(r.Customers(rank.Query{})).Items {
			byCustomer += c.Total
			if c.OrgID == nil {
				nobodys = c.Total
			}
		}
		seen := map[string]bool{}
		for _, p := range must(r.People(rank.Query{Size: new(rank.AllSizes)})).Items {
			if !seen[p.OrgID] {
				seen[p.OrgID] = true
				byPerson += p.OrgTotal
			}
		}
		summary := must(r.SummaryBySize(rank.SizeSummaryQuery{Excluded: new(""), Years: "2025"}))
		for name, got := range map[string]float64{
			"by industry": byIndustry, "by customer": byCustomer, "by person": byPerson + nobodys, "summary": summary.Totals["sum_2025"],
		} {
			if !same(got, bySize) {
				rt.Errorf("%s %v, by size %v", name, got, bySize)
			}
		}
	})
}

// TestProperty_Customers: parts add up, sizes add nobody, the order holds.
func TestProperty_Customers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		data := crmtest.Random(rt)
		r := report(rules(rt), data)
		all := must(r.Customers(rank.Query{})).Items
		for _, c := range all {
			if !same(c.Total, c.Online+c.Offline) {
				rt.Errorf("%s: %v is not %v + %v", or(c.OrgID), c.Total, c.Online, c.Offline)
			}
		}
		if !slices.IsSortedFunc(all, func(a, b rank.Customer) int { return cmp.Compare(b.Total, a.Total) }) {
			rt.Error("not in the order of totals")
		}
		var lines []string
		for _, c := range all {
			lines = append(lines, customerLine(c))
		}
		ofSizes := map[string]bool{}
		for _, size := range sizesOf(data) {
			for _, c := range must(r.Customers(rank.Query{Size: &size})).Items {
				if ofSizes[or(c.OrgID)] || !slices.Contains(lines, customerLine(c)) {
					rt.Errorf("size %q adds %s", size, customerLine(c))
				}
				ofSizes[or(c.OrgID)] = true
			}
		}
	})
}

// sizesOf lists the raw sizes that a filter can ask for.
func sizesOf(data *crm.Dataset) []string {
	var sizes []string
	for i := range data.Organizations {
		if size := data.Organizations[i].Size.String(); normalise.Trim(size) != "" && !slices.Contains(sizes, size) {
			sizes = append(sizes, size)
		}
	}
	return sizes
}

// TestProperty_People: of the customers that bought, every deal is listed
// exactly once, under its person.
func TestProperty_People(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		data := crmtest.Random(rt)
		customers, listed := map[string]bool{}, map[string]int{}
		for _, p := range must(report(rules(rt), data).People(rank.Query{Size: new("")})).Items {
			customers[p.OrgID] = true
			for _, d := range p.Deals {
				listed[d.ID]++
				row := slices.IndexFunc(data.Deals, func(x crm.Deal) bool { return x.ID.Is(d.ID) })
				if x := &data.Deals[row]; !x.OrganizationID.Is(p.OrgID) || or(x.PersonID.Ptr()) != or(p.ID) {
					rt.Errorf("%s is listed under %s at %s", d.ID, or(p.ID), p.OrgID)
				}
			}
		}
		for i := range data.Deals {
			d := &data.Deals[i]
			wanted := 0
			if !d.OrganizationID.IsNull() && customers[d.OrganizationID.String()] {
				wanted = 1
			}
			if listed[d.ID.String()] != wanted {
				rt.Errorf("%s of %s is listed %d times", d.ID, or(d.OrganizationID.Ptr()), listed[d.ID.String()])
			}
		}
	})
}
