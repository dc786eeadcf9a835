package workspace_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

func parse(tb testing.TB, raw string) *workspace.Workspace {
	tb.Helper()
	w, err := workspace.Parse([]byte(raw))
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func readTestdata(tb testing.TB, name string) string {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

func minimal(tb testing.TB) string {
	tb.Helper()
	return readTestdata(tb, "minimal.good.yml")
}

func goldenWorkspace(tb testing.TB) *workspace.Workspace {
	tb.Helper()
	return parse(tb, string(golden.File(tb, "workspace.yaml")))
}

// replaced returns text with one occurrence of old replaced, which must exist.
func replaced(tb testing.TB, text, old, with string) string {
	tb.Helper()
	if strings.Count(text, old) != 1 {
		tb.Fatalf("%q stands %d times in the file", old, strings.Count(text, old))
	}
	return strings.Replace(text, old, with, 1)
}

func TestParse_Golden(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	lines := map[int]string{
		340: "counterparty_targets.offline[27]", 346: "counterparty_targets.offline[33]",
		369: "counterparty_targets.online[19].amount_eok", 375: "counterparty_targets.online[25].org",
		431: "pnl_actual_overrides[5].months.26-03", 434: "pnl_actual_overrides[7].category",
		436: "pnl_actual_overrides[8].category", 439: "pnl_actual_overrides[9].months.2601",
	}
	got := map[int]string{}
	for _, p := range slices.Backward(w.Warnings()) {
		got[p.Line] = p.Path
	}
	// Of two warnings on a line the first in path order is compared.
	got[431] = "pnl_actual_overrides[5].months.26-03"
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestDefault(t *testing.T) {
	t.Parallel()
	w, err := workspace.Default()
	if err != nil {
		t.Fatal(err)
	}
	if w.Stale() || !w.ModTime().IsZero() {
		t.Error("the shipped example comes from no file and is never stale")
	}
	if len(w.Version()) != 16 {
		t.Errorf("version %q", w.Version())
	}
}

// The smallest file gets every default; where a default depends on another
// value it is that value's.
func TestParse_Defaults(t *testing.T) {
	t.Parallel()
	w := parse(t, minimal(t))
	if len(w.Warnings()) > 0 {
		t.Errorf("warnings: %v", w.Warnings())
	}
	type defaults struct {
		TimeZone, Numbers, ShortName, PartKey, QCLabel, DefaultSize, ShownFrom, ShownTo, Title string
		Retention, Window, Grace, GraceWeekdays, Limit                                         int
		Multiplier                                                                             float64
		Years                                                                                  []int
		OnlinePnL, CloseOnline                                                                 []string
		Enabled                                                                                bool
	}
	label, _ := w.QCTeamLabels.Get("sales")
	got := defaults{
		w.Identity.TimeZone, string(w.Numbers), w.Teams[0].ShortName, w.Teams[0].Parts[0].Key, label,
		w.CompanySizes.DefaultSize, w.OnlineRetention.ShownFrom, w.OnlineRetention.ShownTo, w.QualityControl.Rules[0].Title,
		w.DealCheck.RetentionYear, w.DealCheck.WindowBusinessDays, w.QualityControl.GraceDays,
		w.RevenueReport.GraceWeekdays, w.StatePath.PortfolioLimit,
		w.OfflineMultiplier("B"), w.RevenueReport.Years, w.CourseFormats.OnlinePnL, w.CourseFormats.CloseRateOnline,
		w.QualityControl.Rules[0].Enabled,
	}
	want := defaults{
		"Asia/Seoul", "corrected", "영업팀", "part1", "영업팀", "대기업", "2025-12", "2027-12", "계약 체결일 없음",
		2025, 10, 7, 5, 500, 1,
		[]int{2024, 2025, 2026, 2027},
		[]string{"온라인 과정"},
		[]string{"온라인 과정"},
		true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

// Each line of the smallest file is needed: without any of its keys the error
// names it.
func TestParse_EveryKeyIsRequired(t *testing.T) {
	t.Parallel()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(minimal(t)), &doc); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(doc.Content[0].Content); i += 2 {
		section, value := doc.Content[0].Content[i], doc.Content[0].Content[i+1]
		if value.Kind != yaml.MappingNode {
			continue
		}
		for j := 0; j < len(value.Content); j += 2 {
			path := section.Value + "." + value.Content[j].Value
			all := value.Content
			value.Content = slices.Concat(all[:j], all[j+2:])
			raw, err := yaml.Marshal(&doc)
			value.Content = all
			if err != nil {
				t.Fatal(err)
			}
			if _, err := workspace.Parse(raw); err == nil || !strings.Contains(err.Error(), path+": missing") {
				t.Errorf("without %s: %v", path, err)
			}
		}
	}
}

func TestParse_ManyProblems(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for range 200 {
		b.WriteString("- 1\n")
	}
	_, err := workspace.Parse([]byte("teams:\n" + b.String()))
	if err == nil || strings.Count(err.Error(), "\n") != 51 || !strings.Contains(err.Error(), "\n… and ") {
		t.Errorf("got %v", err)
	}
}

// Aliases are followed, but not without bound.
func TestParse_Aliases(t *testing.T) {
	t.Parallel()
	raw := replaced(t, minimal(t), "members: [가나다, 라마바]", "members: &names [가나다, 라마바]") +
		"\nexisting_customers: {'2025': *names}\n"
	if names, _ := parse(t, raw).ExistingCustomers(2025); !slices.Equal(names.Sorted(), []string{"가나다", "라마바"}) {
		t.Errorf("got %v", names.Sorted())
	}
	bomb := "teams: [" + strings.Repeat("*t,", 2000) + "*t]\n"
	bomb = "workspace: &t\n  parts: &p [" + strings.Repeat("*q,", 500) + "*q]\n" + bomb
	bomb = "crm: &q {members: [" + strings.Repeat("a,", 500) + "a]}\n" + bomb
	_, err := workspace.Parse([]byte(bomb))
	if err == nil || !strings.Contains(err.Error(), "more than 200000 values") {
		t.Errorf("got %.300v", err)
	}
}

// A key that nobody knows is found wherever it stands, with its line and path.
func TestParse_UnknownKeyAnywhere(t *testing.T) {
	t.Parallel()
	source := golden.File(t, "workspace.yaml")
	rapid.Check(t, func(t *rapid.T) {
		var doc yaml.Node
		if err := yaml.Unmarshal(source, &doc); err != nil {
			t.Fatal(err)
		}
		var mappings []*yaml.Node
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			if n.Kind == yaml.MappingNode {
				mappings = append(mappings, n)
			}
			for _, c := range n.Content {
				walk(c)
			}
		}
		walk(&doc)
		n := mappings[rapid.IntRange(0, len(mappings)-1).Draw(t, "mapping")]
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "zzz"}, &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.SequenceNode}}})
		raw, err := yaml.Marshal(&doc)
		if err != nil {
			t.Fatal(err)
		}
		_, err = workspace.Parse(raw)
		var invalid *workspace.Error
		if !errors.As(err, &invalid) {
			t.Fatalf("no error; file:\n%s", raw)
		}
		// A mapping whose keys are data takes any key; then the value, a list in
		// a list, is what is wrong, which may stand on the next line.
		p := invalid.Problems[slices.IndexFunc(invalid.Problems, func(p workspace.Problem) bool { return strings.Contains(p.Path, "zzz") })]
		if want := slices.IndexFunc(bytes.Split(raw, []byte("\n")), func(line []byte) bool { return bytes.Contains(line, []byte("zzz")) }) + 1; p.Line != want && p.Line != want+1 {
			t.Errorf("got line %d, want %d: %v", p.Line, want, p)
		}
	})
}

func TestLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "workspace.yaml")
	write := func(raw string, when time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2026, 2, 5, 10, 0, 0, 0, time.UTC)
	write(minimal(t), start)
	w, err := workspace.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if w.Stale() || !w.ModTime().Equal(start) {
		t.Errorf("stale %t, modified %v right after loading", w.Stale(), w.ModTime())
	}
	same, err := workspace.Load(path)
	if err != nil || same.Version() != w.Version() {
		t.Errorf("loading again: version %q, want %q; %v", same.Version(), w.Version(), err)
	}
	write(minimal(t)+"\nnumbers: as_before\n", start.Add(time.Second))
	if !w.Stale() {
		t.Error("not stale after the file changed")
	}
	changed, err := workspace.Load(path)
	if err != nil || changed.Version() == w.Version() {
		t.Errorf("the version is still %q; %v", w.Version(), err)
	}
	write("teams: 1\n", start.Add(2*time.Second))
	if _, err := workspace.Load(path); !errors.Is(err, workspace.ErrInvalid) {
		t.Errorf("broken file: got %v, want ErrInvalid", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if !changed.Stale() {
		t.Error("not stale after the file went away")
	}
	if _, err := workspace.Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
}

// A file that is replaced by renaming another over it, with equal size and
// time, is another file.
func TestStale_Replaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "workspace.yaml"), filepath.Join(dir, "other.yaml")
	when := time.Date(2026, 2, 5, 10, 0, 0, 0, time.UTC)
	for _, name := range []string{path, other} {
		if err := os.WriteFile(name, []byte(minimal(t)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, when, when); err != nil {
			t.Fatal(err)
		}
	}
	w, err := workspace.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if !w.Stale() {
		t.Error("not stale after another file took its place")
	}
}

func TestLoad_TooLarge(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "workspace.yaml")
	if err := os.WriteFile(path, bytes.Repeat([]byte("#\n"), 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := workspace.Load(path); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(golden.File(f, "workspace.yaml"))
	f.Add([]byte(readTestdata(f, "minimal.good.yml")))
	f.Add([]byte("teams: &a [*a]\n"))
	f.Add([]byte("a: b\n---\nc: d\n"))
	f.Add([]byte("? [a]\n: b\n<<: {c: d}\n!!int x: !!binary ''\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, err := workspace.Parse(raw)
		if err == nil {
			rules, _ := w.Rules("")
			w.Public(rules, "")
			w.Targets(rules)
			w.PnLActuals(w.Years.Plan, rules)
			return
		}
		var invalid *workspace.Error
		if !errors.As(err, &invalid) {
			t.Fatalf("error of another type: %v", err)
		}
		for _, p := range invalid.Problems {
			if p.Line < 1 {
				t.Errorf("problem without a line: %v", p)
			}
		}
	})
}
