package workspace

import (
	"maps"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Names is a set of names of organisations.
type Names struct{ set map[string]struct{} }

// newNames trims the names and leaves out blank ones. Lists come out of
// editors that begin a file with a byte order mark.
func newNames(list []string) Names {
	n := Names{set: make(map[string]struct{}, len(list))}
	for _, name := range list {
		if name = normalise.Trim(strings.TrimPrefix(name, "\ufeff")); name != "" {
			n.set[name] = struct{}{}
		}
	}
	return n
}

// Has reports whether a trimmed name is in the set.
func (n Names) Has(name string) bool {
	_, ok := n.set[name]
	return ok
}

// Len is how many different names there are.
func (n Names) Len() int { return len(n.set) }

// Sorted returns the names in code-point order.
func (n Names) Sorted() []string { return slices.Sorted(maps.Keys(n.set)) }

// Set returns the names as a set, which must not be changed.
func (n Names) Set() map[string]struct{} { return n.set }
