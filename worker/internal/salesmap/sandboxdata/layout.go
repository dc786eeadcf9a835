package sandboxdata

// blockSize organisations share a fixed number of people, deals, leads and
// memos, so that the n-th deal's organisation is found by division and not by
// counting. Within a block the shares are uneven, as in life: a few
// organisations have most of the business, one has people but no deals, one has
// deals but no people.
const blockSize = 10

type shares [blockSize]int

// Shares of one block. Per organisation that is 5.2 people, 8.3 deals, 13.5
// memos and 0.6 leads.
func peopleShares() shares { return shares{14, 3, 9, 0, 5, 2, 7, 1, 6, 5} }
func dealShares() shares   { return shares{22, 4, 15, 3, 8, 0, 12, 1, 10, 8} }
func memoShares() shares   { return shares{34, 8, 24, 5, 14, 4, 19, 2, 14, 11} }
func leadShares() shares   { return shares{1, 0, 1, 0, 1, 1, 1, 0, 1, 0} }

// spread assigns a list's records to organisations.
type spread struct {
	shares   shares
	perBlock int
	orgs     int
	seed     uint64
}

func newSpread(s shares, orgs int, seed uint64) spread {
	sp := spread{shares: s, orgs: orgs, seed: seed}
	for _, n := range s {
		sp.perBlock += n
	}
	return sp
}

// slot returns which share the organisation at a position of a block gets. The
// first block keeps the order, so the first organisation is a large one; the
// others are turned and stretched, alike for every list.
func (s *spread) slot(block, position int) int {
	if block == 0 {
		return position
	}
	r := seedRoll(s.seed, streamBlock, block)
	stretch := [...]int{1, 3, 7, 9}[r.below(4)]
	return (position*stretch + r.then(1).below(blockSize)) % blockSize
}

// count returns how many records an organisation has.
func (s *spread) count(org int) int { return s.shares[s.slot(org/blockSize, org%blockSize)] }

// first returns the natural index of an organisation's first record.
func (s *spread) first(org int) int {
	block := org / blockSize
	n := block * s.perBlock
	for p := range org % blockSize {
		n += s.shares[s.slot(block, p)]
	}
	return n
}

// total returns how many records there are.
func (s *spread) total() int { return s.first(s.orgs) }

// organization returns the organisation that record i belongs to.
func (s *spread) organization(i int) int {
	block, rest := i/s.perBlock, i%s.perBlock
	for p := range blockSize {
		n := s.shares[s.slot(block, p)]
		if rest < n {
			return block*blockSize + p
		}
		rest -= n
	}
	panic("sandboxdata: shares of a block do not add up")
}

// shuffle is a permutation of 0 … n-1 that needs no table: records of one
// organisation are scattered over a list as they would be after years of work.
type shuffle struct {
	n, factor, inverse, offset int
}

func newShuffle(n int, r roll) shuffle {
	if n < 2 {
		return shuffle{n: n, factor: 1, inverse: 1}
	}
	// A factor near n divided by the golden ratio scatters neighbours well.
	factor := max(int(float64(n)*0.6180339887), 1)
	for gcd(factor, n) != 1 {
		factor++
	}
	return shuffle{n: n, factor: factor, inverse: modInverse(factor, n), offset: r.below(n)}
}

// natural returns the natural index of what is shown at a position. Positions
// from n on, where a growing list appends, stay as they are.
func (s *shuffle) natural(position int) int {
	if position >= s.n {
		return position
	}
	return (position*s.factor + s.offset) % s.n
}

// position is the opposite of natural.
func (s *shuffle) position(natural int) int {
	if natural >= s.n {
		return natural
	}
	return (natural - s.offset + s.n) % s.n * s.inverse % s.n
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// modInverse returns the inverse of a modulo n; a and n have no common factor.
func modInverse(a, n int) int {
	oldR, r := a%n, n
	oldS, s := 1, 0
	for r != 0 {
		q := oldR / r
		oldR, r = r, oldR-q*r
		oldS, s = s, oldS-q*s
	}
	return (oldS%n + n) % n
}
