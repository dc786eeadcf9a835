package amounts

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// note explains the sums to the people who read them.
const note = "성사 확정·높음 딜에 금액이 없으면 예상 체결액을 더합니다."

// DealsQuery selects the deals behind one number of the grid.
type DealsQuery struct {
	Segment, Row, Month string // keys of the summary
	Team, Scope         *string
}

// Deals is the answer of monthly-amounts/deals.
type Deals struct {
	Segment     performance.Named `json:"segment"`
	Row         performance.Named `json:"row"`
	Month       string            `json:"month"`
	TotalAmount float64           `json:"totalAmount"` // won
	DealCount   int               `json:"dealCount"`
	Items       []Item            `json:"items"`
	Note        string            `json:"note"`
	Meta        Meta              `json:"meta"`
}

// Item is one deal of the list.
type Item struct {
	OrgName      string  `json:"orgName"`
	UpperOrg     string  `json:"upperOrg"`
	CustomerName string  `json:"customerPersonName"`
	DealName     string  `json:"dealName"`
	CourseFormat *string `json:"courseFormat"`
	Category     *string `json:"category"`
	CourseID     *string `json:"courseId"`
	performance.Cells
	AmountUsed float64 `json:"amountUsed"` // won
}

// Deals is GET monthly-amounts/deals (spec 03 §1.4). It fails like Summary.
func (r *Report) Deals(q DealsQuery) (Deals, error) {
	key, month, err := performance.SingleMonth(q.Month, ", e.g., 2501")
	if err != nil {
		return Deals{}, err
	}
	segment, row, err := r.cell(q.Segment, q.Row)
	if err != nil {
		return Deals{}, err
	}
	owned, err := r.owned(q.Team, q.Scope)
	if err != nil {
		return Deals{}, err
	}
	list := Deals{
		Segment: performance.Named{Key: segment.Key, Label: segment.Label}, Row: bucketRows()[row], Month: key,
		Items: []Item{}, Note: note,
		Meta: Meta{SnapshotVersion: r.book.Version, Team: q.Team, Scope: q.Scope},
	}
	var once performance.Once
	for i := range r.deals {
		d := &r.deals[i]
		if d.month != month || (row != total && d.bucket != row) || !segment.takes(d.class) || !owned.Has(d.entry) {
			continue
		}
		if !r.book.Rules.DealsCountOnce() && !once.First(r.book.Deal(d.entry).ID) {
			continue
		}
		list.Items = append(list.Items, r.item(d))
		list.TotalAmount += d.used
	}
	list.DealCount, list.TotalAmount = len(list.Items), normalise.Finite(list.TotalAmount)
	return list, nil
}

// cell finds the segment and row of a number.
func (r *Report) cell(segment, row string) (Segment, bucket, error) {
	s := slices.IndexFunc(r.config.Segments, func(s Segment) bool { return s.Key == segment })
	if s < 0 {
		return Segment{}, 0, performance.Refuse("Unknown segment: %s", segment)
	}
	rows := bucketRows()
	b := slices.IndexFunc(rows[:], func(n performance.Named) bool { return n.Key == row })
	if b < 0 {
		return Segment{}, 0, performance.Refuse("Unknown row: %s", row)
	}
	return r.config.Segments[s], bucket(b), nil //nolint:gosec // one of four
}

func (r *Report) item(d *deal) Item {
	row, person := r.book.Deal(d.entry), r.book.Person(d.entry)
	return Item{
		OrgName:  r.book.OrganizationLabel(d.entry),
		UpperOrg: normalise.TextFalsy(person.UpperOrg), CustomerName: normalise.TextFalsy(person.Name),
		DealName: performance.DealLabel(row), CourseFormat: row.CourseFormat.Ptr(), Category: row.Category.Ptr(),
		CourseID: row.CourseID.Ptr(), Cells: r.book.Cells(d.entry), AmountUsed: d.used,
	}
}
