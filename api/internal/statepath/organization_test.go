package statepath_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// totals says what both endpoints count for an organisation, or how they
// refuse.
func totals(t *testing.T, r *statepath.Report, id string) (organization, detail string) {
	t.Helper()
	say := func(s statepath.States, err error) string {
		if errors.Is(err, statepath.ErrOrganizationNotFound) {
			return "not found"
		}
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%.2f %.2f", s.From.Total, s.To.Total)
	}
	o, err := r.Organization(id, statepath.Years{})
	organization = say(o.Item.States, err)
	d, err := r.Detail(id, statepath.Years{})
	return organization, say(d.Item.States, err)
}

// TestAgreement: as before, the two endpoints of an organisation count
// different deals; corrected, the same (DECISIONS.md, 05 StatePath).
func TestAgreement(t *testing.T) {
	t.Parallel()
	organizations, people := company()
	organizations = append(organizations, crm.Organization{ID: text("o2"), Name: text("베타")})
	people = append(people, crm.Person{ID: text("p9"), OrganizationID: text("o2"), UpperOrg: text("영업본부"), TeamSignature: text("영업팀")})
	plain := cellDeal("d1", 2025, "BU_OFFLINE", 1)
	elsewhere := cellDeal("d2", 2025, "BU_OFFLINE", 2)
	elsewhere.PersonID = text("p9")
	nobody := cellDeal("d3", 2025, "BU_OFFLINE", 3)
	nobody.PersonID = crm.Text{}
	expected := cellDeal("d4", 2025, "BU_OFFLINE", 0)
	expected.ExpectedAmount = eok(4)
	created := cellDeal("d5", 2025, "BU_OFFLINE", 5)
	created.ContractDate, created.CreatedDate = crm.Text{}, text("2024-03-01")
	refund := cellDeal("d6", 2025, "BU_OFFLINE", -6)
	newYear := cellDeal("d7", 2025, "BU_OFFLINE", 7)
	newYear.ContractDate = text("2024-12-31T15:00:00Z") // of 2025 in Korea
	other := cellDeal("d8", 2022, "BU_OFFLINE", 8)      // never falls back to the day of creation
	other.CreatedDate = text("2025-01-01")
	padded := cellDeal("d10", 2025, "BU_OFFLINE", 1)
	padded.ContractDate = text(" 2025-01-01")
	lost := cellDeal("d9", 2025, "BU_OFFLINE", 9)
	lost.Status = text("Lost")

	for _, tc := range []struct {
		name                        string
		deals                       []crm.Deal
		before, beforeDetail        string
		kst, kstDetail              string
		corrected, correctedDetails string
	}{
		{"a plain deal", []crm.Deal{plain}, "0.00 1.00", "0.00 1.00", "0.00 1.00", "0.00 1.00", "0.00 1.00", "0.00 1.00"},
		{"of a person elsewhere", []crm.Deal{plain, elsewhere}, "0.00 1.00", "0.00 3.00", "0.00 1.00", "0.00 3.00", "0.00 3.00", "0.00 3.00"},
		{"of nobody", []crm.Deal{plain, nobody}, "0.00 1.00", "0.00 4.00", "0.00 1.00", "0.00 4.00", "0.00 4.00", "0.00 4.00"},
		{"with an expected amount", []crm.Deal{plain, expected}, "0.00 1.00", "0.00 5.00", "0.00 1.00", "0.00 5.00", "0.00 5.00", "0.00 5.00"},
		{"without a contract date", []crm.Deal{plain, created}, "0.00 1.00", "5.00 1.00", "0.00 1.00", "5.00 1.00", "5.00 1.00", "5.00 1.00"},
		{"a refund", []crm.Deal{plain, refund}, "0.00 -5.00", "0.00 1.00", "0.00 -5.00", "0.00 1.00", "0.00 1.00", "0.00 1.00"},
		{"just after New Year in Korea", []crm.Deal{newYear}, "0.00 7.00", "7.00 0.00", "0.00 7.00", "0.00 7.00", "0.00 7.00", "0.00 7.00"},
		{"of other years", []crm.Deal{other}, "0.00 0.00", "not found", "0.00 0.00", "not found", "0.00 0.00", "0.00 0.00"},
		{"lost", []crm.Deal{plain, lost}, "0.00 1.00", "0.00 1.00", "0.00 1.00", "0.00 1.00", "0.00 1.00", "0.00 1.00"},
		{"with a padded date", []crm.Deal{padded}, "0.00 0.00", "not found", "0.00 0.00", "0.00 1.00", "0.00 1.00", "0.00 1.00"},
		{"without an amount", []crm.Deal{cellDeal("d11", 2025, "BU_OFFLINE", 0)}, "0.00 0.00", "not found", "0.00 0.00", "not found", "0.00 0.00", "0.00 0.00"},
		{"none", nil, "0.00 0.00", "not found", "0.00 0.00", "not found", "0.00 0.00", "0.00 0.00"},
	} {
		data := dataset(organizations, people, tc.deals...)
		for i, rules := range []normalise.Rules{before(), beforeKST(), corrected()} {
			organization, detail := totals(t, report(rules, data), "o1")
			wanted := [][2]string{{tc.before, tc.beforeDetail}, {tc.kst, tc.kstDetail}, {tc.corrected, tc.correctedDetails}}[i]
			if got := [2]string{organization, detail}; got != wanted {
				t.Errorf("%s, %v: %q, want %q", tc.name, rules, got, wanted)
			}
		}
	}
}

