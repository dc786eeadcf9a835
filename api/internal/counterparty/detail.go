package counterparty

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// DetailQuery selects a counterparty.
type DetailQuery struct {
	OrgID    string
	UpperOrg string // as the list shows it; blank is 미입력
	BaseYear int    // 0 means that of the workspace
}

// Detail is the answer of /api/rank/2025-counterparty-dri/detail. Its keys name
// the years 2025 and 2026 as those of Row do.
type Detail struct {
	People  []Person  `json:"people"`
	Teams   []*Team   `json:"teams"` // of the customer, by the contact's signature
	Summary TeamTotal `json:"summary"`
	Deals   []Deal    `json:"deals"` // of all years

	BaseOffline []Deal `json:"offline25_deals"`
	NextOffline []Deal `json:"offline26_deals"`
	NextOnline  []Deal `json:"online26_deals"`
}

// Person is a contact of the counterparty.
type Person struct {
	ID             *string `json:"id"`
	Name           *string `json:"name"`
	UpperOrg       string  `json:"upper_org"`
	TeamSignature  string  `json:"team_signature"`
	TitleSignature string  `json:"title_signature"`
	EducationArea  string  `json:"edu_area"`
}

// Team is the deals of a team, newest first, and what those of the base year
// amount to.
type Team struct {
	Team    string  `json:"team"`
	Online  float64 `json:"online"`
	Offline float64 `json:"offline"`
	Deals   []Deal  `json:"deals"`
}

// TeamTotal is the sum of the teams.
type TeamTotal struct {
	Online    float64 `json:"online"`
	Offline   float64 `json:"offline"`
	DealCount int     `json:"dealCount"` // of all years
}

// Deal is a deal of the counterparty. Texts are raw.
type Deal struct {
	ID           *string `json:"id"`
	Name         *string `json:"name"`
	PersonID     *string `json:"people_id"`
	PersonName   *string `json:"people_name"`
	Status       *string `json:"status"`
	Probability  *string `json:"probability"`
	Amount       float64 `json:"amount"`          // else the expected amount, else 0
	Expected     float64 `json:"expected_amount"` // 0 where it is no number
	ContractDate *string `json:"contract_date"`
	ExpectedDate *string `json:"expected_date"`
	StartDate    *string `json:"start_date"`
	EndDate      *string `json:"end_date"`
	CreatedAt    *string `json:"created_at"`
	CourseFormat *string `json:"course_format"`
	Owner        string  `json:"owner"` // of the deal, joined by ", "
	Team         string  `json:"team"`
	UpperOrg     string  `json:"upper_org"`

	row  *crm.Deal
	year int // of the contract
}

// Detail is GET /api/rank/2025-counterparty-dri/detail (spec 04 §6). A
// counterparty that doesn't exist has nothing in its lists. It fails with a
// *crm.MissingError.
func (r *Report) Detail(q DetailQuery) (Detail, error) {
	if err := r.requireDetail(); err != nil {
		return Detail{}, err
	}
	b := detailBuilder{
		Report: r, base: r.baseYear(q.BaseYear), upper: r.detailUpper(crm.NewText(q.UpperOrg)), teams: map[string]*Team{},
		d: Detail{
			People: []Person{}, Teams: []*Team{}, Deals: []Deal{},
			BaseOffline: []Deal{}, NextOffline: []Deal{}, NextOnline: []Deal{},
		},
	}
	for _, i := range r.peopleOf.Rows(q.OrgID) {
		b.addPerson(&r.data.People[i])
	}
	for _, i := range r.dealsOf.Rows(q.OrgID) {
		b.addDeal(r.row(&r.deals[i]), &r.deals[i])
	}
	return b.finish(), nil
}

// detailUpper is the upper organisation by the detail's rule. The replaced
// service had another here than in the list, so that the list's 미입력 did not
// show the deals of contacts with a dash (spec 04 D8).
func (r *Report) detailUpper(t crm.Text) string {
	if r.rules.ListAndDetailAgree() {
		return normalise.TextUpper(t)
	}
	return normalise.TextTrimmed(t)
}

type detailBuilder struct {
	*Report
	base  int16
	upper string
	teams map[string]*Team
	d     Detail
}

func (b *detailBuilder) addPerson(p *crm.Person) {
	if b.detailUpper(p.UpperOrg) != b.upper {
		return
	}
	b.d.People = append(b.d.People, Person{
		ID: p.ID.Ptr(), Name: p.DisplayName().Ptr(), UpperOrg: b.upper,
		TeamSignature:  normalise.TextTrimmed(p.TeamSignature),
		TitleSignature: normalise.TextTrimmed(p.TitleSignature),
		EducationArea:  normalise.TextTrimmed(p.EducationArea),
	})
}

