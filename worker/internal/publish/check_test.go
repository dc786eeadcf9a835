package publish_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	half := publish.Limits{MaxShrink: 0.5}
	for _, tc := range []struct {
		name   string
		before *build // live, if any
		now    build
		limits publish.Limits
		want   []string // in the refusal; none means it passes
	}{
		{"first snapshot", nil, build{deals: 0, people: 0}, half, nil},
		{"grown", &build{deals: 5, people: 5}, build{deals: 6, people: 5}, half, nil},
		{"half gone", &build{deals: 10, people: 5}, build{deals: 5, people: 5}, half, nil},
		{"more than half gone", &build{deals: 10, people: 5}, build{deals: 4, people: 5}, half, []string{"deal shrank from 10 to 4", "60.0 %", "--max-shrink 0.5"}},
		{"two tables", &build{deals: 10, people: 5}, build{deals: 4, people: 1}, half, []string{"deal", "people"}},
		{"empty now", &build{deals: 1, people: 5}, build{deals: 0, people: 5}, publish.Limits{MaxShrink: 0.99}, []string{"deal"}},
		{"empty now, allowed", &build{deals: 1, people: 5}, build{deals: 0, people: 5}, publish.Limits{MaxShrink: 1}, nil},
		{"errors", nil, build{deals: 5, errors: "page3:http_500"}, half, []string{"deal", "page3:http_500", "--allow-partial"}},
		{"errors, allowed", nil, build{deals: 5, errors: "page3:http_500"}, publish.Limits{AllowPartial: true}, nil},
		{"errors and shrink", &build{deals: 9}, build{deals: 1, errors: "page3:http_500"}, half, []string{"page3:http_500", "shrank"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := volume(t)
			if tc.before != nil {
				tc.before.tag = oldTag
				tc.before.make(t, v)
				if _, err := publisher(fsx.Real{}, v).Publish(t.Context(), oldTag); err != nil {
					t.Fatal(err)
				}
			}
			tc.now.tag = newTag
			tc.now.make(t, v)
			report, err := publish.Check(t.Context(), v.Building(newTag), v.Live(), tc.limits)
			if len(tc.want) == 0 && err != nil || len(tc.want) > 0 && !errors.Is(err, publish.ErrRefused) {
				t.Fatalf("Check = %v, want %q", err, tc.want)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in %v", want, err)
				}
			}
			if report.Partial != (tc.now.errors != "") {
				t.Errorf("partial = %t", report.Partial)
			}
		})
	}
}

func TestCheck_BrokenFiles(t *testing.T) {
	t.Parallel()
	v := volume(t)
	build{tag: newTag, deals: 500, people: 5}.make(t, v)
	sound, err := os.ReadFile(v.Building(newTag))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"empty":     {},
		"truncated": sound[:len(sound)-4096],
		"overwritten": slices.Concat(sound[:len(sound)/2], []byte(strings.Repeat("garbage!", 1024)),
			sound[len(sound)/2+8192:]),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := publish.Check(t.Context(), path, "", publish.Limits{}); !errors.Is(err, publish.ErrRefused) {
			t.Errorf("%s: %v, want ErrRefused", name, err)
		}
	}
}

func TestCheck_LiveCannotBeRead(t *testing.T) {
	t.Parallel()
	v := volume(t)
	build{tag: newTag, deals: 5, people: 5}.make(t, v)
	if err := os.WriteFile(v.Live(), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := publish.Check(t.Context(), v.Building(newTag), v.Live(), publish.Limits{})
	if err != nil || len(report.Warnings) != 1 {
		t.Errorf("Check = %v, warnings %q; want a warning only", err, report.Warnings)
	}
}
