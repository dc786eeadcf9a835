package normalise_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// correction is a line of DECISIONS.md, "Corrected with `numbers: corrected`
// only".
type correction struct {
	line  string
	rules []string // of corrections.go, that it consists of
	// tests cover it in both settings: package.Test, below api/internal. That
	// they fail when a rule is stuck in either, TestSlowCorrections_BothSettings
	// shows.
	tests []string
}

func corrections() []correction {
	return []correction{
		{"01 §5.2", []string{"YearMonthIsNotADate"}, []string{"normalise.TestDates_Modes", "normalise.TestDates_CorrectedYearAndMonthAgree"}},
		{"01 §6 empty", []string{"EmptyProbabilityIsNoToken"}, []string{"normalise.TestProbability"}},
		{"01 §6 Closed", []string{"StatusByWholeWords"}, []string{"normalise.TestStatus"}},
		{"01 §7", []string{"OneCourseFormatRule"}, []string{"normalise.TestOnline", "normalise.TestCategories"}},
		{"01 §8", []string{"KnownSizeCounts", "PublicKeywordsAreSuffixes"}, []string{"normalise.TestSizeGroup"}},
		{"02 §2, §1.8, §5.4", []string{"EveryOwnerIsNamed"}, []string{"normalise.TestDealAndSummaryOwner", "won.TestSeveralOwners"}},
		{"02 §3.1", []string{"PersonlessWonDealsAreGrouped"}, []string{"won.TestPersonlessWonDeals"}},
		{"02 §4.4, 03 P6", []string{"YearsByKST"}, []string{"normalise.TestDates_Modes", "normalise.TestInYear", "won.TestYears"}},
		{"02 §4.5", []string{"EmptyHTMLErasesNothing"}, []string{"memotext.TestEnrich", "won.TestMemoTexts"}},
		{"02 §4.7", []string{"BrokenHTMLKeepsText"}, []string{"memotext.TestMarkdown"}},
		{"02 §5.5", []string{"PhonesBesideHangulAreMasked"}, []string{"memotext.TestRedactPhones", "won.TestMemoTexts"}},
		{"02 §1.9", []string{"DealOnlyOrganizationsAreListed"}, []string{"initialdata.TestDealOnlyOrganizations"}},
		{"03 P4", []string{"LostIsNeverConfirmed"}, []string{"performance.TestFacts", "amounts.TestBuckets", "pnl.TestExpectedDeals"}},
		{"03 P7", []string{"OnePerformanceOrganization"}, []string{"normalise.TestOrganizationID", "performance.TestEntries_Organization"}},
		{"03 P10", []string{"DealsCountOnce"}, []string{"performance.TestEntries_Duplicates", "amounts.TestDuplicates", "inquiries.TestDuplicates"}},
		{"03 P11", []string{"MarginOfTargets"}, []string{"pnl.TestTargets"}},
		{"03 P9", []string{"DiagnosticsCountWhatTheyName"}, []string{"closerate.TestDebug", "inquiries.TestDebug", "pnl.TestDeals_Item"}},
		{"04 D1", []string{"TargetRowsOnce"}, []string{"counterparty.TestTargetRowsOnPages"}},
		{"04 D5", []string{"SharedNamesNeedAnID"}, []string{"counterparty.TestSharedName", "workspace.TestTargets_OrgID"}},
		{"04 D3, D4", []string{"OrgTotalsMeanWhatTheySay"}, []string{"counterparty.TestOrganizationTotals"}},
		{"04 D6", []string{"CurrentYearCounterpartiesAreListed"}, []string{"counterparty.TestNextYearOnly"}},
		{"04 D7, D8, D9", []string{"ListAndDetailAgree"}, []string{"counterparty.TestWonIsCertain", "counterparty.TestDashes", "counterparty.TestFormatsWithSpaces"}},
		{"05 §1", []string{"RankingCountsWonOnly"}, []string{"rank.TestCustomers"}},
		{"05 §6", []string{"SizeSummaryOfEachYear"}, []string{"rank.TestSummaryBySize"}},
		{"05 §10", []string{"OpenCloseCountEvents"}, []string{"statepath.TestPortfolio_Summary"}},
		{"05 StatePath", []string{"StatePathsAgree"}, []string{"statepath.TestAgreement", "statepath.TestUnknownOrganization"}},
		{"06 R6", []string{"LostNeedsItsProbability"}, []string{"qc.TestLostProbability", "qc.TestRules"}},
		{"06 R17", []string{"HiddenIssuesAreClean"}, []string{"qc.TestHiddenIssues"}},
		{"06 §2", []string{"QualityTodayIsKST", "QualityReadsRealColumns"}, []string{"normalise.TestPick", "qc.TestToday", "qc.TestColumns"}},
		{"06 §3", []string{"AccountingFileIsReported", "ReviewLeavesOutLost"}, []string{"workspace.TestAccounting_File", "revenue.TestMonth"}},
		{"kept in both: decorated amounts", []string{"AmountsMayBeDecorated"}, []string{"normalise.TestAmount", "normalise.TestSQLNumber"}},
		{"both settings: from and from_month", []string{"MonthParametersByEitherName"}, []string{"performance.TestRangeQuery"}},
		{"both settings: missing columns", []string{"MissingProbabilityIsNone"}, []string{"counterparty.TestNoProbabilities"}},
	}
}

