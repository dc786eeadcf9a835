package normalise

// Members is a set of owner keys: a team or part of the roster (N-ROSTER). The
// zero value has nobody in it.
type Members struct {
	keys     map[string]struct{}
	everyone bool
}

// NewMembers returns the set of the people that the roster names. Its names
// pass OwnerKey like the owners they are compared with.
func NewMembers(names ...string) Members {
	m := Members{keys: make(map[string]struct{}, len(names))}
	for _, name := range names {
		if key := OwnerKey(name); key != "" {
			m.keys[key] = struct{}{}
		}
	}
	return m
}

// Everyone is no filter: it matches every deal, also one that nobody owns.
func Everyone() Members { return Members{everyone: true} }

// Len is how many people of different keys there are in the set.
func (m Members) Len() int { return len(m.keys) }

// HasKey reports whether an owner key is in the set.
func (m Members) HasKey(key string) bool {
	_, ok := m.keys[key]
	return m.everyone || ok
}

// MatchAny is N-MATCH-ANY: whether any of the owners is in the set. An empty
// set matches nobody, as does a deal without owners.
func (m Members) MatchAny(owners []string) bool {
	if m.everyone {
		return true
	}
	for _, owner := range owners {
		if _, ok := m.keys[OwnerKey(owner)]; ok {
			return true
		}
	}
	return false
}
