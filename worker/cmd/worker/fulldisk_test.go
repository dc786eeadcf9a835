package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

const (
	// maxFile bounds the size of every file that the worker writes.
	maxFile = "SALESMAP_TEST_MAX_FILE"
	// smallDisk names the folder where this process is to mount a small disk.
	smallDisk     = "SALESMAP_TEST_SMALL_DISK"
	smallDiskSize = 24 << 20
	// cannotMount is said by a process that may not mount anything.
	cannotMount = "no small disk can be mounted"
)

// limitFiles makes writes beyond a size fail with EFBIG, if the test wants it.
func limitFiles() {
	n, err := strconv.ParseUint(os.Getenv(maxFile), 10, 64)
	if err != nil {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		panic(err)
	}
}

// failsForSpace takes a run where there is too little room: it ends with status 1
// and says what to do, the old snapshot stays live, and the history has it.
func (v *volume) failsForSpace(t *testing.T, live string, p *process, wantHistory bool) {
	t.Helper()
	if got := p.wait(); got != exitFailed {
		t.Fatalf("status %d, want %d\n%s", got, exitFailed, p.stderr.String())
	}
	for _, want := range []string{"the disk is full", "make room", "KEEP_SNAPSHOTS", "--resume"} {
		if !strings.Contains(p.stderr.String(), want) {
			t.Errorf("%q is not said in\n%s", want, p.stderr.String())
		}
	}
	if got := v.liveTag(t); got != live {
		t.Errorf("live is %s, want %s", got, live)
	}
	if !wantHistory {
		return
	}
	h := v.history(t)
	if last := h[len(h)-1]; last.RunTag == live || last.Status != runhistory.StatusFailed || !strings.Contains(last.Error, "the disk is full") {
		t.Errorf("history ends with %+v", last)
	}
}

// TestProcess_FileTooLarge: no file may grow beyond what a new snapshot needs.
// The kernel says so in the middle of a write, as a full disk does; this works
// everywhere.
func TestProcess_FileTooLarge(t *testing.T) {
	t.Parallel()
	v := newVolume(t, salesmaptest.Options{})
	if r := call(t.Context(), v.args("run-once")...); r.status != exitOK {
		t.Fatalf("%+v", r)
	}
	live := v.liveTag(t)
	info, err := os.Stat(v.snap.Live())
	if err != nil {
		t.Fatal(err)
	}
	p := startWith(t, fmt.Sprintf("%s=%d", maxFile, info.Size()/2), v.args("run-once", "--progress", "none")...)
	v.failsForSpace(t, live, p, true)
	if r := call(t.Context(), v.args("run-once", "--resume")...); r.status != exitOK || v.liveTag(t) == live {
		t.Errorf("afterwards: %+v", r)
	}
}

// TestProcess_FullDisk runs the worker on a disk of a few megabytes that fills
// up. The disk is mounted in a namespace of its own, by this test once more as
// a child; where that is not allowed, the file system of the test is filled in
// no other way than TestProcess_FileTooLarge does, which is then all there is.
func TestProcess_FullDisk(t *testing.T) {
	if dir := os.Getenv(smallDisk); dir != "" {
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", smallDiskSize)); err != nil {
			fmt.Println(cannotMount, err)
			return
		}
		fullDisk(t, dir)
		return
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), smallDisk+"="+dir, "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	switch {
	case cmd.Process == nil, bytes.Contains(out, []byte(cannotMount)):
		t.Logf("a disk cannot be mounted here (%v), a file that must not grow stands for it", err)
		v := newVolume(t, salesmaptest.Options{})
		p := startWith(t, maxFile+"=65536", v.args("run-once", "--progress", "none")...)
		if got := p.wait(); got != exitFailed || !strings.Contains(p.stderr.String(), "the disk is full") {
			t.Errorf("status %d\n%s", got, p.stderr.String())
		}
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	default:
		t.Logf("%s", out)
	}
}

// fullDisk leaves less and less room on the disk.
func fullDisk(t *testing.T, dir string) {
	t.Helper()
	v := newVolume(t, salesmaptest.Options{})
	if !strings.HasPrefix(v.dir, dir) {
		t.Fatalf("%s is not on the small disk", v.dir)
	}
	if r := call(t.Context(), v.args("run-once")...); r.status != exitOK {
		t.Fatalf("%+v", r)
	}
	live := v.liveTag(t)
	info, err := os.Stat(v.snap.Live())
	if err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	failed := 0
	for _, left := range []int64{info.Size() / 2, info.Size() / 4, 128 << 10, 16 << 10, 0} {
		fill(t, filler, left)
		p := start(t, v.args("run-once", "--progress", "none", "--space-check=false")...)
		v.failsForSpace(t, live, p, left >= 64<<10)
		failed++
		if r := call(t.Context(), v.args("run-once")...); r.status != exitFailed || v.liveTag(t) != live ||
			left >= 64<<10 && !strings.Contains(r.stderr, "not enough free space") {
			t.Errorf("with the check of free space, %d bytes left: %+v", left, r)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
	if r := call(t.Context(), v.args("run-once", "--resume")...); r.status != exitOK || v.liveTag(t) == live {
		t.Errorf("with room again: %+v", r)
	}
	fmt.Printf("a disk of %d MB: %d runs failed for want of room, the snapshot has %d KB\n", smallDiskSize>>20, failed, info.Size()>>10)
}

// fill writes a file until the disk has only so many bytes left.
func fill(t *testing.T, path string, left int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 4<<10)
	var n int64
	for err == nil {
		var wrote int
		wrote, err = f.Write(chunk)
		n += int64(wrote)
	}
	if err := f.Truncate(max(n-left, 0)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
