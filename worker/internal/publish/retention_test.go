package publish_test

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
)

func TestPrune(t *testing.T) {
	t.Parallel()
	tags := []string{"20260101_000000", "20260102_000000", "20260103_000000", "20260104_000000", "20260105_000000"}
	for _, tc := range []struct {
		keep int
		live string
		want []string
	}{
		{3, tags[4], tags[2:]},
		{1, tags[4], tags[4:]},
		{0, tags[4], tags[4:]},
		{2, tags[0], []string{tags[0], tags[3], tags[4]}},
		{9, tags[4], tags},
	} {
		v := volume(t)
		for _, tag := range tags {
			publishOK(t, v, tag)
		}
		p := publisher(fsx.Real{}, v)
		if _, err := p.RollBack(t.Context(), tc.live); err != nil {
			t.Fatal(err)
		}
		building := v.Building("20251231_000000")
		if err := os.WriteFile(building, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		removed, err := p.Prune(tc.keep)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := p.Kept()
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(kept)
		if diff := cmp.Diff(tc.want, kept); diff != "" {
			t.Errorf("keep %d, live %s (-want +got):\n%s", tc.keep, tc.live, diff)
		}
		if len(removed)+len(kept) != len(tags) {
			t.Errorf("removed %v, kept %v", removed, kept)
		}
		if got := verify(t, v.Live()); got != tc.live {
			t.Errorf("live is %s", got)
		}
		if unfinished, err := p.Unfinished(); err != nil || len(unfinished) != 1 {
			t.Errorf("unfinished = %v, %v", unfinished, err)
		}
	}
}

func TestRollBack(t *testing.T) {
	t.Parallel()
	v := volume(t)
	publishOK(t, v, oldTag)
	publishOK(t, v, newTag)
	p := publisher(fsx.Real{}, v)
	if tag, err := p.RollBack(t.Context(), ""); err != nil || tag != oldTag || verify(t, v.Live()) != oldTag {
		t.Fatalf("RollBack = %s, %v", tag, err)
	}
	if _, err := p.RollBack(t.Context(), ""); err == nil {
		t.Error("rolled back past the oldest snapshot")
	}
	if _, err := p.RollBack(t.Context(), "20250101_000000"); err == nil {
		t.Error("rolled back to a snapshot that does not exist")
	}
	if err := os.Chmod(v.Snapshot(newTag), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(v.Snapshot(newTag), 4096); err != nil {
		t.Fatal(err)
	}
	if _, err := p.RollBack(t.Context(), newTag); err == nil || verify(t, v.Live()) != oldTag {
		t.Errorf("a broken snapshot became live: %v", err)
	}
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	v := volume(t)
	for _, suffix := range []string{"", "-journal"} {
		if err := os.WriteFile(v.Building(newTag)+suffix, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := publisher(fsx.Real{}, v)
	for range 2 {
		if err := p.Discard(newTag); err != nil {
			t.Fatal(err)
		}
	}
	wantFiles(t, v.SnapshotsDir())
}