// TestCorrections walks the decisions: every rule belongs to one, and every one
// that is in use has tests.
func TestCorrections(t *testing.T) {
	t.Parallel()
	source := readSource(t, "..")
	var listed []string
	for _, c := range corrections() {
		listed = append(listed, c.rules...)
		for _, rule := range c.rules {
			if source.asked[rule] && len(c.tests) == 0 {
				t.Errorf("%s: %s is in use and has no test here", c.line, rule)
			}
		}
		for _, name := range c.tests {
			if _, ok := source.tests[name]; !ok {
				t.Errorf("%s: there is no %s", c.line, name)
			}
		}
	}
	slices.Sort(listed)
	if rules := ruleNames(); !slices.Equal(listed, rules) {
		t.Errorf("rules by decision %q, rules in the code %q", listed, rules)
	}
}

// TestNumbersDoc: what users read lists each rule once, in a row that says what
// changes, why and where.
func TestNumbersDoc(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/numbers.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		rule := strings.TrimSuffix(cells[len(cells)-1], " |")
		if name := strings.Trim(rule, "`"); len(cells) == 4 && name != rule {
			documented = append(documented, name)
			if slices.ContainsFunc(cells, func(cell string) bool { return strings.Trim(cell, "| ") == "" }) {
				t.Errorf("an empty cell in %q", line)
			}
		}
	}
	slices.Sort(documented)
	if rules := ruleNames(); !slices.Equal(documented, rules) {
		t.Errorf("rules in docs/numbers.md %q, in the code %q", documented, rules)
	}
}

// ruleNames lists the corrections in corrections.go, sorted.
func ruleNames() []string {
	var names []string
	for m := range reflect.TypeFor[normalise.Rules]().Methods() {
		if m.Type.NumIn() == 1 && m.Type.NumOut() == 1 && m.Type.Out(0).Kind() == reflect.Bool {
			names = append(names, m.Name)
		}
	}
	return names
}

// goSource is what there is to know of the packages below a folder.
type goSource struct {
	asked map[string]bool   // methods called by what is no test, outside corrections.go
	tests map[string]string // package.Test to its folder
}

func readSource(tb testing.TB, root string) goSource {
	tb.Helper()
	s := goSource{asked: map[string]bool{}, tests: map[string]string{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || filepath.Base(path) == "corrections.go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, "_test.go") {
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
					s.tests[strings.TrimSuffix(file.Name.Name, "_test")+"."+f.Name.Name] = filepath.Dir(path)
				}
			}
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				s.asked[selector.Sel.Name] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}
