package httpapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/retention"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
)

// exports are the routes whose answers are lists, by canonical path. To export
// another list, name its route and its columns here.
var exports = sync.OnceValue(func() map[string]export {
	all := performanceExports()
	maps.Copy(all, map[string]export{
		"/api/sizes":            list("기업 규모", func(a browse.SizeList) []string { return a.Sizes }, computed(tabular.Column{Key: "", Label: "기업 규모"}, textOf)),
		"/api/orgs":             list("기업 목록", func(a browse.OrganizationList) []browse.Organization { return a.Items }, organizationFields()),
		"/api/orgs/:id/people":  list("고객 목록", func(a browse.PersonList) []browse.Person { return a.Items }, peopleFields()),
		"/api/orgs/:id/memos":   list("기업 메모", memosOf, memoFields()),
		"/api/people/:id/memos": list("고객 메모", memosOf, memoFields()),
		"/api/deals/:id/memos":  list("딜 메모", memosOf, memoFields()),
		"/api/people/:id/deals": list("딜 목록", func(a browse.DealList) []browse.Deal { return a.Items }, fields[browse.Deal](
			"id", "peopleId", "organizationId", "name", "status", "amount", "expected_amount", "contract_date", "ownerName", "created_at")),

		"/api/rank/counterparty-dri": list("카운터파티 DRI", func(a counterparty.List) []counterparty.Row { return a.Rows }, fields[counterparty.Row](
			"orgId", "orgName", "orgTier", "orgWon2025", "orgOnline2025", "orgOffline2025", "upperOrg", "cpOnline2025", "cpOffline2025",
			"cpTotal2025", "cpOnline2026", "cpOffline2026", "owners2025", "dealCount2025", "target26Offline", "target26Online",
			"target26OfflineIsOverride", "target26OnlineIsOverride")),
		"/api/rank/counterparty-dri/targets-summary": list("카운터파티 목표 합계",
			func(a counterparty.Summary) []counterparty.Totals { return []counterparty.Totals{a.Totals} }, fields[counterparty.Totals](
				"cpOffline2025", "target26Offline", "cpOffline2026", "cpOnline2025", "target26Online", "cpOnline2026",
				"overrideAppliedOffline", "overrideAppliedOnline")),
		"/api/rank/counterparty-dri/detail": list("카운터파티 딜", func(a counterparty.Detail) []counterparty.Deal { return a.Deals }, fields[counterparty.Deal](
			"id", "name", "people_id", "people_name", "upper_org", "team", "status", "probability", "amount", "expected_amount",
			"contract_date", "expected_date", "start_date", "end_date", "created_at", "course_format", "owner")),

		"/api/orgs/:id/won-summary": grid("상위 조직별 수주", func(a won.Summary) []won.UpperOrg { return a.Items },
			computed(columnOf("upper_org"), func(u *won.UpperOrg) tabular.Cell { return tabular.Text(u.Name) }), wonFields),

		"/api/rank/deals": list("기업 순위", func(a rank.CustomerList) []rank.Customer { return a.Items }, fields[rank.Customer](
			"orgId", "orgName", "grade", "totalAmount", "onlineAmount", "offlineAmount", "grade2024", "totalAmount2024")),
		"/api/rank/deals-people": list("고객별 딜", personDeals, fields[personDeal](
			"orgId", "orgName", "orgTotal2025", "personId", "personName", "upper_org", "team_signature", "title_signature", "edu_area",
			"deal.dealId", "deal.dealName", "deal.status", "deal.amount", "deal.contract_date", "deal.created_at", "deal.course_format")),
		"/api/rank/mismatched-deals": list("기업 불일치 딜", func(a rank.MismatchedList) []rank.MismatchedDeal { return a.Items }, fields[rank.MismatchedDeal](
			"dealId", "dealName", "dealOrgId", "dealOrgName", "personId", "personName", "personOrgId", "personOrgName", "contract_date", "amount")),
		"/api/rank/won-yearly-totals": grid("규모별 수주", func(a rank.SizeTotalsList) []rank.SizeTotals { return a.Items },
			computed(columnOf("size"), func(t *rank.SizeTotals) tabular.Cell { return tabular.Text(t.Size) }),
			func(a rank.SizeTotalsList) tabular.List[rank.SizeTotals] {
				return yearFields(a.Items, func(t *rank.SizeTotals) rank.YearSums { return t.YearSums })
			}),
		"/api/rank/won-industry-summary": grid("업종별 수주", func(a rank.IndustryTotalsList) []rank.IndustryTotals { return a.Items },
			slices.Concat(
				computed(columnOf("industry"), func(t *rank.IndustryTotals) tabular.Cell { return tabular.Text(t.Industry) }),
				computed(columnOf("orgCount"), func(t *rank.IndustryTotals) tabular.Cell { return tabular.Number(float64(t.Organizations)) })),
			func(a rank.IndustryTotalsList) tabular.List[rank.IndustryTotals] {
				return yearFields(a.Items, func(t *rank.IndustryTotals) rank.YearSums { return t.YearSums })
			}),
		"/api/rank/summary-by-size": grid("규모별 합계", sizeSums, fields[sizeSum]("size"), sizeSumFields),
		"/api/ops/online-retention": list("온라인 리텐션", func(a retention.List) []retention.Course { return a.Items }, fields[retention.Course](
			"dealId", "dealName", "orgId", "orgName", "upperOrg", "teamSignature", "personId", "personName", "owners", "createdAt", "courseFormat",
			"status", "amount", "onlineCycle", "onlineFirst", "startDate", "endDate", "memoCount")),
		"/api/statepath/portfolio": list("StatePath", func(a statepath.Portfolio) []statepath.Item { return a.Items }, portfolioFields()),

		"/api/deal-check":         dealCheckExport(),
		"/api/deal-check/edu-all": dealCheckExport(),
		"/api/deal-check/edu1":    dealCheckExport(),
		"/api/deal-check/edu2":    dealCheckExport(),
		"/api/qc/deal-errors/summary": grid("딜 오류 집계", func(a qc.Summary) []qc.Person { return a.People },
			fields[qc.Person]("ownerName", "teamKey", "teamLabel", "totalIssues", "dealCount"), ruleFields),
		"/api/qc/deal-errors/person": list("딜 오류", func(a qc.PersonErrors) []qc.Item { return a.Items }, fields[qc.Item](
			"dealId", "dealName", "organizationId", "organizationName", "peopleId", "peopleName", "createdAt", "status", "probability",
			"expectedCloseDate", "contractSignedDate", "courseStartDate", "courseEndDate", "expectedAmount", "amount", "category", "courseFormat",
			"courseId", "upperOrg", "teamSignature", "titleSignature", "eduArea", "onlineCycle", "onlineFirst", "instructorName1", "instructorFee1",
			"proposalWritten", "proposalUpload", "issueCount", "issueCodes", "issueDescriptions")),
		"/api/qc/monthly-revenue-report": list("월 매출 신고", revenueLines, fields[revenueLine](
			"kind", "reportMonthKey", "dealId", "courseId", "dealName", "owners", "status", "probability", "contractDate", "expectedCloseDate",
			"amount", "expectedAmount", "startDate", "endDate")),
	})
	return all
})

