package httpapi_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// decidedOtherwise are the recorded requests that we answer otherwise in both
// settings, with the line of DECISIONS.md.
func decidedOtherwise() map[string]string {
	return map[string]string{
		"rank.dri.007":         "Blank `size` = `전체`",
		"rank.dri.summary.007": "Blank `size` = `전체`",
		"qc.monthly.xlsx.005":  "A bad team gives 400 there too",
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
	testkit.Poll(s.tb, 20*time.Second, "a snapshot to be served", func() bool {
		req, err := http.NewRequestWithContext(s.tb.Context(), http.MethodGet, s.URL+"/readyz", http.NoBody)
		if err != nil {
			s.tb.Fatal(err)
		}
		resp, err := noRedirects.Do(req)
		if err != nil {
			return false // of a server with short timeouts on a busy machine
		}
		return resp.StatusCode == http.StatusOK && resp.Body.Close() == nil
	})
	return s
}

// TestGolden sends every recorded request in every mode and prints how many
// answers are equal, by family.
func TestGolden(t *testing.T) {
	t.Parallel()
	modes := []struct {
		name  string
		dates normalise.DateMode
		db    func(testing.TB) string // nil is no database
	}{
		{golden.Legacy, normalise.AsText, golden.Snapshot},
		{golden.Strict, normalise.KST, golden.Snapshot},
		{golden.Lean, normalise.AsText, goldentest.LeanSnapshot},
		{golden.NoDB, normalise.AsText, nil},
	}
	tallies := make([][]goldentest.Tally, len(modes))
	t.Cleanup(func() {
		var report strings.Builder
		for _, n := range goldentest.Sum(tallies...) {
			fmt.Fprintf(&report, "\n%s", n)
		}
		t.Log(report.String())
	})
	for i, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			set := settings{
				rules:     normalise.Rules{Numbers: normalise.AsBefore, Dates: mode.dates},
				workspace: goldentest.Workspace(t),
			}
			var s *service
			if mode.db == nil {
				s = start(t, filepath.Join(t.TempDir(), "salesmap_latest.db"), set)
			} else {
				s = start(t, mode.db(t), set).ready()
			}
			tallies[i] = goldentest.Run(t, s.URL, mode.name, goldentest.Options{
				Excluded: decidedOtherwise(), Sets: equalRanks,
			})
		})
	}
}
