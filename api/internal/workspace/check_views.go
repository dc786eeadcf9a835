package workspace

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func (k *checker) formats() {
	if !k.sound("course_formats") {
		return
	}
	f := k.c.CourseFormats
	k.unique("course_formats.online", f.Online)
	k.unique("course_formats.close_rate_online", f.CloseRateOnline)
	k.unique("course_formats.close_rate_offline", f.CloseRateOffline)
	online := f.CloseRateOnline
	if len(online) == 0 {
		online = f.Online
	}
	for i, format := range f.CloseRateOffline {
		if slices.Contains(online, format) {
			k.wrong(at("course_formats.close_rate_offline", i), "%q is online", format)
		}
	}
	if slices.Contains(online, f.CloseRateOfflineGroup) {
		k.wrong("course_formats.close_rate_offline_group", "%q is the name of an online group", f.CloseRateOfflineGroup)
	}
	if k.sound("inquiries.category_groups") && !slices.Contains(k.c.Inquiries.CategoryGroups, f.CloseRateOfflineTopics) {
		k.wrong("course_formats.close_rate_offline_category_group",
			"%q is none of inquiries.category_groups", f.CloseRateOfflineTopics)
	}
}

func (k *checker) grids() {
	if !k.sound("inquiries", "company_sizes") {
		return
	}
	in, sizes := k.c.Inquiries, k.c.CompanySizes
	for path, list := range map[string][]string{
		"inquiries.size_groups": in.SizeGroups, "inquiries.course_formats": in.CourseFormats,
		"inquiries.category_groups": in.CategoryGroups,
	} {
		k.unique(path, list)
		for _, label := range []string{normalise.OtherLabel, normalise.Unspecified} {
			if !slices.Contains(list, label) {
				k.odd(path, "has no %q: what belongs there is shown nowhere", label)
			}
		}
	}
	home := map[string]string{}
	for _, group := range in.CategoryMembers {
		path := join("inquiries.category_members", group.Key)
		if !slices.Contains(in.CategoryGroups, group.Key) {
			k.wrong(path, "is none of inquiries.category_groups")
		}
		for i, category := range group.Value {
			if before, ok := home[category]; ok {
				k.wrong(at(path, i), "%q is in the group %s too", category, before)
			}
			home[category] = group.Key
		}
	}
	k.unique("company_sizes.groups", sizes.Groups)
	for _, size := range []string{
		normalise.SizeLarge, normalise.SizeMedium, normalise.SizeSmall,
		normalise.SizePublic, normalise.SizeUniversity, normalise.SizeOther,
	} {
		if !slices.Contains(sizes.Groups, size) {
			k.odd("company_sizes.groups", "has no %q: organisations of that size are shown nowhere", size)
		}
	}
}

func (k *checker) segments() {
	if !k.sound("performance") {
		return
	}
	p := k.c.Performance
	var keys []string
	for i, s := range p.Segments {
		path := at("performance.segments", i)
		if slices.Contains(keys, s.Key) {
			k.wrong(path+".key", "another segment has the key %q", s.Key)
		}
		keys = append(keys, s.Key)
		if s.Company != "any" && p.KeyAccountOrgName == "" {
			k.wrong(path+".company", "%s needs performance.key_account_org_name", s.Company)
		}
	}
}

func (k *checker) thresholds() {
	if k.sound("grades") {
		names := k.descending("grades.company_min_eok", k.c.Grades.CompanyMinEok)
		for _, m := range k.c.Grades.OfflineTargetMultiplier {
			if !slices.Contains(names, m.Key) {
				k.wrong(join("grades.offline_target_multiplier", m.Key), "is no grade of grades.company_min_eok")
			}
		}
	}
	if !k.sound("statepath") {
		return
	}
	s := k.c.StatePath
	k.unique("statepath.bucket_order", s.BucketOrder)
	highestFirst := slices.Clone(s.BucketOrder[1:])
	slices.Reverse(highestFirst)
	for path, thresholds := range map[string][]Threshold{
		"statepath.company_min_eok": s.CompanyMinEok, "statepath.rail_min_eok": s.RailMinEok,
	} {
		if names := k.descending(path, thresholds); !slices.Equal(names, highestFirst) {
			k.wrong(path, "must have the buckets of statepath.bucket_order but the first, highest first: %s",
				strings.Join(highestFirst, ", "))
		}
	}
}

