package counterparty

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// reader remembers what repeated cells mean while the deals are read. Equal
// cells of these columns are mostly one string, so that its address will do.
type reader struct {
	report        *Report
	people        crm.Index // by id
	organizations crm.Index // by id
	unrated       bool      // the snapshot has no probability, which once made every deal certain

	years   map[*string]years
	certain map[*string]bool
	names   map[*string][]string // owners
	idless  int32                // place of the customer without an id
	owners  map[ownerCells]int32
}

// years are the year of a date cell by the two filters.
type years struct{ prefix, dated int16 }

type ownerCells struct{ person, deal *string }

func newReader(r *Report) *reader {
	d := r.data
	return &reader{
		report:        r,
		people:        crm.NewIndex(len(d.People), func(i int) crm.Text { return d.People[i].ID }),
		organizations: crm.NewIndex(len(d.Organizations), func(i int) crm.Text { return d.Organizations[i].ID }),
		unrated:       !r.rules.MissingProbabilityIsNone() && !slices.Contains(d.Columns[snapshot.TableDeal], field.Probability),
		years:         map[*string]years{},
		certain:       map[*string]bool{},
		names:         map[*string][]string{},
		idless:        none,
		owners:        map[ownerCells]int32{},
	}
}

// deals reads the row at a place: once, or, where several people have the id of
// its person, once with each of them, as a left join does (spec 03 §0.2).
func (x *reader) deals(place int) {
	row := &x.report.data.Deals[place]
	people := []int32{none}
	if rows := x.people.Rows(row.PersonID.String()); len(rows) > 0 && !row.PersonID.IsNull() {
		people = rows
	}
	if x.report.rules.DealsCountOnce() {
		people = people[:1]
	}
	for i, person := range people {
		d := deal{row: int32(place), person: person, again: i > 0} //nolint:gosec // a snapshot has fewer rows
		x.deal(row, &d)
		x.report.deals = append(x.report.deals, d)
	}
}

func (x *reader) deal(row *crm.Deal, d *deal) {
	rules := x.report.rules
	d.used = rules.AmountUsed(row.Amount, row.ExpectedAmount)
	d.summed, d.valued = rules.SQLNumber(row.Amount), !row.Amount.IsNull()

	contract, expected := x.yearsOf(row.ContractDate), x.yearsOf(row.ExpectedDate)
	d.contractYear, d.expectedYear, d.year = contract.prefix, expected.prefix, contract.dated
	if d.year == 0 {
		d.year = expected.dated
	}
	d.startYear = x.yearsOf(row.CourseStart).dated

	d.open = !row.Status.IsNull() && !row.Status.Is(statusLost) && !row.Status.Is(statusConvert)
	d.won = row.Status.Is(statusWon)
	d.certain = x.unrated || x.probable(row.Probability) || (rules.ListAndDetailAgree() && saysWon(row.Status))
	d.online = rules.Online(x.report.config.Online, row.CourseFormat, normalise.Exact)

	d.customer = x.customer(row.OrganizationID)
	person := x.report.person(d)
	d.upper = x.upper(normalise.TextUpper(person.UpperOrg))
	d.owners = none
	if d.won {
		d.owners = x.rowOwners(person.Owner, row.Owner)
	}
}

// saysWon is the detail's test of a status.
func saysWon(status crm.Text) bool { return normalise.Trim(status.String()) == statusWon }

// person returns a deal's person, one without cells if there is none.
func (r *Report) person(d *deal) *crm.Person {
	if d.person == none {
		return &crm.Person{}
	}
	return &r.data.People[d.person]
}

func (x *reader) yearsOf(t crm.Text) years {
	y, known := x.years[t.Ptr()]
	if !known {
		rules := x.report.rules
		y = years{int16(rules.PrefixYear(t)), int16(rules.Year(t))} //nolint:gosec // four digits
		x.years[t.Ptr()] = y
	}
	return y
}

func (x *reader) probable(t crm.Text) bool {
	yes, known := x.certain[t.Ptr()]
	if !known {
		yes = normalise.ProbablyWon(t)
		x.certain[t.Ptr()] = yes
	}
	return yes
}

func (x *reader) customer(id crm.Text) int32 {
	if id.IsNull() {
		if x.idless == none {
			x.idless = x.addCustomer(customer{name: normalise.NotEntered})
		}
		return x.idless
	}
	place, known := x.report.customerOf[id.String()]
	if !known {
		c := customer{id: id, name: normalise.TextNBSP(id)}
		if row, ok := x.organizations.First(id.String()); ok {
			c.row = &x.report.data.Organizations[row]
			c.name = normalise.TextNBSP(c.row.DisplayName())
		}
		place = x.addCustomer(c)
		x.report.customerOf[id.String()] = place
	}
	return place
}

func (x *reader) addCustomer(c customer) int32 {
	x.report.customers = append(x.report.customers, c)
	return int32(len(x.report.customers) - 1) //nolint:gosec // a snapshot has fewer rows
}

func (x *reader) upper(text string) int32 {
	place, known := x.report.upperOf[text]
	if !known {
		place = int32(len(x.report.uppers)) //nolint:gosec // a snapshot has fewer rows
		x.report.uppers = append(x.report.uppers, text)
		x.report.upperOf[text] = place
	}
	return place
}

// rowOwners reads who is responsible: the person's owners, else the deal's, else
// 미입력 (spec 04 §1).
func (x *reader) rowOwners(person, deal crm.Text) int32 {
	cells := ownerCells{person.Ptr(), deal.Ptr()}
	place, known := x.owners[cells]
	if known {
		return place
	}
	names := x.namesIn(person)
	if len(names) == 0 {
		names = x.namesIn(deal)
	}
	if len(names) == 0 {
		names = []string{normalise.NotEntered}
	}
	place = int32(len(x.report.owners)) //nolint:gosec // a snapshot has fewer rows
	x.report.owners = append(x.report.owners, names)
	x.owners[cells] = place
	return place
}

func (x *reader) namesIn(t crm.Text) []string {
	names, known := x.names[t.Ptr()]
	if !known {
		names = normalise.RowOwners(normalise.JSON(t))
		x.names[t.Ptr()] = names
	}
	return names
}
