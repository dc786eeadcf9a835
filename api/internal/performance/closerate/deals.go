package closerate

import (
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// DealsQuery selects the deals behind one number of the grid. Row is group and
// metric in one, and goes before Course and Metric.
type DealsQuery struct {
	Segment, Month string
	Row            string // 오프라인||total
	Course, Metric string
	Customers      string // all, new or existing
	Scope          string
}

// Deals is the answer of monthly-close-rate/deals.
type Deals struct {
	Segment   performance.Named `json:"segment"`
	Row       performance.Named `json:"row"`
	Month     string            `json:"month"`
	DealCount int               `json:"dealCount"`
	Items     []Item            `json:"items"`
	Meta      DealsMeta         `json:"meta"`
}

// DealsMeta says what was computed from what. The counts and the rate stand
// only with the metrics that they belong to.
type DealsMeta struct {
	SnapshotVersion string   `json:"snapshot_version"`
	Customers       string   `json:"cust"`
	Scope           string   `json:"scope"`
	Filters         Filters  `json:"filters"`
	Deals           int      `json:"dedupedDealsCount"`
	Numerator       *int     `json:"numeratorCount,omitempty"`
	Denominator     *int     `json:"denominatorCount,omitempty"`
	Total           *int     `json:"totalCount,omitempty"`
	Rate            *float64 `json:"close_rate,omitempty"` // percent
}

// Filters repeats what was asked for.
type Filters struct {
	Segment   string `json:"segment"`
	Group     string `json:"course_group"`
	Metric    string `json:"metric"`
	Month     string `json:"month"`
	Customers string `json:"cust"`
	Scope     string `json:"scope"`
}

// Item is one deal of the list. What is missing is null.
type Item struct {
	OrgName       *string `json:"orgName"`
	UpperOrg      *string `json:"upperOrg"`
	TeamSignature *string `json:"teamSignature"`
	CustomerName  *string `json:"customerPersonName"`
	DealName      *string `json:"dealName"`
	Format        string  `json:"courseFormat"` // not the group
	Category      string  `json:"categoryGroup"`
	CourseID      *string `json:"courseId"`
	performance.Cells
}

// Deals is GET monthly-close-rate/deals (spec 03 §3.4). It fails like Summary.
func (r *Report) Deals(q DealsQuery) (Deals, error) {
	p, err := r.parse(q)
	if err != nil {
		return Deals{}, err
	}
	if err := r.ready(); err != nil {
		return Deals{}, err
	}
	list := Deals{
		Segment: performance.Named{Key: q.Segment, Label: q.Segment}, Row: performance.Named{Key: p.row, Label: p.row},
		Month: p.monthKey, Items: []Item{},
		Meta: DealsMeta{
			SnapshotVersion: r.book.Version, Customers: q.Customers, Scope: q.Scope,
			Filters: Filters{
				Segment: q.Segment, Group: p.groupKey, Metric: metrics()[p.metric].Key, Month: p.monthKey,
				Customers: q.Customers, Scope: q.Scope,
			},
		},
	}
	owned := r.book.OwnedBy(p.scope)
	numerator, denominator := 0, 0
	for i := range r.deals {
		d := &r.deals[i]
		if d.month != p.month || d.size != p.size || d.group != p.group || !owned.Has(d.entry) || !p.customers.takes(d) {
			continue
		}
		denominator++
		if d.outcome == confirmed || d.outcome == high {
			numerator++
		}
		if p.counts() || d.outcome == p.metric {
			list.Items = append(list.Items, r.item(d))
		}
	}
	list.DealCount, list.Meta.Deals = len(list.Items), len(list.Items)
	if p.counts() {
		percent := rate(numerator, denominator)
		list.Meta.Numerator, list.Meta.Denominator, list.Meta.Total, list.Meta.Rate = &numerator, &denominator, &denominator, &percent
	}
	return list, nil
}

// parsed is a query that was understood.
type parsed struct {
	row, monthKey, groupKey string

	month       performance.Month
	size, group int16
	metric      metric
	customers   kind
	scope       normalise.Members
}

// counts reports whether the metric is about all deals, not about one outcome.
func (p *parsed) counts() bool { return p.metric == total || p.metric == closeRate }

// parse checks in the order of the contract: the first that fails decides.
func (r *Report) parse(q DealsQuery) (p parsed, err error) {
	p.row = q.Row
	if p.row == "" && q.Course != "" && q.Metric != "" {
		p.row = q.Course + separator + q.Metric
	}
	if p.row == "" {
		return p, performance.Refuse("row or course+metric is required")
	}
	if p.customers, err = customerKind(q.Customers); err != nil {
		return p, err
	}
	if p.scope, err = r.scope(q.Scope); err != nil {
		return p, err
	}
	if p.size = place(r.config.Sizes, q.Segment); p.size < 0 {
		return p, performance.Refuse("Unknown segment(size group): %s", q.Segment)
	}
	if p.monthKey, p.month, err = performance.SingleMonth(q.Month, ", e.g., 2501"); err != nil {
		return p, err
	}
	group, name, found := strings.Cut(p.row, separator)
	if !found {
		return p, performance.Refuse("row must be course_group||metric")
	}
	if p.group, p.groupKey = place(r.config.Groups, group), group; p.group < 0 {
		return p, performance.Refuse("Unknown course_group: %s", group)
	}
	names := metrics()
	m := slices.IndexFunc(names[:], func(n performance.Named) bool { return n.Key == name })
	if m < 0 {
		return p, performance.Refuse("Unknown metric: %s", name)
	}
	p.metric = metric(m) //nolint:gosec // one of six
	return p, nil
}

func (r *Report) item(d *deal) Item {
	row, person := r.book.Deal(d.entry), r.book.Person(d.entry)
	return Item{
		OrgName: r.book.OrganizationName(d.entry).Ptr(), UpperOrg: person.UpperOrg.Ptr(), TeamSignature: person.TeamSignature.Ptr(),
		CustomerName: person.Name.Ptr(), DealName: row.Name.Ptr(), Format: normalise.CourseFormat(row.CourseFormat),
		Category: d.category, CourseID: row.CourseID.Ptr(), Cells: r.book.Cells(d.entry),
	}
}
