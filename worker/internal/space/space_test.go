package space_test

import (
	"path/filepath"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/space"
)

func TestEstimates(t *testing.T) {
	const mb = 1 << 20
	for _, tt := range []struct {
		live, written      int64
		least, comfortable uint64
	}{
		{0, 0, 0, 200 * mb},
		{10 * mb, 0, 9 * mb, 200 * mb},
		{1000 * mb, 0, 900 * mb, 2200 * mb},
		{1000 * mb, 400 * mb, 500 * mb, 2200 * mb},
		{1000 * mb, 2000 * mb, 0, 2200 * mb},
	} {
		if got := space.Least(tt.live, tt.written); got != tt.least {
			t.Errorf("Least(%d, %d) = %d, want %d", tt.live, tt.written, got, tt.least)
		}
		if got := space.Comfortable(tt.live); got != tt.comfortable {
			t.Errorf("Comfortable(%d) = %d, want %d", tt.live, got, tt.comfortable)
		}
	}
}

func TestFree(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "not", "made", "yet")} {
		if got, err := space.Free(path); err != nil || got == 0 {
			t.Errorf("%s: %d, %v", path, got, err)
		}
	}
	if _, err := space.Free("\x00"); err == nil {
		t.Error("no error for an impossible name")
	}
}