// descending checks that thresholds fall and names differ, and returns the
// names.
func (k *checker) descending(path string, thresholds []Threshold) []string {
	names := make([]string, len(thresholds))
	for i, t := range thresholds {
		if slices.Contains(names[:i], t.Name) {
			k.wrong(at(path, i), "%q stands in the list twice", t.Name)
		}
		names[i] = t.Name
		if i > 0 && t.MinEok >= thresholds[i-1].MinEok {
			k.wrong(at(path, i), "%v is not less than the %v before it", t.MinEok, thresholds[i-1].MinEok)
		}
	}
	return names
}

func (k *checker) years() {
	if !k.sound("years") {
		return
	}
	y := k.c.Years
	k.ascending("years.won", y.Won)
	k.ascending("years.performance", y.Performance)
	k.ascending("years.statepath", y.StatePath)
	if len(y.StatePath) != 2 {
		k.wrong("years.statepath", "want two years, found %d", len(y.StatePath))
	}
	if y.RankPrevious >= y.Rank {
		k.wrong("years.rank_previous", "%d is not before years.rank, %d", y.RankPrevious, y.Rank)
	}
	if y.Plan <= y.Rank {
		k.wrong("years.plan", "%d is not after years.rank, %d", y.Plan, y.Rank)
	}
}

func (k *checker) ascending(path string, list []int) {
	for i := 1; i < len(list); i++ {
		if list[i] <= list[i-1] {
			k.wrong(at(path, i), "%d is not after the %d before it", list[i], list[i-1])
		}
	}
}

func (k *checker) dates() {
	r := k.c.OnlineRetention
	k.inOrder("online_retention.end_from", r.EndFrom, "online_retention.end_to", r.EndTo)
	k.inOrder("online_retention.shown_from", r.ShownFrom, "online_retention.shown_to", r.ShownTo)
	if k.sound("revenue_report.years") {
		k.ascending("revenue_report.years", k.c.RevenueReport.Years)
	}
	for _, list := range k.c.ExistingCustomers {
		if !isYear(list.Key) {
			k.wrong(join("existing_customers", list.Key), "want a year such as 2025")
		}
	}
}

// inOrder checks that one day or month does not come after another.
func (k *checker) inOrder(fromPath, from, toPath, to string) {
	if from != "" && to != "" && from > to && k.sound(fromPath, toPath) {
		k.wrong(toPath, "%s is before %s, %s", to, fromPath, from)
	}
}

func isYear(text string) bool {
	year, err := strconv.Atoi(text)
	return err == nil && len(text) == len("2025") && year >= 1900
}

// ruleCode is a code of quality control's rules (spec 06 §2.3).
var ruleCode = regexp.MustCompile(`^R([1-9]|1[0-7])$`)

func (k *checker) quality() {
	if !k.sound("quality_control") {
		return
	}
	q := k.c.QualityControl
	var codes []string
	for i, r := range q.Rules {
		codes = append(codes, r.Code)
		k.code(at("quality_control.rules", i)+".code", r.Code, codes[:i])
	}
	for i, code := range q.HiddenRuleCodes {
		k.code(at("quality_control.hidden_rule_codes", i), code, codes)
	}
	for i, e := range q.ExcludedDeals {
		if (len(e.DealNames) > 0) == (e.DealNamePrefix != "") {
			k.wrong(at("quality_control.excluded_deals", i), "needs either deal_names or deal_name_prefix")
		}
	}
	for i, name := range q.MonthExemptOwners {
		if bare := normalise.OwnerKey(name); bare != normalise.Trim(name) {
			k.odd(at("quality_control.month_name_exempt_owners", i), "is compared without the letter at the end: write %q", bare)
		}
	}
	if k.sound("company_sizes.groups") && !slices.Contains(k.c.CompanySizes.Groups, q.ProposalRule.SizeGroup) {
		k.wrong("quality_control.proposal_rule.size_group", "%q is none of company_sizes.groups", q.ProposalRule.SizeGroup)
	}
}

func (k *checker) code(path, code string, before []string) {
	if !ruleCode.MatchString(code) {
		k.wrong(path, "want a rule from R1 to R17, found %q", code)
	} else if slices.Contains(before, code) {
		k.wrong(path, "%s stands among the rules already", code)
	}
}

