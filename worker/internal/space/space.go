// Package space tells how much room a run needs and how much there is. It is
// an estimate by the live snapshot: the next one is about as large.
package space

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

const (
	// comfort times the live snapshot is what a run may need: the new file
	// beside the old one, its journal, and room to sort while indexing.
	comfort = 2.2
	// minBytes is asked for when there is no snapshot to estimate by.
	minBytes = 200 << 20
	// shrink is the share of the live snapshot's size below which the next one
	// will hardly be.
	shrink = 0.9
)

// Mend says what helps when there is too little.
const Mend = "make room, or keep less (KEEP_SNAPSHOTS, KEEP_BACKUPS, KEEP_LOGS)"

// Comfortable is how many bytes make sure that a run has enough, by the size
// of the live snapshot; 0: there is none.
func Comfortable(live int64) uint64 {
	return max(minBytes, uint64(float64(live)*comfort))
}

// Least is how many bytes a run needs in any case, by the size of the live
// snapshot and by what it has written already; 0 without a live snapshot.
func Least(live, written int64) uint64 {
	return uint64(max(float64(live)*shrink-float64(written), 0))
}

// Free is how many bytes an ordinary user may still write where a folder lies,
// or will lie once it is made.
func Free(dir string) (uint64, error) {
	var st syscall.Statfs_t
	err := syscall.Statfs(dir, &st)
	for errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		err = syscall.Statfs(dir, &st)
	}
	if err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return st.Bavail * uint64(st.Bsize), nil //nolint:gosec // a block size is not negative
}
