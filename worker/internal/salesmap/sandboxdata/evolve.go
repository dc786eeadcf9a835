package sandboxdata

import "time"

// Evolving is a pure function too: what a tick does follows from its number.
// What is kept is bounded: the number of ticks, and for the first deals how
// often they were touched. Records that arrive are as computable as all others.
const (
	// touchable deals of the first organisations move on while time passes.
	touchable      = 240
	touchesPerTick = 5
	// busyOrganizations get the business that arrives.
	busyOrganizations = 30

	ticksPerOrganization = 3
	dealsPerTick         = 2
	memosPerTick         = 3
	ticksPerLead         = 10
	// growthTicks is when a workspace stops growing; it goes on changing.
	growthTicks = 600
	// newcomers is the number of organisations that arrive in that time.
	newcomers = growthTicks / ticksPerOrganization
	// tickSeconds is how much time passes in a tick for the records.
	tickSeconds = 20
)

// changes is what happened since the workspace was made. It never changes; a
// tick makes another one.
type changes struct {
	tick    int
	touched [touchable]touched
}

type touched struct {
	times int
	tick  int // of the latest touch
}

// Evolve lets a little time pass: some deals move on, and every few ticks a new
// organisation arrives with a contract that, until the typing error in it is
// found, is the largest of all.
func (w *Workspace) Evolve() {
	w.evolving.Lock()
	defer w.evolving.Unlock()
	next := *w.current.Load()
	next.tick++
	for j := range touchesPerTick {
		t := &next.touched[w.touchedDeal(next.tick, j)]
		t.times++
		t.tick = next.tick
	}
	w.current.Store(&next)
}

// Tick returns how often the workspace evolved.
func (w *Workspace) Tick() int { return w.current.Load().tick }

// touchedDeal returns the j-th deal that a tick touches.
func (w *Workspace) touchedDeal(tick, j int) int {
	return w.roll(streamTick, tick).then(index(j)).below(min(touchable, w.deals.total()))
}

// tickTime returns when a tick happens: ticks count from the beginning of the
// workspace's day, so changes are never later than a clock that runs with them.
func (w *Workspace) tickTime(tick int) moment {
	return moment(int64(w.today)*secondsPerDay-koreaOffset+int64(tick)*tickSeconds) * 1000
}

// In which tick the g-th new thing arrives.
func organizationTick(g int) int { return g*ticksPerOrganization + 1 }
func personTick(g int) int       { return g + 1 }
func dealTick(g int) int         { return g/dealsPerTick + 1 }
func memoTick(g int) int         { return g/memosPerTick + 1 }
func leadTick(g int) int         { return (g + 1) * ticksPerLead }

// How many have arrived.
func (c *changes) grown() int { return min(c.tick, growthTicks) }

func (c *changes) newOrganizations() int {
	return (c.grown() + ticksPerOrganization - 1) / ticksPerOrganization
}
func (c *changes) newPeople() int         { return c.grown() }
func (c *changes) newDeals() int          { return c.grown() * dealsPerTick }
func (c *changes) newMemos() int          { return c.grown() * memosPerTick }
func (c *changes) newLeads() int          { return c.grown() / ticksPerLead }
func landsOrganization(tick int) bool     { return tick%ticksPerOrganization == 1 }
func organizationOfTick(tick int) (g int) { return (tick - 1) / ticksPerOrganization }
func (w *Workspace) busy(s stream, g int) int {
	return w.roll(s, g).then(700).below(min(busyOrganizations, w.orgs))
}

// isLanding tells whether new deal g is the one that comes with a new organisation.
func isLanding(g int) bool { return g%dealsPerTick == 0 && landsOrganization(dealTick(g)) }

func (w *Workspace) newPersonOrganization(g int) int {
	if tick := personTick(g); landsOrganization(tick) {
		return w.orgs + organizationOfTick(tick)
	}
	return w.busy(streamPerson, w.people.total()+g)
}

