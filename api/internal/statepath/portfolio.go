package statepath

import (
	"cmp"
	"slices"
	"strings"
)

// All is the value of a filter that lets every organisation through, except of
// the segment, where AllSegments is.
const (
	All         = "all"
	AllSegments = "전체"
)

// Orders of the portfolio.
const (
	ByTotal  = "won2025_desc" // total of the later year; also any unknown order
	ByDelta  = "delta_desc"
	ByBucket = "bucket_up_desc" // how many buckets up
	ByRisk   = "risk_first"
	ByName   = "name_asc"
)

// PortfolioQuery selects a page of the portfolio. A text filter that is All
// lets every organisation through; values that mean nothing match nothing.
type PortfolioQuery struct {
	Years   Years
	Segment string // size group
	Search  string // part of the name, case counts
	Sort    string
	Limit   int
	Offset  int

	RiskOnly, HasOpen, HasScaleUp bool

	CompanyDir             string // up, flat or down
	Seed                   string
	Rail, RailDir          string // count together only
	CompanyFrom, CompanyTo string // buckets
	Cell, CellEvent        string // OPEN, CLOSE, UP or DOWN; an unknown event stands for any
}

// Portfolio is the answer of /api/statepath/portfolio.
type Portfolio struct {
	Summary Summary `json:"summary"`
	Items   []Item  `json:"items"`
	Meta    Meta    `json:"meta"`
}

// Meta repeats what was asked for.
type Meta struct {
	Segment    string `json:"segment"`
	SizeGroup  string `json:"sizeGroup"` // the same
	Search     string `json:"search"`
	Sort       string `json:"sort"`
	Limit      int    `json:"limit"`
	Offset     int    `json:"offset"`
	TotalCount int    `json:"totalCount"` // of the filtered, on all pages
}

// account is an organisation in the portfolio.
type account struct {
	customer *customer
	name     string
	journey
	seed string
	risk bool // some cell closed or shrank
}

// Portfolio is GET /api/statepath/portfolio, by its old name
// /api/statepath/portfolio-2425 (spec 05 §10.2): every organisation with sales
// in the two years.
func (r *Report) Portfolio(q PortfolioQuery) (Portfolio, error) {
	years, err := r.prepare(q.Years)
	if err != nil {
		return Portfolio{}, err
	}
	accounts := r.accounts(years)
	accounts = slices.DeleteFunc(accounts, func(a *account) bool { return !r.takes(&q, a) })
	slices.SortStableFunc(accounts, q.order())
	page := accounts[min(q.Offset, len(accounts)):]
	page = page[:min(q.Limit, len(page))]
	p := Portfolio{
		Summary: r.summary(&q, accounts), Items: make([]Item, len(page)),
		Meta: Meta{
			Segment: q.Segment, SizeGroup: q.Segment, Search: q.Search, Sort: q.Sort,
			Limit: q.Limit, Offset: q.Offset, TotalCount: len(accounts),
		},
	}
	for i, a := range page {
		p.Items[i] = r.item(a)
	}
	return p, nil
}

// accounts lists the organisations with sales in the two years, in the order of
// their first such sale.
func (r *Report) accounts(years Years) []*account {
	seen := make([]bool, len(r.customers))
	var accounts []*account
	for i := range r.sales {
		s := &r.sales[i]
		if seen[s.customer] || (int(s.year) != years.From && int(s.year) != years.To) {
			continue
		}
		seen[s.customer] = true
		a := &account{customer: &r.customers[s.customer]}
		a.name = a.customer.name()
		a.journey, _ = r.journeyOf(years, a.customer)
		a.seed = a.journey.seed()
		a.risk = a.hasCellEvent(eventClose, eventScaleDown)
		accounts = append(accounts, a)
	}
	return accounts
}

// order compares accounts; equals stay in snapshot order.
func (q *PortfolioQuery) order() func(a, b *account) int {
	byTotal := func(a, b *account) int { return cmp.Compare(b.to.total, a.to.total) }
	switch q.Sort {
	case ByDelta:
		return func(a, b *account) int { return cmp.Compare(b.delta(), a.delta()) }
	case ByBucket:
		return func(a, b *account) int { return cmp.Compare(b.bucketsUp(), a.bucketsUp()) }
	case ByRisk:
		return func(a, b *account) int {
			if a.risk != b.risk {
				if a.risk {
					return -1
				}
				return 1
			}
			return byTotal(a, b)
		}
	case ByName:
		return func(a, b *account) int { return strings.Compare(a.name, b.name) }
	default:
		return byTotal
	}
}

func (a *account) delta() float64 { return a.to.total - a.from.total }

func (a *account) bucketsUp() int8 { return a.to.companyAt - a.from.companyAt }

// unfiltered reports whether the query lets everybody through.
func (q *PortfolioQuery) unfiltered() bool {
	return q.Segment == AllSegments && q.Search == "" && !q.RiskOnly && !q.HasOpen && !q.HasScaleUp &&
		q.CompanyDir == All && q.Seed == All && q.Rail == All && q.RailDir == All &&
		q.CompanyFrom == All && q.CompanyTo == All && q.Cell == All && q.CellEvent == All
}

// takes reports whether an account passes all filters.
func (r *Report) takes(q *PortfolioQuery, a *account) bool {
	is := func(filter, value string) bool { return filter == All || filter == value }
	return (q.Segment == AllSegments || q.Segment == a.customer.segment) &&
		strings.Contains(a.name, q.Search) &&
		(!q.RiskOnly || a.risk) &&
		(!q.HasOpen || a.hasCellEvent(eventOpen)) &&
		(!q.HasScaleUp || a.hasCellEvent(eventScaleUp)) &&
		is(q.CompanyDir, direction(a.from.companyAt, a.to.companyAt)) &&
		is(q.Seed, a.seed) &&
		q.takesRail(a) &&
		is(q.CompanyFrom, r.config.Buckets[a.from.companyAt]) &&
		is(q.CompanyTo, r.config.Buckets[a.to.companyAt]) &&
		r.takesEvent(q, a)
}

// takesRail checks rail and direction, which count together only.
func (q *PortfolioQuery) takesRail(a *account) bool {
	if q.Rail == All || q.RailDir == All {
		return true
	}
	switch q.Rail {
	case railOnline:
		return q.RailDir == direction(a.from.onlineAt, a.to.onlineAt)
	case railOffline:
		return q.RailDir == direction(a.from.offlineAt, a.to.offlineAt)
	default:
		return false
	}
}

// takesEvent checks cell and cell event: some event must be of both.
func (r *Report) takesEvent(q *PortfolioQuery, a *account) bool {
	if q.Cell == All && q.CellEvent == All {
		return true
	}
	want := ""
	switch q.CellEvent {
	case eventOpen, eventClose:
		want = q.CellEvent
	case "UP":
		want = eventScaleUp
	case "DOWN":
		want = eventScaleDown
	}
	for _, e := range r.path(&a.journey).Events {
		if (q.Cell == All || q.Cell == e.Cell) && (want == "" || want == e.Type) {
			return true
		}
	}
	return false
}
