// Package runhistory is the record of every snapshot run: one JSON object a
// line in run_history.jsonl, written by the worker and read by both services
// (spec 08 step 8).
package runhistory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
)

// FileName is the history's name inside LOG_DIR.
const FileName = "run_history.jsonl"

// Status says how a run ended.
type Status string

// The ways a run can end. Only published, partial and fallback left a new
// snapshot behind, and only the first two made it live.
const (
	StatusPublished   Status = "published"
	StatusPartial     Status = "partial"
	StatusFallback    Status = "fallback"
	StatusFailed      Status = "failed"
	StatusInterrupted Status = "interrupted"
	StatusSkipped     Status = "skipped"
)

// OK reports whether the run made a new snapshot live.
func (s Status) OK() bool { return s == StatusPublished || s == StatusPartial }

// Table is what a run stored of one table.
type Table struct {
	Rows int64 `json:"rows"`
	Cols int64 `json:"cols"`
}

// Errors are the problems of a run.
type Errors struct {
	Count   int      `json:"count"`
	Details []string `json:"details"`
}

// Webform counts the web-form history step.
type Webform struct {
	Forms             int64 `json:"forms"`
	Rows              int64 `json:"rows"`
	DroppedMissing    int64 `json:"dropped_missing"`
	DroppedNotAllowed int64 `json:"dropped_not_allowed"`
}

// Entry is one line of the history. Times are UTC; durations seconds; Bytes
// the size of the published file.
type Entry struct {
	RunTag        string           `json:"run_tag"`
	CapturedAtUTC string           `json:"captured_at_utc"`
	FinalDBPath   string           `json:"final_db_path"`
	LogPath       string           `json:"log_path"`
	BackupPath    string           `json:"backup_path"`
	Tables        map[string]Table `json:"tables"`
	Errors        Errors           `json:"errors"`

	Status      Status    `json:"status"`
	StartedAt   time.Time `json:"started_at"`
	FinishedAt  time.Time `json:"finished_at"`
	DurationS   float64   `json:"duration_s"`
	Requests    int64     `json:"requests"`
	Retries     int64     `json:"retries"`
	RateLimited int64     `json:"rate_limited"`
	ResumedFrom string    `json:"resumed_from,omitempty"`
	Bytes       int64     `json:"bytes"`
	SHA256      string    `json:"sha256,omitempty"`
	Webform     Webform   `json:"webform"`
	Error       string    `json:"error,omitempty"`
}

// Append adds one line durably: one write to a file opened for appending, then
// fsync. A torn last line, left by a crash, is ended first so that it cannot
// swallow the new one. Operations are labelled "history.open" (with ".write",
// ".sync", ".close") and "history.syncdir".
func Append(fsys fsx.OS, path string, e Entry) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("append run history: %w", err)
		}
	}()
	if e.Tables == nil {
		e.Tables = map[string]Table{}
	}
	if e.Errors.Details == nil {
		e.Errors.Details = []string{}
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := fsys.OpenFile("history.open", path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	if err := appendLine(f, line); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return fsys.SyncDir("history.syncdir", filepath.Dir(path))
}

func appendLine(f fsx.File, line []byte) error {
	torn, err := endsTorn(f)
	if err != nil {
		return err
	}
	buf := make([]byte, 0, len(line)+2)
	if torn {
		buf = append(buf, '\n')
	}
	buf = append(append(buf, line...), '\n')
	if _, err := f.Write(buf); err != nil {
		return err
	}
	return f.Sync()
}

func endsTorn(f fsx.File) (bool, error) {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], info.Size()-1); err != nil {
		return false, err
	}
	return last[0] != '\n', nil
}

// Read returns the entries in file order, leaving out lines that are not
// entries and counting them. A missing file is an empty history.
func Read(path string) (entries []Entry, skipped int, err error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read run history: %w", err)
	}
	for line := range bytes.Lines(raw) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e, ok := parse(line)
		if !ok {
			skipped++
			continue
		}
		entries = append(entries, e)
	}
	return entries, skipped, nil
}

// tailBytes is how much of the file's end Last looks at first; a line with
// many error details can be longer, then it looks further.
const tailBytes = 64 << 10

// Last returns the newest run, reading only the end of the file, and false when
// there is none. A time of the schedule that was skipped is no run. A missing
// file is an empty history.
func Last(path string) (Entry, bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Entry{}, false, nil
	}
	if err != nil {
		return Entry{}, false, fmt.Errorf("read run history: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Entry{}, false, fmt.Errorf("read run history: %w", err)
	}
	for window := int64(tailBytes); ; window *= 4 {
		from := max(info.Size()-window, 0)
		tail, err := io.ReadAll(io.NewSectionReader(f, from, info.Size()-from))
		if err != nil {
			return Entry{}, false, fmt.Errorf("read run history: %w", err)
		}
		if e, ok := newest(tail, from > 0); ok || from == 0 {
			return e, ok, nil
		}
	}
}

// LastRun returns the newest run among entries in file order, and false when
// there is none. A time of the schedule that was skipped is no run.
func LastRun(entries []Entry) (Entry, bool) {
	for _, e := range slices.Backward(entries) {
		if e.Status != StatusSkipped {
			return e, true
		}
	}
	return Entry{}, false
}

// newest returns the last run in the lines of tail; the first line does not
// count when it may have been cut.
func newest(tail []byte, cut bool) (Entry, bool) {
	if cut {
		i := bytes.IndexByte(tail, '\n')
		if i < 0 {
			return Entry{}, false
		}
		tail = tail[i+1:]
	}
	for len(tail) > 0 {
		tail = bytes.TrimRight(tail, "\n")
		i := bytes.LastIndexByte(tail, '\n')
		if e, ok := parse(tail[i+1:]); ok && e.Status != StatusSkipped {
			return e, true
		}
		tail = tail[:i+1]
	}
	return Entry{}, false
}

func parse(line []byte) (Entry, bool) {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil || e.RunTag == "" {
		return Entry{}, false
	}
	return e, true
}
