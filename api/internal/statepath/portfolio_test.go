package statepath_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
)

// companies are five customers, in snapshot order:
//
//	o1 알파 대기업: HRD_OFFLINE 0.9 → 2 (P2 → P0), grows
//	o2 베타 중견:   BU_ONLINE 0.2 → nothing, closes
//	o3 Gamma 대기업: nothing → HRD_ONLINE 0.05 and BU_ONLINE 0.05, opens
//	o4 델타 원(no size): BU_OFFLINE 3 → 0.3, shrinks, and HRD_OFFLINE opens with 2.7
//	o9 unknown:     BU_OFFLINE 1 → 1
func companies() *crm.Dataset {
	data := dataset([]crm.Organization{
		{ID: text("o1"), Name: text("알파"), Size: text("대기업")},
		{ID: text("o2"), Name: text("베타"), Size: text("중견")},
		{ID: text("o3"), Name: text("Gamma"), Size: text("대기업")},
		{ID: text("o4"), Name: text("델타원 ")},
	}, []crm.Person{{ID: text("p1"), UpperOrg: text("인사팀")}, {ID: text("p2"), UpperOrg: text("영업팀")}})
	for i, s := range []struct {
		org  string
		year int
		cell string
		eok  float64
	}{
		{"o1", 2024, "HRD_OFFLINE", 0.9},
		{"o2", 2024, "BU_ONLINE", 0.2},
		{"o3", 2025, "HRD_ONLINE", 0.05},
		{"o1", 2025, "HRD_OFFLINE", 2},
		{"o4", 2024, "BU_OFFLINE", 3},
		{"o9", 2024, "BU_OFFLINE", 1},
		{"o3", 2025, "BU_ONLINE", 0.05},
		{"o4", 2025, "BU_OFFLINE", 0.3},
		{"o4", 2025, "HRD_OFFLINE", 2.7},
		{"o9", 2025, "BU_OFFLINE", 1},
		{"o8", 2023, "BU_OFFLINE", 1},
	} {
		d := cellDeal(fmt.Sprintf("d%d", i), s.year, s.cell, s.eok)
		d.OrganizationID = text(s.org)
		data.Deals = append(data.Deals, d)
	}
	return data
}

// ids lists a page.
func ids(p statepath.Portfolio) string {
	all := make([]string, len(p.Items))
	for i := range p.Items {
		all[i] = p.Items[i].SnakeItem.OrgID
	}
	return strings.Join(all, " ")
}

