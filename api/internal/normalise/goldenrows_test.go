package normalise_test

import (
	"fmt"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// row is a row of the golden snapshot; columns that it lacks are NULL.
type row map[string]crm.Text

// workspace is what the rules need of the golden workspace configuration.
type workspace struct {
	Teams []struct {
		Key   string
		Parts []struct {
			Name    string
			Members []string
		}
	}
	TeamUnions map[string][]string `yaml:"team_unions"`
	Scopes     struct {
		MonthlyAmounts map[string]struct{ Team, Part string } `yaml:"monthly_amounts"`
	}
	CourseFormats struct {
		Online       []string
		OnlinePnL    []string `yaml:"online_pnl"`
		CloseOnline  []string `yaml:"close_rate_online"`
		CloseOffline []string `yaml:"close_rate_offline"`
		OfflineGroup string   `yaml:"close_rate_offline_group"`
	} `yaml:"course_formats"`
	CompanySizes struct {
		Groups             []string
		PublicKeywords     []string `yaml:"public_keywords"`
		UniversityKeywords []string `yaml:"university_keywords"`
	} `yaml:"company_sizes"`
	Inquiries struct {
		SizeGroups      []string            `yaml:"size_groups"`
		CourseFormats   []string            `yaml:"course_formats"`
		CategoryMembers map[string][]string `yaml:"category_members"`
	}
}

// members returns the people of a team, a union of teams, or a part of one.
func (w workspace) members(team, part string) normalise.Members {
	keys := []string{team}
	if union, ok := w.TeamUnions[team]; ok {
		keys = union
	}
	var names []string
	for _, t := range w.Teams {
		for _, p := range t.Parts {
			if slices.Contains(keys, t.Key) && (part == "" || p.Name == part) {
				names = append(names, p.Members...)
			}
		}
	}
	return normalise.NewMembers(names...)
}

type recorded struct {
	workspace
	deals, people, orgs map[string]row // by id
	dealOrder           []row
}

func readGolden(tb testing.TB) recorded {
	tb.Helper()
	var g recorded
	if err := yaml.Unmarshal(golden.File(tb, "workspace.yaml"), &g.workspace); err != nil {
		tb.Fatal(err)
	}
	g.dealOrder, g.deals = readTable(tb, "deal")
	_, g.people = readTable(tb, "people")
	_, g.orgs = readTable(tb, "organization")
	return g
}

func readTable(tb testing.TB, table string) (rows []row, byID map[string]row) {
	tb.Helper()
	db, err := snapshot.Open(tb.Context(), golden.Snapshot(tb), snapshot.OpenOptions{Conns: 1})
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	result, err := db.QueryContext(tb.Context(), fmt.Sprintf("SELECT * FROM %q ORDER BY rowid", table)) //nolint:unqueryvet // every cell is wanted
	if err != nil {
		tb.Fatal(err)
	}
	defer result.Close()
	columns, err := result.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	byID = map[string]row{}
	cells := make([]*string, len(columns))
	targets := make([]any, len(columns))
	for i := range cells {
		targets[i] = &cells[i]
	}
	for result.Next() {
		if err := result.Scan(targets...); err != nil {
			tb.Fatal(err)
		}
		r := row{}
		for i, name := range columns {
			r[name] = crm.SharedText(cells[i])
		}
		rows = append(rows, r)
		byID[r[field.ID].String()] = r
	}
	if err := result.Err(); err != nil {
		tb.Fatal(err)
	}
	return rows, byID
}
