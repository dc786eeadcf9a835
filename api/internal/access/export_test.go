package access

import "time"

// AddressesForTest is how many addresses a guard remembers.
func AddressesForTest(g *Guard) int { return len(g.failures.buckets) }

// ForgeForTest makes a session as somebody can who knows the hashes alone.
func ForgeForTest(t Tokens, secret string, expires time.Time) string {
	return t.list[0].begin(secret, expires).Value
}
