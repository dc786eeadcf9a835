package rank

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// YearSums are sums of won by year; in JSON each is a key of its own: won2024.
type YearSums struct {
	Years []int
	Won   []float64 // in the order of Years
}

// keys returns the sums by key.
func (y YearSums) keys(prefix string) map[string]float64 {
	m := make(map[string]float64, len(y.Years))
	for i, year := range y.Years {
		m[prefix+strconv.Itoa(year)] = normalise.Finite(y.Won[i])
	}
	return m
}

// object is the JSON of the sums with more keys.
func (y YearSums) object(more map[string]any) ([]byte, error) {
	for key, won := range y.keys("won") {
		more[key] = won
	}
	return json.Marshal(more)
}

// SizeTotals are the Won totals of a company size.
type SizeTotals struct {
	Size string
	YearSums
}

// MarshalJSON writes the size and a key for each year.
func (t SizeTotals) MarshalJSON() ([]byte, error) {
	return t.object(map[string]any{"size": t.Size})
}

// SizeTotalsList is the answer of /api/rank/won-yearly-totals.
type SizeTotalsList struct {
	Items []SizeTotals `json:"items"`
}

// IndustryTotals are the Won totals of an industry and how many organisations
// they are of.
type IndustryTotals struct {
	Industry      string
	Organizations int
	YearSums
}

// MarshalJSON writes the industry, the count and a key for each year.
func (t IndustryTotals) MarshalJSON() ([]byte, error) {
	return t.object(map[string]any{"industry": t.Industry, "orgCount": t.Organizations})
}

// IndustryTotalsList is the answer of /api/rank/won-industry-summary.
type IndustryTotalsList struct {
	Items []IndustryTotals `json:"items"`
}

// WonBySize is GET /api/rank/won-yearly-totals (spec 05 §4): Won totals by
// company size, biggest first. Unless corrected, years go by the text of the
// contract date in both date modes.
func (r *Report) WonBySize() (SizeTotalsList, error) {
	err := r.require(
		[]string{field.Status, field.ContractDate, field.Amount, field.OrganizationID},
		nil, []string{field.ID, field.CompanySize},
	)
	if err != nil {
		return SizeTotalsList{}, err
	}
	groups := r.group(
		func(d *deal) int16 { return d.rawYear },
		func(c *customer) crm.Text { return c.size() },
	)
	list := SizeTotalsList{Items: make([]SizeTotals, 0, len(groups))}
	for _, g := range groups {
		list.Items = append(list.Items, SizeTotals{Size: g.label, YearSums: g.sums})
	}
	slices.SortStableFunc(list.Items, func(a, b SizeTotals) int { return cmp.Compare(total(b.Won), total(a.Won)) })
	return list, nil
}

// WonByIndustry is GET /api/rank/won-industry-summary (spec 05 §5): Won totals
// by industry, those first that bought most in the last year.
func (r *Report) WonByIndustry(q Query) (IndustryTotalsList, error) {
	err := r.require(
		[]string{field.Status, field.ContractDate, field.Amount, field.OrganizationID},
		nil, []string{field.ID, field.CompanySize, field.IndustryMajor},
	)
	if err != nil {
		return IndustryTotalsList{}, err
	}
	size := q.size(AllSizes)
	groups := r.group(
		func(d *deal) int16 {
			if size.takes(&r.customers[d.customer]) {
				return d.year
			}
			return 0
		},
		func(c *customer) crm.Text {
			if c.row == nil {
				return crm.Text{}
			}
			return c.row.Industry
		},
	)
	list := IndustryTotalsList{Items: make([]IndustryTotals, 0, len(groups))}
	for _, g := range groups {
		list.Items = append(list.Items, IndustryTotals{Industry: g.label, Organizations: len(g.organizations), YearSums: g.sums})
	}
	last := len(r.config.WonYears) - 1
	slices.SortStableFunc(list.Items, func(a, b IndustryTotals) int { return cmp.Compare(b.Won[last], a.Won[last]) })
	return list, nil
}

// group is the Won deals of the organisations that share a label.
type group struct {
	label         string
	sums          YearSums
	organizations map[int32]struct{} // places in Report.customers, those with an id
}

// group sums Won deals of the workspace's years by a cell of their
// organisation, trimmed, 미입력 for blank. Groups come in the order of their
// first raw text (spec 05 §4, §5). The year of a deal that doesn't count is 0.
func (r *Report) group(yearOf func(*deal) int16, cell func(*customer) crm.Text) []*group {
	byText := map[string]*group{}
	for i := range r.deals {
		d := &r.deals[i]
		if !d.won {
			continue
		}
		at := slices.Index(r.config.WonYears, int(yearOf(d)))
		if at < 0 {
			continue
		}
		c := &r.customers[d.customer]
		text := cell(c).Or(crm.NewText(normalise.NotEntered)).String()
		g, ok := byText[text]
		if !ok {
			g = r.newGroup(normalise.TextTrimmed(crm.NewText(text)))
			byText[text] = g
		}
		g.sums.Won[at] += d.summed
		if c.id.String() != "" {
			g.organizations[d.customer] = struct{}{}
		}
	}
	var groups []*group
	byLabel := map[string]*group{}
	for _, text := range slices.Sorted(maps.Keys(byText)) {
		g := byText[text]
		first, ok := byLabel[g.label]
		if !ok {
			byLabel[g.label] = g
			groups = append(groups, g)
			continue
		}
		first.merge(g)
	}
	return groups
}

func (r *Report) newGroup(label string) *group {
	return &group{
		label:         label,
		sums:          YearSums{Years: r.config.WonYears, Won: make([]float64, len(r.config.WonYears))},
		organizations: map[int32]struct{}{},
	}
}

func (g *group) merge(other *group) {
	for i, won := range other.sums.Won {
		g.sums.Won[i] += won
	}
	maps.Copy(g.organizations, other.organizations)
}

// total adds the years in their order.
func total(won []float64) (sum float64) {
	for _, w := range won {
		sum += w
	}
	return sum
}
