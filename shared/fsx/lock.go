package fsx

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ErrLocked says that another process holds the lock.
var ErrLocked = errors.New("lock is held by another process")

// Lock is an exclusive advisory lock on a file. The kernel drops it when the
// process ends in whatever way, so a lock cannot go stale.
type Lock struct{ f *os.File }

// AcquireLock takes the lock or fails at once with ErrLocked. The file stays
// behind; only the lock on it counts.
func AcquireLock(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		closeErr := f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, ErrLocked)
		}
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), closeErr)
	}
	return &Lock{f: f}, nil
}

// Release gives the lock back. It says so to the kernel: closing alone would
// leave the lock with a child process that is just being started.
func (l *Lock) Release() error {
	err := syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN)
	if err := errors.Join(err, l.f.Close()); err != nil {
		return fmt.Errorf("release lock: %w", err)
	}
	return nil
}
