package workspace

import (
	"slices"
	"strings"
)

// Active returns the rules that are shown, in order.
func (q QualityControl) Active() []QCRule {
	var active []QCRule
	for _, r := range q.Rules {
		if r.Enabled {
			active = append(active, r)
		}
	}
	return active
}

// Computes reports whether a rule is checked at all, shown or hidden.
func (q QualityControl) Computes(code string) bool {
	return q.Hidden(code) || slices.ContainsFunc(q.Rules, func(r QCRule) bool { return r.Code == code && r.Enabled })
}

// Hidden reports whether a rule is computed and not shown.
func (q QualityControl) Hidden(code string) bool { return slices.Contains(q.HiddenRuleCodes, code) }

// Excludes reports whether a deal is not checked at all. owner is the first
// owner as shown (spec 06 §2.2).
func (q QualityControl) Excludes(owner, dealName string) bool {
	return slices.ContainsFunc(q.ExcludedDeals, func(e ExcludedDeal) bool {
		return e.Owner == owner && (slices.Contains(e.DealNames, dealName) ||
			e.DealNamePrefix != "" && strings.HasPrefix(dealName, e.DealNamePrefix))
	})
}

// ContactExempt reports whether deals of an owner with a month in their name
// may lack contact data (R13, R17). The owner goes by owner key.
func (q QualityControl) ContactExempt(ownerKey string) bool {
	return slices.Contains(q.MonthExemptOwners, ownerKey)
}

// LecturerExempt reports whether deals of an owner with a month in their name
// may lack lecturer data (R15). The owner goes by the name as shown.
func (q QualityControl) LecturerExempt(owner string) bool {
	return slices.Contains(q.LecturerExemptOwners, owner)
}

// ContractMayFollow reports whether a customer's contracts may be signed after
// the course began (R7). The owner goes by the name as shown.
func (q QualityControl) ContractMayFollow(owner, orgName string) bool {
	return slices.ContainsFunc(q.ContractExempt, func(e ContractOrgs) bool {
		return e.Owner == owner && slices.Contains(e.OrgNames, orgName)
	})
}
