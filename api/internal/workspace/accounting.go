package workspace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// AccountingStatus says what became of the list of course ids (spec 06 §3).
type AccountingStatus string

// The statuses, as responses spell them.
const (
	AccountingOK            AccountingStatus = "OK"
	AccountingMissing       AccountingStatus = "MISSING"        // no list, or no file
	AccountingInvalidHeader AccountingStatus = "INVALID_HEADER" // a file without the column, or no UTF-8
)

const (
	// courseIDColumn is the title of the column in the accounting system's
	// export, without its blanks.
	courseIDColumn    = "코스ID"
	maxAccountingFile = 64 << 20
)

// accounting is the courses that accounting knows.
type accounting struct {
	status AccountingStatus
	known  map[string]struct{}
	digest string // of the file
}

// newAccounting takes the ids in the workspace and those in the file that it
// names, which it adds to files so that a change of it is noticed.
func newAccounting(c Accounting, dir string, rules normalise.Rules, files []sourceFile) (accounting, []sourceFile, error) {
	a := accounting{status: AccountingMissing, known: map[string]struct{}{}}
	if c.CourseIDs != nil {
		a.status = AccountingOK
		a.add(c.CourseIDs)
	}
	if c.CourseIDsFile == "" {
		return a, files, nil
	}
	path := c.CourseIDsFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	raw, source, err := readFile(path, maxAccountingFile)
	files = append(slices.Clip(files), source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		a.status = AccountingMissing
		return a, files, nil
	case err != nil:
		return a, files, fmt.Errorf("read accounting.course_ids_file: %w", err)
	}
	sum := sha256.Sum256(raw)
	a.digest = hex.EncodeToString(sum[:])
	ids, ok := courseIDs(raw, rules)
	if !ok {
		a.status = AccountingInvalidHeader
		return a, files, nil
	}
	a.status = AccountingOK
	a.add(ids)
	return a, files, nil
}

func (a accounting) add(ids []string) {
	for _, id := range ids {
		if digits := normalise.CourseIDDigits(crm.NewText(id)); digits != "" {
			a.known[digits] = struct{}{}
		}
	}
}

func (a accounting) fingerprint() string { return string(a.status) + a.digest }

// courseIDs reads the column of course ids in a tab-separated file; false if
// there is none. Lines that are too short are passed over.
func courseIDs(raw []byte, rules normalise.Rules) (ids []string, ok bool) {
	if !utf8.Valid(raw) {
		return nil, false
	}
	text := string(raw)
	if rules.AccountingFileIsReported() {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	if text == "" { // nothing reported yet
		return nil, true
	}
	column, first := -1, true
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if first {
			first = false
			column = slices.IndexFunc(cells, func(title string) bool {
				return strings.ReplaceAll(title, " ", "") == courseIDColumn
			})
			if column < 0 {
				return nil, false
			}
			continue
		}
		if column < len(cells) {
			ids = append(ids, cells[column])
		}
	}
	return ids, true
}

// AccountingStatus says whether there is a list of course ids to audit
// against.
func (w *Workspace) AccountingStatus() AccountingStatus { return w.accounting.status }

// AccountingKnows reports whether accounting knows a course, by the digits of
// its id (N-COURSE-ID-NORM).
func (w *Workspace) AccountingKnows(digits string) bool {
	_, ok := w.accounting.known[digits]
	return ok
}

// Audited reports whether contracts of a month, `2025-01`, are audited.
func (w *Workspace) Audited(month string) bool {
	start := w.Accounting.AuditStartMonth
	return start != "" && month >= start
}
