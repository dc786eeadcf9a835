package won

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Compact is GET /api/orgs/{id}/won-groups-json-compact (spec 02 §4). It fails
// as Groups does.
func (r *Report) Compact(ctx context.Context, organizationID string) (Compact, error) {
	d, err := r.dossier(ctx, organizationID, "")
	if err != nil {
		return Compact{}, err
	}
	return r.compact(d), nil
}

func (r *Report) compact(d dossier) Compact {
	answer := Compact{SchemaVersion: compactVersion, Organization: CompactOrganization{Summary: newAmounts(r.config.Years)}}
	if o := d.organization; o != nil {
		answer.Organization = CompactOrganization{
			ID: o.ID.Ptr(), Name: o.DisplayName().Ptr(), Size: o.Size.Ptr(), Industry: o.IndustryName.Ptr(),
			IndustryMajor: o.Industry.Ptr(), IndustryMid: o.IndustryMid.Ptr(),
			Memos: r.compactMemos(d.memos.organization), Summary: answer.Organization.Summary,
		}
	}
	for i := range d.groups {
		g := r.compactGroup(&d.groups[i], d.memos)
		answer.Organization.Summary.plus(g.Summary)
		answer.Groups = append(answer.Groups, g)
	}
	return answer
}

func (r *Report) compactGroup(g *group, m memos) CompactGroup {
	item := CompactGroup{UpperOrg: g.upper, Team: g.team, Summary: newAmounts(r.config.Years)}
	for _, p := range g.people {
		c := contactItem(p)
		item.People = append(item.People, CompactPerson{
			ID: c.ID, Name: c.Name, UpperOrg: c.UpperOrg, Team: c.Team, Title: c.Title, EducationArea: c.EducationArea,
			Webforms: r.webforms(p), Memos: r.compactMemos(m.people[p.ID.String()]),
		})
	}
	for _, d := range g.deals {
		r.addAmount(item.Summary, d)
		item.Deals = append(item.Deals, r.compactDeal(d, m))
	}
	item.Defaults = takeDefaults(item.Deals)
	for i := range item.Deals {
		deal := &item.Deals[i]
		prune(&deal.Probability)
		for _, field := range deal.fields() {
			prune(field)
		}
	}
	return item
}

func (r *Report) addAmount(a Amounts, d deal) {
	if !d.Status.Is(statusWon) {
		return
	}
	place, counted := r.yearPlace(r.rules.ShownYear(d.ContractDate))
	if !counted {
		return
	}
	amount, _ := r.rules.Amount(d.Amount)
	a.all[place] += amount
	if r.rules.Online(r.config.Online, d.CourseFormat, normalise.Exact) {
		a.online[place] += amount
	} else {
		a.offline[place] += amount
	}
}

func (r *Report) compactDeal(d deal, m memos) CompactDeal {
	item := CompactDeal{
		ID: d.ID.Ptr(), Name: d.DisplayName().Ptr(), Status: d.Status.Ptr(), LostReason: d.LostReason.Ptr(),
		CreatedAt: r.dateAgain(d.CreatedDate), ExpectedDate: r.dateAgain(d.ExpectedDate), LostAt: r.dateAgain(d.LostDate),
		ContractDate: r.dateAgain(d.ContractDate), StartDate: r.dateAgain(d.CourseStart), EndDate: r.dateAgain(d.CourseEnd),
		Amount: r.amount(d.Amount), ExpectedAmount: r.amount(d.ExpectedAmount), NetPercent: d.NetPercent.Ptr(),
		Probability: compactProbability(d.Probability), Memos: r.compactMemos(m.deals[d.ID.String()]), person: d.person,
	}
	if d.person != nil {
		item.PersonID = d.person.ID.Ptr()
	}
	item.CourseFormat, item.Category = cellValue(d.CourseFormat), cellValue(d.Category)
	if owner := ownerOf(d.Owner); owner.Kind != normalise.Null {
		item.Owner = &owner
	}
	if teams, ok := dayOneTeams(d.Team); ok {
		item.Day1Teams = &teams
	} else {
		item.Day1TeamsRaw = d.Team.Ptr()
	}
	return item
}

// dateAgain is N-DATE of N-DATE, which differ for a few odd texts.
func (r *Report) dateAgain(t crm.Text) string {
	return r.rules.DateOnly(crm.NewText(r.rules.DateOnly(t)))
}

// compactProbability is the list or object that a text holds, else the text.
func compactProbability(t crm.Text) *normalise.Value {
	if v := normalise.JSON(t); v.Kind == normalise.List || v.Kind == normalise.Object {
		return &v
	}
	return cellValue(t)
}

// dayOneTeams are the teams of a deal as objects with id and name; false if the
// field is neither list nor object.
func dayOneTeams(t crm.Text) (teams normalise.Value, ok bool) {
	field := normalise.JSON(t)
	switch field.Kind {
	case normalise.List:
	case normalise.Object:
		field = normalise.Value{Kind: normalise.List, Items: []normalise.Value{field}}
	default:
		return normalise.Value{}, false
	}
	teams.Kind = normalise.List
	for _, item := range field.Items {
		team := normalise.Value{Kind: normalise.Object}
		switch item.Kind {
		case normalise.Null:
			continue
		case normalise.Object:
			for _, key := range []string{"id", "name"} {
				if v := item.Get(key); v.Kind != normalise.Null {
					team.Members = append(team.Members, normalise.Member{Key: key, Value: v})
				}
			}
		default:
			team.Members = []normalise.Member{{Key: "name", Value: textValue(item.Printed())}}
		}
		if len(team.Members) > 0 {
			teams.Items = append(teams.Items, team)
		}
	}
	return teams, true
}

func (r *Report) compactMemos(list []memo) []CompactMemo {
	var items []CompactMemo
	for i := range list {
		m := &list[i]
		items = append(items, CompactMemo{
			Date: m.date, Fields: m.fields, CreatedAt: m.createdAt.Ptr(),
			Text: memotext.Enrich(m.text, m.cleaned(), m.html, r.rules).Ptr(),
		})
	}
	return items
}
