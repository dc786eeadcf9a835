package workspace

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
)

// maxFileSize is far beyond any workspace; more is a mistake in the path.
const maxFileSize = 8 << 20

// Workspace is a workspace configuration that was found to be sound. It never
// changes and is safe for concurrent use, so long as nobody writes through
// what it hands out.
type Workspace struct {
	// Config holds the values of the file, with the defaults filled in.
	Config

	version  string
	warnings []Problem
	files    []sourceFile

	location *time.Location
	frozen   time.Time // zero: the real clock
	rules    normalise.Rules

	roster     roster
	catalog    catalog
	accounting accounting
	lineKeys   map[string]string // P&L label → key
}

// Default returns the configuration that ships with the product: an invented
// company, which holds while no other is configured.
func Default() (*Workspace, error) {
	w, err := Parse(exampleworkspace.YAML())
	if err != nil {
		return nil, fmt.Errorf("shipped example: %w", err)
	}
	return w, nil
}

// Load reads the file at path and the files that it names. An error that wraps
// ErrInvalid tells everything that is wrong in the file; other errors are those
// of the file system.
func Load(path string) (*Workspace, error) {
	raw, source, err := readFile(path, maxFileSize)
	if err != nil {
		return nil, fmt.Errorf("read workspace configuration: %w", err)
	}
	return parse(raw, filepath.Dir(path), []sourceFile{source})
}

// Parse is Load for a file that was read already. Relative paths in it are
// relative to the working directory.
func Parse(raw []byte) (*Workspace, error) { return parse(raw, "", nil) }

func parse(raw []byte, dir string, files []sourceFile) (*Workspace, error) {
	root, err := document(raw)
	if err != nil {
		return nil, err
	}
	w := &Workspace{files: files}
	d := decoder{lines: map[string]int{}}
	d.decode(root, "", reflect.ValueOf(&w.Config).Elem(), "")
	k := checker{decoder: &d, c: &w.Config}
	k.check()
	if len(d.problems) > 0 {
		return nil, &Error{Problems: inLineOrder(d.problems)}
	}
	w.warnings = inLineOrder(k.warnings)
	w.complete()
	if err := w.build(dir); err != nil {
		return nil, err
	}
	hash := sha256.New()
	hash.Write(raw)
	hash.Write([]byte(w.accounting.fingerprint()))
	w.version = hex.EncodeToString(hash.Sum(nil)[:8])
	return w, nil
}

// document returns the one document in raw.
func document(raw []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF), err == nil && len(doc.Content) == 0:
		return nil, &Error{Problems: []Problem{{Line: 1, Message: "the file is empty"}}}
	case err != nil:
		return nil, syntaxError(err)
	}
	switch err := dec.Decode(&more); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, syntaxError(err)
	default:
		return nil, &Error{Problems: []Problem{{Line: more.Line, Message: "the file has more than one document"}}}
	}
}

var (
	yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	// yamlParser matches what yaml's parser says, as opposed to its scanner: it
	// counts lines from 0.
	yamlParser = regexp.MustCompile(`^did not find expected (<|node content|'-' indicator|key|',' or )`)
)

// syntaxError gives yaml's own errors the form of ours.
func syntaxError(err error) error {
	p := Problem{Line: 1, Message: err.Error()}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Message = "not YAML: " + m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			p.Line = line
			if yamlParser.MatchString(m[2]) {
				p.Line++
			}
		}
	}
	return &Error{Problems: []Problem{p}}
}

// build makes what the methods answer from.
func (w *Workspace) build(dir string) error {
	location, err := time.LoadLocation(w.Identity.TimeZone)
	if err != nil {
		return fmt.Errorf("time zone of the workspace: %w", err)
	}
	w.location = location
	if w.Clock.FrozenNow != "" {
		w.frozen, _ = parseMoment(w.Clock.FrozenNow, location) // checked before
	}
	w.rules = normalise.RulesFor(w.Numbers)
	if w.DateMode != "" {
		w.rules.Dates = dateMode(w.DateMode)
	}
	w.roster = newRoster(&w.Config)
	w.catalog = newCatalog(&w.Config)
	w.lineKeys = map[string]string{}
	for _, line := range PnLLines() {
		w.lineKeys[line.Label] = line.Key
	}
	w.accounting, w.files, err = newAccounting(w.Accounting, dir, w.rules, w.files)
	return err
}

// Version changes whenever the content does; it belongs into cache keys and
// ETags.
func (w *Workspace) Version() string { return w.version }

// Warnings are what is odd in the file and yet taken as it stands, in the order
// of its lines.
func (w *Workspace) Warnings() []Problem { return w.warnings }

// Stale reports whether a file that the workspace was read from has changed
// since, or can't be seen. The caller then calls Load and keeps this workspace
// if that fails. A workspace that comes from no file is never stale.
func (w *Workspace) Stale() bool {
	for _, f := range w.files {
		if f.changed() {
			return true
		}
	}
	return false
}

// ModTime is when the file was last written; zero if there is none.
func (w *Workspace) ModTime() time.Time {
	if len(w.files) == 0 || w.files[0].info == nil {
		return time.Time{}
	}
	return w.files[0].info.ModTime()
}

// FileName is the name of the file without its folder, which is nobody's
// business outside; empty if there is none.
func (w *Workspace) FileName() string {
	if len(w.files) == 0 {
		return ""
	}
	return filepath.Base(w.files[0].path)
}

// sourceFile is a file as it was when it was read; info is nil if there was
// none.
type sourceFile struct {
	path string
	info os.FileInfo
}

func (f sourceFile) changed() bool {
	now, err := os.Stat(f.path)
	if err != nil || f.info == nil {
		return (err == nil) != (f.info != nil)
	}
	return !os.SameFile(f.info, now) || f.info.Size() != now.Size() || !f.info.ModTime().Equal(now.ModTime())
}

// readFile reads at most limit bytes and remembers what the file was like
// before, so that a write in between is noticed later.
func readFile(path string, limit int64) (raw []byte, source sourceFile, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, sourceFile{path: path}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	source = sourceFile{path: path}
	if source.info, err = f.Stat(); err != nil {
		return nil, source, err
	}
	if source.info.Size() > limit {
		return nil, source, fmt.Errorf("%s: larger than %d bytes", path, limit)
	}
	raw, err = io.ReadAll(io.LimitReader(f, limit))
	return raw, source, err
}
