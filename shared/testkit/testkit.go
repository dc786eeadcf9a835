// Package testkit has what tests of both services need. It is imported from
// _test.go files only.
package testkit

import (
	"testing"
	"time"
)

const pollInterval = 5 * time.Millisecond

// Poll waits until ok returns true and fails the test after timeout. It is for
// what happens in another goroutine or process; within one, use channels or
// testing/synctest.
func Poll(tb testing.TB, timeout time.Duration, what string, ok func() bool) {
	tb.Helper()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			tb.Fatalf("waited %s in vain for %s", timeout, what)
		case <-tick.C:
		}
	}
}
