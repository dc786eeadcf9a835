//go:build slow

package normalise_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSlowCorrections_BothSettings sticks every rule in one setting, then in
// the other, and wants a test of its correction to notice.
func TestSlowCorrections_BothSettings(t *testing.T) {
	source := readSource(t, "..")
	original, err := os.ReadFile("corrections.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range corrections() {
		packages, tests := map[string]bool{}, []string{}
		for _, name := range c.tests {
			packages["./"+source.tests[name]] = true
			tests = append(tests, name[strings.Index(name, ".")+1:])
		}
		for _, rule := range c.rules {
			if !source.asked[rule] {
				continue // TestCorrections says what that means
			}
			for _, stuck := range []string{"true", "false"} {
				head := "func (r Rules) " + rule + "() bool { return "
				changed := strings.Replace(string(original), head+"r.corrected() }", head+stuck+" }", 1)
				if changed == string(original) {
					t.Fatalf("corrections.go has no line for %s", rule)
				}
				args := append([]string{"test", "-vet=off", "-overlay=" + overlay(t, changed), "-run", "^(" + strings.Join(tests, "|") + ")$"}, slices.Sorted(maps.Keys(packages))...)
				out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
				if err == nil || !strings.Contains(string(out), "--- FAIL") {
					t.Errorf("%s: nobody notices that %s is always %s: %v\n%.2000s", c.line, rule, stuck, err, out)
				}
			}
		}
	}
}

// overlay tells the compiler to read a text instead of corrections.go.
func overlay(tb testing.TB, text string) string {
	tb.Helper()
	dir := tb.TempDir()
	file, err := filepath.Abs("corrections.go")
	if err != nil {
		tb.Fatal(err)
	}
	replaced := filepath.Join(dir, "corrections.go")
	plan, err := json.Marshal(map[string]map[string]string{"Replace": {file: replaced}})
	if err != nil {
		tb.Fatal(err)
	}
	for path, content := range map[string]string{replaced: text, filepath.Join(dir, "overlay.json"): string(plan)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return filepath.Join(dir, "overlay.json")
}
