package ingest

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestIDSet_AgainstMap compares the set with a map, also with hashes so bad
// that almost every id collides.
func TestIDSet_AgainstMap(t *testing.T) {
	t.Parallel()
	for name, hash := range map[string]func(string) uint64{
		"good hash":      nil,
		"one hash":       func(string) uint64 { return 7 },
		"hash zero":      func(string) uint64 { return 0 },
		"last character": func(id string) uint64 { return uint64(id[len(id)-1]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				set := newIDSet()
				if hash != nil {
					set.hash = hash
				}
				stored := map[string]int64{}
				byRow := map[int64]string{}
				ids := rapid.SliceOfN(rapid.StringMatching(`[ab]{1,8}[0-9]`), 1, 400).Draw(t, "ids")
				for i, id := range ids {
					row, found, err := set.find(id, func(row int64) (bool, error) { return byRow[row] == id, nil })
					if err != nil {
						t.Fatal(err)
					}
					want, wantFound := stored[id]
					if found != wantFound || found && row != want {
						t.Fatalf("find(%q) = %d, %t; want %d, %t", id, row, found, want, wantFound)
					}
					if !found {
						row := int64(i + 1)
						set.add(id, uint32(row))
						stored[id], byRow[row] = row, id
					}
				}
			})
		})
	}
}

func TestIDSet_ManyIDs(t *testing.T) {
	t.Parallel()
	set := newIDSet()
	const n = 200_000
	for i := range n {
		set.add(strconv.Itoa(i), uint32(i+1))
	}
	for i := range n {
		row, found, err := set.find(strconv.Itoa(i), func(row int64) (bool, error) { return row == int64(i+1), nil })
		if err != nil || !found || row != int64(i+1) {
			t.Fatalf("find(%d) = %d, %t, %v", i, row, found, err)
		}
	}
}
