package inquiries

import (
	"cmp"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// everything stands for all formats or all categories in a row's key.
const everything = "__ALL__"

// separator stands between format and category in a row's key.
const separator = "||"

// SummaryQuery selects the grid.
type SummaryQuery struct {
	Range performance.RangeQuery
	Team  *string
	Debug bool // also say what the team filter left out
}

// Summary is the answer of monthly-inquiries/summary.
type Summary struct {
	Months []string    `json:"months"` // YYMM
	Rows   []Row       `json:"rows"`
	Meta   SummaryMeta `json:"meta"`
}

// Row is the deals of a size and format: all of them on level 1, those of a
// category on level 2.
type Row struct {
	Level    int                `json:"level"`
	Size     string             `json:"sizeGroup"`
	Format   string             `json:"courseFormat"`
	Category *string            `json:"categoryGroup"`
	Segment  string             `json:"segmentKey"`
	RowKey   string             `json:"rowKey"`
	Key      string             `json:"key"`
	Label    string             `json:"label"`
	Counts   performance.Counts `json:"countByMonth"`
}

// SummaryMeta says what was computed from what.
type SummaryMeta struct {
	SnapshotVersion string  `json:"snapshot_version"`
	Team            *string `json:"team"`
	Debug           Debug   `json:"debug"`
}

// TeamFilter says what a team filter left out of the range.
type TeamFilter struct {
	Team           string         `json:"team_param"`
	Members        int            `json:"allowed_member_count"`
	InRange        int            `json:"rows_total_in_range"`
	Kept           int            `json:"rows_after_team_filter"`
	Excluded       int            `json:"excluded_by_team"`
	ExcludedBySize map[string]int `json:"excluded_by_team_by_size"`
	ExcludedOwners []OwnerCount   `json:"excluded_owner_names_top"`
}

// OwnerCount is a name and how many deals have it; its JSON is a pair.
type OwnerCount struct {
	Name  string
	Count int
}

// MarshalJSON writes the pair.
func (c OwnerCount) MarshalJSON() ([]byte, error) { return performance.MarshalPair(c.Name, c.Count) }

// Summary is GET monthly-inquiries/summary (spec 03 §2.2). It fails with a
// *performance.ValueError, performance.ErrNoSnapshot or a *crm.MissingError.
func (r *Report) Summary(q SummaryQuery) (Summary, error) {
	from, to := q.Range.Bounds(r.book.Rules, r.config.Years)
	months, err := performance.NewRange(from, to)
	if err != nil {
		return Summary{}, err
	}
	team, filtered, err := r.team(q.Team)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{
		Months: months.Keys, Rows: r.emptyRows(months),
		Meta: SummaryMeta{SnapshotVersion: r.book.Version, Team: q.Team, Debug: Debug{LoadDebug: r.load}},
	}
	owned := r.book.OwnedBy(team)
	out := newLeftOut()
	for i := range r.deals {
		d := &r.deals[i]
		place, ok := months.Place(d.month)
		if !ok {
			continue
		}
		out.inRange++
		if !owned.Has(d.entry) {
			out.add(r.config.Sizes[d.size], r.book.Owners(d.entry))
			continue
		}
		rollup := r.rollup(d)
		s.Rows[rollup].Counts.Values[place]++
		s.Rows[rollup+1+int(d.category)].Counts.Values[place]++
	}
	if q.Debug && filtered {
		s.Meta.Debug.TeamFilter = out.report(*q.Team, team.Len())
	}
	return s, nil
}

// rollup is the place of a deal's level-1 row; those of its categories follow.
func (r *Report) rollup(d *deal) int {
	return (int(d.size)*len(r.config.Formats) + int(d.format)) * (1 + len(r.config.Categories))
}

func (r *Report) emptyRows(months performance.Range) []Row {
	rows := make([]Row, 0, len(r.config.Sizes)*len(r.config.Formats)*(1+len(r.config.Categories)))
	for _, size := range r.config.Sizes {
		for _, format := range r.config.Formats {
			key := format + separator + everything
			rows = append(rows, Row{
				Level: 1, Size: size, Format: format, Segment: size, RowKey: key, Key: key, Label: format,
				Counts: performance.NewSeries[int](months),
			})
			for i, category := range r.config.Categories {
				key := format + separator + category
				rows = append(rows, Row{
					Level: 2, Size: size, Format: format, Category: &r.config.Categories[i], Segment: size,
					RowKey: key, Key: key, Label: category, Counts: performance.NewSeries[int](months),
				})
			}
		}
	}
	return rows
}

// leftOut gathers a TeamFilter.
type leftOut struct {
	inRange, excluded int
	bySize            map[string]int
	owners            []OwnerCount
	place             map[string]int // in owners
}

func newLeftOut() *leftOut { return &leftOut{bySize: map[string]int{}, place: map[string]int{}} }

func (o *leftOut) add(size string, owners []string) {
	o.excluded++
	o.bySize[size]++
	for _, name := range owners {
		i, known := o.place[name]
		if !known {
			i = len(o.owners)
			o.place[name] = i
			o.owners = append(o.owners, OwnerCount{Name: name})
		}
		o.owners[i].Count++
	}
}

func (o *leftOut) report(key string, members int) *TeamFilter {
	owners := slices.Clone(o.owners)
	slices.SortStableFunc(owners, func(a, b OwnerCount) int { return cmp.Compare(b.Count, a.Count) })
	owners = owners[:min(len(owners), maxSamples)]
	if owners == nil {
		owners = []OwnerCount{}
	}
	return &TeamFilter{
		Team: key, Members: members, InRange: o.inRange, Kept: o.inRange - o.excluded, Excluded: o.excluded,
		ExcludedBySize: o.bySize, ExcludedOwners: owners,
	}
}
