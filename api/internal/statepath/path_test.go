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

// eok is an amount in 억 as the CRM has it, in won.
func eok(x float64) crm.Text { return text(fmt.Sprintf("%.0f", x*1e8)) }

// cellDeal is a Won deal that counts in a cell of a year: of p1 for HRD and p2
// for BU.
func cellDeal(id string, year int, cell string, x float64) crm.Deal {
	d := crm.Deal{
		ID: text(id), OrganizationID: text("o1"), Status: text("Won"), Amount: eok(x), PersonID: text("p2"),
		ContractDate: text(fmt.Sprintf("%d-06-01", year)), CreatedDate: text("2020-01-01"), CourseFormat: text("출강"),
	}
	if strings.HasPrefix(cell, "HRD") {
		d.PersonID = text("p1")
	}
	if strings.HasSuffix(cell, "ONLINE") {
		d.CourseFormat = text("포팅")
	}
	return d
}

func company() ([]crm.Organization, []crm.Person) {
	return []crm.Organization{{ID: text("o1"), Name: text("알파산업"), Size: text("대기업")}},
		[]crm.Person{
			{ID: text("p1"), OrganizationID: text("o1"), UpperOrg: text("인사본부"), TeamSignature: text("교육팀")},
			{ID: text("p2"), OrganizationID: text("o1"), UpperOrg: text("영업본부"), TeamSignature: text("영업팀")},
		}
}

// TestBuckets walks along both tables: each bucket begins at its minimum.
func TestBuckets(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		eok           float64
		company, rail string
	}{
		{0.01, "P5", "P5"},
		{0.0499, "P5", "P5"},
		{0.05, "P5", "P4"},
		{0.0999, "P5", "P4"},
		{0.1, "P4", "P4"},
		{0.125, "P4", "P3"},
		{0.25, "P3", "P2"},
		{0.5, "P2", "P1"},
		{1, "P1", "P0"},
		{2, "P0", "P0"},
		{5, "P0", "S0"},
		{9.999, "P0", "S0"},
		{10, "S0", "S0"},
	} {
		organizations, people := company()
		item := must(report(corrected(), dataset(organizations, people, cellDeal("d1", 2025, "BU_OFFLINE", tc.eok))).Detail("o1", statepath.Years{})).Item
		got := []string{
			item.States.To.Bucket, item.States.To.BucketOffline, item.States.To.Cells.BUOffline.Bucket,
			item.States.To.BucketOnline, item.States.To.Cells.HRDOffline.Bucket, item.States.From.Bucket,
		}
		if diff := cmp.Diff([]string{tc.company, tc.rail, tc.rail, "Ø", "Ø", "Ø"}, got); diff != "" {
			t.Errorf("%v억 (-want +got):\n%s", tc.eok, diff)
		}
	}
}

