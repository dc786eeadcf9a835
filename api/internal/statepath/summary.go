package statepath

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Summary is the filtered portfolio as a whole, all pages. Sums are 억.
type Summary struct {
	Accounts       int             `json:"accountCount"`
	SumFrom        float64         `json:"sum2024Eok"`
	SumTo          float64         `json:"sum2025Eok"`
	Company        Directions      `json:"companyBucketChangeCounts"`
	OpenAccounts   int             `json:"openAccountCount"`
	CloseAccounts  int             `json:"closeAccountCount"`
	RiskAccounts   int             `json:"riskAccountCount"`
	Seeds          map[string]int  `json:"seedCounts"`
	Transitions    Transitions     `json:"companyTransitionMatrix"`
	CellEvents     PerCell[Events] `json:"cellEventMatrix"`
	Rails          RailDirections  `json:"railChangeSummary"`
	TopPatterns    TopPatterns     `json:"topPatterns"`
	SegmentCompare []Segment       `json:"segmentComparison"`
}

// Directions count accounts by the direction of a bucket.
type Directions struct {
	Up   int `json:"up"`
	Flat int `json:"flat"`
	Down int `json:"down"`
}

func (d *Directions) count(from, to int8) {
	switch direction(from, to) {
	case up:
		d.Up++
	case down:
		d.Down++
	default:
		d.Flat++
	}
}

// RailDirections are Directions by rail.
type RailDirections struct {
	Online  Directions `json:"ONLINE"`
	Offline Directions `json:"OFFLINE"`
}

// Transitions count accounts by the buckets of both years.
type Transitions struct {
	Buckets []string `json:"buckets"`
	Counts  [][]int  `json:"counts"` // row: the earlier year
}

// Events count the events of a cell.
type Events struct {
	Open  int `json:"OPEN"`
	Close int `json:"CLOSE"`
	Up    int `json:"UP"`
	Down  int `json:"DOWN"`
}

func (e *Events) count(eventType string) {
	switch eventType {
	case eventOpen:
		e.Open++
	case eventClose:
		e.Close++
	case eventScaleUp:
		e.Up++
	case eventScaleDown:
		e.Down++
	}
}

// TopPatterns are what happened most; empty without accounts.
type TopPatterns struct {
	Open  *TopCell `json:"topOpenCell,omitempty"`
	Close *TopCell `json:"topCloseCell,omitempty"`
	Up    *TopCell `json:"topUpCell,omitempty"`
	Down  *TopCell `json:"topDownCell,omitempty"`
	Seed  *TopSeed `json:"topSeed,omitempty"`
}

// TopCell is the cell with most events of a type.
type TopCell struct {
	Cell  string `json:"cell"`
	Count int    `json:"count"`
}

// TopSeed is the most frequent seed.
type TopSeed struct {
	Seed  string `json:"seed"`
	Count int    `json:"count"`
}

// Segment is a size group beside the others. Rates are shares of its accounts.
type Segment struct {
	SizeGroup string  `json:"sizeGroup"`
	Accounts  int     `json:"accountCount"`
	SumTo     float64 `json:"sum2025Eok"`
	UpRate    float64 `json:"companyUpRate"`
	OpenRate  float64 `json:"openRate"` // with an OPEN event
	RiskRate  float64 `json:"riskRate"`
	SeedRate  float64 `json:"seedH2BRate"`
}

// summary counts accounts in their order. As before, open and close accounts
// are those whose company bucket went up and down; corrected, those with an
// OPEN and CLOSE event.
func (r *Report) summary(q *PortfolioQuery, accounts []*account) Summary {
	s := Summary{
		Accounts: len(accounts), Seeds: map[string]int{}, SegmentCompare: []Segment{},
		Transitions: Transitions{Buckets: r.config.Buckets, Counts: make([][]int, len(r.config.Buckets))},
	}
	for i := range s.Transitions.Counts {
		s.Transitions.Counts[i] = make([]int, len(r.config.Buckets))
	}
	for _, seed := range seeds() {
		s.Seeds[seed] = 0
	}
	var events [cellCount]Events
	for _, a := range accounts {
		s.count(a)
		for c := range cell(cellCount) {
			events[c].count(a.cellEvent(c))
		}
	}
	if !r.rules.OpenCloseCountEvents() {
		s.OpenAccounts, s.CloseAccounts = s.Company.Up, s.Company.Down
	}
	s.SumFrom, s.SumTo = normalise.Finite(s.SumFrom), normalise.Finite(s.SumTo)
	s.CellEvents = perCell(events)
	if len(accounts) > 0 {
		s.TopPatterns = topPatterns(&events, s.Seeds)
	}
	if q.unfiltered() {
		s.SegmentCompare = compareSegments(accounts)
	}
	return s
}

func (s *Summary) count(a *account) {
	s.SumFrom += a.from.total
	s.SumTo += a.to.total
	s.Company.count(a.from.companyAt, a.to.companyAt)
	s.Rails.Online.count(a.from.onlineAt, a.to.onlineAt)
	s.Rails.Offline.count(a.from.offlineAt, a.to.offlineAt)
	s.Transitions.Counts[a.from.companyAt][a.to.companyAt]++
	s.Seeds[a.seed]++
	s.OpenAccounts += one(a.hasCellEvent(eventOpen))
	s.CloseAccounts += one(a.hasCellEvent(eventClose))
	s.RiskAccounts += one(a.risk)
}

// one counts what is true.
func one(counts bool) int {
	if counts {
		return 1
	}
	return 0
}

func topPatterns(events *[cellCount]Events, counts map[string]int) TopPatterns {
	top := func(of func(*Events) int) *TopCell {
		best := TopCell{Cell: cell(0).String(), Count: of(&events[0])}
		for c := range cell(cellCount) {
			if n := of(&events[c]); n > best.Count {
				best = TopCell{Cell: c.String(), Count: n}
			}
		}
		return &best
	}
	p := TopPatterns{
		Open:  top(func(e *Events) int { return e.Open }),
		Close: top(func(e *Events) int { return e.Close }),
		Up:    top(func(e *Events) int { return e.Up }),
		Down:  top(func(e *Events) int { return e.Down }),
	}
	for _, seed := range seeds() {
		if p.Seed == nil || counts[seed] > p.Seed.Count {
			p.Seed = &TopSeed{Seed: seed, Count: counts[seed]}
		}
	}
	return p
}

// compareSegments lists the size groups in the order in which they come up.
func compareSegments(accounts []*account) []Segment {
	segments := []Segment{}
	places := map[string]int{}
	for _, a := range accounts {
		at, ok := places[a.customer.segment]
		if !ok {
			at = len(segments)
			places[a.customer.segment] = at
			segments = append(segments, Segment{SizeGroup: a.customer.segment})
		}
		s := &segments[at]
		s.Accounts++
		s.SumTo += a.to.total
		s.UpRate += float64(one(a.to.companyAt > a.from.companyAt))
		s.OpenRate += float64(one(a.hasCellEvent(eventOpen)))
		s.RiskRate += float64(one(a.risk))
		s.SeedRate += float64(one(a.seed == seedHRDToBU))
	}
	for i := range segments {
		s := &segments[i]
		s.SumTo = normalise.Finite(s.SumTo)
		for _, rate := range []*float64{&s.UpRate, &s.OpenRate, &s.RiskRate, &s.SeedRate} {
			*rate /= float64(s.Accounts)
		}
	}
	return segments
}
