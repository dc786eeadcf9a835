package served

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/amounts"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/closerate"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/inquiries"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance/pnl"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// Performance is the monthly sales views (spec 03).
type Performance struct {
	Amounts   *amounts.Report
	Inquiries *inquiries.Report
	CloseRate *closerate.Report
	PnL       *pnl.Report
}

// NewPerformance makes the views of a book as the workspace, which must be
// there, has them.
func NewPerformance(book *performance.Book, o Options) Performance {
	w := o.Workspace
	return Performance{
		Amounts:   amounts.New(book, amountsConfig(w)),
		Inquiries: inquiries.New(book, inquiriesConfig(w)),
		CloseRate: closerate.New(book, closeRateConfig(w)),
		PnL:       pnl.New(book, pnlConfig(w, o)),
	}
}

func amountsConfig(w *workspace.Workspace) amounts.Config {
	c := amounts.Config{
		Years: w.Years.Performance, KeyAccount: w.Performance.KeyAccountOrgName,
		Online: w.OnlineFormats(), Sizes: w.Sizes(), MajorSizes: w.CompanySizes.Major,
		Teams: w.TeamMembers, Scopes: w.AmountScope,
	}
	for _, s := range w.Performance.Segments {
		c.Segments = append(c.Segments, amounts.Segment{Key: s.Key, Label: s.Label, Takes: s.Matches})
	}
	return c
}

func inquiriesConfig(w *workspace.Workspace) inquiries.Config {
	return inquiries.Config{
		Years: w.Years.Performance,
		Sizes: w.Inquiries.SizeGroups, Formats: w.Inquiries.CourseFormats, Categories: w.Inquiries.CategoryGroups,
		SizeRows: w.SizeRows(), FormatRows: w.FormatRows(), CategoryGroups: w.Categories(),
		Online: w.OnlineFormats(), PublicKeywords: w.CompanySizes.PublicKeywords, Teams: w.TeamMembers,
	}
}

func closeRateConfig(w *workspace.Workspace) closerate.Config {
	return closerate.Config{
		Years: w.Years.Performance,
		Sizes: w.Inquiries.SizeGroups, Groups: w.CloseGroups(), OfflineGroup: w.CourseFormats.CloseRateOfflineGroup,
		OfflineCategory: w.CourseFormats.CloseRateOfflineTopics,
		SizeRows:        w.SizeRows(), Formats: w.CloseFormats(), CategoryGroups: w.Categories(),
		Existing: func(year int) (map[string]struct{}, bool) {
			names, listed := w.ExistingCustomers(year)
			return names.Set(), listed
		},
		ExistingFile: w.FileName(), ExistingModified: w.ModTime(),
		Scopes: w.CloseRateScope,
	}
}

func pnlConfig(w *workspace.Workspace, o Options) pnl.Config {
	c := pnl.Config{
		PlanYear: w.Years.Plan,
		Online:   w.OnlinePnLFormats(),
		Costs: pnl.Costs{
			OnlineContributionRate: w.PnLCosts.OnlineContributionRate, OfflineContributionRate: w.PnLCosts.OfflineContributionRate,
			Production: w.PnLCosts.FixedProductionEok, Marketing: w.PnLCosts.FixedMarketingEok, Labor: w.PnLCosts.FixedLaborEok,
			RentRateOfLabor: w.PnLCosts.RentRateOfLabor,
			OtherBase:       w.PnLCosts.FixedOtherBaseEok, OtherRateOfOffline: w.PnLCosts.FixedOtherOfOffline,
		},
		Targets:     func(year int) (map[string]pnl.Target, bool) { return pnlTargets(w, year) },
		Actuals:     func(year int) pnl.Actuals { return pnl.Actuals(w.PnLActuals(year, o.Rules)) },
		ActualsFile: w.FileName(), ActualsModified: w.ModTime(),
		Now: o.now,
	}
	if o.Rules.OneCourseFormatRule() {
		c.Online = w.OnlineFormats()
	}
	for _, line := range workspace.PnLLines() {
		c.Lines = append(c.Lines, pnl.Line{Key: line.Key, Label: line.Label, Level: line.Level, Percent: line.Ratio})
	}
	return c
}

func pnlTargets(w *workspace.Workspace, year int) (map[string]pnl.Target, bool) {
	given, ok := w.PnLTargetLines(year)
	if !ok {
		return nil, false
	}
	lines := make(map[string]pnl.Target, len(given))
	for key, line := range given {
		lines[key] = pnl.Target(line)
	}
	return lines, true
}