// TestUnknownOrganization: an id that nothing has, and one that only deals
// have.
func TestUnknownOrganization(t *testing.T) {
	t.Parallel()
	orphan := cellDeal("d1", 2025, "BU_OFFLINE", 1)
	orphan.OrganizationID = text("o9")
	for _, tc := range []struct {
		rules                normalise.Rules
		id                   string
		organization, detail string
	}{
		{before(), "nobody", "0.00 0.00", "not found"},
		{corrected(), "nobody", "not found", "not found"},
		{before(), "o9", "0.00 0.00", "0.00 1.00"},
		{corrected(), "o9", "0.00 1.00", "0.00 1.00"},
	} {
		organizations, people := company()
		organization, detail := totals(t, report(tc.rules, dataset(organizations, people, orphan)), tc.id)
		if organization != tc.organization || detail != tc.detail {
			t.Errorf("%v %s: %s and %s, want %s and %s", tc.rules, tc.id, organization, detail, tc.organization, tc.detail)
		}
	}
	organizations, people := company()
	item := must(report(before(), dataset(organizations, people)).Organization("nobody", statepath.Years{})).Item
	if item.CompanyName != nil || len(item.Advice.Targets) != 0 || !slices.Equal(item.Quality.Flags, []string{"no_won_amount"}) {
		t.Errorf("an unknown id as before: %+v", item)
	}
}

// TestFlags: only an organisation without any amount is flagged.
func TestFlags(t *testing.T) {
	t.Parallel()
	organizations, people := company()
	for _, tc := range []struct {
		from, to float64
		want     []string
	}{
		{0, 0, []string{"no_won_amount"}},
		{1, 0, []string{}},
		{0, 1, []string{}},
	} {
		data := dataset(organizations, people, cellDeal("d1", 2024, "BU_ONLINE", tc.from), cellDeal("d2", 2025, "BU_ONLINE", tc.to))
		for _, rules := range []normalise.Rules{before(), corrected()} {
			if diff := cmp.Diff(tc.want, must(report(rules, data).Organization("o1", statepath.Years{})).Item.Quality.Flags); diff != "" {
				t.Errorf("%v to %v (-want +got):\n%s", tc.from, tc.to, diff)
			}
		}
	}
}

func TestOrganization_Names(t *testing.T) {
	t.Parallel()
	data := dataset([]crm.Organization{
		{ID: text("o1"), Name: text("")}, {ID: text("o2"), Size: text(" 중견 ")}, {ID: text("o3"), Name: text("셋대학"), Size: text("공공기관")},
	}, nil)
	deal := cellDeal("d1", 2025, "BU_OFFLINE", 1)
	for _, id := range []string{"o1", "o2", "o3"} {
		deal.OrganizationID = text(id)
		data.Deals = append(data.Deals, deal)
	}
	for _, tc := range []struct {
		rules       normalise.Rules
		id, name    string
		detail, raw string
		segment     string
	}{
		{before(), "o1", "o1", "", "", "기타/미입력"},
		{before(), "o2", "o2", "o2", " 중견 ", "중견기업"},
		{before(), "o3", "셋대학", "셋대학", "공공기관", "대학교"},
		{corrected(), "o3", "셋대학", "셋대학", "공공기관", "공공기관"}, // a known label counts
	} {
		r := report(tc.rules, data)
		name := *must(r.Organization(tc.id, statepath.Years{})).Item.CompanyName
		org := must(r.Detail(tc.id, statepath.Years{})).Item.Org
		if org.SizeRaw == nil {
			org.SizeRaw = new(string)
		}
		got := []string{name, org.Name, *org.SizeRaw, org.SizeGroup, org.ID}
		if diff := cmp.Diff([]string{tc.name, tc.detail, tc.raw, tc.segment, tc.id}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.id, diff)
		}
	}
}

