package sandboxdata

import "math/bits"

// golden is 2^64 divided by the golden ratio: the step of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix is the finaliser of SplitMix64: every input bit moves every output bit.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// A roll is one random number. It is a value, so a decision that takes one is a
// pure function; a decision that needs several takes them from roll.then.
type roll uint64

// then returns an independent roll for the n-th further decision.
func (r roll) then(n uint64) roll { return roll(mix(uint64(r) + (n+1)*golden)) }

// below maps the roll to 0 … n-1, evenly; n must be positive.
func (r roll) below(n int) int {
	hi, _ := bits.Mul64(uint64(r), index(n))
	return int(hi) //nolint:gosec // below n, which is an int
}

// between maps the roll to lo … hi, evenly.
func (r roll) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// chance is true for the given share of rolls.
func (r roll) chance(percent int) bool { return r.below(100) < percent }

// pick chooses an element, or the zero value of an empty list.
func pick[T any](r roll, from []T) T {
	if len(from) == 0 {
		var none T
		return none
	}
	return from[r.below(len(from))]
}

// stream separates the decisions about one kind of thing from all others.
type stream uint64

const (
	streamOrganization stream = iota + 1
	streamPerson
	streamDeal
	streamLead
	streamMemo
	streamUser
	streamTeam
	streamForm
	streamSubmission
	streamPipeline
	streamStage
	streamShuffle
	streamBlock
	streamTick
)

// roll returns the first roll for thing i of a stream.
func (w *Workspace) roll(s stream, i int) roll { return seedRoll(w.seed, s, i) }

// index returns a natural index, which is never negative, as roll.then takes it.
func index(i int) uint64 { return uint64(i) } //nolint:gosec // never negative

func seedRoll(seed uint64, s stream, i int) roll {
	return roll(mix(mix(seed+uint64(s)*golden) + index(i)*golden))
}
