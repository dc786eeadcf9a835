package amounts

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"

// SummaryQuery selects the grid.
type SummaryQuery struct {
	Range       performance.RangeQuery
	Team, Scope *string
}

// Summary is the answer of monthly-amounts/summary.
type Summary struct {
	Months   []string      `json:"months"` // YYMM
	Segments []SegmentRows `json:"segments"`
	Meta     Meta          `json:"meta"`
}

// SegmentRows is one segment of the grid.
type SegmentRows struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Rows  []Row  `json:"rows"`
}

// Row is one bucket of a segment.
type Row struct {
	Key    string             `json:"key"`
	Label  string             `json:"label"`
	Sums   performance.Sums   `json:"byMonth"` // won
	Counts performance.Counts `json:"dealCountByMonth"`
}

// Meta says what was computed from what.
type Meta struct {
	SnapshotVersion string  `json:"snapshot_version"`
	Team            *string `json:"team"`
	Scope           *string `json:"scope"`
}

// Summary is GET monthly-amounts/summary (spec 03 §1.3). It fails with a
// *performance.ValueError, performance.ErrNoSnapshot or a *crm.MissingError.
func (r *Report) Summary(q SummaryQuery) (Summary, error) {
	from, to := q.Range.Bounds(r.book.Rules, r.config.Years)
	months, err := performance.NewRange(from, to)
	if err != nil {
		return Summary{}, err
	}
	owned, err := r.owned(q.Team, q.Scope)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{
		Months: months.Keys, Segments: r.emptySegments(months),
		Meta: Meta{SnapshotVersion: r.book.Version, Team: q.Team, Scope: q.Scope},
	}
	takers := r.takers()
	for i := range r.deals {
		d := &r.deals[i]
		place, ok := months.Place(d.month)
		if !ok || !owned.Has(d.entry) {
			continue
		}
		for _, segment := range takers[d.class] {
			rows := s.Segments[segment].Rows
			for _, b := range [...]bucket{total, d.bucket} {
				rows[b].Sums.Values[place] += d.used
				rows[b].Counts.Values[place]++
			}
		}
	}
	return s, nil
}

func (r *Report) emptySegments(months performance.Range) []SegmentRows {
	segments := make([]SegmentRows, len(r.config.Segments))
	for i, segment := range r.config.Segments {
		segments[i] = SegmentRows{Key: segment.Key, Label: segment.Label, Rows: make([]Row, buckets)}
		for b, row := range bucketRows() {
			segments[i].Rows[b] = Row{
				Key: row.Key, Label: row.Label,
				Sums: performance.NewSeries[float64](months), Counts: performance.NewSeries[int](months),
			}
		}
	}
	return segments
}

// takers lists the segments that take deals of each class.
func (r *Report) takers() [classes][]int {
	var takers [classes][]int
	for c := range class(classes) {
		for i, segment := range r.config.Segments {
			if segment.takes(c) {
				takers[c] = append(takers[c], i)
			}
		}
	}
	return takers
}
