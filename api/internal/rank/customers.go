package rank

import (
	"cmp"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// Customer is a customer in the ranking. Money is won. The keys with 2024 stand
// for the year before, whichever it is.
type Customer struct {
	OrgID         *string `json:"orgId"`   // nil for deals without an organisation
	OrgName       *string `json:"orgName"` // the id where the CRM has no name
	Total         float64 `json:"totalAmount"`
	Online        float64 `json:"onlineAmount"`
	Offline       float64 `json:"offlineAmount"`
	TotalPrevious float64 `json:"totalAmount2024"`
	Grade         string  `json:"grade"`
	GradePrevious string  `json:"grade2024"`
}

// CustomerList is the answer of /api/rank/deals.
type CustomerList struct {
	Items []Customer `json:"items"`
}

// Customers is GET /api/rank/deals, by its old name /api/rank/2025-deals
// (spec 05 §1): customers with contracts in the year, biggest first, then those
// with Won deals of the year before only. The replaced service counted deals of
// any status in the year itself; corrected rules count Won ones.
func (r *Report) Customers(q Query) (CustomerList, error) {
	err := r.require(
		[]string{field.OrganizationID, field.ContractDate, field.Amount, field.CourseFormat, field.Status},
		nil, []string{field.ID, field.Name, field.CompanySize},
	)
	if err != nil {
		return CustomerList{}, err
	}
	year, size := r.year(q), q.size(AllSizes)
	previous := r.previous(year)
	list := CustomerList{Items: []Customer{}}
	var only []Customer // with deals of the year before and none of the year
	for place := range r.customers {
		c := &r.customers[place]
		if !size.takes(c) {
			continue
		}
		item := Customer{OrgID: c.id.Ptr(), OrgName: c.name().Ptr()}
		inYear, inPrevious := false, false
		for _, i := range r.dealsOf[place] {
			d := &r.deals[i]
			if d.year == year && (d.won || !r.rules.RankingCountsWonOnly()) {
				inYear = true
				item.add(d)
			}
			if d.year == previous && d.won {
				inPrevious = true
				item.TotalPrevious += d.summed
			}
		}
		item.settle(r.config.Grades)
		switch {
		case inYear:
			list.Items = append(list.Items, item)
		case inPrevious:
			only = append(only, item)
		}
	}
	list.Items = append(list.Items, only...)
	slices.SortStableFunc(list.Items, func(a, b Customer) int { return cmp.Compare(b.Total, a.Total) })
	return list, nil
}

// add counts a deal of the year.
func (c *Customer) add(d *deal) {
	c.Total += d.summed
	if d.online {
		c.Online += d.summed
	} else {
		c.Offline += d.summed
	}
}

// settle finishes the sums.
func (c *Customer) settle(grades normalise.Grades) {
	for _, sum := range []*float64{&c.Total, &c.Online, &c.Offline, &c.TotalPrevious} {
		*sum = normalise.Finite(*sum)
	}
	c.Grade, c.GradePrevious = grades.Of(c.Total), grades.Of(c.TotalPrevious)
}
