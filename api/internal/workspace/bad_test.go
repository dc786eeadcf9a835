package workspace_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// Each fixture says in a comment on the line itself what is wrong there; the
// error must say exactly that, in that order. `&&` joins what is wrong on one
// line.
func TestParse_Bad(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.bad.yml")
	if err != nil || len(files) < 12 {
		t.Fatalf("found %d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			raw := readTestdata(t, filepath.Base(file))
			_, err := workspace.Parse([]byte(raw))
			if !errors.Is(err, workspace.ErrInvalid) {
				t.Fatalf("got %v, want ErrInvalid", err)
			}
			want := append([]string{"invalid workspace configuration"}, expectations(raw)...)
			if len(want) < 2 {
				t.Fatal("the fixture expects nothing")
			}
			if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func expectations(raw string) []string {
	var want []string
	for i, line := range strings.Split(raw, "\n") {
		_, text, found := strings.Cut(line, "# want: ")
		if !found {
			continue
		}
		for problem := range strings.SplitSeq(text, " && ") {
			want = append(want, fmt.Sprintf("line %d: %s", i+1, problem))
		}
	}
	return want
}
