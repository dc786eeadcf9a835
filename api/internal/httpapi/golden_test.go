package httpapi_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// goldenFamilies are the endpoint families that exist so far.
func goldenFamilies() []string {
	return []string{
		"health", "notfound", "sizes", "orgs.list", "org.get", "org.people", "org.memos",
		"person.memos", "person.deals", "deal.memos",
		"amounts.summary", "amounts.deals", "inquiries.summary", "inquiries.deals",
		"close-rate.summary", "close-rate.deals", "pnl.summary", "pnl.deals", "pnl.overrides",
		"rank.dri", "rank.dri.summary", "rank.dri.detail",
		"rank.2025-deals", "rank.2025-deals-people", "rank.mismatched", "rank.won-yearly", "rank.won-industry",
		"rank.summary-by-size", "ops.online-retention", "statepath.portfolio", "statepath.org", "statepath.detail",
	}
}

// equalRanks are lists whose order among equals the data set leaves open
// (rows of counterparties with the same totals).
func equalRanks(path string, element any) (rank string, ok bool) {
	row, isRow := element.(map[string]any)
	if path != "$.rows" || !isRow || row["cpTotal2025"] == nil {
		return "", false
	}
	return fmt.Sprint(row["orgWon2025"], " ", row["cpTotal2025"]), true
}

// ready waits until a snapshot is served.
func (s *service) ready() *service {
	s.tb.Helper()
	testkit.Poll(s.tb, 20*time.Second, "a snapshot to be served", func() bool { return s.get("/readyz").Status == 200 })
	return s
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, mode := range []struct {
		name  string
		dates normalise.DateMode
		db    func(testing.TB) string
	}{
		{golden.Legacy, normalise.AsText, golden.Snapshot},
		{golden.Strict, normalise.KST, golden.Snapshot},
		{golden.Lean, normalise.AsText, goldentest.LeanSnapshot},
	} {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			rules := normalise.Rules{Numbers: normalise.AsBefore, Dates: mode.dates}
			s := start(t, mode.db(t), settings{rules: rules, workspace: goldentest.Workspace(t)}).ready()
			goldentest.Run(t, s.URL, mode.name, goldentest.Options{Families: goldenFamilies(), Sets: equalRanks})
		})
	}
	t.Run(golden.NoDB, func(t *testing.T) {
		t.Parallel()
		s := start(t, filepath.Join(t.TempDir(), "salesmap_latest.db"), settings{workspace: goldentest.Workspace(t)})
		goldentest.Run(t, s.URL, golden.NoDB, goldentest.Options{Families: goldenFamilies(), Sets: equalRanks})
	})
}
