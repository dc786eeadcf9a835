package served

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

func counterpartyConfig(w *workspace.Workspace, rules normalise.Rules) counterparty.Config {
	given := w.Targets(rules)
	return counterparty.Config{
		BaseYear: w.Years.Rank, DefaultSize: w.CompanySizes.DefaultSize,
		Online: w.OnlineFormats(), Grades: w.GradeTable(), Multiplier: w.OfflineMultiplier,
		Targets: counterparty.Targets{
			Offline: counterpartyTargets(given.Offline), Online: counterpartyTargets(given.Online),
			Version: "workspace:" + w.Version(),
		},
	}
}

func counterpartyTargets(given map[workspace.TargetKey]float64) map[counterparty.Key]float64 {
	targets := make(map[counterparty.Key]float64, len(given))
	for key, won := range given {
		targets[counterparty.Key(key)] = won
	}
	return targets
}