func TestPortfolio_Filters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(q *statepath.PortfolioQuery)
		want   string
	}{
		{"everything", func(*statepath.PortfolioQuery) {}, "o4 o1 o9 o3 o2"},
		{"unknown order", func(q *statepath.PortfolioQuery) { q.Sort = "x" }, "o4 o1 o9 o3 o2"},
		{"growth", func(q *statepath.PortfolioQuery) { q.Sort = statepath.ByDelta }, "o1 o3 o4 o9 o2"},
		{"buckets up", func(q *statepath.PortfolioQuery) { q.Sort = statepath.ByBucket }, "o1 o3 o4 o9 o2"},
		{"risk first", func(q *statepath.PortfolioQuery) { q.Sort = statepath.ByRisk }, "o4 o2 o1 o9 o3"},
		{"by name", func(q *statepath.PortfolioQuery) { q.Sort = statepath.ByName }, "o3 o9 o4 o2 o1"},
		{"page", func(q *statepath.PortfolioQuery) { q.Limit, q.Offset = 2, 1 }, "o1 o9"},
		{"past the end", func(q *statepath.PortfolioQuery) { q.Offset = 1 << 40 }, ""},
		{"segment", func(q *statepath.PortfolioQuery) { q.Segment = "대기업" }, "o1 o3"},
		{"segment of the name", func(q *statepath.PortfolioQuery) { q.Segment = "공공기관" }, "o4"},
		{"unknown segment", func(q *statepath.PortfolioQuery) { q.Segment = "" }, ""},
		{"search", func(q *statepath.PortfolioQuery) { q.Search = "Gam" }, "o3"},
		{"search minds case", func(q *statepath.PortfolioQuery) { q.Search = "gam" }, ""},
		{"risk", func(q *statepath.PortfolioQuery) { q.RiskOnly = true }, "o4 o2"},
		{"open", func(q *statepath.PortfolioQuery) { q.HasOpen = true }, "o4 o3"},
		{"scale up", func(q *statepath.PortfolioQuery) { q.HasScaleUp = true }, "o1"},
		{"company up", func(q *statepath.PortfolioQuery) { q.CompanyDir = "up" }, "o1 o3"},
		{"company flat", func(q *statepath.PortfolioQuery) { q.CompanyDir = "flat" }, "o4 o9"},
		{"company sideways", func(q *statepath.PortfolioQuery) { q.CompanyDir = "sideways" }, ""},
		{"seed", func(q *statepath.PortfolioQuery) { q.Seed = "B→H" }, "o4"},
		{"rail up", func(q *statepath.PortfolioQuery) { q.Rail, q.RailDir = "ONLINE", "up" }, "o3"},
		{"rail down", func(q *statepath.PortfolioQuery) { q.Rail, q.RailDir = "ONLINE", "down" }, "o2"},
		{"other rail", func(q *statepath.PortfolioQuery) { q.Rail, q.RailDir = "OFFLINE", "flat" }, "o4 o9 o3 o2"},
		{"rail alone", func(q *statepath.PortfolioQuery) { q.Rail = "ONLINE" }, "o4 o1 o9 o3 o2"},
		{"direction alone", func(q *statepath.PortfolioQuery) { q.RailDir = "up" }, "o4 o1 o9 o3 o2"},
		{"unknown rail", func(q *statepath.PortfolioQuery) { q.Rail, q.RailDir = "BOTH", "up" }, ""},
		{"from nothing", func(q *statepath.PortfolioQuery) { q.CompanyFrom = "Ø" }, "o3"},
		{"to P0", func(q *statepath.PortfolioQuery) { q.CompanyTo = "P0" }, "o4 o1"},
		{"from and to", func(q *statepath.PortfolioQuery) { q.CompanyFrom, q.CompanyTo = "P2", "P0" }, "o1"},
		{"cell", func(q *statepath.PortfolioQuery) { q.Cell = "BU_ONLINE" }, "o3 o2"},
		{"cell event", func(q *statepath.PortfolioQuery) { q.CellEvent = "DOWN" }, "o4"},
		{"closed", func(q *statepath.PortfolioQuery) { q.CellEvent = "CLOSE" }, "o2"},
		{"opened", func(q *statepath.PortfolioQuery) { q.CellEvent = "OPEN" }, "o4 o3"},
		{"cell and event", func(q *statepath.PortfolioQuery) { q.Cell, q.CellEvent = "BU_ONLINE", "OPEN" }, "o3"},
		{"cell and unknown event", func(q *statepath.PortfolioQuery) { q.Cell, q.CellEvent = "BU_ONLINE", "x" }, "o3 o2"},
		{"unknown event", func(q *statepath.PortfolioQuery) { q.CellEvent = "x" }, "o4 o1 o3 o2"}, // any event at all
		{"unknown cell", func(q *statepath.PortfolioQuery) { q.Cell = "x" }, ""},
		{"other years", func(q *statepath.PortfolioQuery) { q.Years = statepath.Years{From: 2023, To: 2024} }, "o4 o9 o1 o2 o8"},
	} {
		q := everything()
		tc.change(&q)
		p := must(report(before(), companies()).Portfolio(q))
		if got := ids(p); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestPortfolio_Summary(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		rules       normalise.Rules
		open, close int
	}{
		{before(), 2, 1},    // company buckets that went up and down: o1, o3; o2
		{corrected(), 2, 1}, // OPEN: o3, o4; CLOSE: o2
	} {
		s := must(report(tc.rules, companies()).Portfolio(everything())).Summary
		if s.OpenAccounts != tc.open || s.CloseAccounts != tc.close {
			t.Errorf("%v: %d open, %d closed", tc.rules, s.OpenAccounts, s.CloseAccounts)
		}
	}
	// Only o4 is left: no company bucket moved, but a cell opened.
	q := everything()
	q.Search = "델타"
	for rules, open := range map[normalise.Rules]int{before(): 0, corrected(): 1} {
		if s := must(report(rules, companies()).Portfolio(q)).Summary; s.OpenAccounts != open || s.CloseAccounts != 0 {
			t.Errorf("%v: %d open, %d closed, want %d and 0", rules, s.OpenAccounts, s.CloseAccounts, open)
		}
	}
	s := must(report(before(), companies()).Portfolio(everything())).Summary
	wanted := statepath.Summary{
		Accounts: 5, SumFrom: 5.1, SumTo: 6.1, Company: statepath.Directions{Up: 2, Flat: 2, Down: 1},
		OpenAccounts: 2, CloseAccounts: 1, RiskAccounts: 2,
		Seeds:       map[string]int{"H→B": 0, "B→H": 1, "SIMUL": 1, "NONE": 3},
		Transitions: statepath.Transitions{Buckets: config().Buckets, Counts: s.Transitions.Counts},
		CellEvents: statepath.PerCell[statepath.Events]{
			HRDOnline: statepath.Events{Open: 1}, HRDOffline: statepath.Events{Open: 1, Up: 1},
			BUOnline: statepath.Events{Open: 1, Close: 1}, BUOffline: statepath.Events{Down: 1},
		},
		Rails: statepath.RailDirections{
			Online: statepath.Directions{Up: 1, Flat: 3, Down: 1}, Offline: statepath.Directions{Up: 1, Flat: 4},
		},
		TopPatterns: statepath.TopPatterns{
			Open:  &statepath.TopCell{Cell: "HRD_ONLINE", Count: 1}, // the first of three
			Close: &statepath.TopCell{Cell: "BU_ONLINE", Count: 1},
			Up:    &statepath.TopCell{Cell: "HRD_OFFLINE", Count: 1},
			Down:  &statepath.TopCell{Cell: "BU_OFFLINE", Count: 1},
			Seed:  &statepath.TopSeed{Seed: "NONE", Count: 3},
		},
		SegmentCompare: []statepath.Segment{
			{SizeGroup: "공공기관", Accounts: 1, SumTo: 3, OpenRate: 1, RiskRate: 1},
			{SizeGroup: "대기업", Accounts: 2, SumTo: 2.1, UpRate: 1, OpenRate: 0.5},
			{SizeGroup: "기타/미입력", Accounts: 1, SumTo: 1},
			{SizeGroup: "중견기업", Accounts: 1, RiskRate: 1},
		},
	}
	if diff := cmp.Diff(wanted, s, cmp.Comparer(same)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	q.Search, q.Segment = "", "대기업" // o1 and o3, a seed each
	if top := must(report(before(), companies()).Portfolio(q)).Summary.TopPatterns.Seed; *top != (statepath.TopSeed{Seed: "SIMUL", Count: 1}) {
		t.Errorf("of equals, %+v", top)
	}
	moves := map[string]int{}
	for from, row := range s.Transitions.Counts {
		for to, n := range row {
			if n > 0 {
				moves[config().Buckets[from]+">"+config().Buckets[to]] = n
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"P2>P0": 1, "P4>Ø": 1, "Ø>P4": 1, "P0>P0": 1, "P1>P1": 1}, moves); diff != "" {
		t.Errorf("transitions (-want +got):\n%s", diff)
	}
}

func TestPortfolio_Empty(t *testing.T) {
	t.Parallel()
	p := must(report(corrected(), dataset(nil, nil)).Portfolio(everything()))
	if p.Items == nil || p.Summary.SegmentCompare == nil || p.Summary.TopPatterns != (statepath.TopPatterns{}) ||
		len(p.Summary.Transitions.Counts) != 8 || len(p.Summary.Transitions.Counts[7]) != 8 || len(p.Summary.Seeds) != 4 {
		t.Errorf("%+v", p)
	}
}

// TestPortfolio_FilteredComparison: segments are compared only as long as
// nothing is filtered.
func TestPortfolio_FilteredComparison(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(q *statepath.PortfolioQuery){
		"segment": func(q *statepath.PortfolioQuery) { q.Segment = "대기업" }, "search": func(q *statepath.PortfolioQuery) { q.Search = "알" },
		"risk": func(q *statepath.PortfolioQuery) { q.RiskOnly = true }, "open": func(q *statepath.PortfolioQuery) { q.HasOpen = true },
		"up": func(q *statepath.PortfolioQuery) { q.HasScaleUp = true }, "direction": func(q *statepath.PortfolioQuery) { q.CompanyDir = "up" },
		"seed": func(q *statepath.PortfolioQuery) { q.Seed = "NONE" }, "rail": func(q *statepath.PortfolioQuery) { q.Rail = "ONLINE" },
		"rail direction": func(q *statepath.PortfolioQuery) { q.RailDir = "flat" }, "from": func(q *statepath.PortfolioQuery) { q.CompanyFrom = "P1" },
		"to": func(q *statepath.PortfolioQuery) { q.CompanyTo = "P0" }, "cell": func(q *statepath.PortfolioQuery) { q.Cell = "HRD_OFFLINE" },
		"event": func(q *statepath.PortfolioQuery) { q.CellEvent = "UP" },
	} {
		q := everything()
		change(&q)
		if p := must(report(before(), companies()).Portfolio(q)); len(p.Items) == 0 || len(p.Summary.SegmentCompare) > 0 {
			t.Errorf("%s: %d items, %d segments", name, len(p.Items), len(p.Summary.SegmentCompare))
		}
	}
	q := everything()
	q.Sort, q.Limit, q.Offset = statepath.ByName, 1, 2 // no filters
	segments := must(report(before(), companies()).Portfolio(q)).Summary.SegmentCompare
	if len(segments) != 4 || !slices.ContainsFunc(segments[:1], func(s statepath.Segment) bool { return s.SizeGroup == "대기업" }) {
		t.Errorf("by name: %+v", segments)
	}
}
