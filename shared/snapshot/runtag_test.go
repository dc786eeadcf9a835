package snapshot_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func TestCompareRunTags(t *testing.T) {
	t.Parallel()
	want := []string{
		"", "x", "20251231_235959", "20260101_000000", "20260101_000000_2", "20260101_000000_10", "20260101_000001",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, snapshot.CompareRunTags)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
