package rank_test

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
)

const version = "db_mtime:1"

func config() rank.Config {
	return rank.Config{
		Year: 2025, PreviousYear: 2024, WonYears: []int{2023, 2024, 2025}, SummaryYears: []int{2025, 2026},
		SummarySizes: []string{"대기업", "미입력"}, DefaultSize: "대기업", Excluded: "알파산업",
		Grades: normalise.Grades{{Name: "S0", MinEok: 10}, {Name: "P0", MinEok: 2}, {Name: "P1", MinEok: 1}, {Name: "P5", MinEok: 0}},
		Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
	}
}
