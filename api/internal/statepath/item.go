package statepath

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"

// Item is an organisation in the portfolio. It has every field in two
// spellings, as clients of either kind rely on them. Sums are 억.
type Item struct {
	SnakeItem
	CamelItem

	Seed string `json:"seed"`
}

// SnakeItem is the fields of an Item in snake_case. 2024 and 2025 stand for the
// two years, whichever they are.
type SnakeItem struct {
	OrgID             string        `json:"org_id"`
	OrgName           string        `json:"org_name"`
	SizeRaw           *string       `json:"size_raw"`
	Segment           string        `json:"segment"`
	TotalFrom         float64       `json:"company_total_eok_2024"`
	TotalTo           float64       `json:"company_total_eok_2025"`
	BucketFrom        string        `json:"company_bucket_2024"`
	BucketTo          string        `json:"company_bucket_2025"`
	Delta             float64       `json:"delta_eok"`
	OnlineBucketFrom  string        `json:"company_online_bucket_2024"`
	OfflineBucketFrom string        `json:"company_offline_bucket_2024"`
	OnlineBucketTo    string        `json:"company_online_bucket_2025"`
	OfflineBucketTo   string        `json:"company_offline_bucket_2025"`
	CellsFrom         PerCell[Cell] `json:"cells_2024"`
	CellsTo           PerCell[Cell] `json:"cells_2025"`
}

// CamelItem is the same in camelCase.
type CamelItem struct {
	OrgID             string        `json:"orgId"`
	OrgName           string        `json:"orgName"`
	SizeRaw           *string       `json:"sizeRaw"`
	SizeGroup         string        `json:"sizeGroup"`
	TotalFrom         float64       `json:"companyTotalEok2024"`
	TotalTo           float64       `json:"companyTotalEok2025"`
	BucketFrom        string        `json:"companyBucket2024"`
	BucketTo          string        `json:"companyBucket2025"`
	Delta             float64       `json:"deltaEok"`
	OnlineBucketFrom  string        `json:"companyOnlineBucket2024"`
	OfflineBucketFrom string        `json:"companyOfflineBucket2024"`
	OnlineBucketTo    string        `json:"companyOnlineBucket2025"`
	OfflineBucketTo   string        `json:"companyOfflineBucket2025"`
	CellsFrom         PerCell[Cell] `json:"cells2024"`
	CellsTo           PerCell[Cell] `json:"cells2025"`
}

func (r *Report) item(a *account) Item {
	buckets := r.config.Buckets
	snake := SnakeItem{
		OrgID: a.customer.id, OrgName: a.name, SizeRaw: a.customer.size().Ptr(), Segment: a.customer.segment,
		TotalFrom: normalise.Finite(a.from.total), TotalTo: normalise.Finite(a.to.total),
		BucketFrom: buckets[a.from.companyAt], BucketTo: buckets[a.to.companyAt],
		Delta:            normalise.Finite(a.delta()),
		OnlineBucketFrom: buckets[a.from.onlineAt], OfflineBucketFrom: buckets[a.from.offlineAt],
		OnlineBucketTo: buckets[a.to.onlineAt], OfflineBucketTo: buckets[a.to.offlineAt],
		CellsFrom: r.cells(&a.from), CellsTo: r.cells(&a.to),
	}
	return Item{SnakeItem: snake, CamelItem: snake.camel(), Seed: a.seed}
}

// camel is the same under other names: but for its tags, CamelItem is
// SnakeItem.
func (s *SnakeItem) camel() CamelItem {
	return CamelItem{
		OrgID: s.OrgID, OrgName: s.OrgName, SizeRaw: s.SizeRaw, SizeGroup: s.Segment,
		TotalFrom: s.TotalFrom, TotalTo: s.TotalTo, BucketFrom: s.BucketFrom, BucketTo: s.BucketTo, Delta: s.Delta,
		OnlineBucketFrom: s.OnlineBucketFrom, OfflineBucketFrom: s.OfflineBucketFrom,
		OnlineBucketTo: s.OnlineBucketTo, OfflineBucketTo: s.OfflineBucketTo,
		CellsFrom: s.CellsFrom, CellsTo: s.CellsTo,
	}
}
