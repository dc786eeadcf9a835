package qc

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// facts is what the rules ask about a deal. Days are those of N-PARSE-DATE.
type facts struct {
	row   *crm.Deal
	owner *owner
	name  string // of the deal

	status                 normalise.Status
	labels                 normalise.Probability
	label                  string // the one that counts
	hasAmount, hasExpected bool
	online                 bool // the course format is an online one

	created, contract, expectedClose, start, end normalise.Date

	orgName crm.Text
	size    string // size group
	gap     bool   // the contact is not described
}

func (f *facts) nameHasMonth() bool { return monthInName(f.name) }

// read finds out what the rules ask, but for what join finds.
func (c *checker) read(f *facts) {
	d, rules := f.row, c.rules
	f.status = rules.Status(d.Status)
	f.labels = rules.Probability(d.Probability)
	f.label = f.labels.Label(f.status)
	_, f.hasAmount = rules.Amount(d.Amount)
	_, f.hasExpected = rules.Amount(d.ExpectedAmount)
	f.online = rules.Online(c.config.Online, d.CourseFormat, normalise.Trimmed)
	f.contract, f.expectedClose = rules.ParseDate(d.ContractDate), rules.ParseDate(d.ExpectedDate)
	f.start, f.end = rules.ParseDate(d.CourseStart), rules.ParseDate(d.CourseEnd)
}

// join finds a deal's contact and organisation, its own or else the contact's.
func (c *checker) join(rec *record, f *facts) {
	rec.person, rec.organization = none, none
	organization := f.row.OrganizationID
	f.gap = true
	if at, ok := c.contacts.Find(f.row.PersonID); ok {
		rec.person = int32(at) //nolint:gosec // a snapshot has fewer rows
		p := &c.data.People[at]
		organization = organization.Or(p.OrganizationID)
		f.gap = normalise.MissingText(p.UpperOrg) || normalise.MissingText(p.TeamSignature) ||
			normalise.MissingText(p.TitleSignature) || normalise.MissingText(p.EducationArea)
	}
	if at, ok := c.organizations.Find(organization); ok {
		rec.organization = int32(at) //nolint:gosec // a snapshot has fewer rows
	}
	f.orgName = c.organizationName(rec)
	if rec.organization != none && !c.data.Organizations[rec.organization].Name.IsNull() {
		f.size = c.sizes[rec.organization]
		return
	}
	var size crm.Text
	if rec.organization != none {
		size = c.data.Organizations[rec.organization].Size
	}
	f.size = c.rules.SizeGroup(c.config.Sizes, f.orgName, size)
}

// organizationName is the organisation's name, or the deal's own organisation
// id where that is NULL.
func (r *Report) organizationName(rec *record) crm.Text {
	id := r.data.Deals[rec.deal].OrganizationID
	if rec.organization == none {
		return id
	}
	return r.data.Organizations[rec.organization].Name.Or(id)
}

// monthInName reports whether a number from 1 to 9 or 10 to 12 stands directly
// before 월; `13월` and `03월` have one, `20월` and `3 월` have none.
func monthInName(name string) bool {
	const mark = "월"
	for i := range len(name) {
		if i == 0 || name[i] != mark[0] || len(name)-i < len(mark) || name[i:i+len(mark)] != mark {
			continue
		}
		switch digit := name[i-1]; {
		case '1' <= digit && digit <= '9':
			return true
		case digit == '0' && i > 1 && name[i-2] == '1':
			return true
		}
	}
	return false
}
