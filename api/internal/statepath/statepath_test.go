package statepath_test

import (
	"math"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

func before() normalise.Rules    { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// beforeKST is the replaced service in its strict date mode.
func beforeKST() normalise.Rules {
	return normalise.Rules{Numbers: normalise.AsBefore, Dates: normalise.KST}
}

func config() statepath.Config {
	return statepath.Config{
		Years: statepath.Years{From: 2024, To: 2025}, WonYears: []int{2023, 2024, 2025},
		Buckets: []string{"Ø", "P5", "P4", "P3", "P2", "P1", "P0", "S0"},
		Company: grades(10, 2, 1, 0.5, 0.25, 0.1, 0), Rail: grades(5, 1, 0.5, 0.25, 0.125, 0.05, 0),
		HRD:    func(upper string) bool { return strings.Contains(upper, "인사") },
		Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
		Sizes: normalise.Sizes{
			Labels:         []string{"대기업", "중견기업", "중소기업", "공공기관", "대학교", "기타/미입력"},
			PublicKeywords: []string{"공단", "원"}, UniversityKeywords: []string{"대학"},
		},
	}
}

// grades are S0, P0 … P5 from these sums in 억.
func grades(mins ...float64) normalise.Grades {
	names := []string{"S0", "P0", "P1", "P2", "P3", "P4", "P5"}
	g := make(normalise.Grades, len(mins))
	for i, m := range mins {
		g[i] = normalise.Grade{Name: names[i], MinEok: m}
	}
	return g
}

// everything is the portfolio as the screen asks for it.
func everything() statepath.PortfolioQuery {
	return statepath.PortfolioQuery{
		Segment: statepath.AllSegments, Sort: statepath.ByTotal, Limit: 500,
		CompanyDir: statepath.All, Seed: statepath.All, Rail: statepath.All, RailDir: statepath.All,
		CompanyFrom: statepath.All, CompanyTo: statepath.All, Cell: statepath.All, CellEvent: statepath.All,
	}
}

func text(s string) crm.Text { return crm.NewText(s) }

func dataset(organizations []crm.Organization, people []crm.Person, deals ...crm.Deal) *crm.Dataset {
	return &crm.Dataset{Organizations: organizations, People: people, Deals: deals, Columns: crmtest.Columns()}
}

func report(rules normalise.Rules, data *crm.Dataset) *statepath.Report {
	return statepath.New(data, rules, config())
}

// must returns an answer that doesn't fail.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}

// same allows for additions in another order.
func same(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }
