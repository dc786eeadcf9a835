package served

import (
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// Checks are the views of spec 06 §1 and §2.
type Checks struct {
	DealCheck  *dealcheck.Report
	DealErrors *qc.Report
}

// Day names the day that the views are of: what they say changes at midnight.
func (c Checks) Day() string {
	return c.DealCheck.Today().String() + " " + c.DealErrors.Today().String()
}

// newChecks makes the views of a snapshot's rows.
func newChecks(data *crm.Dataset, modified time.Time, o Options) Checks {
	w := o.Workspace
	return Checks{
		DealCheck: dealcheck.New(data, o.Rules, dealcheck.Config{
			RetentionYear: w.DealCheck.RetentionYear, Window: w.DealCheck.WindowBusinessDays, Teams: w.TeamMembers, Now: o.now,
		}),
		DealErrors: qc.New(data, modified, o.Rules, qcConfig(w, o)),
	}
}

func qcConfig(w *workspace.Workspace, o Options) qc.Config {
	q := w.QualityControl
	c := qc.Config{
		Since: day(q.SinceDate), GraceDays: q.GraceDays, NonRevenueMarker: q.NonRevenueNameMarker,
		Rules: []qc.Rule{}, Hidden: q.HiddenRuleCodes,
		Proposal: qc.Proposal{
			CreatedFrom: day(q.ProposalRule.CreatedFrom), Category: q.ProposalRule.Category,
			SizeGroup: q.ProposalRule.SizeGroup, NotNeeded: q.ProposalRule.NotNeededValue,
		},
		Online: w.OnlineFormats(), Sizes: w.Sizes(),
		TeamOf: w.TeamOf, Teams: w.QCTeams, TeamLabel: w.TeamLabel,
		Excludes: q.Excludes, ContactExempt: q.ContactExempt, LecturerExempt: q.LecturerExempt,
		ContractMayFollow: q.ContractMayFollow,
		Now:               o.now, Zone: time.Local,
	}
	for _, r := range q.Active() {
		c.Rules = append(c.Rules, qc.Rule{Code: r.Code, Label: r.Label})
	}
	return c
}

// day reads a day of the workspace, which was checked to be one.
func day(text string) normalise.Date {
	return normalise.DefaultRules().StrictDay(crm.NewText(text))
}
