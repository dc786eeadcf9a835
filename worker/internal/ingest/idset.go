package ingest

import "hash/maphash"

// idSet remembers under which rowid each id is stored, in twelve bytes an id:
// a hash and the rowid. Ids with equal hashes are told apart by asking the
// database, so the answer is exact. An index in the file would do the same, but
// ids are random, and every checkpoint would then rewrite most of that index.
type idSet struct {
	hash   func(string) uint64
	hashes []uint64 // 0 marks a free place
	rowids []uint32
	used   int
}

const (
	idSetFirstSize = 1 << 10
	// The set grows at three quarters full: linear probing stays short below.
	idSetLoadNum, idSetLoadDen = 3, 4
)

func newIDSet() *idSet {
	seed := maphash.MakeSeed()
	return &idSet{hash: func(id string) uint64 { return maphash.String(seed, id) }}
}

// find returns the rowid of id. same tells whether the row with this rowid
// really has the id; it is asked about rows whose hash is equal.
func (s *idSet) find(id string, same func(rowid int64) (bool, error)) (rowid int64, found bool, err error) {
	if s.used == 0 {
		return 0, false, nil
	}
	h := s.key(id)
	for i := s.start(h); s.hashes[i] != 0; i = s.next(i) {
		if s.hashes[i] != h {
			continue
		}
		rowid := int64(s.rowids[i])
		ok, err := same(rowid)
		if err != nil || ok {
			return rowid, ok, err
		}
	}
	return 0, false, nil
}

// add stores an id that find did not find.
func (s *idSet) add(id string, rowid uint32) {
	if (s.used+1)*idSetLoadDen > len(s.hashes)*idSetLoadNum {
		s.grow()
	}
	s.put(s.key(id), rowid)
	s.used++
}

func (s *idSet) put(h uint64, rowid uint32) {
	i := s.start(h)
	for s.hashes[i] != 0 {
		i = s.next(i)
	}
	s.hashes[i], s.rowids[i] = h, rowid
}

func (s *idSet) grow() {
	hashes, rowids := s.hashes, s.rowids
	size := max(2*len(hashes), idSetFirstSize)
	s.hashes, s.rowids = make([]uint64, size), make([]uint32, size)
	for i, h := range hashes {
		if h != 0 {
			s.put(h, rowids[i])
		}
	}
}

// key is the hash of an id, never 0.
func (s *idSet) key(id string) uint64 { return max(s.hash(id), 1) }

// start and next walk the places; their number is a power of two.
func (s *idSet) start(h uint64) int { return int(h & uint64(len(s.hashes)-1)) } //nolint:gosec // below len, an int
func (s *idSet) next(i int) int     { return (i + 1) & (len(s.hashes) - 1) }