// TestState checks the sums of a year.
func TestState(t *testing.T) {
	t.Parallel()
	organizations, people := company()
	data := dataset(organizations, people,
		cellDeal("d1", 2024, "HRD_ONLINE", 0.02), cellDeal("d2", 2024, "HRD_ONLINE", 0.03), cellDeal("d3", 2024, "HRD_OFFLINE", 0.4),
		cellDeal("d4", 2024, "BU_ONLINE", 1), cellDeal("d5", 2024, "BU_OFFLINE", 7), cellDeal("d6", 2023, "BU_OFFLINE", 7),
	)
	state := must(report(corrected(), data).Detail("o1", statepath.Years{})).Item.States.From
	wanted := statepath.State{
		Year: "2024", Total: 8.45, Online: 1.05, Offline: 7.4, HRD: 0.45, BU: 8, Bucket: "P0", BucketOnline: "P0", BucketOffline: "S0",
		Cells: statepath.PerCell[statepath.Cell]{
			HRDOnline: statepath.Cell{Eok: 0.05, Bucket: "P4"}, HRDOffline: statepath.Cell{Eok: 0.4, Bucket: "P2"},
			BUOnline: statepath.Cell{Eok: 1, Bucket: "P0"}, BUOffline: statepath.Cell{Eok: 7, Bucket: "S0"},
		},
	}
	if diff := cmp.Diff(wanted, state, cmp.Comparer(same)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name       string
		deals      []crm.Deal
		seed       string
		events     []string
		objective  string
		targetCell string
	}{
		{
			"HRD begins BU",
			[]crm.Deal{cellDeal("d1", 2024, "HRD_ONLINE", 1), cellDeal("d2", 2025, "HRD_ONLINE", 1), cellDeal("d3", 2025, "BU_ONLINE", 0.06)},
			"H→B",
			[]string{"OPEN BU_ONLINE Ø>P4"},
			"OPEN", "BU_OFFLINE",
		},
		{
			"BU begins HRD, which takes all",
			[]crm.Deal{cellDeal("d1", 2024, "BU_OFFLINE", 0.2), cellDeal("d2", 2025, "HRD_ONLINE", 0.6)},
			"B→H",
			[]string{
				"OPEN HRD_ONLINE Ø>P1", "CLOSE BU_OFFLINE P3>Ø", "COMPANY_SCALE_CHANGE  P4>P2", "RAIL_SCALE_CHANGE ONLINE Ø>P1", "RAIL_SCALE_CHANGE OFFLINE P3>Ø",
			},
			"RETENTION", "BU_OFFLINE",
		},
		{
			"both at once",
			[]crm.Deal{cellDeal("d1", 2025, "BU_OFFLINE", 0.01), cellDeal("d2", 2025, "HRD_OFFLINE", 0.01)},
			"SIMUL",
			[]string{
				"OPEN HRD_OFFLINE Ø>P5", "OPEN BU_OFFLINE Ø>P5", "COMPANY_SCALE_CHANGE  Ø>P5", "RAIL_SCALE_CHANGE OFFLINE Ø>P5",
			},
			"OPEN", "BU_ONLINE",
		},
		{
			"one shrinks, one grows",
			[]crm.Deal{
				cellDeal("d1", 2024, "BU_OFFLINE", 5), cellDeal("d2", 2024, "HRD_ONLINE", 0.2),
				cellDeal("d3", 2025, "BU_OFFLINE", 4.9), cellDeal("d4", 2025, "HRD_ONLINE", 0.3),
			},
			"NONE",
			[]string{"SCALE_UP HRD_ONLINE P3>P2", "SCALE_DOWN BU_OFFLINE S0>P0", "RAIL_SCALE_CHANGE ONLINE P3>P2", "RAIL_SCALE_CHANGE OFFLINE S0>P0"},
			"RETENTION", "BU_ONLINE",
		},
		{
			"all four, full",
			[]crm.Deal{
				cellDeal("d1", 2025, "HRD_ONLINE", 6), cellDeal("d2", 2025, "HRD_OFFLINE", 2), cellDeal("d3", 2025, "BU_ONLINE", 1),
				cellDeal("d4", 2025, "BU_OFFLINE", 1),
				cellDeal("d5", 2024, "HRD_ONLINE", 6), cellDeal("d6", 2024, "HRD_OFFLINE", 2), cellDeal("d7", 2024, "BU_ONLINE", 1),
				cellDeal("d8", 2024, "BU_OFFLINE", 1),
			},
			"NONE", nil, "SCALE_UP", "BU_OFFLINE", // the emptiest, the first by name of two
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			organizations, people := company()
			for _, rules := range []normalise.Rules{before(), beforeKST(), corrected()} {
				item := must(report(rules, dataset(organizations, people, tc.deals...)).Organization("o1", statepath.Years{})).Item
				var events []string
				for _, e := range item.Path.Events {
					events = append(events, fmt.Sprintf("%s %s %s>%s", e.Type, e.Cell+e.Rail, e.From, e.To))
				}
				if diff := cmp.Diff(tc.events, events); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
				got := []string{item.Path.Seed, item.Advice.Objective, item.Advice.TargetCell, item.Path.From, item.Path.To}
				wanted := []string{tc.seed, tc.objective, tc.targetCell, item.States.From.Bucket, item.States.To.Bucket}
				if diff := cmp.Diff(wanted, got); diff != "" {
					t.Errorf("seed and advice (-want +got):\n%s", diff)
				}
			}
		})
	}
}