func textOf(s *string) tabular.Cell { return tabular.Text(*s) }

// namesIn are the names in a CRM value, such as an owner.
func namesIn(v normalise.Value) tabular.Cell {
	return tabular.Text(strings.Join(normalise.Owners(v), ", "))
}

func organizationFields() tabular.List[browse.Organization] {
	return slices.Concat(
		fields[browse.Organization]("id", "name", "size"),
		computed(columnOf("team"), func(o *browse.Organization) tabular.Cell { return namesIn(o.Team) }),
		computed(columnOf("owner"), func(o *browse.Organization) tabular.Cell {
			if o.Owner == nil {
				return tabular.Cell{}
			}
			return namesIn(*o.Owner)
		}),
	)
}

func peopleFields() tabular.List[browse.Person] {
	return fields[browse.Person](
		"id", "organizationId", "name", "upper_org", "team_signature", "title_signature", "edu_area", "email", "phone", "deal_count")
}

func memosOf(a browse.MemoList) []browse.Memo { return a.Items }

func memoFields() tabular.List[browse.Memo] {
	return fields[browse.Memo]("id", "createdAt", "updatedAt", "ownerId", "ownerName", "text", "htmlBody")
}

// personDeal is a person with one of their deals.
type personDeal struct {
	rank.Person

	Deal *rank.PersonDeal `json:"deal"`
}

