package statepath_test

import (
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

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
