package ingest

import (
	"errors"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// DiskFull tells whether something failed because there was no room: on the
// disk, in a quota, or in what one file may hold.
func DiskFull(err error) bool {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.Code == sqlite3.ErrFull || full(e.SystemErrno)
	}
	errno, ok := errors.AsType[syscall.Errno](err)
	return ok && full(errno)
}

func full(e syscall.Errno) bool {
	return e == syscall.ENOSPC || e == syscall.EDQUOT || e == syscall.EFBIG
}
