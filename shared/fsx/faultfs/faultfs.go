// Package faultfs wraps a file system so that tests can make one named
// operation fail, or stop the program there.
package faultfs

import (
	"io/fs"
	"sync"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
)

// Call is one operation about to be made.
type Call struct {
	Op   string // the caller's label; on an open file with ".read", ".write", ".sync", ".truncate" or ".close" added
	Path string
	N    int // how often this Op was called, from 1
}

// Hook decides what happens to a call: nil lets it through, an error is
// returned instead of making it.
type Hook func(Call) error

// FS is a file system whose operations pass a hook first.
type FS struct {
	base fsx.OS
	hook Hook

	mu    sync.Mutex
	seen  map[string]int
	calls []Call
}

var _ fsx.OS = (*FS)(nil)

// New wraps base. A nil hook only records.
func New(base fsx.OS, hook Hook) *FS {
	return &FS{base: base, hook: hook, seen: map[string]int{}}
}

// FailOnce returns a hook that fails the nth call of op with err.
func FailOnce(op string, n int, err error) Hook {
	return func(c Call) error {
		if c.Op == op && c.N == n {
			return err
		}
		return nil
	}
}

// Calls returns every call so far, in order.
func (f *FS) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.calls...)
}

func (f *FS) enter(op, path string) error {
	f.mu.Lock()
	f.seen[op]++
	c := Call{Op: op, Path: path, N: f.seen[op]}
	f.calls = append(f.calls, c)
	f.mu.Unlock()
	if f.hook == nil {
		return nil
	}
	if err := f.hook(c); err != nil {
		return &fs.PathError{Op: op, Path: path, Err: err}
	}
	return nil
}

// OpenFile implements fsx.OS.
func (f *FS) OpenFile(op, name string, flag int, perm fs.FileMode) (fsx.File, error) {
	if err := f.enter(op, name); err != nil {
		return nil, err
	}
	file, err := f.base.OpenFile(op, name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &faultFile{File: file, fs: f, op: op}, nil
}

// MkdirAll implements fsx.OS.
func (f *FS) MkdirAll(op, name string, perm fs.FileMode) error {
	if err := f.enter(op, name); err != nil {
		return err
	}
	return f.base.MkdirAll(op, name, perm)
}

// Rename implements fsx.OS.
func (f *FS) Rename(op, from, to string) error {
	if err := f.enter(op, to); err != nil {
		return err
	}
	return f.base.Rename(op, from, to)
}

// Remove implements fsx.OS.
func (f *FS) Remove(op, name string) error {
	if err := f.enter(op, name); err != nil {
		return err
	}
	return f.base.Remove(op, name)
}

// Symlink implements fsx.OS.
func (f *FS) Symlink(op, target, link string) error {
	if err := f.enter(op, link); err != nil {
		return err
	}
	return f.base.Symlink(op, target, link)
}

// Link implements fsx.OS.
func (f *FS) Link(op, from, to string) error {
	if err := f.enter(op, to); err != nil {
		return err
	}
	return f.base.Link(op, from, to)
}

// Chmod implements fsx.OS.
func (f *FS) Chmod(op, name string, mode fs.FileMode) error {
	if err := f.enter(op, name); err != nil {
		return err
	}
	return f.base.Chmod(op, name, mode)
}

// SyncDir implements fsx.OS.
func (f *FS) SyncDir(op, name string) error {
	if err := f.enter(op, name); err != nil {
		return err
	}
	return f.base.SyncDir(op, name)
}

// Readlink implements fsx.OS.
func (f *FS) Readlink(name string) (string, error) { return f.base.Readlink(name) }

// Stat implements fsx.OS.
func (f *FS) Stat(name string) (fs.FileInfo, error) { return f.base.Stat(name) }

// Lstat implements fsx.OS.
func (f *FS) Lstat(name string) (fs.FileInfo, error) { return f.base.Lstat(name) }

// ReadDir implements fsx.OS.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) { return f.base.ReadDir(name) }

// ReadFile implements fsx.OS.
func (f *FS) ReadFile(name string) ([]byte, error) { return f.base.ReadFile(name) }

// faultFile passes the hook before reads, writes, syncs, truncations and closes.
type faultFile struct {
	fsx.File
	fs *FS
	op string
}

func (f *faultFile) Read(p []byte) (int, error) {
	if err := f.fs.enter(f.op+".read", f.Name()); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

func (f *faultFile) Write(p []byte) (int, error) {
	if err := f.fs.enter(f.op+".write", f.Name()); err != nil {
		return 0, err
	}
	return f.File.Write(p)
}

func (f *faultFile) Sync() error {
	if err := f.fs.enter(f.op+".sync", f.Name()); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultFile) Truncate(size int64) error {
	if err := f.fs.enter(f.op+".truncate", f.Name()); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

// Close always closes the file beneath, so that a failed close leaks nothing.
func (f *faultFile) Close() error {
	err := f.fs.enter(f.op+".close", f.Name())
	if closeErr := f.File.Close(); err == nil {
		err = closeErr
	}
	return err
}
