package counterparty

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"

// Summary is the answer of
// /api/rank/2025-top100-counterparty-dri/targets-summary.
type Summary struct {
	Meta   SummaryMeta `json:"meta"`
	Totals Totals      `json:"totals"`
}

// SummaryMeta is what a summary says of itself.
type SummaryMeta struct {
	Size           string `json:"size"`
	RowCount       int    `json:"rowCount"`
	Version        string `json:"snapshot_version"`
	TargetsVersion string `json:"targets_version"`
}

// Totals are the sums of a list's rows in won, and how many of them have a
// target of their own.
type Totals struct {
	BaseOffline  float64 `json:"cpOffline2025"`
	TargetOff    float64 `json:"target26Offline"`
	NextOffline  float64 `json:"cpOffline2026"`
	BaseOnline   float64 `json:"cpOnline2025"`
	TargetOn     float64 `json:"target26Online"`
	NextOnline   float64 `json:"cpOnline2026"`
	OfflineGiven int     `json:"overrideAppliedOffline"`
	OnlineGiven  int     `json:"overrideAppliedOnline"`
}

// Summary is GET /api/rank/2025-top100-counterparty-dri/targets-summary (spec
// 04 §5): the sums of the list with the same size and base year. It fails with
// a *crm.MissingError.
func (r *Report) Summary(q Query) (Summary, error) {
	if err := r.requireList(); err != nil {
		return Summary{}, err
	}
	q.Limit, q.Offset = 0, 0
	rows := r.compute(q).rows
	var t Totals
	for i := range rows {
		t.add(&rows[i])
	}
	t.finite()
	return Summary{
		Meta:   SummaryMeta{Size: r.size(q), RowCount: len(rows), Version: r.version, TargetsVersion: r.config.Targets.Version},
		Totals: t,
	}, nil
}

func (t *Totals) add(row *Row) {
	t.BaseOffline += row.BaseOffline
	t.TargetOff += row.TargetOff
	t.NextOffline += row.NextOffline
	t.BaseOnline += row.BaseOnline
	t.TargetOn += row.TargetOn
	t.NextOnline += row.NextOnline
	if row.OfflineGiven {
		t.OfflineGiven++
	}
	if row.OnlineGiven {
		t.OnlineGiven++
	}
}

func (t *Totals) finite() {
	for _, sum := range []*float64{&t.BaseOffline, &t.TargetOff, &t.NextOffline, &t.BaseOnline, &t.TargetOn, &t.NextOnline} {
		*sum = normalise.Finite(*sum)
	}
}
