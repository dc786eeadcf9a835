package normalise_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// These tests hold the rules against the recorded responses of the replaced
// service: each recorded value must follow from the snapshot's raw cells.

// item is an object of a recorded response; numbers are float64.
type item = map[string]any

// eachItem visits the objects of a list in the recorded good answers of a
// family, in both date modes, and wants to see at least some.
func eachItem(t *testing.T, family, list string, visit func(r normalise.Rules, query map[string]string, it item)) {
	t.Helper()
	for mode, rules := range map[string]normalise.Rules{golden.Legacy: beforeText, golden.Strict: beforeKST} {
		seen := 0
		for _, response := range golden.Responses(t, mode, family) {
			if response.Status != 200 {
				continue
			}
			var body map[string]json.RawMessage
			if err := json.Unmarshal(response.Body, &body); err != nil {
				t.Fatalf("%s %s: %v", family, response.ID, err)
			}
			var items []item
			if err := json.Unmarshal(body[list], &items); err != nil {
				t.Fatalf("%s %s: %v", family, response.ID, err)
			}
			for _, it := range items {
				visit(rules, response.Query, it)
				seen++
			}
		}
		if seen == 0 {
			t.Errorf("%s, mode %s: no %s recorded", family, mode, list)
		}
	}
}

// want compares what a rule says with what is recorded.
func want(t *testing.T, it item, key string, got any) {
	t.Helper()
	if diff := cmp.Diff(it[key], got); diff != "" {
		t.Errorf("%s of %v (-recorded +got):\n%s", key, it["dealId"], diff)
	}
}

func number(r normalise.Rules, c crm.Text) any {
	if won, ok := r.Amount(c); ok {
		return won
	}
	return nil
}

func anyList(names []string) []any {
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return list
}

// TestGolden reads the snapshot once for all comparisons.
func TestGolden(t *testing.T) {
	g := readGolden(t)
	for name, check := range map[string]func(*testing.T, recorded){
		"won groups":               checkGoldenWonGroups,
		"quality control":          checkGoldenQualityControl,
		"revenue report":           checkGoldenRevenueReport,
		"online retention":         checkGoldenOnlineRetention,
		"size groups":              checkGoldenSizes,
		"inquiries and close rate": checkGoldenInquiriesAndCloseRate,
		"monthly amounts":          checkGoldenMonthlyAmounts,
	} {
		t.Run(name, func(t *testing.T) { check(t, g) })
	}
}

func checkGoldenWonGroups(t *testing.T, g recorded) {
	t.Helper()
	dates := map[string]string{
		"created_at": field.CreatedDate, "expected_date": field.ExpectedDate, "lost_confirmed_at": field.LostDate,
		"contract_date": field.ContractDate, "start_date": field.CourseStart, "end_date": field.CourseEnd,
	}
	eachItem(t, "won-groups.json", "groups", func(r normalise.Rules, _ map[string]string, group item) {
		for _, d := range group["deals"].([]any) {
			it := d.(item)
			deal := g.deals[it["id"].(string)]
			for key, column := range dates {
				want(t, it, key, r.DateOnly(deal[column]))
			}
			want(t, it, "amount", number(r, deal[field.Amount]))
			want(t, it, "expected_amount", number(r, deal[field.ExpectedAmount]))
		}
	})
}

func checkGoldenQualityControl(t *testing.T, g recorded) {
	t.Helper()
	dates := map[string]string{
		"createdAt": field.CreatedDate, "expectedCloseDate": field.ExpectedDate, "contractSignedDate": field.ContractDate,
		"courseStartDate": field.CourseStart, "courseEndDate": field.CourseEnd,
	}
	eachItem(t, "qc.person", "items", func(r normalise.Rules, _ map[string]string, it item) {
		deal := g.deals[it["dealId"].(string)]
		for key, column := range dates {
			want(t, it, key, r.DateOnly(deal[column]))
		}
		want(t, it, "amount", number(r, deal[field.Amount]))
		want(t, it, "expectedAmount", number(r, deal[field.ExpectedAmount]))
		want(t, it, "courseFormat", normalise.Trim(deal[field.CourseFormat].String()))
		codes := it["issueCodes"].([]any)
		status := r.Status(deal[field.Status])
		fires := map[string]bool{
			"R1":  status == normalise.StatusWon && r.ParseDate(deal[field.ContractDate]).IsZero(),
			"R2":  status == normalise.StatusWon && r.MissingAmount(deal[field.Amount]),
			"R4":  status == normalise.StatusWon && normalise.MissingText(deal[field.CourseID]),
			"R5":  status == normalise.StatusWon && r.Probability(deal[field.Probability]).Label(status) != normalise.Confirmed,
			"R11": status == normalise.StatusConvert,
		}
		for code, fire := range fires {
			if slices.Contains(codes, any(code)) != fire {
				t.Errorf("%v: %s should fire: %t; recorded %v", it["dealId"], code, fire, codes)
			}
		}
	})
}

