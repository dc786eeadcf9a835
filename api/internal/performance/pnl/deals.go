package pnl

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// Rails: which course formats count.
const (
	totalRail   = "TOTAL"
	onlineRail  = "ONLINE"
	offlineRail = "OFFLINE"
)

// DealsQuery selects the deals behind the revenue of a month.
type DealsQuery struct {
	Year          *int   // nil means the plan year
	Month         string // YYMM
	Rail          string // TOTAL, ONLINE or OFFLINE in any case of letters
	Variant       string // E or T in any case of letters; empty is E
	Limit, Offset int
}

// Deals is the answer of pl-progress/deals.
type Deals struct {
	Year    int       `json:"year"`
	Month   string    `json:"month"`
	Rail    string    `json:"rail"`
	Variant string    `json:"variant"`
	Items   []Item    `json:"items"`
	Meta    DealsMeta `json:"meta"`
}

// DealsMeta says what was computed from what.
type DealsMeta struct {
	SnapshotVersion *string `json:"snapshot_version"` // nil for targets, which no snapshot has
	Total           int     `json:"total"`            // deals before paging
}

// Item is one deal of the list.
type Item struct {
	DealName     string  `json:"dealName"`
	OrgID        *string `json:"orgId"`
	OrgName      string  `json:"orgName"`
	UpperOrg     string  `json:"upperOrg"`
	CustomerName string  `json:"customerPersonName"`
	CustomerID   *string `json:"customerPersonId"`
	CourseFormat *string `json:"courseFormat"`
	performance.Cells
	AmountUsed  float64 `json:"amountUsed"`       // won
	Recognised  float64 `json:"recognizedAmount"` // 억
	TotalDays   int     `json:"totalDays"`
	OverlapDays int     `json:"overlapDays"`
}

// Deals is GET pl-progress/deals (spec 03 §4.4). It fails like Summary,
// but there are no deals behind targets, and to say so takes no snapshot.
func (r *Report) Deals(q DealsQuery) (Deals, error) {
	key, _, err := performance.SingleMonth(q.Month, " (e.g., 2601)")
	if err != nil {
		return Deals{}, err
	}
	rail := strings.ToUpper(q.Rail)
	if rail != totalRail && rail != onlineRail && rail != offlineRail {
		return Deals{}, performance.Refuse("rail must be TOTAL|ONLINE|OFFLINE")
	}
	variant := cmp.Or(strings.ToUpper(q.Variant), expected)
	if variant != expected && variant != target {
		return Deals{}, performance.Refuse("variant must be E or T")
	}
	year := r.year(q.Year)
	list := Deals{Year: year, Month: key, Rail: rail, Variant: variant, Items: []Item{}}
	if variant == target {
		return list, nil
	}
	if err := r.snapshotReady(); err != nil {
		return Deals{}, err
	}
	if err := checkYear(year); err != nil {
		return Deals{}, err
	}
	list.Meta.SnapshotVersion = &r.book.Version
	months := normalise.Months(year)
	m := slices.IndexFunc(months[:], func(m normalise.Month) bool { return m.Key == key })
	if m < 0 {
		return list, nil
	}
	shares := r.shares(&months[m], rail)
	list.Meta.Total = len(shares)
	for _, s := range page(shares, q.Offset, q.Limit) {
		list.Items = append(list.Items, r.item(s))
	}
	return list, nil
}

// share is a deal's part in a month.
type share struct {
	deal       *deal
	name       string
	recognised float64 // 억, rounded
	days       int
}

// shares lists the deals that have revenue in a month, the largest first.
func (r *Report) shares(m *normalise.Month, rail string) []share {
	var all []share
	for i := range r.deals {
		d := &r.deals[i]
		if (rail == onlineRail && !d.online) || (rail == offlineRail && d.online) {
			continue
		}
		recognised, days := d.share(m)
		if recognised > 0 {
			all = append(all, share{
				deal: d, name: performance.DealLabel(r.book.Deal(d.entry)), recognised: performance.Round(recognised, places), days: days,
			})
		}
	}
	slices.SortStableFunc(all, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.recognised, a.recognised), cmp.Compare(b.deal.used, a.deal.used), strings.Compare(b.name, a.name))
	})
	return all
}

func page(all []share, offset, limit int) []share {
	all = all[min(offset, len(all)):]
	return all[:min(limit, len(all))]
}

func (r *Report) item(s share) Item {
	e := s.deal.entry
	row, person := r.book.Deal(e), r.book.Person(e)
	item := Item{
		DealName: s.name, OrgID: e.OrganizationID.Ptr(), OrgName: r.book.OrganizationLabel(e),
		UpperOrg: normalise.TextFalsy(person.UpperOrg), CustomerName: normalise.TextFalsy(person.Name),
		CourseFormat: row.CourseFormat.Ptr(), Cells: r.book.Cells(e),
		AmountUsed: s.deal.used, Recognised: s.recognised, TotalDays: s.deal.totalDays, OverlapDays: s.days,
	}
	if r.book.Rules.DiagnosticsCountWhatTheyName() {
		item.CustomerID = person.ID.Ptr() // the replaced service never filled it in
	}
	return item
}
