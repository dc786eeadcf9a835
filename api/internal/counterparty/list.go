package counterparty

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// MaxLimit is how many organisations one page may have.
const MaxLimit = 200_000

// Query selects what a list is of.
type Query struct {
	BaseYear int     // 0 means that of the workspace
	Size     *string // raw size, exactly; AllSizes or blank for every one; nil for the workspace's default
	Limit    int     // organisations, not rows; 0 means all
	Offset   int     // organisations to leave out; counts only with a limit
	Debug    bool    // say how each target was matched
}

// List is the answer of /api/rank/2025-top100-counterparty-dri.
type List struct {
	Size   string `json:"size"`
	Limit  *int   `json:"limit"`
	Offset int    `json:"offset"`
	Rows   []Row  `json:"rows"`
	Meta   Meta   `json:"meta"`
}

// Meta is what a list says of itself.
type Meta struct {
	OrgCount       int          `json:"orgCount"`
	RowCount       int          `json:"rowCount"`
	Offset         int          `json:"offset"`
	Limit          *int         `json:"limit"`
	Version        string       `json:"snapshot_version"`
	TargetsVersion string       `json:"targetsVersion"`
	Diagnostics    []Diagnostic `json:"overrideDiagnostics,omitzero"` // nil unless asked for
}

// Row is a counterparty. Its keys name the years 2025 and 2026 whatever the
// base year is: the base year and the one after.
//
// Total, TotalOnline and TotalOffline are the organisation's. As the replaced
// service had it, Total is every open deal dated in either year and the split
// is 0; by corrected rules they are what was Won in the base year (spec 04 D3,
// D4).
type Row struct {
	OrgID        string  `json:"orgId"`
	OrgName      string  `json:"orgName"`
	Tier         string  `json:"orgTier"` // of the workspace's grades, or TargetTier
	Total        float64 `json:"orgWon2025"`
	TotalOnline  float64 `json:"orgOnline2025"`
	TotalOffline float64 `json:"orgOffline2025"`
	UpperOrg     string  `json:"upperOrg"`

	BaseOnline   float64  `json:"cpOnline2025"`
	BaseOffline  float64  `json:"cpOffline2025"`
	Base         float64  `json:"cpTotal2025"`
	NextOnline   float64  `json:"cpOnline2026"`
	NextOffline  float64  `json:"cpOffline2026"`
	Owners       []string `json:"owners2025"` // of Won deals in the base year, sorted
	BaseDeals    int      `json:"dealCount2025"`
	TargetOff    float64  `json:"target26Offline"`
	TargetOn     float64  `json:"target26Online"`
	OfflineGiven bool     `json:"target26OfflineIsOverride"` // the workspace has the target; else it follows from the base year
	OnlineGiven  bool     `json:"target26OnlineIsOverride"`
}

// size is the size filter asked for. Blank means every size (DECISIONS.md).
func (r *Report) size(q Query) string {
	switch {
	case q.Size == nil:
		return r.config.DefaultSize
	case normalise.Trim(*q.Size) == "":
		return AllSizes
	default:
		return *q.Size
	}
}

// List is GET /api/rank/2025-top100-counterparty-dri (spec 04 §3). It fails
// with a *crm.MissingError.
func (r *Report) List(q Query) (List, error) {
	if err := r.requireList(); err != nil {
		return List{}, err
	}
	list := List{Size: r.size(q)}
	if q.Limit > 0 {
		list.Limit, list.Offset = &q.Limit, q.Offset
	}
	c := r.compute(q)
	list.Rows = c.rows
	list.Meta = Meta{
		OrgCount: len(c.taken), RowCount: len(c.rows), Offset: list.Offset, Limit: list.Limit,
		Version: r.version, TargetsVersion: r.config.Targets.Version,
	}
	if q.Debug && len(c.taken) > 0 {
		list.Meta.Diagnostics = c.diagnostics
	}
	return list, nil
}

// compute is spec 04 §2.
func (r *Report) compute(q Query) *computation {
	c := &computation{Report: r, base: r.baseYear(q.BaseYear), size: r.size(q), rows: []Row{}, diagnostics: []Diagnostic{}}
	c.group()
	listed := c.order()
	c.taken = listed
	if q.Limit > 0 {
		from := min(q.Offset, len(listed))
		c.taken = listed[from:min(from+q.Limit, len(listed))]
	}
	if len(c.taken) == 0 {
		return c
	}
	c.last = &c.taken[len(c.taken)-1] == &listed[len(listed)-1]
	for rank, place := range c.taken {
		c.groups[place].rank = int32(rank)
	}
	c.addDeals()
	c.addOwners()
	c.addEntries()
	c.addTargets()
	c.finish()
	return c
}

// finish leaves out what has neither amount nor target and sorts the rest.
func (c *computation) finish() {
	order := make([]int, 0, len(c.rows))
	for i := range c.rows {
		if c.shown(&c.rows[i], c.keys[i]) {
			order = append(order, i)
		}
	}
	byPage := c.rules.TargetRowsOnce()
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &c.rows[a], &c.rows[b]
		switch {
		case byPage && c.ranks[a] != c.ranks[b]:
			return int(c.ranks[a]) - int(c.ranks[b])
		case !byPage && x.Total != y.Total:
			return descending(x.Total, y.Total)
		default:
			return descending(x.Base, y.Base)
		}
	})
	rows := make([]Row, len(order))
	for to, from := range order {
		rows[to] = c.rows[from]
	}
	c.rows = rows
}

func descending(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	default:
		return 0
	}
}

// shown reports whether a row is worth showing. The replaced service left out
// counterparties without an amount in the base year, whatever the year after
// brings; corrected rules show those with either (spec 04 D6).
func (c *computation) shown(row *Row, key Key) bool {
	if row.Base > 0 || row.Tier == TargetTier {
		return true
	}
	if c.rules.CurrentYearCounterpartiesAreListed() && row.NextOnline+row.NextOffline > 0 {
		return true
	}
	_, wanted := c.targets.goals[key]
	return wanted
}
