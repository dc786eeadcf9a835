package statepath_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

// sold is a Won deal with a person of an upper organisation and team, in 억.
type sold struct {
	upper, team string
	year        int
	online      bool
	eok         float64
}

// sales makes a person for each upper organisation and team.
func sales(all ...sold) *crm.Dataset {
	data := dataset([]crm.Organization{{ID: text("o1"), Name: text("알파산업")}}, nil)
	people := map[string]string{}
	for i, s := range all {
		key := s.upper + "/" + s.team
		if people[key] == "" {
			people[key] = fmt.Sprintf("p%d", len(people))
			data.People = append(data.People, crm.Person{
				ID: text(people[key]), OrganizationID: text("o1"), UpperOrg: text(s.upper), TeamSignature: text(s.team),
			})
		}
		cell := "BU_OFFLINE"
		if s.online {
			cell = "BU_ONLINE"
		}
		d := cellDeal(fmt.Sprintf("d%d", i), s.year, cell, s.eok)
		d.PersonID = text(people[key])
		data.Deals = append(data.Deals, d)
	}
	return data
}

func TestTargets(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		data *crm.Dataset
		next string
		want string // A, B, C
	}{
		{
			"one group is all three", sales(sold{"영업본부", "", 2025, true, 1}),
			"BU_OFFLINE", "영업본부 영업본부 영업본부",
		},
		{
			// The next cell is BU_OFFLINE, so B sells online in BU; C is new.
			"the opposite rail, and a new one",
			sales(
				sold{"가", "", 2025, true, 4}, sold{"가", "", 2024, true, 4}, sold{"나", "", 2025, true, 1}, sold{"나", "", 2024, true, 1},
				sold{"인사", "", 2025, true, 3}, sold{"인사", "", 2024, true, 3}, sold{"다", "", 2025, true, 0.5},
			),
			"BU_OFFLINE", "가 나 다",
		},
		{
			// 라 is bigger in BU, but sells nothing online.
			"the opposite rail before the bigger one",
			sales(
				sold{"인사", "", 2025, true, 4}, sold{"인사", "", 2025, false, 4}, sold{"라", "", 2025, false, 0.2},
				sold{"다", "", 2025, true, 0.15}, sold{"나", "", 2025, true, 0.1},
			),
			"BU_OFFLINE", "인사 다 라",
		},
		{
			// Nobody else in BU sells online: the first of the lane.
			"the lane at least",
			sales(
				sold{"인사", "", 2025, true, 4}, sold{"인사", "", 2025, false, 4}, sold{"가", "", 2025, true, 1}, sold{"가", "", 2024, true, 1},
				sold{"나", "", 2024, false, 1},
			),
			"BU_OFFLINE", "인사 가 나",
		},
		{
			// Teams of one upper organisation count as one: A's can't be B.
			"teams of one upper organisation",
			sales(
				sold{"가", "1팀", 2025, true, 4}, sold{"가", "2팀", 2025, true, 3}, sold{"나", "", 2025, true, 1}, sold{"나", "", 2024, true, 1},
				sold{"다", "", 2025, true, 0.5}, sold{"다", "", 2024, true, 0.5},
			),
			"BU_OFFLINE", "가 나 가", // C: positions 2 and 3 are 가's and 나's, both used
		},
		{
			"C of position 3",
			sales(
				sold{"가", "", 2025, true, 4}, sold{"가", "", 2024, true, 4}, sold{"나", "", 2025, true, 2}, sold{"나", "", 2024, true, 1},
				sold{"다", "", 2025, true, 1}, sold{"다", "", 2024, true, 0.5}, sold{"라", "", 2025, true, 0.5}, sold{"라", "", 2024, true, 0.5},
			),
			"BU_OFFLINE", "가 나 다",
		},
	} {
		for _, rules := range []normalise.Rules{before(), corrected()} {
			advice := must(report(rules, tc.data).Organization("o1", statepath.Years{})).Item.Advice
			var got []string
			for i, target := range advice.Targets {
				got = append(got, target.UpperOrg)
				if target.Rank != string(rune('A'+i)) || target.GroupID != target.UpperOrg {
					t.Errorf("%s: %+v", tc.name, target)
				}
			}
			if diff := cmp.Diff(tc.next+": "+tc.want, advice.TargetCell+": "+strings.Join(got, " ")); diff != "" {
				t.Errorf("%s, %v (-want +got):\n%s", tc.name, rules, diff)
			}
		}
	}
}

// TestTargets_Amounts: as before, everybody in an upper organisation that has
// Won deals in any of the workspace's years is a counterparty; corrected, those
// with sales in the two years.
func TestTargets_Amounts(t *testing.T) {
	t.Parallel()
	data := sales(
		sold{"인사", "", 2025, true, 0.5}, sold{"인사", "", 2025, false, 0.25}, sold{"인사", "", 2024, true, 2},
		sold{"가", "", 2023, true, 9}, sold{"나", "", 2022, true, 9},
	)
	data.People = append(data.People, crm.Person{ID: text("idle"), OrganizationID: text("o1"), UpperOrg: text("인사"), TeamSignature: text("한가한 팀")})
	line := func(t statepath.Target) string {
		return fmt.Sprintf("%s %s %s %v>%v = %v + %v", t.Rank, t.UpperOrg, t.Lane, t.From, t.To, t.Online, t.Offline)
	}
	for _, tc := range []struct {
		rules normalise.Rules
		want  []string
	}{
		{before(), []string{"A 인사 HRD 2>0.75 = 0.5 + 0.25", "B 가 BU 0>0 = 0 + 0", "C 인사 HRD 2>0.75 = 0.5 + 0.25"}},
		{corrected(), []string{"A 인사 HRD 2>0.75 = 0.5 + 0.25", "B 인사 HRD 2>0.75 = 0.5 + 0.25", "C 인사 HRD 2>0.75 = 0.5 + 0.25"}},
	} {
		var got []string
		for _, target := range must(report(tc.rules, data).Organization("o1", statepath.Years{})).Item.Advice.Targets {
			got = append(got, line(target))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tc.rules, diff)
		}
	}
}

func TestPlays(t *testing.T) {
	t.Parallel()
	organizations, people := company()
	data := dataset(organizations, people,
		cellDeal("d1", 2024, "HRD_ONLINE", 0.1), cellDeal("d2", 2025, "HRD_OFFLINE", 0.5), cellDeal("d3", 2025, "BU_ONLINE", 0.5), cellDeal("d4", 2024, "BU_OFFLINE", 3),
	)
	plays := must(report(corrected(), data).Organization("o1", statepath.Years{})).Item.Advice.Plays
	var types []string
	for _, p := range plays {
		types = append(types, p.Type)
		if !strings.HasSuffix(p.Text, "세요.") {
			t.Errorf("%s: %q", p.Type, p.Text)
		}
	}
	// CLOSE of HRD_ONLINE comes first, then two OPEN, then the company.
	if diff := cmp.Diff([]string{"CLOSE", "OPEN", "COMPANY_SCALE_CHANGE"}, types); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
