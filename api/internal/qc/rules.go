package qc

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// check is a rule of spec 06 §2.3: when it fires. What it is called is the
// workspace's business.
type check struct {
	code  string
	aged  bool // fires only when the deal has had its days of grace
	fires func(r *Report, f *facts) bool
}

// table lists the rules in the order in which a deal's codes stand.
var table = [...]check{
	{code: "R1", fires: func(_ *Report, f *facts) bool { return f.won() && f.contract.IsZero() }},
	{code: "R2", fires: func(_ *Report, f *facts) bool { return f.won() && !f.hasAmount }},
	{code: "R3", fires: func(_ *Report, f *facts) bool { return f.won() && (f.start.IsZero() || f.end.IsZero()) }},
	{code: "R4", fires: func(_ *Report, f *facts) bool { return f.won() && normalise.MissingText(f.row.CourseID) }},
	{code: "R5", fires: func(_ *Report, f *facts) bool { return f.won() && f.label != normalise.Confirmed }},
	{code: "R6", fires: lostWithoutLabel},
	{code: "R7", fires: contractAfterStart},
	{code: "R8", aged: true, fires: func(r *Report, f *facts) bool {
		return r.has[normalise.CategoryColumn] && normalise.MissingText(f.row.Category)
	}},
	{code: "R9", aged: true, fires: func(r *Report, f *facts) bool {
		return r.has[normalise.CourseFormatColumn] && normalise.MissingText(f.row.CourseFormat)
	}},
	{code: "R10", fires: func(_ *Report, f *facts) bool { return f.label == normalise.High && f.expectedClose.IsZero() }},
	{code: "R11", fires: func(_ *Report, f *facts) bool { return f.status == normalise.StatusConvert }},
	{code: "R12", fires: func(_ *Report, f *facts) bool {
		return (f.label == normalise.Confirmed || f.label == normalise.High) && !f.hasAmount && !f.hasExpected
	}},
	{code: "R13", fires: func(r *Report, f *facts) bool {
		return (f.won() || f.status == normalise.StatusSQL) && contactGap(r, f)
	}},
	{code: "R14", fires: func(r *Report, f *facts) bool {
		return f.won() && f.online && r.has[normalise.OnlineCycleColumn] && normalise.MissingText(f.row.OnlineCycle)
	}},
	{code: "R15", fires: lecturerMissing},
	{code: "R17", fires: func(r *Report, f *facts) bool { return f.status == normalise.StatusLost && contactGap(r, f) }},
	{code: "R16", fires: proposalMissing},
}

func (f *facts) won() bool { return f.status == normalise.StatusWon }

// lostWithoutLabel is R6. The replaced service took every lost deal to have the
// label that it looked for.
func lostWithoutLabel(r *Report, f *facts) bool {
	return r.rules.LostNeedsItsProbability() && f.status == normalise.StatusLost && !f.labels.Has(normalise.ProbabilityLost)
}

func contractAfterStart(r *Report, f *facts) bool {
	return !f.contract.IsZero() && !f.start.IsZero() && f.contract > f.start && !sameMonth(f.contract, f.start) &&
		!f.online && !r.config.ContractMayFollow(f.owner.name, f.orgName.String())
}

func sameMonth(a, b normalise.Date) bool { return a.Year() == b.Year() && a.Month() == b.Month() }

// contactGap is whether a big customer's contact is not described, nor excused.
func contactGap(r *Report, f *facts) bool {
	big := f.size == normalise.SizeLarge || f.size == normalise.SizeMedium
	return big && f.gap && (!f.nameHasMonth() || !r.config.ContactExempt(f.owner.key))
}

func lecturerMissing(r *Report, f *facts) bool {
	return f.won() && normalise.Trim(f.row.CourseFormat.String()) != "" && !f.online &&
		r.has[normalise.InstructorNameColumn] && normalise.MissingText(f.row.InstructorName) &&
		(!f.nameHasMonth() || !r.config.LecturerExempt(f.owner.name))
}

// proposalMissing is R16, which unlike the others also fires where the columns
// are missing.
func proposalMissing(r *Report, f *facts) bool {
	p := r.config.Proposal
	if !f.won() || f.created < p.CreatedFrom || f.online || // no day is before every other
		normalise.Trim(f.row.Category.String()) != p.Category || f.size != p.SizeGroup {
		return false
	}
	written := f.row.ProposalWritten
	return normalise.MissingText(written) ||
		(normalise.Trim(written.String()) != p.NotNeeded && normalise.MissingText(f.row.ProposalUpload))
}

// codes is a set of rules, by place in the table.
type codes uint32

func (c codes) has(rule int) bool { return c&(1<<rule) != 0 }

func (c *codes) add(rule int) { *c |= 1 << rule }

// shownRule is a rule in answers about a deal.
type shownRule struct {
	rule        int // place in the table
	code        string
	description string
}

// chooseRules decides what is checked and what is shown.
func (r *Report) chooseRules() {
	for i := range table {
		code := table[i].code
		at := slices.IndexFunc(r.config.Rules, func(shown Rule) bool { return shown.Code == code })
		switch {
		case at >= 0:
			r.checked.add(i)
			r.shown = append(r.shown, shownRule{i, code, code + ": " + r.config.Rules[at].Label})
		case !r.rules.HiddenIssuesAreClean() && slices.Contains(r.config.Hidden, code):
			r.checked.add(i)
		}
	}
}

// judge returns the rules that a deal breaks, and those that it will break
// when it is older.
func (r *Report) judge(f *facts) (broken, later codes) {
	for i := range table {
		if !r.checked.has(i) || !table[i].fires(r, f) {
			continue
		}
		switch {
		case !table[i].aged:
			broken.add(i)
		case !f.created.IsZero():
			later.add(i)
		}
	}
	return broken, later
}
