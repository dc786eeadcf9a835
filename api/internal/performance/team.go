package performance

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"

// Teams finds the people that a `team` or `scope` parameter stands for, false
// if its value means nobody known.
type Teams func(key string) (members normalise.Members, ok bool)

// OwnerFilter tells which deals belong to a team.
type OwnerFilter struct {
	book    *Book
	matches []bool // by place in Book.owners
}

// OwnedBy prepares the filter for a team: a deal belongs to it if any of its
// owners does (spec 01 N-MATCH-ANY).
func (b *Book) OwnedBy(team normalise.Members) OwnerFilter {
	f := OwnerFilter{book: b, matches: make([]bool, len(b.owners))}
	for i, names := range b.owners {
		f.matches[i] = team.MatchAny(names)
	}
	return f
}

// Has reports whether an entry's deal belongs to the team.
func (f OwnerFilter) Has(e *Entry) bool { return f.matches[f.book.facts[e.deal].owners] }

// Owners returns the names of a deal's owners as the CRM spells them, an empty
// list for none. The list must not be changed.
func (b *Book) Owners(e *Entry) []string { return b.owners[b.facts[e.deal].owners] }