func (k *checker) forms() {
	for path, keys := range map[string][]string{
		"memo_forms.drop_keys": k.c.MemoForms.DropKeys, "memo_forms.minimal_keys": k.c.MemoForms.MinimalKeys,
	} {
		for i, key := range keys {
			if strings.Contains(key, " ") {
				k.odd(at(path, i), "never matches, since keys are compared without blanks: write %q", strings.ReplaceAll(key, " ", ""))
			}
		}
	}
}

func (k *checker) money() {
	k.targets("counterparty_targets.offline", k.c.CounterpartyTargets.Offline)
	k.targets("counterparty_targets.online", k.c.CounterpartyTargets.Online)
	for _, month := range k.c.MonthlyTargetsEok {
		if !anyMonth.MatchString(month.Key) {
			k.wrong(join("monthly_targets_eok", month.Key), "want a month such as 2601")
		}
	}
	if k.sound("pnl_targets") {
		k.pnlTargets()
	}
	if k.sound("pnl_actual_overrides") {
		k.pnlActuals()
	}
	if !k.sound("targetboard", "grades") {
		return
	}
	for i, e := range k.c.Targetboard.Exclusions {
		known := slices.ContainsFunc(k.c.Grades.CompanyMinEok, func(t Threshold) bool { return t.Name == e.Tier })
		if !known && e.Tier != tierWithoutBusiness {
			k.wrong(at("targetboard.exclusions", i)+".tier", "%q is neither a grade nor %s", e.Tier, tierWithoutBusiness)
		}
	}
}

// tierWithoutBusiness is the tier of counterparties that have a target and
// nothing else (spec 04 §2, step E).
const tierWithoutBusiness = "N"

var anyMonth = regexp.MustCompile(`^\d\d(0[1-9]|1[0-2])$`)

// targets reports rows that do not count.
func (k *checker) targets(path string, rows []CounterpartyTarget) {
	if !k.sound(path) {
		return
	}
	rules := normalise.RulesFor(k.c.Numbers)
	first := map[TargetKey]int{}
	for i, row := range rows {
		rowPath := at(path, i)
		key := row.key(rules)
		_, isNumber := row.AmountEok.Target(rules)
		switch before, repeated := first[key]; {
		case !isNumber && !row.AmountEok.Blank():
			k.odd(rowPath+".amount_eok", "is no number; the row does not count")
		case !isNumber:
		case repeated:
			k.odd(rowPath, "gives %s / %s a target a second time, after line %d; neither counts", key.Org, key.Upper, k.lines[at(path, before)])
		default:
			first[key] = i
		}
		if key.Org == "" {
			k.odd(rowPath+".org", "names no organisation; the row does not count")
		}
	}
}

func (k *checker) pnlTargets() {
	t := k.c.PnLTargets
	lines := PnLLines()
	for _, line := range t.Lines {
		path := join("pnl_targets.lines", line.Key)
		if !slices.ContainsFunc(lines, func(l PnLLine) bool { return l.Key == line.Key && !l.Ratio }) {
			k.wrong(path, "is no line that has targets")
		}
		for _, figure := range line.Value {
			if figure.Key != fmt.Sprintf("%04d", t.Year) && !isMonthOf(figure.Key, t.Year) {
				k.wrong(join(path, figure.Key), "want %d or a month of it such as %s", t.Year, monthKey(t.Year, 1))
			}
		}
	}
}

// pnlActuals reports what a person typed and no screen will show.
func (k *checker) pnlActuals() {
	rules := normalise.RulesFor(k.c.Numbers)
	lines := PnLLines()
	for i, row := range k.c.PnLActualOverrides {
		path := at("pnl_actual_overrides", i)
		category := normalise.Trim(row.Category)
		if !slices.ContainsFunc(lines, func(l PnLLine) bool { return l.Label == category }) {
			k.odd(path+".category", "%q is no line of the P&L; the row is left out", row.Category)
			continue
		}
		for _, cell := range row.Months {
			cellPath := join(path+".months", cell.Key)
			if !anyMonth.MatchString(normalise.Trim(cell.Key)) {
				k.odd(cellPath, "is no month such as 2601; it is left out")
			} else if _, ok := cell.Value.Number(rules); !ok && !cell.Value.Blank() {
				k.odd(cellPath, "is no number; it shows as missing")
			}
		}
	}
}
