package workspace

// Dict is a YAML mapping whose keys are data. It keeps the order of the file,
// which is the order on the screen.
type Dict[V any] []Pair[V]

// Pair is one entry of a Dict.
type Pair[V any] struct {
	Key   string
	Value V
}

// Get returns the value of a key.
func (d Dict[V]) Get(key string) (value V, ok bool) {
	for _, p := range d {
		if p.Key == key {
			return p.Value, true
		}
	}
	return value, false
}

// Keys returns the keys in the order of the file.
func (d Dict[V]) Keys() []string {
	keys := make([]string, len(d))
	for i, p := range d {
		keys[i] = p.Key
	}
	return keys
}

func (Dict[V]) isDict() {}
