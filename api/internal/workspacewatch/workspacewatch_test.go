package workspacewatch_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspacewatch"
	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
)

// desk is a folder with a workspace file that somebody edits.
type desk struct {
	t     *testing.T
	path  string
	watch *workspacewatch.Watch
	logs  *observer.ObservedLogs
	saved int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "workspace.yaml"), logs: logs}
	d.save(named("처음"))
	var err error
	if d.watch, err = workspacewatch.New(d.path, zap.New(core)); err != nil {
		t.Fatal(err)
	}
	return d
}

// named is the example under another name.
func named(name string) string {
	return regexp.MustCompile(`\nworkspace: \{name: [^,]*,`).ReplaceAllString(string(exampleworkspace.YAML()), "\nworkspace: {name: "+name+",")
}

func (d *desk) save(text string) {
	d.t.Helper()
	if err := os.WriteFile(d.path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.saved++
	at := time.Date(2026, 2, 5, 10, 0, d.saved, 0, time.UTC)
	if err := os.Chtimes(d.path, at, at); err != nil {
		d.t.Fatal(err)
	}
}

// look looks as often as a change takes, and returns the name that holds.
func (d *desk) look() string {
	d.t.Helper()
	d.watch.Current()
	return d.watch.Current().Identity.Name
}

func TestCurrent_TakesWhatChanged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.watch.Current()
	if d.watch.Current() != first || d.look() != "처음" {
		t.Error("another workspace without a change")
	}
	d.save(named("다음"))
	if got := d.watch.Current(); got != first {
		t.Error("believed at the first look")
	}
	if got := d.watch.Current().Identity.Name; got != "다음" {
		t.Errorf("holding %q after two looks", got)
	}
	s := d.watch.Status()
	if s.Version != d.watch.Current().Version() || s.Version == first.Version() || s.FileName != "workspace.yaml" || s.Rejected != nil {
		t.Errorf("status %+v", s)
	}
	if n := d.logs.FilterMessageSnippet("taken over").Len(); n != 1 {
		t.Errorf("told %d times", n)
	}
	d.save(named("다음")) // the same again: nothing to tell
	d.look()
	if n := d.logs.FilterMessageSnippet("taken over").Len(); n != 1 {
		t.Errorf("told %d times although only the time of the file changed", n)
	}
}

// TestCurrent_HalfWritten: what changes again between two looks is not
// believed, however sound it is.
func TestCurrent_HalfWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 5 {
		d.save(named("절반"))
		if got := d.watch.Current().Identity.Name; got != "처음" {
			t.Fatalf("holding %q while the file is being written", got)
		}
		d.save("teams:\n")
		if got := d.watch.Current().Identity.Name; got != "처음" || d.watch.Status().Rejected != nil {
			t.Fatalf("holding %q, status %+v", got, d.watch.Status())
		}
	}
	d.save(named("온전"))
	if got := d.look(); got != "온전" {
		t.Errorf("holding %q", got)
	}
}

func TestCurrent_RefusesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.save(named("나쁨") + "\nno_such_key: 1\n")
		for range 10 {
			d.look()
		}
		s := d.watch.Status()
		if d.look() != "처음" || s.Rejected == nil || s.Rejections != 1 || !strings.Contains(s.Rejected.Reason, "no_such_key") || !strings.Contains(s.Rejected.Reason, "line ") {
			t.Fatalf("holding %q, status %+v", d.look(), s)
		}
		time.Sleep(time.Minute) // of the bubble: read again, with the same result
		for range 10 {
			d.look()
		}
		if n := d.logs.FilterMessageSnippet("not fit").Len(); n != 1 || d.watch.Status().Rejections != 1 {
			t.Errorf("told %d times, status %+v", n, d.watch.Status())
		}
		d.save(named("고침"))
		if got := d.look(); got != "고침" || d.watch.Status().Rejected != nil {
			t.Errorf("holding %q, status %+v", got, d.watch.Status())
		}
		d.save("teams: [")
		d.look()
		if n := d.logs.FilterMessageSnippet("not fit").Len(); n != 2 || d.watch.Status().Rejections != 2 {
			t.Errorf("another bad file: told %d times, status %+v", n, d.watch.Status())
		}
	})
}

func TestCurrent_FileGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := os.Rename(d.path, d.path+".away"); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if got := d.look(); got != "처음" {
			t.Fatalf("holding %q", got)
		}
	}
	if s := d.watch.Status(); s.Rejected == nil || s.Rejections != 1 {
		t.Errorf("status %+v", s)
	}
	if err := os.Rename(d.path+".away", d.path); err != nil { // the same file is back
		t.Fatal(err)
	}
	if got := d.look(); got != "처음" || d.watch.Status().Rejected != nil {
		t.Errorf("holding %q, status %+v", got, d.watch.Status())
	}
}

// TestCurrent_NamedFile: a file that the workspace names counts as part of it.
func TestCurrent_NamedFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := filepath.Join(filepath.Dir(d.path), "ids.tsv")
	text := named("처음")
	if strings.Contains(text, "course_ids_file:") {
		t.Fatal("the example names a file now")
	}
	d.save(strings.Replace(text, "\naccounting:", "\naccounting:\n  course_ids_file: ids.tsv", 1))
	d.look()
	before := d.watch.Current().Version()
	if err := os.WriteFile(ids, []byte("코스 ID\n123456\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.look()
	if after := d.watch.Current().Version(); after == before || !d.watch.Current().AccountingKnows("123456") {
		t.Errorf("version %s, before %s", after, before)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	shipped, err := workspacewatch.New("", zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	first := shipped.Current()
	if shipped.Current() != first || shipped.Status().FileName != "" {
		t.Errorf("what ships changed: %+v", shipped.Status())
	}
	if _, err := workspacewatch.New(filepath.Join(t.TempDir(), "none.yaml"), zap.NewNop()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("teams: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := workspacewatch.New(bad, zap.NewNop()); !errors.Is(err, workspace.ErrInvalid) {
		t.Errorf("bad file: %v", err)
	}
}
