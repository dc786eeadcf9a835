package normalise_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// The benchmarks work on one cell at a time, as the analytics do: ns and
// allocations are per cell.

func benchmarkCells(b *testing.B, cells []string, work func(c crm.Text)) {
	b.Helper()
	texts := make([]crm.Text, len(cells))
	for i, s := range cells {
		texts[i] = text(s)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		work(texts[i%len(texts)])
	}
}

func BenchmarkDate(b *testing.B) {
	kinds := map[string][]string{
		"day":     {"2025-01-02", "2026-11-22"},
		"instant": {"2025-01-02T15:00:00.000Z", "2026-11-22T01:02:03Z"},
		"loose":   {"2025.1.2", "20250102", "2025-01-02 15:00:00"},
		"none":    {"미정", "2025-13-01", ""},
	}
	for name, cells := range kinds {
		b.Run("strict/"+name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { correctedKST.StrictDay(c) })
		})
		b.Run("text/"+name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { correctedKST.StrictDate(c) })
		})
		b.Run("legacy/"+name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { beforeText.DateOnly(c) })
		})
		b.Run("month/"+name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { correctedKST.YYMM(c) })
		})
	}
}

func BenchmarkAmount(b *testing.B) {
	kinds := map[string][]string{
		"plain":     {"12000000", "69000000.5"},
		"decorated": {"12,000,000", "500,000원"},
		"none":      {"미정", ""},
	}
	for name, cells := range kinds {
		b.Run(name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { correctedKST.Amount(c) })
		})
	}
	b.Run("cast", func(b *testing.B) {
		benchmarkCells(b, kinds["plain"], func(c crm.Text) { correctedKST.SQLNumber(c) })
	})
}

func BenchmarkOwners(b *testing.B) {
	kinds := map[string][]string{
		"object": {`{"id":"6fc5df0b-b53a-4d36-b919-e9d51b33a018","name":"도라온"}`},
		"list":   {`[{"id":"5ccee945-4b1f-4bc1-8e42-76dd8288eaff","name":"제갈빛나"},{"id":"6db612c8-2ef8-4b8d-a82a-742ce4097790","name":"표아람A"}]`},
		"text":   {"독고온유"},
	}
	for name, cells := range kinds {
		b.Run("json/"+name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { normalise.JSON(c) })
		})
		b.Run("names/"+name, func(b *testing.B) {
			benchmarkCells(b, cells, func(c crm.Text) { normalise.Owners(normalise.JSON(c)) })
		})
	}
	members := normalise.NewMembers("도라온", "표아람A")
	b.Run("match", func(b *testing.B) {
		owners := []string{"제갈빛나", "표아람B"}
		b.ReportAllocs()
		for b.Loop() {
			members.MatchAny(owners)
		}
	})
}

func BenchmarkLabels(b *testing.B) {
	b.Run("probability", func(b *testing.B) {
		benchmarkCells(b, []string{`["확정"]`, `["높음"]`}, func(c crm.Text) { correctedKST.Probability(c) })
	})
	b.Run("status", func(b *testing.B) {
		benchmarkCells(b, []string{"Won", "SQL", "Lost", "In progress"}, func(c crm.Text) { correctedKST.Status(c) })
	})
	b.Run("size", func(b *testing.B) {
		name := text("가상시설공단")
		benchmarkCells(b, []string{"대기업", ""}, func(c crm.Text) { correctedKST.SizeGroup(sizes(), name, c) })
	})
	b.Run("format", func(b *testing.B) {
		online := normalise.NewFormatSet("구독제(온라인)", "포팅")
		benchmarkCells(b, []string{"출강", "구독제 (온라인)"}, func(c crm.Text) { correctedKST.Online(online, c, normalise.Formatted) })
	})
	b.Run("like", func(b *testing.B) {
		benchmarkCells(b, []string{"예시상사 주식회사"}, func(c crm.Text) { normalise.Like("%회사%", c.String()) })
	})
}