func (b *detailBuilder) addDeal(row *crm.Deal, d *deal) {
	person := b.person(d)
	if b.detailUpper(person.UpperOrg) != b.upper {
		return
	}
	name := normalise.TextTrimmed(person.TeamSignature)
	team, known := b.teams[name]
	if !known {
		team = &Team{Team: name}
		b.teams[name] = team
		b.d.Teams = append(b.d.Teams, team)
	}
	item := b.item(row, d, person, name)
	team.Deals = append(team.Deals, item)
	if b.inTeamSum(d) {
		if d.online {
			team.Online += d.used
		} else {
			team.Offline += d.used
		}
	}
	online := b.onlineInLists(row)
	switch p := b.period(row, d); {
	case p == baseYear && !online:
		b.d.BaseOffline = append(b.d.BaseOffline, item)
	case p == nextYear && online:
		b.d.NextOnline = append(b.d.NextOnline, item)
	case p == nextYear:
		b.d.NextOffline = append(b.d.NextOffline, item)
	}
}

func (b *detailBuilder) item(row *crm.Deal, d *deal, person *crm.Person, team string) Deal {
	expected, _ := b.rules.Amount(row.ExpectedAmount)
	return Deal{
		ID: row.ID.Ptr(), Name: row.DisplayName().Ptr(), PersonID: row.PersonID.Ptr(), PersonName: person.DisplayName().Ptr(),
		Status: row.Status.Ptr(), Probability: row.Probability.Ptr(), Amount: d.used, Expected: expected,
		ContractDate: row.ContractDate.Ptr(), ExpectedDate: row.ExpectedDate.Ptr(),
		StartDate: row.CourseStart.Ptr(), EndDate: row.CourseEnd.Ptr(), CreatedAt: row.CreatedDate.Ptr(),
		CourseFormat: row.CourseFormat.Ptr(), Owner: strings.Join(normalise.RowOwners(normalise.JSON(row.Owner)), ", "),
		Team: team, UpperOrg: b.upper, row: row, year: b.rules.Year(row.ContractDate),
	}
}

// inTeamSum reports whether a deal counts in its team's sums. The replaced
// service counted every deal of the base year there; by corrected rules the
// sums are those of the list's row (spec 04 D7).
func (b *detailBuilder) inTeamSum(d *deal) bool {
	if b.rules.ListAndDetailAgree() {
		return d.open && d.period(b.base) == baseYear
	}
	return d.year == b.base
}

// onlineInLists is the test of the course format in the three lists, where the
// replaced service forgave spaces that it did not forgive in sums (spec 04 D9).
func (b *detailBuilder) onlineInLists(row *crm.Deal) bool {
	return b.rules.Online(b.config.Online, row.CourseFormat, normalise.Trimmed)
}

// period says which of the lists a deal may be in. The replaced service took a
// Won deal for certain here and not in the list of counterparties, and had lost
// ones if they were rated high (spec 04 D7).
func (b *detailBuilder) period(row *crm.Deal, d *deal) period {
	if b.rules.ListAndDetailAgree() {
		if !d.open {
			return neither
		}
		return d.period(b.base)
	}
	certain := *d
	certain.certain = d.certain || saysWon(row.Status)
	return certain.period(b.base)
}

func (b *detailBuilder) finish() Detail {
	for _, team := range b.d.Teams {
		team.Online, team.Offline = normalise.Finite(team.Online), normalise.Finite(team.Offline)
		slices.SortStableFunc(team.Deals, func(x, y Deal) int { return cmp.Or(y.year-x.year, newestFirst(x, y)) })
		b.d.Summary.Online += team.Online
		b.d.Summary.Offline += team.Offline
		b.d.Deals = append(b.d.Deals, team.Deals...)
	}
	b.d.Summary.Online, b.d.Summary.Offline = normalise.Finite(b.d.Summary.Online), normalise.Finite(b.d.Summary.Offline)
	b.d.Summary.DealCount = len(b.d.Deals)
	for _, list := range [][]Deal{b.d.BaseOffline, b.d.NextOffline, b.d.NextOnline} {
		slices.SortStableFunc(list, newestFirst)
	}
	return b.d
}

// newestFirst orders deals by the texts of their contract and creation dates,
// descending; NULL is "".
func newestFirst(x, y Deal) int {
	return cmp.Or(
		strings.Compare(y.row.ContractDate.String(), x.row.ContractDate.String()),
		strings.Compare(y.row.CreatedDate.String(), x.row.CreatedDate.String()),
	)
}
