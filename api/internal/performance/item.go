package performance

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"

// Named is a key with its label.
type Named struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// Cells are what the deal lists of all views say of a deal: raw texts, and
// amounts in won where the text is a number.
type Cells struct {
	DealID       *string  `json:"dealId"`
	OwnerNames   []string `json:"day1OwnerNames"`
	Status       *string  `json:"status"`
	Probability  *string  `json:"probability"`
	ExpectedDate *string  `json:"expectedCloseDate"`
	Expected     *float64 `json:"expectedAmount"`
	Start        *string  `json:"startDate"`
	End          *string  `json:"endDate"`
	Contract     *string  `json:"contractDate"`
	Amount       *float64 `json:"amount"`
}

// Cells returns what a list says of an entry's deal.
func (b *Book) Cells(e *Entry) Cells {
	d, f := b.Deal(e), b.Facts(e)
	return Cells{
		DealID: d.ID.Ptr(), OwnerNames: b.Owners(e), Status: d.Status.Ptr(), Probability: d.Probability.Ptr(),
		ExpectedDate: d.ExpectedDate.Ptr(), Expected: f.Expected.Ptr(), Start: d.CourseStart.Ptr(), End: d.CourseEnd.Ptr(),
		Contract: d.ContractDate.Ptr(), Amount: f.Amount.Ptr(),
	}
}

// DealLabel is a deal's name, or its id where that is NULL or empty.
func DealLabel(d *crm.Deal) string {
	if name := d.Name.String(); name != "" {
		return name
	}
	return d.ID.String()
}

// Once tells which deals come up for the first time.
type Once struct {
	ids  map[string]struct{}
	null bool
}

// First reports whether the id comes up for the first time. Deals without an
// id count as one, as they did in the replaced service's lists; where corrected
// rules leave none to be repeated, it isn't asked.
func (o *Once) First(id crm.Text) bool {
	if id.IsNull() {
		first := !o.null
		o.null = true
		return first
	}
	if _, known := o.ids[id.String()]; known {
		return false
	}
	if o.ids == nil {
		o.ids = map[string]struct{}{}
	}
	o.ids[id.String()] = struct{}{}
	return true
}
