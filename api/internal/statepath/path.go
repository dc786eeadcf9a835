package statepath

// Types of events: of cells, of the company's total, of a rail.
const (
	eventOpen      = "OPEN"       // from nothing
	eventClose     = "CLOSE"      // to nothing
	eventScaleUp   = "SCALE_UP"   // to a higher bucket
	eventScaleDown = "SCALE_DOWN" // to a lower bucket
	eventCompany   = "COMPANY_SCALE_CHANGE"
	eventRail      = "RAIL_SCALE_CHANGE"
)

// Seeds say which lane grew out of which.
const (
	seedHRDToBU = "H→B"
	seedBUToHRD = "B→H"
	seedBoth    = "SIMUL" // both at once
	seedNone    = "NONE"
)

// seeds lists them in the order in which ties are broken.
func seeds() []string { return []string{seedHRDToBU, seedBUToHRD, seedBoth, seedNone} }

// Directions between two buckets.
const (
	up   = "up"
	flat = "flat"
	down = "down"
)

// Event is a change of a bucket.
type Event struct {
	Type string `json:"type"`
	Cell string `json:"cell,omitempty"` // of OPEN, CLOSE, SCALE_UP, SCALE_DOWN
	Rail string `json:"rail,omitempty"` // of RAIL_SCALE_CHANGE
	From string `json:"from"`
	To   string `json:"to"`
}

// Path leads from one year to the next.
type Path struct {
	From   string  `json:"from_state_code"`
	To     string  `json:"to_state_code"`
	Events []Event `json:"events"`
	Seed   string  `json:"seed"`
}

func (r *Report) path(j *journey) Path {
	p := Path{
		From: r.config.Buckets[j.from.companyAt], To: r.config.Buckets[j.to.companyAt],
		Events: []Event{}, Seed: j.seed(),
	}
	event := func(e Event, from, to int8) {
		if from != to {
			e.From, e.To = r.config.Buckets[from], r.config.Buckets[to]
			p.Events = append(p.Events, e)
		}
	}
	for c := range cell(cellCount) {
		event(Event{Type: j.cellEvent(c), Cell: c.String()}, j.from.cellAt[c], j.to.cellAt[c])
	}
	event(Event{Type: eventCompany}, j.from.companyAt, j.to.companyAt)
	event(Event{Type: eventRail, Rail: railOnline}, j.from.onlineAt, j.to.onlineAt)
	event(Event{Type: eventRail, Rail: railOffline}, j.from.offlineAt, j.to.offlineAt)
	return p
}

// cellEvent is the type of a cell's event, empty if nothing changed.
func (j *journey) cellEvent(c cell) string {
	switch from, to := j.from.cellAt[c], j.to.cellAt[c]; {
	case from == to:
		return ""
	case from == 0:
		return eventOpen
	case to == 0:
		return eventClose
	case to > from:
		return eventScaleUp
	default:
		return eventScaleDown
	}
}

// hasCellEvent reports whether some cell has an event of one of the types.
func (j *journey) hasCellEvent(types ...string) bool {
	for c := range cell(cellCount) {
		for _, t := range types {
			if j.cellEvent(c) == t {
				return true
			}
		}
	}
	return false
}

// seed is the first rule of spec 05 §8 "Seed" that holds.
func (j *journey) seed() string {
	hrdBefore, buBefore := j.from.hrd > 0, j.from.bu > 0
	hrdAfter, buAfter := j.to.hrd > 0, j.to.bu > 0
	switch {
	case hrdBefore && !buBefore && buAfter:
		return seedHRDToBU
	case buBefore && !hrdBefore && hrdAfter:
		return seedBUToHRD
	case !hrdBefore && !buBefore && hrdAfter && buAfter:
		return seedBoth
	default:
		return seedNone
	}
}

// direction compares two buckets.
func direction(from, to int8) string {
	switch {
	case to > from:
		return up
	case to < from:
		return down
	default:
		return flat
	}
}
