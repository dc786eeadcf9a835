//go:build slow

package httpapi_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
)

// TestSlowSwap_UnderLoad is the row of spec 10: 200 swaps under 64 connections that
// never pause, no error, nothing mixed, and nothing left behind.
func TestSlowSwap_UnderLoad(t *testing.T) {
	before := usage(t)
	t.Run("load", func(t *testing.T) {
		runSwaps(t, swapLoad{clients: 64, swaps: 200, requests: 50_000, keep: 3})
	})
	after := usage(t)
	t.Logf("before %+v, after %+v", before, after)
	if after.descriptors > before.descriptors+3 || after.goroutines > before.goroutines+3 {
		t.Errorf("descriptors or goroutines are left behind: before %+v, after %+v", before, after)
	}
	if slack := uint64(32 << 20); after.heap > before.heap+slack {
		t.Errorf("heap grew: before %+v, after %+v", before, after)
	}
}

// TestSlowSwap_LeavesNothing swaps without load and looks at the descriptors and
// goroutines while the service runs.
func TestSlowSwap_LeavesNothing(t *testing.T) {
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	s := start(t, v.Live(), settings{noWatch: true})
	s.Watcher.Check(t.Context())
	var first, last resources
	for n := 2; n <= 201; n++ {
		path := v.Add(snapshottest.Small(n))
		v.Publish(path)
		s.Watcher.Check(t.Context())
		for _, question := range questions() {
			if generation, err := generationOf(s.get(question)); err != nil || generation != n {
				t.Fatalf("%s: generation %d, %v", question, generation, err)
			}
		}
		if last = usage(t); n == 20 {
			first = last
		}
	}
	t.Logf("after 20 swaps %+v, after 200 %+v", first, last)
	if last.descriptors > first.descriptors || last.goroutines > first.goroutines+2 {
		t.Errorf("after 20 swaps %+v, after 200 %+v", first, last)
	}
}

type resources struct {
	descriptors, goroutines int
	heap                    uint64 // bytes, after a collection
}

func usage(tb testing.TB) resources {
	tb.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		tb.Fatal(err)
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return resources{descriptors: len(entries), goroutines: runtime.NumGoroutine(), heap: m.HeapAlloc}
}
