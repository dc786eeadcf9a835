package salesmaptest

// Outcome is what a crawl under faults must end with.
type Outcome int

const (
	// TruthReachable: a client that follows spec 08 "Retries" reaches the
	// truth, so the run must publish it.
	TruthReachable Outcome = iota
	// Undecided: spec 08 leaves room; the run may publish the truth or fail
	// loudly, but never publish anything else.
	Undecided
	// MustFail: no honest client can get the records, so nothing may be
	// published.
	MustFail
)

// String returns the name of the outcome for test messages.
func (o Outcome) String() string {
	switch o {
	case TruthReachable:
		return "truth reachable"
	case Undecided:
		return "undecided"
	default:
		return "must fail"
	}
}
