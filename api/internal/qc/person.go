package qc

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// PersonErrors lists the deals of one person that break rules.
type PersonErrors struct {
	Meta  Meta   `json:"meta"`
	Rules []Rule `json:"rules"`
	Owner Owner  `json:"owner"`
	Items []Item `json:"items"` // in snapshot order
}

// Owner repeats what was asked for.
type Owner struct {
	Name      string `json:"ownerName"` // as it came
	TeamLabel string `json:"teamLabel"` // of the team asked for, not the person's
}

// Item is a deal that breaks rules. Days are `YYYY-MM-DD`, with date mode text
// whatever begins the text if it is no day, and empty for none. Amounts are won,
// null if they are no numbers. Other texts are trimmed, empty for NULL, but for
// those that may be null, which are raw.
type Item struct {
	DealID           string   `json:"dealId"`
	DealName         string   `json:"dealName"`       // else the id
	OrganizationID   *string  `json:"organizationId"` // the deal's own
	OrganizationName *string  `json:"organizationName"`
	PersonID         *string  `json:"peopleId"`
	PersonName       *string  `json:"peopleName"`
	CreatedAt        string   `json:"createdAt"`
	Status           *string  `json:"status"`
	Probability      *string  `json:"probability"`
	ExpectedDate     string   `json:"expectedCloseDate"`
	ContractDate     string   `json:"contractSignedDate"`
	StartDate        string   `json:"courseStartDate"`
	EndDate          string   `json:"courseEndDate"`
	ExpectedAmount   *float64 `json:"expectedAmount"`
	Amount           *float64 `json:"amount"`
	Category         string   `json:"category"`
	CourseFormat     string   `json:"courseFormat"`
	CourseID         string   `json:"courseId"`
	UpperOrg         *string  `json:"upperOrg"`
	TeamSignature    *string  `json:"teamSignature"`
	TitleSignature   *string  `json:"titleSignature"`
	EducationArea    *string  `json:"eduArea"`
	OnlineCycle      string   `json:"onlineCycle"`
	OnlineFirst      string   `json:"onlineFirst"`
	InstructorName   string   `json:"instructorName1"`
	InstructorFee    *float64 `json:"instructorFee1"`
	ProposalWritten  *string  `json:"proposalWritten"`
	ProposalUpload   *string  `json:"proposalUpload"`
	Codes            []string `json:"issueCodes"`
	Count            int      `json:"issueCount"`
	Descriptions     []string `json:"issueDescriptions"` // "<code>: <label>"
}

// Person is GET /api/qc/deal-errors/person: the deals of an owner within a
// team key. Who has none, or is nobody, has an empty list. It fails
// with an *UnknownTeamError or a *crm.MissingError.
func (r *Report) Person(name, team string) (PersonErrors, error) {
	s, err := r.scope(team)
	if err != nil {
		return PersonErrors{}, err
	}
	answer := PersonErrors{
		Meta: s.meta, Rules: r.config.Rules, Owner: Owner{Name: name, TeamLabel: r.config.TeamLabel(team)}, Items: []Item{},
	}
	at := slices.Index(r.people, normalise.OwnerKey(name))
	if at < 0 {
		return answer, nil
	}
	for i := range r.records {
		rec := &r.records[i]
		if int(r.owners[rec.owner].person) != at {
			continue
		}
		if broken, ok := r.broken(&s, rec); ok {
			answer.Items = append(answer.Items, r.item(rec, broken))
		}
	}
	return answer, nil
}

func (r *Report) item(rec *record, broken codes) Item {
	d := &r.data.Deals[rec.deal]
	item := Item{
		DealID: d.ID.String(), DealName: dealName(d),
		OrganizationID: d.OrganizationID.Ptr(), OrganizationName: r.organizationName(rec).Ptr(), PersonID: d.PersonID.Ptr(),
		Status: d.Status.Ptr(), Probability: d.Probability.Ptr(),
		CreatedAt: r.rules.DateOnly(d.CreatedDate), ExpectedDate: r.rules.DateOnly(d.ExpectedDate),
		ContractDate: r.rules.DateOnly(d.ContractDate),
		StartDate:    r.rules.DateOnly(d.CourseStart), EndDate: r.rules.DateOnly(d.CourseEnd),
		ExpectedAmount: r.amount(d.ExpectedAmount), Amount: r.amount(d.Amount),
		Category: trimmed(d.Category), CourseFormat: trimmed(d.CourseFormat), CourseID: trimmed(d.CourseID),
		OnlineCycle: trimmed(d.OnlineCycle), InstructorName: trimmed(d.InstructorName),
		ProposalWritten: d.ProposalWritten.Ptr(), ProposalUpload: d.ProposalUpload.Ptr(),
		Codes: []string{}, Descriptions: []string{},
	}
	if item.DealName == "" {
		item.DealName = item.DealID
	}
	// The store reads these columns under more names than the rules may know.
	if r.has[normalise.OnlineFirstRoundColumn] {
		item.OnlineFirst = trimmed(d.OnlineFirstRound)
	}
	if r.has[normalise.InstructorFeeColumn] {
		item.InstructorFee = r.amount(d.InstructorFee)
	}
	if rec.person != none {
		p := &r.data.People[rec.person]
		item.PersonName = p.DisplayName().Ptr()
		item.UpperOrg, item.TeamSignature = p.UpperOrg.Ptr(), p.TeamSignature.Ptr()
		item.TitleSignature, item.EducationArea = p.TitleSignature.Ptr(), p.EducationArea.Ptr()
	}
	for _, l := range r.shown {
		if broken.has(l.rule) {
			item.Codes = append(item.Codes, l.code)
			item.Descriptions = append(item.Descriptions, l.description)
		}
	}
	item.Count = len(item.Codes)
	return item
}

func (r *Report) amount(t crm.Text) *float64 {
	if won, ok := r.rules.Amount(t); ok {
		return &won
	}
	return nil
}

func trimmed(t crm.Text) string { return normalise.Trim(t.String()) }
