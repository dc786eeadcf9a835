package workspace

import (
	"slices"
	"strings"
)

// everybody is what lists call no filter.
const everybody = "전체"

// PublicMenu are the screens that there are once for each team or part
// (spec 07 §1). Their ids stay valid forever, since people bookmark them.
type PublicMenu struct {
	DealCheck      []PublicMenuEntry `json:"dealCheck"`
	MonthlyAmounts []PublicMenuEntry `json:"monthlyAmounts"`
}

// PublicMenuEntry is a screen: the team, scope and part are its parameters,
// null if it has none. Level 1 stands below the 0 before it.
type PublicMenuEntry struct {
	ID    string  `json:"id"`
	Label string  `json:"label"`
	Level int     `json:"level"`
	Team  *string `json:"team"`
	Scope *string `json:"scope"`
	Part  *string `json:"part"` // name of the part
}

func (w *Workspace) publicTeams() []PublicTeam {
	teams := make([]PublicTeam, len(w.Teams))
	for i, t := range w.Teams {
		teams[i] = PublicTeam{Key: t.Key, Label: t.Name, ShortLabel: t.ShortName, Parts: []PublicPart{}}
		for _, p := range t.Parts {
			teams[i].Parts = append(teams[i].Parts, PublicPart{
				Key: p.Key, Label: p.Name, ScopeKey: w.scopeOf(t.Key, p.Name), Members: notNil(p.Members),
			})
		}
	}
	return teams
}

// scopeOf returns the scope of monthly amounts that means a part.
func (w *Workspace) scopeOf(team, part string) *string {
	for _, s := range w.Scopes.MonthlyAmounts {
		if s.Value.Team == team && s.Value.Part == part {
			return &s.Key
		}
	}
	return nil
}

func (w *Workspace) publicMenu() PublicMenu {
	menu := PublicMenu{
		DealCheck:      []PublicMenuEntry{},
		MonthlyAmounts: []PublicMenuEntry{{ID: "biz-perf-monthly", Label: everybody}},
	}
	for _, u := range w.TeamUnions {
		if _, ok := w.TeamMembers(u.Key); ok {
			menu.DealCheck = append(menu.DealCheck, PublicMenuEntry{
				ID: strings.ReplaceAll(u.Key, "_", "-") + "-dealcheck", Label: w.groupLabel(u.Value), Team: &u.Key,
			})
		}
	}
	for _, t := range w.Teams {
		menu.DealCheck = append(menu.DealCheck, PublicMenuEntry{ID: t.Key + "-dealcheck", Label: t.Name, Team: &t.Key})
		monthly := PublicMenuEntry{ID: "biz-perf-monthly-" + t.Key, Label: t.Name, Team: &t.Key}
		if len(t.Parts) == 1 { // the team and its part are the same people
			if scope := w.scopeOf(t.Key, t.Parts[0].Name); scope != nil {
				monthly.Team, monthly.Scope = nil, scope
			}
		}
		menu.MonthlyAmounts = append(menu.MonthlyAmounts, monthly)
		if len(t.Parts) == 1 {
			continue
		}
		for _, p := range t.Parts {
			label := t.Name + " " + p.Name
			menu.DealCheck = append(menu.DealCheck, PublicMenuEntry{
				ID: t.Key + "-dealcheck-" + p.Key, Label: label, Level: 1, Team: &t.Key, Part: &p.Name,
			})
			menu.MonthlyAmounts = append(menu.MonthlyAmounts, PublicMenuEntry{
				ID: "biz-perf-monthly-" + t.Key + "-" + p.Key, Label: label, Level: 1,
				Team: &t.Key, Scope: w.scopeOf(t.Key, p.Name), Part: &p.Name,
			})
		}
	}
	return menu
}

// groupLabel names several teams by the words that their names begin with.
func (w *Workspace) groupLabel(keys []string) string {
	var common []string
	for i, key := range keys {
		t, _ := w.Team(key) // checked when the file was read
		words := strings.Fields(t.Name)
		if i == 0 {
			common = words
			continue
		}
		n := 0
		for n < min(len(words), len(common)) && words[n] == common[n] {
			n++
		}
		common = common[:n]
	}
	if len(keys) == 1 {
		return strings.Join(common, " ")
	}
	return strings.Join(append(slices.Clip(common), everybody), " ")
}

func (w *Workspace) publicScopes() []PublicOption {
	options := make([]PublicOption, 0, len(w.Scopes.CloseRate))
	for _, s := range w.Scopes.CloseRate {
		label := s.Value.Label
		switch {
		case label != "":
		case s.Value.NoFilter:
			label = everybody
		case s.Value.Team != "":
			t, _ := w.Team(s.Value.Team) // checked when the file was read
			label = t.ShortName + " " + s.Value.Part
		default:
			label = w.groupLabel(s.Value.Teams)
		}
		options = append(options, PublicOption{Key: s.Key, Label: label})
	}
	return options
}

// sizeWord is what a raw size contains that means a corporate size: the CRM
// says 중견 where the list says 중견기업 (spec 07 §2.3). What would be left of a
// label with one letter is the whole of it.
func sizeWord(label string) string {
	word := strings.TrimSuffix(label, "기업")
	if len([]rune(word)) < 2 {
		return label
	}
	return word
}

func (w *Workspace) publicTiers() []PublicTier {
	rail := map[string]float64{}
	for _, t := range w.StatePath.RailMinEok {
		rail[t.Name] = t.MinEok
	}
	tiers := make([]PublicTier, len(w.Grades.CompanyMinEok))
	for i, t := range w.Grades.CompanyMinEok {
		tiers[i] = PublicTier{
			Key: t.Name, MinEok: t.MinEok, RailMinEok: rail[t.Name], TargetMultiplier: w.OfflineMultiplier(t.Name),
		}
	}
	return tiers
}

func (w *Workspace) publicKeyAccount() *PublicKeyAccount {
	p := w.Performance
	if p.KeyAccountOrgName == "" {
		return nil
	}
	account := PublicKeyAccount{OrgName: p.KeyAccountOrgName, Label: p.KeyAccountOrgName}
	for _, s := range p.Segments {
		if s.Company == "only" && s.Rail == "any" && s.Size == "any" {
			account.SegmentToken, account.Label = s.Key, s.Label
			break
		}
	}
	if p.KeyAccountFixedTargetEok != nil {
		won := *p.KeyAccountFixedTargetEok * wonPerEok
		account.FixedTargetWon = &won
	}
	return &account
}

func (w *Workspace) publicTargetboard() PublicTargetboard {
	board := PublicTargetboard{LimitPerSize: w.Targetboard.LimitPerSize, Exclusions: []PublicCounterpartyOfTier{}}
	for _, e := range w.Targetboard.Exclusions {
		board.Exclusions = append(board.Exclusions, PublicCounterpartyOfTier(e))
	}
	return board
}

func publicRules(q QualityControl) []PublicQCRule {
	rules := []PublicQCRule{}
	for _, r := range q.Active() {
		rules = append(rules, PublicQCRule{Code: r.Code, Title: r.Title, Advice: r.Advice})
	}
	return rules
}
