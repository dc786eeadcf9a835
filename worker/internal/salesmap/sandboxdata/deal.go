package sandboxdata

// phase is where a deal stands.
type phase uint8

const (
	phaseOpen phase = iota
	phaseWon
	phaseLost
	phaseConverted
)

// outlook is how likely a deal is said to be won.
type outlook uint8

const (
	outlookNone outlook = iota
	outlookLow
	outlookHigh
	outlookCertain
	outlookLost
)

// deal is what the fields of a deal are written from. Days are zero where there
// is none; amounts are in won.
type deal struct {
	index, position int
	org, person     int // person is -1 where there is none
	owner           int
	phase           phase
	outlook         outlook
	online          bool
	format          string
	category        string
	amount          int64 // what it is worth
	created         moment
	modified        moment

	contract, expected, start, end, lost day
	touches                              int // how often the workspace changed it while evolving
}

// dealOrganization returns the organisation of deal i.
func (w *Workspace) dealOrganization(i int) int {
	if g := i - w.deals.total(); g >= 0 {
		return w.newDealOrganization(g)
	}
	return w.deals.organization(i)
}

// dealPerson returns the person whom deal i is made with, or -1. Most deals of
// an organisation are with a few of its people.
func (w *Workspace) dealPerson(i, org int) int {
	if g := i - w.deals.total(); g >= 0 && isLanding(g) {
		return w.people.total() + dealTick(g) - 1 // the contact arrived in the same tick
	}
	n := w.people.count(org)
	r := w.roll(streamDeal, i).then(1)
	if n == 0 || r.chance(4) {
		return -1
	}
	return w.people.first(org) + r.then(1).below(n)*r.then(2).below(n+1)/(n+1)
}

// dealCreated returns the day on which deal i was entered: more in later years.
func (w *Workspace) dealCreated(i int) day {
	r := w.roll(streamDeal, i).then(10)
	span := int(w.today - w.opening)
	d := r.below(span)
	if r.then(1).chance(50) {
		d = max(d, r.then(2).below(span))
	}
	return w.opening + day(d)
}

func (w *Workspace) dealAt(c *changes, i, position int) deal {
	r := w.roll(streamDeal, i)
	d := deal{index: i, position: position, org: w.dealOrganization(i)}
	d.person = w.dealPerson(i, d.org)
	d.owner = w.owner(d.org, r.then(20))
	w.chooseCourse(&d, r.then(21))
	d.amount = w.dealWorth(d.org, d.online, r.then(22))
	entered := w.dealCreated(i)
	d.created = entered.at(r.then(23))
	w.decide(&d, entered, r.then(24))
	d.modified = min(max(d.contract, d.lost, entered)+day(r.then(25).below(40)), w.today-1).at(r.then(26))
	d.modified = max(d.modified, d.created)
	if g := i - w.deals.total(); g >= 0 {
		w.arrive(c, &d, g)
	} else if i < len(c.touched) {
		w.touch(&d, c.touched[i])
	}
	return d
}

// chooseCourse chooses what is taught, and how.
func (w *Workspace) chooseCourse(d *deal, r roll) {
	p := w.profile
	d.category = pick(r, p.categories)
	if r.then(1).chance(38) && p.favouredCategory != "" {
		d.category = p.favouredCategory
	}
	switch x := r.then(2).below(100); {
	case x < 38:
		d.online = true
		// The first format is the most frequent one.
		d.format = p.onlineFormats[r.then(3).below(len(p.onlineFormats))*r.then(4).below(2)]
	case x < 72:
		d.format = p.offlineFormats[0]
	case x < 86 || len(p.otherFormats) == 0:
		d.format = pick(r.then(3), p.offlineFormats)
	default:
		d.format = pick(r.then(3), p.otherFormats)
	}
}

// dealWorth returns an amount between half a million and a few hundred million
// won, spread evenly over the orders of magnitude, rounded as people round.
func (w *Workspace) dealWorth(org int, online bool, r roll) int64 {
	worth := int64(700_000)
	for doublings := r.below(8); doublings > 0; doublings-- {
		worth *= 2
	}
	worth = worth * int64(100+r.then(1).below(100)) / 100
	if online {
		worth = worth * 7 / 10
	}
	weight := 100
	if org < w.orgs {
		weight = w.weight(org)
	}
	worth = worth * int64(weight) / 60
	step := int64(100_000)
	if worth > 20_000_000 {
		step = 500_000
	}
	return max(worth/step*step, step)
}

// decide plays a deal from the day it was entered up to today.
func (w *Workspace) decide(d *deal, entered day, r roll) {
	age := int(w.today - entered)
	open, won, lost := 8, 60, 26 // percent; the rest was converted
	switch {
	case age < 30:
		open, won, lost = 76, 10, 9
	case age < 150:
		open, won, lost = 48, 30, 17
	}
	x := r.below(100)
	switch {
	case x < open:
		d.phase = phaseOpen
	case x < open+won:
		d.phase = phaseWon
	case x < open+won+lost:
		d.phase = phaseLost
	default:
		d.phase = phaseConverted
	}
	took := r.then(1).between(5, 140)
	if took > age {
		took = r.then(2).below(age + 1)
	}
	closed := entered + day(took)
	switch d.phase {
	case phaseWon:
		d.outlook = outlookCertain
		d.contract = closed
		d.expected = closed + day(r.then(3).between(-10, 12))
		w.schedule(d, closed+day(r.then(4).between(6, 75)), r.then(5))
	case phaseLost:
		d.outlook = outlookLost
		d.lost = closed
		d.expected = closed + day(r.then(3).between(-40, 30))
		if r.then(4).chance(50) {
			w.schedule(d, closed+day(r.then(6).between(20, 60)), r.then(5))
		}
	case phaseOpen, phaseConverted:
		d.outlook = [...]outlook{
			outlookNone, outlookLow, outlookLow, outlookLow, outlookHigh, outlookHigh,
			outlookHigh, outlookHigh, outlookCertain, outlookCertain,
		}[r.then(7).below(10)]
		// The pipeline reaches a year ahead; some of it is overdue.
		d.expected = w.today + day(r.then(8).between(-25, 340))
		if r.then(9).chance(60) {
			w.schedule(d, d.expected+day(r.then(10).between(7, 60)), r.then(5))
		}
	}
}

// schedule sets the days of teaching: on-line courses run for months.
func (w *Workspace) schedule(d *deal, start day, r roll) {
	d.start = start
	if d.online {
		d.end = start + day(r.between(60, 365))
		return
	}
	d.end = start + day(r.between(0, 28))
}
