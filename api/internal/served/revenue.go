package served

import (
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// newRevenue makes the monthly revenue report of a file's rows; nil is before
// the first file.
func newRevenue(data *crm.Dataset, modified time.Time, o Options) *revenue.Report {
	return revenue.New(data, modified, o.Rules, revenueConfig(o.Workspace))
}

func revenueConfig(w *workspace.Workspace) revenue.Config {
	c := revenue.Config{
		SkipMarker:       w.QualityControl.ReviewSkipNameMarker,
		AccountingStatus: string(w.AccountingStatus()), Audited: w.Audited, Known: w.AccountingKnows,
	}
	for _, t := range w.Teams {
		members, _ := w.ReportTeamMembers(t.Key)
		c.Teams = append(c.Teams, revenue.Team{Key: t.Key, Label: w.TeamLabel(t.Key), Members: members})
	}
	return c
}
