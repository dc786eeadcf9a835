//go:build slow

package run_test

import "testing"

// TestSlow_HostileAPI tries 200 more seeds than the ordinary test does.
func TestSlow_HostileAPI(t *testing.T) {
	t.Parallel()
	hostileSeeds(t, "v2", 16, 216)
}

// TestSlow_HostileAPIOverV3 tries 40 seeds over v3.
func TestSlow_HostileAPIOverV3(t *testing.T) {
	t.Parallel()
	hostileSeeds(t, "v3", 216, 256)
}

// TestSlow_HostileAPIAuto tries 40 seeds over whichever version works.
func TestSlow_HostileAPIAuto(t *testing.T) {
	t.Parallel()
	hostileSeeds(t, "auto", 256, 296)
}
