package revenue

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// lists are the deals of a team by what is to be done about them.
type lists struct {
	report  []ReportDeal
	review  map[month][]ReviewDeal
	missing []MissingDeal
}

// deal is a row as the rules of spec 06 §3 read it.
type deal struct {
	row                *crm.Deal
	owners             []string
	courseID, name     string
	contract, expected normalise.Date
	amount             float64 // won
	hasAmount          bool
}

// ownership is what an owner field says, for one team.
type ownership struct {
	names []string
	ours  bool // any owner is in the team
}

// collect makes the lists of a team.
func (r *Report) collect(team Team, of months) lists {
	l := lists{report: []ReportDeal{}, review: map[month][]ReviewDeal{}, missing: []MissingDeal{}}
	owners := map[crm.Text]ownership{} // few people own many deals
	audited := map[string]struct{}{}
	for i := range r.data.Deals {
		row := &r.data.Deals[i]
		o, read := owners[row.Owner]
		if !read {
			names := normalise.Owners(normalise.JSON(row.Owner))
			o = ownership{names: normalise.OwnerLabels(names), ours: team.Members.MatchAny(names)}
			owners[row.Owner] = o
		}
		if !o.ours {
			continue
		}
		d := r.read(row, o.names)
		complete := r.complete(d)
		if complete && monthOf(d.contract) == of.last {
			l.report = append(l.report, r.reportDeal(d))
		}
		if complete && monthOf(d.contract) < of.last && r.unknownToAccounting(d) {
			if _, listed := audited[row.ID.String()]; !listed {
				audited[row.ID.String()] = struct{}{}
				l.missing = append(l.missing, MissingDeal{ReportDeal: r.reportDeal(d), Month: monthOf(d.contract).String()})
			}
		}
		// A complete deal whose contract is in the range is in its report.
		if on := cmp.Or(d.contract, d.expected); !complete && of.has(on) && r.needsReview(d) {
			l.review[monthOf(on)] = append(l.review[monthOf(on)], r.reviewDeal(d))
		}
	}
	l.sort()
	return l
}

func (r *Report) read(row *crm.Deal, owners []string) deal {
	d := deal{
		row: row, owners: owners,
		courseID: normalise.Trim(row.CourseID.String()), name: normalise.Trim(row.Name.String()),
		contract: r.day(row.ContractDate), expected: r.day(row.ExpectedDate),
	}
	d.amount, d.hasAmount = r.rules.Amount(row.Amount)
	return d
}

// day is F of spec 06 §3: a day whose parts dots or slashes separate is one
// too, unless a time follows it.
func (r *Report) day(t crm.Text) normalise.Date {
	if s := t.String(); strings.ContainsAny(s, "./") && !strings.Contains(s, "T") {
		t = crm.NewText(dashes.Replace(s))
	}
	return r.rules.ParseDate(t)
}

var dashes = strings.NewReplacer(".", "-", "/", "-")

// date is the text by which a day is shown.
func (r *Report) date(t crm.Text) string { return r.rules.DateText(r.day(t), t) }

// complete reports whether everything is filled in that a report needs.
func (r *Report) complete(d deal) bool {
	return d.courseID != "" && d.name != "" && !d.contract.IsZero() && d.hasAmount &&
		r.rules.Status(d.row.Status) == normalise.StatusWon &&
		!normalise.MissingText(d.row.CourseStart) && !normalise.MissingText(d.row.CourseEnd)
}

// unknownToAccounting reports whether a complete deal should be in accounting's
// list and isn't.
func (r *Report) unknownToAccounting(d deal) bool {
	course := normalise.CourseIDDigits(d.row.CourseID)
	return course != "" && r.config.Audited(monthOf(d.contract).String()) && !r.config.Known(course)
}

func (r *Report) needsReview(d deal) bool {
	if r.config.SkipMarker != "" && strings.Contains(d.name, r.config.SkipMarker) {
		return false
	}
	if r.rules.ReviewLeavesOutLost() && r.rules.Status(d.row.Status) == normalise.StatusLost {
		return false
	}
	return normalise.ProbablyWon(d.row.Probability) || normalise.ProbablyWon(d.row.Status)
}

func (r *Report) reportDeal(d deal) ReportDeal {
	return ReportDeal{
		DealID: d.row.ID.String(), CourseID: d.courseID, DealName: d.name, Owners: d.owners, Status: d.row.Status.Ptr(),
		ContractDate: r.date(d.row.ContractDate), Amount: d.amount,
		StartDate: r.date(d.row.CourseStart), EndDate: r.date(d.row.CourseEnd),
	}
}

func (r *Report) reviewDeal(d deal) ReviewDeal {
	item := ReviewDeal{
		DealID: d.row.ID.String(), CourseID: d.courseID, DealName: d.name, Owners: d.owners, Status: d.row.Status.Ptr(),
		Probability:       d.row.Probability.Ptr(),
		ExpectedCloseDate: r.date(d.row.ExpectedDate), ContractDate: r.date(d.row.ContractDate),
		StartDate: r.date(d.row.CourseStart), EndDate: r.date(d.row.CourseEnd),
	}
	if d.hasAmount {
		item.Amount = new(d.amount)
	}
	if won, ok := r.rules.Amount(d.row.ExpectedAmount); ok {
		item.ExpectedAmount = &won
	}
	return item
}

// sort puts the earliest first, but of what accounting misses the latest.
func (l *lists) sort() {
	slices.SortStableFunc(l.report, compareReports)
	slices.SortStableFunc(l.missing, func(a, b MissingDeal) int {
		return -cmp.Or(strings.Compare(a.Month, b.Month), compareReports(a.ReportDeal, b.ReportDeal))
	})
	for _, deals := range l.review {
		slices.SortStableFunc(deals, func(a, b ReviewDeal) int {
			return cmp.Or(strings.Compare(a.date(), b.date()), strings.Compare(a.DealName, b.DealName), strings.Compare(a.DealID, b.DealID))
		})
	}
}

func compareReports(a, b ReportDeal) int {
	return cmp.Or(strings.Compare(a.ContractDate, b.ContractDate), strings.Compare(a.DealName, b.DealName), strings.Compare(a.DealID, b.DealID))
}

// date is the text that the review list is ordered by.
func (d ReviewDeal) date() string { return cmp.Or(d.ContractDate, d.ExpectedCloseDate) }

// history is the review list of every month that has one, newest first.
func (l *lists) history() []ReviewMonth {
	history := make([]ReviewMonth, 0, len(l.review))
	for _, m := range slices.Backward(slices.Sorted(maps.Keys(l.review))) {
		deals := l.review[m]
		history = append(history, ReviewMonth{Year: m.year(), Month: m.ofYear(), Key: m.String(), Count: len(deals), Deals: deals})
	}
	return history
}
