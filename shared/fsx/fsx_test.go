package fsx_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx/faultfs"
)

func write(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// Whichever step fails, the file holds the old text or the new one, whole.
func TestWriteAtomic_OldOrNewWhicheverStepFails(t *testing.T) {
	const op = "test.write"
	probe := faultfs.New(fsx.Real{}, nil)
	if err := fsx.WriteAtomic(probe, op, filepath.Join(t.TempDir(), "f"), 0o600, write("new")); err != nil {
		t.Fatal(err)
	}
	steps := probe.Calls()
	if len(steps) != 6 { // create, write, sync, close, rename, syncdir
		t.Fatalf("steps: %v", steps)
	}
	for _, step := range steps {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		broken := faultfs.New(fsx.Real{}, faultfs.FailOnce(step.Op, 1, syscall.EIO))
		if err := fsx.WriteAtomic(broken, op, path, 0o600, write("new")); !errors.Is(err, syscall.EIO) {
			t.Errorf("%s fails: %v", step.Op, err)
		}
		want := "old"
		if step.Op == op+".syncdir" {
			want = "new"
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s fails: file holds %q, %v; want %q", step.Op, got, err, want)
		}
		if _, err := os.Stat(path + fsx.TempSuffix); err == nil {
			t.Errorf("%s fails: the temporary file stays", step.Op)
		}
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := fsx.AcquireLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fsx.AcquireLock(path); !errors.Is(err, fsx.ErrLocked) {
		t.Errorf("second lock = %v, want ErrLocked", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := fsx.AcquireLock(path)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}
