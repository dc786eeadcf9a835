//go:build slow

package run_test

import "testing"

// TestSlow_HostileAPI tries 200 more seeds than the ordinary test does.
func TestSlow_HostileAPI(t *testing.T) {
	t.Parallel()
	hostileSeeds(t, 16, 216)
}