// personDeals is a line for each deal, and for who has none.
func personDeals(a rank.PersonList) []personDeal {
	var lines []personDeal
	for _, p := range a.Items {
		for i := range p.Deals {
			lines = append(lines, personDeal{p, &p.Deals[i]})
		}
		if len(p.Deals) == 0 {
			lines = append(lines, personDeal{Person: p})
		}
	}
	return lines
}

// yearFields are a column for each year that sums are of.
func yearFields[R any](items []R, sums func(*R) rank.YearSums) tabular.List[R] {
	var l tabular.List[R]
	if len(items) == 0 {
		return l
	}
	for i, year := range sums(&items[0]).Years {
		label := strconv.Itoa(year)
		column := tabular.Column{Key: "won" + label, Label: label + "년 수주액(원)", Format: tabular.Whole}
		l = append(l, tabular.Field[R]{Column: column, Value: func(r *R) tabular.Cell { return tabular.Number(normalise.Finite(sums(r).Won[i])) }})
	}
	return l
}

// wonFields are a column for each year, and who bought and sold.
func wonFields(a won.Summary) tabular.List[won.UpperOrg] {
	if len(a.Items) == 0 {
		return nil
	}
	joined := func(names []string) tabular.Cell { return tabular.Text(strings.Join(names, ", ")) }
	years := a.Items[0].Years
	l := yearFields(a.Items, func(u *won.UpperOrg) rank.YearSums { return rank.YearSums{Years: u.Years, Won: u.Won} })
	latest := strconv.Itoa(slices.Max(years))
	return slices.Concat(l,
		computed(columnOf("contacts"), func(u *won.UpperOrg) tabular.Cell { return joined(u.Contacts) }),
		computed(columnOf("owners"), func(u *won.UpperOrg) tabular.Cell { return joined(u.Owners) }),
		computed(tabular.Column{Key: "owners" + latest, Label: latest + "년 담당자"},
			func(u *won.UpperOrg) tabular.Cell { return joined(u.LatestOwners) }),
		computed(columnOf("dealCount"), func(u *won.UpperOrg) tabular.Cell { return tabular.Number(float64(u.Deals)) }),
	)
}

// sizeSum is the sums of one size by their keys, such as sum_2025.
type sizeSum struct {
	Size string `json:"size"`
	won  map[string]float64
}

// sizeSums are the sizes by code point, and all of them.
func sizeSums(a rank.SizeSummary) []sizeSum {
	lines := make([]sizeSum, 0, len(a.BySize)+1)
	for size, won := range a.BySize {
		lines = append(lines, sizeSum{size, won})
	}
	slices.SortFunc(lines, func(a, b sizeSum) int { return strings.Compare(a.Size, b.Size) })
	return append(lines, sizeSum{"합계", a.Totals})
}

