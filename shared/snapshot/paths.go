package snapshot

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

const (
	// DefaultLivePath is the default of DB_PATH, for both services.
	DefaultLivePath = "salesmap_latest.db"

	snapshotsDir   = "snapshots"
	filePrefix     = "salesmap_"
	fileSuffix     = ".db"
	buildingSuffix = ".tmp"
	lockFile       = ".salesmap_worker.lock"

	runTagLayout = "20060102_150405"
)

// SiblingSuffixes are the names that SQLite would use beside a database file.
// None may exist beside a published one: a stale write-ahead log would be
// replayed over the new file without any error.
func SiblingSuffixes() []string { return []string{"-wal", "-shm", "-journal"} }

// Volume names the files of one data volume, derived from DB_PATH
// (spec 08 "Files"). The zero value is not usable; see NewVolume.
type Volume struct {
	live string
}

// NewVolume returns the volume whose live snapshot is at dbPath. A relative
// path is resolved against the working directory once, so that a later change
// of directory cannot move the volume.
func NewVolume(dbPath string) (Volume, error) {
	if strings.TrimSpace(dbPath) == "" {
		return Volume{}, fmt.Errorf("resolve database path: the path is empty")
	}
	abs, err := filepath.Abs(dbPath)
	if err != nil {
		return Volume{}, fmt.Errorf("resolve database path: %w", err)
	}
	return Volume{live: abs}, nil
}

// Live is the path readers open: a symlink to the newest published snapshot.
func (v Volume) Live() string { return v.live }

// Dir is the folder that holds the live link.
func (v Volume) Dir() string { return filepath.Dir(v.live) }

// SnapshotsDir holds the published snapshots and the one being built.
func (v Volume) SnapshotsDir() string { return filepath.Join(v.Dir(), snapshotsDir) }

// Snapshot is the never-reused name of the published snapshot of a run.
func (v Volume) Snapshot(runTag string) string {
	return filepath.Join(v.SnapshotsDir(), filePrefix+runTag+fileSuffix)
}

// Building is where a run writes until its checks pass.
func (v Volume) Building(runTag string) string { return v.Snapshot(runTag) + buildingSuffix }

// LinkTarget is what the live link says: relative, so that the volume may be
// mounted anywhere.
func (v Volume) LinkTarget(runTag string) string {
	return filepath.Join(snapshotsDir, filePrefix+runTag+fileSuffix)
}

// Fallback is where a checked snapshot stays when the link cannot be swapped:
// `<stem>_<run_tag>.db` beside the live path.
func (v Volume) Fallback(runTag string) string {
	stem := strings.TrimSuffix(filepath.Base(v.live), filepath.Ext(v.live))
	return filepath.Join(v.Dir(), stem+"_"+runTag+fileSuffix)
}

// RunTagOf returns the run tag in the name of a published or building
// snapshot file, and whether the name is one.
func RunTagOf(name string) (string, bool) {
	base := strings.TrimSuffix(filepath.Base(name), buildingSuffix)
	tag, ok := strings.CutPrefix(base, filePrefix)
	if !ok {
		return "", false
	}
	if tag, ok = strings.CutSuffix(tag, fileSuffix); !ok {
		return "", false
	}
	if _, err := ParseRunTag(tag); err != nil {
		return "", false
	}
	return tag, true
}

// RunTag formats the start of a run as its tag: UTC, `YYYYMMDD_HHMMSS`.
func RunTag(start time.Time) string { return start.UTC().Format(runTagLayout) }

// RunTagWithSuffix makes the nth tag (n ≥ 2) of runs that began in one second.
func RunTagWithSuffix(start time.Time, n int) string {
	return fmt.Sprintf("%s_%d", RunTag(start), n)
}

// ParseRunTag returns the UTC start time in a run tag; a `_<n>` suffix, which
// keeps tags of the same second apart, is accepted.
func ParseRunTag(tag string) (time.Time, error) {
	if len(tag) < len(runTagLayout) {
		return time.Time{}, fmt.Errorf("parse run tag %q: want YYYYMMDD_HHMMSS", tag)
	}
	start, err := time.Parse(runTagLayout, tag[:len(runTagLayout)])
	if err != nil {
		return time.Time{}, fmt.Errorf("parse run tag %q: want YYYYMMDD_HHMMSS", tag)
	}
	rest := tag[len(runTagLayout):]
	if rest == "" {
		return start, nil
	}
	digits, ok := strings.CutPrefix(rest, "_")
	if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return time.Time{}, fmt.Errorf("parse run tag %q: want YYYYMMDD_HHMMSS", tag)
	}
	return start, nil
}

// CompareRunTags orders run tags by age: negative if a is older than b. Among
// tags of one second the suffix decides. What is no run tag is oldest.
func CompareRunTags(a, b string) int {
	startA, errA := ParseRunTag(a)
	startB, errB := ParseRunTag(b)
	if errA != nil || errB != nil {
		return cmp.Or(cmp.Compare(boolRank(errA == nil), boolRank(errB == nil)), strings.Compare(a, b))
	}
	// A longer suffix is a larger number: they are written without zeros in front.
	return cmp.Or(startA.Compare(startB), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// LockFile is what a writer locks for the length of its run (spec 08 step 1).
func (v Volume) LockFile() string { return filepath.Join(v.Dir(), lockFile) }
