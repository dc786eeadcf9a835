package normalise

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"

// OrgRule says which organisation a deal belongs to (N-ORG-EFF). Each endpoint
// has its own.
type OrgRule uint8

// The variants (a), (b) and (c) of N-ORG-EFF.
const (
	DealsOrg         OrgRule = iota // the deal's own only
	DealsOrgElse                    // the deal's own, the person's if that is NULL
	DealsOrgElseTrim                // the same, where texts of spaces only count as NULL
)

// OrganizationID is N-ORG-EFF: the id of the organisation that a deal with
// these organizationIds belongs to, NULL if to none.
func OrganizationID(rule OrgRule, deal, person crm.Text) crm.Text {
	switch rule {
	case DealsOrgElse:
		return deal.Or(person)
	case DealsOrgElseTrim:
		return nullIfSpaces(deal).Or(nullIfSpaces(person))
	default:
		return deal
	}
}

// PerformanceOrganizationID is OrganizationID on the performance endpoints,
// which corrected rules treat alike (spec 03 P7).
func (r Rules) PerformanceOrganizationID(before OrgRule, deal, person crm.Text) crm.Text {
	if r.OnePerformanceOrganization() {
		return OrganizationID(DealsOrgElseTrim, deal, person)
	}
	return OrganizationID(before, deal, person)
}

func nullIfSpaces(t crm.Text) crm.Text {
	if TrimSQL(t.String()) == "" {
		return crm.Text{}
	}
	return t
}