func sizeSumFields(a rank.SizeSummary) tabular.List[sizeSum] {
	var l tabular.List[sizeSum]
	for _, key := range sortedKeys(a.Totals) {
		column := tabular.Column{Key: key, Label: strings.TrimPrefix(key, "sum_") + "년 수주액(원)", Format: tabular.Whole}
		l = append(l, tabular.Field[sizeSum]{Column: column, Value: func(s *sizeSum) tabular.Cell { return tabular.Number(s.won[key]) }})
	}
	return l
}

func portfolioFields() tabular.List[statepath.Item] {
	keys := []string{
		"orgId", "orgName", "sizeRaw", "sizeGroup", "companyTotalEok2024", "companyTotalEok2025", "deltaEok", "companyBucket2024",
		"companyBucket2025", "companyOnlineBucket2024", "companyOfflineBucket2024", "companyOnlineBucket2025", "companyOfflineBucket2025",
	}
	l := fields[statepath.Item](append(keys, "seed")...)
	for _, year := range []string{"2024", "2025"} {
		for _, cell := range []string{"HRD_ONLINE", "HRD_OFFLINE", "BU_ONLINE", "BU_OFFLINE"} {
			at, label := "cells"+year+"."+cell+".", yearWord(year)+" "+strings.ReplaceAll(cell, "_", " ")
			l = append(l, tabular.ListOf[statepath.Item](
				tabular.Column{Key: at + "amt_eok", Label: label + "(억)", Format: tabular.Decimal},
				tabular.Column{Key: at + "bucket", Label: label + " 구간"},
			)...)
		}
	}
	return l
}

// yearWord names the year that a key of the state path stands for, whichever
// the years are.
func yearWord(key string) string {
	if key == "2024" {
		return "이전 연도"
	}
	return "이후 연도"
}

func dealCheckExport() export {
	return list("딜체크", func(a dealcheck.List) []dealcheck.Item { return a.Items }, fields[dealcheck.Item](
		"dealId", "dealName", "orgId", "orgName", "upperOrg", "teamSignature", "personId", "personName", "createdAt", "courseFormat", "owners",
		"probability", "expectedCloseDate", "expectedAmount", "planningSheetLink", "memoCount", "isRetention", "orgWon2025Total", "status"))
}

// ruleFields are a column for each rule.
func ruleFields(a qc.Summary) tabular.List[qc.Person] {
	l := make(tabular.List[qc.Person], len(a.Rules))
	for i, rule := range a.Rules {
		l[i] = tabular.Field[qc.Person]{
			Column: tabular.Column{Key: "byRule." + rule.Code, Label: rule.Code + " " + rule.Label, Format: tabular.Whole},
			Value:  func(p *qc.Person) tabular.Cell { return tabular.Number(float64(p.ByRule[rule.Code])) },
		}
	}
	return l
}

// revenueLine is a deal of any of the report's lists.
type revenueLine struct {
	Kind  string `json:"kind"`
	Month string `json:"reportMonthKey"`
	revenue.ReviewDeal
}

// revenueLines are the three lists below each other, and the review lists of
// earlier months if they were asked for.
func revenueLines(a revenue.Answer) []revenueLine {
	var lines []revenueLine
	for _, d := range a.Report {
		lines = append(lines, revenueLine{"신고", "", asReview(d)})
	}
	for _, d := range a.Review {
		lines = append(lines, revenueLine{"검토", "", d})
	}
	for _, d := range a.Missing {
		lines = append(lines, revenueLine{"회계 누락", d.Month, asReview(d.ReportDeal)})
	}
	for _, m := range a.History {
		for _, d := range m.Deals {
			lines = append(lines, revenueLine{"검토 이력", m.Key, d})
		}
	}
	return lines
}

func asReview(d revenue.ReportDeal) revenue.ReviewDeal {
	return revenue.ReviewDeal{
		DealID: d.DealID, CourseID: d.CourseID, DealName: d.DealName, Owners: d.Owners, Status: d.Status,
		ContractDate: d.ContractDate, Amount: &d.Amount, StartDate: d.StartDate, EndDate: d.EndDate,
	}
}
