package salesmaptest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

const (
	recordsSuffix    = ".jsonl"
	gzipSuffix       = ".gz"
	submissionFolder = "webform_submit"
	formsFile        = "webform"
	maxRecordBytes   = 16 << 20
)

// Folder makes a Source of recorded entities: one JSON object a line in
// "<list>.jsonl" or "<list>.jsonl.gz" (the web forms in "webform.jsonl"), and
// the submissions of a form in "webform_submit/<id>.jsonl[.gz]". A list without
// a file is empty; a form without a file is unknown, so the server answers 400.
func Folder(fsys fs.FS) (Source, error) {
	f := &folder{lists: map[string][][]byte{}}
	for _, list := range []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
		sandboxdata.User, sandboxdata.Team, sandboxdata.WebForm,
	} {
		name := list
		if list == sandboxdata.WebForm {
			name = formsFile
		}
		lines, err := readRecords(fsys, name)
		if err != nil {
			return nil, err
		}
		f.lists[list] = lines
	}
	entries, err := fs.ReadDir(fsys, submissionFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read recorded submissions: %w", err)
	}
	for _, entry := range entries {
		id := strings.TrimSuffix(strings.TrimSuffix(entry.Name(), gzipSuffix), recordsSuffix)
		lines, err := readRecords(fsys, submissionFolder+"/"+id)
		if err != nil {
			return nil, err
		}
		f.lists[sandboxdata.Submissions(id)] = lines
	}
	return f, nil
}

// folder is a source and, since it never changes, its own view.
type folder struct{ lists map[string][][]byte }

func (f *folder) View() View { return f }

func (f *folder) Len(list string) (int, bool) {
	lines, ok := f.lists[list]
	return len(lines), ok
}

func (f *folder) AppendRecord(dst []byte, list string, i int) []byte {
	return append(dst, f.lists[list][i]...)
}

func (f *folder) Find(list, id string) (int, bool) {
	for i, line := range f.lists[list] {
		if have, ok := idOf(line); ok && have == id {
			return i, true
		}
	}
	return 0, false
}

// readRecords reads one file of records, compressed or not; none is no records.
func readRecords(fsys fs.FS, name string) (lines [][]byte, err error) {
	file, err := fsys.Open(name + recordsSuffix + gzipSuffix)
	compressed := err == nil
	if errors.Is(err, fs.ErrNotExist) {
		file, err = fsys.Open(name + recordsSuffix)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open recorded %s: %w", name, err)
	}
	defer file.Close()
	var from io.Reader = file
	if compressed {
		if from, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("read recorded %s: %w", name, err)
		}
	}
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, maxRecordBytes)
	for scanner.Scan() {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		if line[0] != '{' || !json.Valid(line) {
			return nil, fmt.Errorf("read recorded %s: line %d is not a JSON object", name, len(lines)+1)
		}
		lines = append(lines, bytes.Clone(line))
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read recorded %s: %w", name, err)
	}
	return lines, nil
}
