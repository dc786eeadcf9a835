package statepath

import (
	"cmp"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Advice is what sales may do next.
type Advice struct {
	Objective  string   `json:"next_objective_type"` // RETENTION, OPEN or SCALE_UP
	TargetCell string   `json:"next_target_cell"`
	Targets    []Target `json:"target_counterparties"` // A, B and C, or nobody
	Plays      []Play   `json:"action_play_top3"`
}

// Target is a counterparty to talk to, with its sums in 억. One upper
// organisation may be there several times.
type Target struct {
	Rank     string  `json:"rank"`
	GroupID  string  `json:"group_id"`
	UpperOrg string  `json:"upper_org"`
	Lane     string  `json:"lane"`
	From     float64 `json:"amt_2024_eok"`
	To       float64 `json:"amt_2025_eok"`
	Online   float64 `json:"online_2025_eok"`
	Offline  float64 `json:"offline_2025_eok"`
}

// Play is an advice in words, by the type of event that calls for it.
type Play struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

const (
	objectiveRetention = "RETENTION"
	maxPlays           = 3
)

// playText is what the screen says about a type of event.
func playText(eventType string) string {
	switch eventType {
	case eventOpen:
		return "거래가 없던 셀에서 첫 Won 딜을 만들 담당자를 정하고 제안을 시작하세요."
	case eventClose:
		return "거래가 끊긴 셀의 이탈 원인을 확인하고 재계약 제안을 준비하세요."
	case eventScaleUp:
		return "성장한 셀의 성과를 공유해 후속 과정과 대상 인원을 넓히세요."
	case eventScaleDown:
		return "금액이 줄어든 셀의 원인을 파악하고 남은 예산을 지킬 방안을 마련하세요."
	case eventCompany:
		return "바뀐 기업 등급에 맞추어 올해 목표와 영업 전략을 다시 맞추세요."
	case eventRail:
		return "온라인과 오프라인 비중이 달라졌으니 상품 구성을 점검하세요."
	default:
		return eventType
	}
}

// advice follows spec 05 §9 "ops_reco".
func (r *Report) advice(j *journey, path *Path, groups []group) Advice {
	target := j.to.nextCell()
	a := Advice{Objective: j.objective(), TargetCell: target.String(), Targets: targets(groups, target), Plays: []Play{}}
	for _, e := range path.Events {
		known := slices.ContainsFunc(a.Plays, func(p Play) bool { return p.Type == e.Type })
		if !known && len(a.Plays) < maxPlays {
			a.Plays = append(a.Plays, Play{Type: e.Type, Text: playText(e.Type)})
		}
	}
	return a
}

func (j *journey) objective() string {
	switch {
	case j.hasCellEvent(eventClose, eventScaleDown):
		return objectiveRetention
	case slices.Contains(j.to.cellAt[:], 0):
		return eventOpen
	default:
		return eventScaleUp
	}
}

// nextCell is the cell with most room: an empty one, else one with a low bucket
// and a small amount. Of equals, the first by name.
func (s *standing) nextCell() cell {
	const (
		ofEmpty   = 100
		topBucket = 10
		topEok    = 5
	)
	score := func(c cell) float64 {
		if s.cellAt[c] == 0 {
			return ofEmpty
		}
		return max(0, topBucket-float64(s.cellAt[c])) + max(0, topEok-s.cells[c])
	}
	cells := []cell{hrdOnline, hrdOffline, buOnline, buOffline}
	return slices.MinFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(score(b), score(a)), cmp.Compare(a.String(), b.String()))
	})
}

// targets picks counterparties A, B and C. Which are used goes by the upper
// organisation, so its teams count as one.
func targets(groups []group, next cell) []Target {
	if len(groups) == 0 {
		return []Target{}
	}
	ranked := slices.Clone(groups)
	slices.SortStableFunc(ranked, func(a, b group) int { return cmp.Compare(b.to.total(), a.to.total()) })
	p := picker{used: map[string]bool{}}
	first := p.pick(&ranked[0])
	inLane := func(g *group) bool { return g.hrd == next.hrd() }
	second := p.pick(cmp.Or(
		p.find(ranked, func(g *group) bool { return inLane(g) && g.to.opposite(next) > 0 }),
		p.find(ranked, inLane),
		first,
	))
	third := cmp.Or(
		p.find(ranked, func(g *group) bool { return g.from.total() <= 0 && g.to.total() > 0 }),
		p.find(ranked[min(1, len(ranked)):min(3, len(ranked))], func(*group) bool { return true }),
		first,
	)
	return []Target{target("A", first), target("B", second), target("C", third)}
}

// opposite is the sum of the rail that a cell is not on.
func (s rails) opposite(c cell) float64 {
	if c.online() {
		return s.offline
	}
	return s.online
}

// picker remembers which upper organisations are used.
type picker struct{ used map[string]bool }

// find returns the first unused group that fits, nil if there is none.
func (p picker) find(groups []group, fits func(*group) bool) *group {
	for i := range groups {
		if g := &groups[i]; !p.used[g.upper] && fits(g) {
			return g
		}
	}
	return nil
}

func (p picker) pick(g *group) *group {
	p.used[g.upper] = true
	return g
}

func target(rank string, g *group) Target {
	return Target{
		Rank: rank, GroupID: g.upper, UpperOrg: g.upper, Lane: laneName(g.hrd),
		From: normalise.Finite(g.from.total()), To: normalise.Finite(g.to.total()),
		Online: normalise.Finite(g.to.online), Offline: normalise.Finite(g.to.offline),
	}
}
