package workspace_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

var update = flag.Bool("update", false, "rewrite docs/workspace.md and golden files from the code")

const (
	manual   = "../../../docs/workspace.md"
	begin    = "<!-- Reference: generated from the code, do not edit (go test ./api/internal/workspace -update). -->\n\n"
	wantKeys = 140 // there are at least so many
)

// The document lists every key because it is written from the tags of the
// format; this test keeps it so.
func TestReference(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	intro, got, found := strings.Cut(string(raw), begin)
	if !found {
		t.Fatalf("%s has no line %q", manual, begin)
	}
	var want bytes.Buffer
	if err := workspace.WriteReference(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(manual, []byte(intro+begin+want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want.String() {
		t.Errorf("%s is stale; run go test ./api/internal/workspace -update", manual)
	}
	if n := strings.Count(got, "\n| `"); n < wantKeys {
		t.Errorf("only %d keys are documented", n)
	}
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "| `") && (strings.HasSuffix(line, "|  |\n") || strings.Count(line, " | ") != 3) {
			t.Errorf("key without meaning: %s", line)
		}
		if strings.Contains(line, "Used by: .") {
			t.Errorf("section without screens: %s", line)
		}
	}
}
