package closerate

import (
	"encoding/json"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// separator stands between group and metric in a row's key.
const separator = "||"

// SummaryQuery selects the grid.
type SummaryQuery struct {
	Range     performance.RangeQuery
	Customers string // all, new or existing
	Scope     string
}

// Summary is the answer of monthly-close-rate/summary.
type Summary struct {
	Months []string    `json:"months"` // YYMM
	Rows   []Row       `json:"rows"`
	Meta   SummaryMeta `json:"meta"`
}

// Row is the deals of a size and group on level 1, a metric of them on level 2.
type Row struct {
	Level  int            `json:"level"`
	Size   string         `json:"segment"`
	Parent *string        `json:"parentKey,omitempty"` // of level 2
	Key    string         `json:"rowKey"`
	Label  string         `json:"label"`
	Values json.Marshaler `json:"countsByMonth"` // deals, or percent for close_rate
}

// SummaryMeta says what was computed from what.
type SummaryMeta struct {
	SnapshotVersion string `json:"snapshot_version"`
	From            string `json:"from"`
	To              string `json:"to"`
	Customers       string `json:"cust"`
	Scope           string `json:"scope"`
	Debug           Debug  `json:"meta_debug"`
}

// Summary is GET monthly-close-rate/summary (spec 03 §3.3). It fails with a
// *performance.ValueError, performance.ErrNoSnapshot or a *crm.MissingError.
func (r *Report) Summary(q SummaryQuery) (Summary, error) {
	customers, err := customerKind(q.Customers)
	if err != nil {
		return Summary{}, err
	}
	scope, err := r.scope(q.Scope)
	if err != nil {
		return Summary{}, err
	}
	from, to := q.Range.PlainBounds(r.book.Rules, r.config.Years)
	months, err := performance.NewRange(from, to)
	if err != nil {
		return Summary{}, err
	}
	if err := r.ready(); err != nil {
		return Summary{}, err
	}
	counts := r.newCounts(months)
	s := Summary{Months: months.Keys, Meta: SummaryMeta{
		SnapshotVersion: r.book.Version, From: from, To: to, Customers: q.Customers, Scope: q.Scope,
		Debug: Debug{LoadDebug: r.load},
	}}
	owned, debug := r.book.OwnedBy(scope), &s.Meta.Debug.FilterDebug
	for i := range r.deals {
		d := &r.deals[i]
		place, inRange := months.Place(d.month)
		switch {
		case !inRange:
			debug.OutOfRange++
		case !owned.Has(d.entry):
			debug.OtherScope++
		case !customers.takes(d):
			debug.OtherCustomer++
		default:
			debug.Kept++
			cell := &counts[d.size][d.group]
			cell[total].Values[place]++
			cell[d.outcome].Values[place]++
		}
	}
	s.Rows = r.rows(counts, months)
	return s, nil
}

// metricCounts are the counted metrics of a size and group, all but the rate.
type metricCounts [closeRate]performance.Counts

// newCounts returns zeros by size and group.
func (r *Report) newCounts(months performance.Range) [][]metricCounts {
	counts := make([][]metricCounts, len(r.config.Sizes))
	for size := range counts {
		counts[size] = make([]metricCounts, len(r.config.Groups))
		for group := range counts[size] {
			for m := range counts[size][group] {
				counts[size][group][m] = performance.NewSeries[int](months)
			}
		}
	}
	return counts
}

func (r *Report) rows(counts [][]metricCounts, months performance.Range) []Row {
	rows := make([]Row, 0, len(counts)*len(r.config.Groups)*(1+int(metricCount)))
	for i, size := range r.config.Sizes {
		for j := range r.config.Groups {
			group, cell := &r.config.Groups[j], &counts[i][j]
			rows = append(rows, Row{Level: 1, Size: size, Key: *group, Label: *group, Values: cell[total]})
			values := cell.all(months)
			for m, name := range metrics() {
				rows = append(rows, Row{
					Level: 2, Size: size, Parent: group, Key: *group + separator + name.Key, Label: name.Label, Values: values[m],
				})
			}
		}
	}
	return rows
}

// all returns the counted metrics and the rate.
func (c *metricCounts) all(months performance.Range) (values [metricCount]json.Marshaler) {
	for m := range c {
		values[m] = c[m]
	}
	values[closeRate] = c.rates(months)
	return values
}

// rates is the close rate of each month in percent.
func (c *metricCounts) rates(months performance.Range) performance.Sums {
	rates := performance.NewSeries[float64](months)
	for i := range rates.Values {
		rates.Values[i] = rate(c[confirmed].Values[i]+c[high].Values[i], c[total].Values[i])
	}
	return rates
}

// rate is a share in percent, to one decimal; that of nothing is 0.
func rate(some, all int) float64 {
	if all == 0 {
		return 0
	}
	return performance.Round(float64(some)/float64(all)*100, 1)
}
