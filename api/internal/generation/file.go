package generation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// File is one state of the database file: another file, or the same file with
// other bytes, is another File. It is comparable.
type File struct {
	Path     string // absolute, symlinks resolved
	Device   uint64
	Inode    uint64
	Size     int64 // bytes
	Modified int64 // Unix nanoseconds
}

// Version is the file's short name in responses (spec 01 N-SNAPSHOT).
func (f File) Version() string { return snapshot.Version(f.ModTime()) }

// ModTime is when the file was last written.
func (f File) ModTime() time.Time { return time.Unix(0, f.Modified) }

// Name is the file's name without its folder, which is nobody's business
// outside.
func (f File) Name() string { return filepath.Base(f.Path) }

// id tells Files apart, also those written within one second, which share a
// version.
func (f File) id(salt string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d %d %s", f.Device, f.Inode, f.Size, f.Modified, salt))
	return hex.EncodeToString(sum[:6])
}

// statLive resolves path through symlinks and describes the file behind it.
func statLive(path string) (File, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return File{}, err
	}
	if resolved, err = filepath.Abs(resolved); err != nil {
		return File{}, err
	}
	return statFile(resolved)
}

func statFile(resolved string) (File, error) {
	info, err := os.Stat(resolved)
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, &fs.PathError{Op: "stat", Path: resolved, Err: errNotRegular}
	}
	f := File{Path: resolved, Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		f.Device, f.Inode = st.Dev, st.Ino
	}
	return f, nil
}