func TestYears(t *testing.T) {
	t.Parallel()
	organizations, people := company()
	r := report(corrected(), dataset(organizations, people, cellDeal("d1", 2023, "BU_OFFLINE", 1), cellDeal("d2", 2025, "BU_OFFLINE", 2)))
	item := must(r.Detail("o1", statepath.Years{From: 2023})).Item
	if item.States.From.Year != "2023" || item.States.From.Total != 1 || item.States.To.Year != "2025" || item.States.To.Total != 2 {
		t.Errorf("2023 to 2025: %+v", item.States)
	}
	for _, years := range []statepath.Years{{From: 2025}, {To: 2024}, {From: 2026, To: 2024}} {
		var refused *statepath.YearsError
		if _, err := r.Portfolio(statepath.PortfolioQuery{Years: years}); !errors.As(err, &refused) {
			t.Errorf("%+v: %v", years, err)
		}
		if _, err := r.Organization("o1", years); !errors.As(err, &refused) {
			t.Errorf("%+v: %v", years, err)
		}
		if _, err := r.Detail("o1", years); !errors.As(err, &refused) || err.Error() == "" {
			t.Errorf("%+v: %v", years, err)
		}
	}
}

func TestMissingColumns(t *testing.T) {
	t.Parallel()
	for table, columns := range map[string][]string{
		snapshot.TableDeal:         {field.Status, field.ExpectedAmount, field.CreatedDate, field.CourseFormat},
		snapshot.TablePeople:       {field.UpperOrg, field.TeamSignature},
		snapshot.TableOrganization: {field.Name, field.CompanySize},
	} {
		for _, column := range columns {
			data := dataset(nil, nil)
			data.Columns[table] = slices.DeleteFunc(data.Columns[table], func(c string) bool { return c == column })
			_, err := report(corrected(), data).Portfolio(everything())
			if missing, ok := errors.AsType[*crm.MissingError](err); !ok || *missing != (crm.MissingError{Table: table, Column: column}) {
				t.Errorf("without %s.%s: %v", table, column, err)
			}
		}
	}
}

// TestOrganization_JSON pins the shape, lists that are empty and not null
// included.
func TestOrganization_JSON(t *testing.T) {
	t.Parallel()
	organizations, people := company()
	b, err := json.Marshal(must(report(corrected(), dataset(organizations, people)).Organization("o1", statepath.Years{})))
	if err != nil {
		t.Fatal(err)
	}
	const cells = `"cells":{"HRD_ONLINE":{"amt_eok":0,"bucket":"Ø"},"HRD_OFFLINE":{"amt_eok":0,"bucket":"Ø"},"BU_ONLINE":{"amt_eok":0,"bucket":"Ø"},"BU_OFFLINE":{"amt_eok":0,"bucket":"Ø"}}`
	const year = `"total_eok":0,"online_eok":0,"offline_eok":0,"hrd_eok":0,"bu_eok":0,"bucket":"Ø","bucket_online":"Ø","bucket_offline":"Ø",` + cells
	const wanted = `{"item":{"company_name":"알파산업","year_states":{"2024":{"year":"2024",` + year + `},"2025":{"year":"2025",` + year + `}},` +
		`"path_2024_to_2025":{"from_state_code":"Ø","to_state_code":"Ø","events":[],"seed":"NONE"},` +
		`"ops_reco":{"next_objective_type":"OPEN","next_target_cell":"BU_OFFLINE","target_counterparties":[],"action_play_top3":[]},` +
		`"qa":{"flags":["no_won_amount"],"checks":{"y2024_ok":true,"y2025_ok":true}}}}`
	if diff := cmp.Diff(wanted, string(b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
