package statepath

import (
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// cell is a lane and a rail. The order is the contract's.
type cell int8

const (
	hrdOnline cell = iota
	hrdOffline
	buOnline
	buOffline

	cellCount = 4
)

// Lanes and rails by name.
const (
	laneHRD     = "HRD"
	laneBU      = "BU"
	railOnline  = "ONLINE"
	railOffline = "OFFLINE"
)

func cellOf(hrd, online bool) cell {
	c := buOnline
	if hrd {
		c = hrdOnline
	}
	if !online {
		c++
	}
	return c
}

func (c cell) hrd() bool    { return c <= hrdOffline }
func (c cell) online() bool { return c == hrdOnline || c == buOnline }

func (c cell) String() string { return laneName(c.hrd()) + "_" + railName(c.online()) }

func laneName(hrd bool) string {
	if hrd {
		return laneHRD
	}
	return laneBU
}

func railName(online bool) string {
	if online {
		return railOnline
	}
	return railOffline
}

// amounts are sums in 억 by cell.
type amounts [cellCount]float64

// standing is where a customer stands in a year: sums in 억 and their buckets.
type standing struct {
	cells                           amounts
	total, online, offline, hrd, bu float64
	companyAt, onlineAt, offlineAt  int8
	cellAt                          [cellCount]int8
}

// stand derives a standing; the additions are in the contract's order.
func (r *Report) stand(a amounts) standing {
	s := standing{
		cells:   a,
		total:   a[hrdOnline] + a[hrdOffline] + a[buOnline] + a[buOffline],
		online:  a[hrdOnline] + a[buOnline],
		offline: a[hrdOffline] + a[buOffline],
		hrd:     a[hrdOnline] + a[hrdOffline],
		bu:      a[buOnline] + a[buOffline],
	}
	s.companyAt, s.onlineAt, s.offlineAt = r.company.of(s.total), r.rail.of(s.online), r.rail.of(s.offline)
	for c, eok := range a {
		s.cellAt[c] = r.rail.of(eok)
	}
	return s
}

// PerCell has a value for each cell.
type PerCell[T any] struct {
	HRDOnline  T `json:"HRD_ONLINE"`
	HRDOffline T `json:"HRD_OFFLINE"`
	BUOnline   T `json:"BU_ONLINE"`
	BUOffline  T `json:"BU_OFFLINE"`
}

func perCell[T any](v [cellCount]T) PerCell[T] {
	return PerCell[T]{HRDOnline: v[hrdOnline], HRDOffline: v[hrdOffline], BUOnline: v[buOnline], BUOffline: v[buOffline]}
}

// Cell is the amount of a cell and its bucket.
type Cell struct {
	Eok    float64 `json:"amt_eok"`
	Bucket string  `json:"bucket"`
}

// State is a year of a customer, in 억 and buckets.
type State struct {
	Year          string        `json:"year"`
	Total         float64       `json:"total_eok"`
	Online        float64       `json:"online_eok"`
	Offline       float64       `json:"offline_eok"`
	HRD           float64       `json:"hrd_eok"`
	BU            float64       `json:"bu_eok"`
	Bucket        string        `json:"bucket"`
	BucketOnline  string        `json:"bucket_online"`
	BucketOffline string        `json:"bucket_offline"`
	Cells         PerCell[Cell] `json:"cells"`
}

// States are the two years. The keys are the contract's, whichever the years
// are; each state says its own.
type States struct {
	From State `json:"2024"`
	To   State `json:"2025"`
}

func (r *Report) state(year int, s *standing) State {
	return State{
		Year:  strconv.Itoa(year),
		Total: normalise.Finite(s.total), Online: normalise.Finite(s.online), Offline: normalise.Finite(s.offline),
		HRD: normalise.Finite(s.hrd), BU: normalise.Finite(s.bu),
		Bucket:        r.config.Buckets[s.companyAt],
		BucketOnline:  r.config.Buckets[s.onlineAt],
		BucketOffline: r.config.Buckets[s.offlineAt],
		Cells:         r.cells(s),
	}
}

func (r *Report) cells(s *standing) PerCell[Cell] {
	var cells [cellCount]Cell
	for c, eok := range s.cells {
		cells[c] = Cell{Eok: normalise.Finite(eok), Bucket: r.config.Buckets[s.cellAt[c]]}
	}
	return perCell(cells)
}

// journey is a customer's way from one year to the next.
type journey struct{ from, to standing }

func (r *Report) states(years Years, j *journey) States {
	return States{From: r.state(years.From, &j.from), To: r.state(years.To, &j.to)}
}

// journeyOf sums the sales of a customer, deal by deal in snapshot order, false
// if it has none in the two years (spec 05 §10.1).
func (r *Report) journeyOf(years Years, c *customer) (j journey, ok bool) {
	var from, to amounts
	for _, i := range c.sales {
		switch s := &r.sales[i]; int(s.year) {
		case years.From:
			from[s.cell] += s.eok
			ok = true
		case years.To:
			to[s.cell] += s.eok
			ok = true
		}
	}
	return journey{r.stand(from), r.stand(to)}, ok
}