func (w *Workspace) newDealOrganization(g int) int {
	if isLanding(g) {
		return w.orgs + organizationOfTick(dealTick(g))
	}
	return w.busy(streamDeal, w.deals.total()+g)
}

func (w *Workspace) newLeadOrganization(g int) int { return w.busy(streamLead, w.leads.total()+g) }

// Worth of the contract that a new organisation brings, in won: as first typed
// in, with two noughts too many and so above all others, and as it is.
const (
	mistypedWorth = 100 * trueWorth
	trueWorth     = 96_000_000
)

// arrive makes d the g-th new deal.
func (w *Workspace) arrive(c *changes, d *deal, g int) {
	tick := dealTick(g)
	today := w.tickTime(tick).day()
	r := w.roll(streamDeal, d.index).then(800)
	d.created, d.modified = w.tickTime(tick), w.tickTime(tick)
	d.contract, d.lost, d.start, d.end = 0, 0, 0, 0
	d.touches = 1
	if isLanding(g) {
		w.land(c, d, organizationOfTick(tick), today)
		return
	}
	switch x := r.below(100); {
	case x < 45:
		d.phase, d.outlook = phaseOpen, outlookHigh
		d.expected = today + day(r.then(1).between(10, 120))
		w.schedule(d, d.expected+20, r.then(2))
	case x < 85:
		d.win(today)
		w.schedule(d, today+day(r.then(1).between(7, 60)), r.then(2))
	default:
		d.phase, d.outlook, d.lost, d.expected = phaseLost, outlookLost, today, today
	}
}

// land makes d the deal of new organisation n.
func (w *Workspace) land(c *changes, d *deal, n int, today day) {
	d.win(w.sortDay(n, today))
	w.schedule(d, d.contract+14, w.roll(streamTick, n))
	// Each newcomer is the latest one for a few ticks; when all have arrived,
	// the round begins again.
	turn := organizationOfTick(c.tick)
	mine := turn - ((turn-n)%newcomers+newcomers)%newcomers
	if mine == turn {
		d.amount = mistypedWorth + 100*int64(n)*1_000_000
		d.modified = w.tickTime(organizationTick(mine))
		return
	}
	d.amount = trueWorth + int64(n)*1_000_000
	d.modified = w.tickTime(organizationTick(mine + 1))
}

// sortDay returns a contract day in the year by which viewers sort
// organisations, so that newcomers are seen where people look.
func (w *Workspace) sortDay(n int, today day) day {
	year := w.profile.sortYear
	if year == 0 || year >= today.year() {
		return today
	}
	return dayFrom(year, time.December, 1+n%28)
}

func (d *deal) win(on day) {
	d.phase, d.outlook, d.contract, d.expected, d.lost = phaseWon, outlookCertain, on, on, 0
}

// touch moves a deal on: an open one becomes likely, certain, and won; a won
// one is corrected; a lost one is reopened and lost again.
func (w *Workspace) touch(d *deal, t touched) {
	if t.times == 0 {
		return
	}
	d.touches = t.times
	d.modified = w.tickTime(t.tick)
	today := d.modified.day()
	n := t.times
	switch d.phase {
	case phaseWon:
		d.amount += d.amount * int64(1+(n-1)%6) / 10
	case phaseLost:
		if n%2 == 0 {
			d.lost = today
			return
		}
		d.phase, d.outlook, d.lost = phaseOpen, outlookHigh, 0
		d.expected = today + 45
	default:
		switch n {
		case 1:
			d.phase, d.outlook = phaseOpen, outlookHigh
			d.expected = today + 30
		case 2:
			d.phase, d.outlook = phaseOpen, outlookCertain
			d.expected = today + 7
		default:
			d.win(today)
			w.schedule(d, today+14, w.roll(streamDeal, d.index).then(810))
			d.amount += d.amount * int64((n-3)%6) / 10
		}
	}
}
