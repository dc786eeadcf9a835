package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
)

// Names beside the snapshots.
const (
	partName  = "fetch.part"
	stateName = "fetch.json"
)

// saved is what the next fetch wants to know.
type saved struct {
	Source    string  `json:"source"`    // digest of the address, which may be a secret
	Published version `json:"published"` // what was made live
	Partial   version `json:"partial"`   // what the part file has the beginning of
}

// stateFile keeps it.
type stateFile struct {
	fs     fsx.OS
	dir    string
	source string
}

// sourceOf tells addresses apart without showing them.
func sourceOf(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:8])
}

func (s stateFile) part() string { return filepath.Join(s.dir, partName) }
func (s stateFile) path() string { return filepath.Join(s.dir, stateName) }

// read returns what was saved about this address; nothing if that cannot be
// read: then the file is downloaded from the beginning.
func (s stateFile) read() saved {
	var v saved
	raw, err := s.fs.ReadFile(s.path())
	if err != nil || json.Unmarshal(raw, &v) != nil || v.Source != s.source {
		return saved{}
	}
	return v
}

func (s stateFile) write(v saved) error {
	v.Source = s.source
	return fsx.WriteAtomic(s.fs, "fetch.state", s.path(), 0o600, func(w io.Writer) error { return json.NewEncoder(w).Encode(v) })
}

// forget removes the part file.
func (s stateFile) forget() error {
	if err := s.fs.Remove("fetch.forget", s.part()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
