package inquiries

import (
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// maxExcluded is how many deals that the team filter left out a list shows.
const maxExcluded = 50

// DealsQuery selects the deals behind one number of the grid.
type DealsQuery struct {
	Segment, Row, Month string // keys of the summary
	Team                *string
	Debug               bool // also show deals that the team filter left out
}

// Deals is the answer of monthly-inquiries/deals.
type Deals struct {
	Segment   performance.Named `json:"segment"`
	Row       performance.Named `json:"row"`
	Month     string            `json:"month"`
	DealCount int               `json:"dealCount"`
	Items     []Item            `json:"items"`
	Meta      DealsMeta         `json:"meta"`
}

// DealsMeta says what was computed from what.
type DealsMeta struct {
	SnapshotVersion string      `json:"snapshot_version"`
	Team            *string     `json:"team"`
	Debug           *DealsDebug `json:"debug,omitempty"`
}

// DealsDebug shows deals that the team filter left out.
type DealsDebug struct {
	Excluded []ExcludedDeal `json:"excluded_samples"`
}

// ExcludedDeal is a deal that the team filter left out. The replaced service
// never read the raw size.
type ExcludedDeal struct {
	DealID     *string  `json:"dealId"`
	DealName   *string  `json:"dealName"`
	OwnerNames []string `json:"ownerNames"`
	OrgName    *string  `json:"orgName"`
	RawSize    *string  `json:"sizeRaw"`
	Size       string   `json:"sizeGroup"`
}

// Item is one deal of the list. What is missing is null.
type Item struct {
	OrgName      *string `json:"orgName"`
	UpperOrg     *string `json:"upperOrg"`
	CustomerName *string `json:"customerPersonName"`
	DealName     *string `json:"dealName"`
	Format       string  `json:"courseFormat"` // the grid's
	CourseID     *string `json:"courseId"`
	Category     *string `json:"category"`
	performance.Cells
}

// Deals is GET monthly-inquiries/deals (spec 03 §2.3). It fails like Summary.
func (r *Report) Deals(q DealsQuery) (Deals, error) {
	key, month, err := performance.SingleMonth(q.Month, ", e.g., 2501")
	if err != nil {
		return Deals{}, err
	}
	size := place(r.config.Sizes, q.Segment)
	if size < 0 {
		return Deals{}, performance.Refuse("Unknown segment(size group): %s", q.Segment)
	}
	row, err := r.cell(q.Row)
	if err != nil {
		return Deals{}, err
	}
	team, _, err := r.team(q.Team)
	if err != nil {
		return Deals{}, err
	}
	list := Deals{
		Segment: performance.Named{Key: q.Segment, Label: q.Segment}, Row: performance.Named{Key: q.Row, Label: row.label()},
		Month: key, Items: []Item{}, Meta: DealsMeta{SnapshotVersion: r.book.Version, Team: q.Team},
	}
	owned := r.book.OwnedBy(team)
	var excluded []ExcludedDeal
	var once performance.Once
	for i := range r.deals {
		d := &r.deals[i]
		if d.month != month || d.size != size || !row.takes(d) {
			continue
		}
		if !owned.Has(d.entry) {
			if len(excluded) < maxExcluded {
				excluded = append(excluded, r.excludedDeal(d))
			}
			continue
		}
		if !r.book.Rules.DealsCountOnce() && !once.First(r.book.Deal(d.entry).ID) {
			continue
		}
		list.Items = append(list.Items, r.item(d))
	}
	list.DealCount = len(list.Items)
	if q.Debug && len(excluded) > 0 {
		list.Meta.Debug = &DealsDebug{Excluded: excluded}
	}
	return list, nil
}

// cell is a row of the grid: a format and a category, or all of either.
type cell struct {
	formatKey, categoryKey string
	format, category       int16 // -1 for all
}

// cell reads a row's key. A text that is none means the whole size.
func (r *Report) cell(key string) (cell, error) {
	c := cell{formatKey: everything, categoryKey: everything, format: -1, category: -1}
	format, category, found := strings.Cut(key, separator)
	if !found {
		return c, nil
	}
	c.formatKey, c.categoryKey = format, category
	if format != everything {
		if c.format = place(r.config.Formats, format); c.format < 0 {
			return c, performance.Refuse("Unknown courseFormat: %s", format)
		}
	}
	if category != everything {
		if c.category = place(r.config.Categories, category); c.category < 0 {
			return c, performance.Refuse("Unknown categoryGroup: %s", category)
		}
	}
	return c, nil
}

func (c cell) takes(d *deal) bool {
	return (c.format < 0 || c.format == d.format) && (c.category < 0 || c.category == d.category)
}

func (c cell) label() string {
	switch {
	case c.format < 0 && c.category < 0:
		return "전체"
	case c.category < 0:
		return c.formatKey + " (합계)"
	default:
		return c.formatKey + " · " + c.categoryKey
	}
}

func (r *Report) item(d *deal) Item {
	row, person := r.book.Deal(d.entry), r.book.Person(d.entry)
	return Item{
		OrgName: r.book.OrganizationName(d.entry).Ptr(), UpperOrg: person.UpperOrg.Ptr(), CustomerName: person.Name.Ptr(),
		DealName: row.Name.Ptr(), Format: r.config.Formats[d.format], CourseID: row.CourseID.Ptr(), Category: row.Category.Ptr(),
		Cells: r.book.Cells(d.entry),
	}
}

func (r *Report) excludedDeal(d *deal) ExcludedDeal {
	row := r.book.Deal(d.entry)
	x := ExcludedDeal{
		DealID: row.ID.Ptr(), DealName: row.Name.Ptr(), OwnerNames: r.book.Owners(d.entry),
		OrgName: r.book.OrganizationName(d.entry).Ptr(), Size: r.config.Sizes[d.size],
	}
	if r.book.Rules.DiagnosticsCountWhatTheyName() {
		x.RawSize = r.sizeOf(d.entry).Ptr()
	}
	return x
}