func checkGoldenRevenueReport(t *testing.T, g recorded) {
	t.Helper()
	report := func(r normalise.Rules, c crm.Text) string {
		plain := c.String()
		if !strings.Contains(plain, "T") {
			plain = strings.NewReplacer(".", "-", "/", "-").Replace(plain)
		}
		return r.DateText(r.ParseDate(text(plain)), c)
	}
	for _, list := range []string{"reportDeals", "reviewDeals"} {
		eachItem(t, "qc.monthly", list, func(r normalise.Rules, _ map[string]string, it item) {
			deal := g.deals[it["dealId"].(string)]
			want(t, it, "contractDate", report(r, deal[field.ContractDate]))
			want(t, it, "owners", anyList(normalise.OwnerLabels(normalise.Owners(normalise.JSON(deal[field.Owner])))))
			want(t, it, "amount", number(r, deal[field.Amount]))
			if list == "reviewDeals" && !normalise.ProbablyWon(deal[field.Probability]) && !normalise.ProbablyWon(deal[field.Status]) {
				t.Errorf("%v is under review but not high", it["dealId"])
			}
		})
	}
}

func checkGoldenOnlineRetention(t *testing.T, g recorded) {
	t.Helper()
	eachItem(t, "ops.online-retention", "items", func(r normalise.Rules, _ map[string]string, it item) {
		deal := g.deals[it["dealId"].(string)]
		want(t, it, "owners", anyList(normalise.OwnersElse(deal[field.Owner], g.people[deal[field.PeopleID].String()][field.Owner])))
		want(t, it, "startDate", r.DateOnly(deal[field.CourseStart]))
		want(t, it, "endDate", r.DateOnly(deal[field.CourseEnd]))
		want(t, it, "amount", number(r, deal[field.Amount]))
		if !r.Online(normalise.NewFormatSet(g.CourseFormats.Online...), deal[field.CourseFormat], normalise.Exact) {
			t.Errorf("%v is not online", it["dealId"])
		}
	})
}

func checkGoldenSizes(t *testing.T, g recorded) {
	t.Helper()
	s := normalise.Sizes{
		Labels:             g.CompanySizes.Groups,
		PublicKeywords:     g.CompanySizes.PublicKeywords,
		UniversityKeywords: g.CompanySizes.UniversityKeywords,
	}
	eachItem(t, "statepath.portfolio", "items", func(r normalise.Rules, _ map[string]string, it item) {
		org := g.orgs[it["orgId"].(string)]
		want(t, it, "sizeGroup", r.SizeGroup(s, org[field.Name].Or(org[field.ID]), org[field.CompanySize]))
	})
}

func checkGoldenInquiriesAndCloseRate(t *testing.T, g recorded) {
	t.Helper()
	formats, sizeRows := normalise.NewLabels(g.Inquiries.CourseFormats...), normalise.NewLabels(g.Inquiries.SizeGroups...)
	categories := normalise.NewCategories(g.Inquiries.CategoryMembers)
	groups := normalise.NewCloseFormats(g.CourseFormats.CloseOnline, g.CourseFormats.CloseOffline, g.CourseFormats.OfflineGroup)
	check := func(r normalise.Rules, query map[string]string, it item) row {
		deal := g.deals[it["dealId"].(string)]
		person := g.people[deal[field.PeopleID].String()]
		org := normalise.OrganizationID(normalise.DealsOrgElseTrim, deal[field.OrganizationID], person[field.OrganizationID])
		if got := sizeRows.SizeRow(g.orgs[normalise.TrimSQL(org.String())][field.CompanySize]); got != query["segment"] {
			t.Errorf("%v is in the row of %q, not %q", it["dealId"], query["segment"], got)
		}
		if got := r.YYMM(deal[field.CreatedDate]); got != normalise.Trim(query["month"]) {
			t.Errorf("%v is in month %q, not %q", it["dealId"], query["month"], got)
		}
		want(t, it, "day1OwnerNames", anyList(normalise.Owners(normalise.JSON(deal[field.Owner]))))
		return deal
	}
	eachItem(t, "inquiries.deals", "items", func(r normalise.Rules, query map[string]string, it item) {
		deal := check(r, query, it)
		want(t, it, "courseFormat", formats.FormatGroup(deal[field.CourseFormat]))
		if _, category, ok := strings.Cut(query["row"], "||"); ok && category != "__ALL__" && categories.Group(deal[field.Category]) != category {
			t.Errorf("%v is in category %q", it["dealId"], category)
		}
	})
	eachItem(t, "close-rate.deals", "items", func(r normalise.Rules, query map[string]string, it item) {
		deal := check(r, query, it)
		want(t, it, "courseFormat", normalise.CourseFormat(deal[field.CourseFormat]))
		want(t, it, "categoryGroup", r.CloseRateGroup(categories, deal[field.Category]))
		group, _ := groups.Group(deal[field.CourseFormat])
		if course, _, ok := strings.Cut(query["row"], "||"); ok && course != group {
			t.Errorf("%v is in group %q, not %q", it["dealId"], course, group)
		}
	})
}

