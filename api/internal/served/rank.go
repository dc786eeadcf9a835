package served

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/retention"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// Rankings are the views of spec 05.
type Rankings struct {
	Rank      *rank.Report
	StatePath *statepath.Report
	Retention *retention.Report
}

// newRankings makes the views of a snapshot's rows.
func newRankings(data *crm.Dataset, version string, o Options) Rankings {
	w := o.Workspace
	return Rankings{
		Rank:      rank.New(data, version, o.Rules, rankConfig(w)),
		StatePath: statepath.New(data, o.Rules, statePathConfig(w)),
		Retention: retention.New(data, version, o.Rules, retention.Config{
			CreatedFrom: w.OnlineRetention.CreatedFrom, EndFrom: w.OnlineRetention.EndFrom, EndTo: w.OnlineRetention.EndTo,
			Online: w.OnlineFormats(),
		}),
	}
}

func rankConfig(w *workspace.Workspace) rank.Config {
	return rank.Config{
		Year: w.Years.Rank, PreviousYear: w.Years.RankPrevious, WonYears: w.Years.Won,
		SummaryYears: []int{w.Years.Rank, w.Years.Plan}, SummarySizes: w.CompanySizes.SummaryDefaults,
		DefaultSize: w.CompanySizes.DefaultSize, Excluded: w.RankSummary.DefaultExcludedOrgName,
		Grades: w.GradeTable(), Online: w.OnlineFormats(),
	}
}

func statePathConfig(w *workspace.Workspace) statepath.Config {
	return statepath.Config{
		Years: statepath.Years{From: w.Years.StatePath[0], To: w.Years.StatePath[1]}, WonYears: w.Years.Won,
		Buckets: w.StatePath.BucketOrder, Company: gradesOf(w.StatePath.CompanyMinEok), Rail: gradesOf(w.StatePath.RailMinEok),
		HRD: w.IsHRD, Online: w.OnlineFormats(), Sizes: w.Sizes(),
	}
}

func gradesOf(thresholds []workspace.Threshold) normalise.Grades {
	grades := make(normalise.Grades, len(thresholds))
	for i, t := range thresholds {
		grades[i] = normalise.Grade{Name: t.Name, MinEok: t.MinEok}
	}
	return grades
}
