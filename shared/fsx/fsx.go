// Package fsx is the one way this product changes files. Every call carries a
// label that names why it is made ("publish.rename"), so that tests can break
// or stop exactly that step and prove what is left on disk (spec 08 "A run").
package fsx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// OS is the file system. Op labels are lower-case and dotted: what is being
// done, then the step ("history.append", "publish.rename").
type OS interface {
	OpenFile(op, name string, flag int, perm fs.FileMode) (File, error)
	MkdirAll(op, name string, perm fs.FileMode) error
	Rename(op, from, to string) error
	Remove(op, name string) error
	Symlink(op, target, link string) error
	Link(op, from, to string) error
	Chmod(op, name string, mode fs.FileMode) error
	// SyncDir makes the names in a directory durable.
	SyncDir(op, name string) error

	Readlink(name string) (string, error)
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	ReadFile(name string) ([]byte, error)
}

// File is an open file of an OS.
type File interface {
	io.ReadWriteCloser
	io.ReaderAt
	io.Seeker
	Name() string
	Stat() (fs.FileInfo, error)
	Sync() error
	Truncate(size int64) error
}

// Real is the operating system's file system.
type Real struct{}

var _ OS = Real{}

// OpenFile opens a file as os.OpenFile does.
func (Real) OpenFile(_, name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err // a typed nil would hide the error from callers
	}
	return f, nil
}

// MkdirAll makes a directory and its parents.
func (Real) MkdirAll(_, name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }

// Rename replaces to with from in one step.
func (Real) Rename(_, from, to string) error { return os.Rename(from, to) }

// Remove removes a file or an empty directory.
func (Real) Remove(_, name string) error { return os.Remove(name) }

// Symlink makes link point at target.
func (Real) Symlink(_, target, link string) error { return os.Symlink(target, link) }

// Link gives the file from a second name.
func (Real) Link(_, from, to string) error { return os.Link(from, to) }

// Chmod sets a file's mode.
func (Real) Chmod(_, name string, mode fs.FileMode) error { return os.Chmod(name, mode) }

// SyncDir fsyncs a directory.
func (Real) SyncDir(_, name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Readlink returns what a symlink says.
func (Real) Readlink(name string) (string, error) { return os.Readlink(name) }

// Stat follows symlinks.
func (Real) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// Lstat does not follow symlinks.
func (Real) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(name) }

// ReadDir lists a directory in name order.
func (Real) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// ReadFile returns a file's content.
func (Real) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

// TempSuffix ends the name of a file that WriteAtomic has not finished.
const TempSuffix = ".tmp"

// WriteAtomic makes path hold exactly what write produces, durably, or leaves
// it as it was: temporary file in the same directory, write, fsync, close,
// rename, fsync of the directory. A leftover temporary file is replaced.
//
// The steps are labelled op+".create", ".rename" and ".syncdir"; writing and
// syncing go through the File.
func WriteAtomic(fsys OS, op, path string, perm fs.FileMode, write func(io.Writer) error) (err error) {
	temp := path + TempSuffix
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	f, err := fsys.OpenFile(op+".create", temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	if err := fill(f, write); err != nil {
		_ = fsys.Remove(op+".cleanup", temp) // the first error is the one to report
		return err
	}
	if err := fsys.Rename(op+".rename", temp, path); err != nil {
		_ = fsys.Remove(op+".cleanup", temp)
		return err
	}
	return fsys.SyncDir(op+".syncdir", filepath.Dir(path))
}

func fill(f File, write func(io.Writer) error) error {
	err := write(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