// Monthly amounts are worked out whole (spec 03 §1.1) and compared as lists of
// deals, so that a rule which is too narrow shows as well.
func checkGoldenMonthlyAmounts(t *testing.T, g recorded) {
	t.Helper()
	for mode, rules := range map[string]normalise.Rules{golden.Legacy: beforeText, golden.Strict: beforeKST} {
		compared := 0
		for _, response := range golden.Responses(t, mode, "amounts.deals") {
			q := response.Query
			if response.Status != 200 || q["segment"] != "ALL" {
				continue
			}
			var body struct {
				Items []struct {
					DealID     string  `json:"dealId"`
					AmountUsed float64 `json:"amountUsed"`
				} `json:"items"`
			}
			if err := json.Unmarshal(response.Body, &body); err != nil {
				t.Fatal(err)
			}
			members := normalise.Everyone()
			if team, ok := q["team"]; ok {
				members = g.members(team, "")
			}
			if scope, ok := g.Scopes.MonthlyAmounts[q["scope"]]; ok && q["team"] == "" {
				members = g.members(scope.Team, scope.Part)
			}
			if q["scope"] != "" && q["team"] != "" {
				continue // how the two combine is the endpoint's business
			}
			recorded, got := map[string]float64{}, map[string]float64{}
			for _, it := range body.Items {
				recorded[it.DealID] = it.AmountUsed
			}
			for _, deal := range g.dealOrder {
				bucket, won := amountBucket(rules, deal)
				if bucket == "" || (q["row"] != "TOTAL" && q["row"] != bucket) ||
					rules.DealYYMM(deal[field.ContractDate], deal[field.ExpectedDate]) != normalise.Trim(q["month"]) ||
					!members.MatchAny(normalise.Owners(normalise.JSON(deal[field.Owner]))) {
					continue
				}
				got[deal[field.ID].String()] = won
			}
			if diff := cmp.Diff(recorded, got); diff != "" {
				t.Errorf("%s %v (-recorded +got):\n%s", mode, q, diff)
			}
			compared += len(recorded)
		}
		if compared < 100 {
			t.Errorf("mode %s: compared %d deals", mode, compared)
		}
	}
}

// amountBucket is spec 03 §1.1 steps 1 and 7.
func amountBucket(r normalise.Rules, deal row) (bucket string, won float64) {
	loaded := func(column string) bool {
		year := r.PrefixYear(deal[column])
		return year == 2025 || year == 2026
	}
	if !loaded(field.ContractDate) && !loaded(field.ExpectedDate) {
		return "", 0
	}
	won, isNumber := r.Amount(deal[field.Amount])
	if normalise.Trim(deal[field.Status].String()) == "Won" && isNumber &&
		!normalise.Blank(deal[field.CourseStart]) && !normalise.Blank(deal[field.CourseEnd]) && !normalise.Blank(deal[field.CourseID]) {
		return "CONTRACT", won
	}
	won = r.AmountUsed(deal[field.Amount], deal[field.ExpectedAmount])
	switch p := r.Probability(deal[field.Probability]); {
	case p.Has(normalise.Confirmed):
		return "CONFIRMED", won
	case p.Has(normalise.High):
		return "HIGH", won
	default:
		return "", 0
	}
}
