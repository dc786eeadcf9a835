package salesmaptest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

func TestFolder_ServesTheRecordedWorkspace(t *testing.T) {
	entities := golden.Entities(t)
	source, err := salesmaptest.Folder(entities)
	if err != nil {
		t.Fatal(err)
	}
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: source})
	c := newClient(t, crm)
	for list, n := range map[string]int{
		"organization": 300, "people": 1558, "deal": 2739, "lead": 180, "memo": 4058, "user": 50, "team": 3, "webForm": 12,
	} {
		want := recorded(t, entities, strings.ToLower(list))
		if len(want) != n {
			t.Errorf("%s: %d records in the file, want %d", list, len(want), n)
		}
		equal(t, list, records(c.walk(t, list)), want)
	}
	submissions, err := fs.Glob(entities, "webform_submit/*.jsonl.gz")
	if err != nil || len(submissions) != 13 {
		t.Fatalf("%d files of submissions, %v", len(submissions), err)
	}
	for _, file := range submissions {
		name := strings.TrimSuffix(file, ".jsonl.gz")
		list := sandboxdata.Submissions(strings.TrimPrefix(name, "webform_submit/"))
		equal(t, list, records(c.walk(t, list)), recorded(t, entities, name))
	}
	if a := c.get("webForm/none/submit"); a.status != 400 || !strings.Contains(string(a.body), `"error"`) {
		t.Errorf("a form without a file is answered %d: %s", a.status, a.body)
	}
}

// recorded reads the lines of a recorded file.
func recorded(tb testing.TB, fsys fs.FS, name string) (lines [][]byte) {
	tb.Helper()
	raw, err := fs.ReadFile(fsys, name+".jsonl.gz")
	if err != nil {
		tb.Fatal(err)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	var all bytes.Buffer
	if _, err := all.ReadFrom(unzipped); err != nil {
		tb.Fatal(err)
	}
	for line := range bytes.Lines(all.Bytes()) {
		lines = append(lines, bytes.TrimSpace(line))
	}
	return lines
}

// TestWebformTruth_OfTheRecordedWorkspace: the recorded snapshot has 940 rows
// of web-form history (README of the golden set).
func TestWebformTruth_OfTheRecordedWorkspace(t *testing.T) {
	source, err := salesmaptest.Folder(golden.Entities(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := salesmaptest.New(salesmaptest.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	got := s.WebformTruth()
	if len(got.Rows) != 940 {
		t.Errorf("%d rows, want 940", len(got.Rows))
	}
	var last struct {
		WebFormID string `json:"webFormId"`
	}
	if err := json.Unmarshal(got.Rows[len(got.Rows)-1], &last); err != nil || last.WebFormID == "" {
		t.Errorf("the last row names form %q: %v", last.WebFormID, err)
	}
}

func TestWebformTruth_OfAnInventedWorkspace(t *testing.T) {
	s, err := salesmaptest.New(salesmaptest.Options{Source: generated(t, 120)})
	if err != nil {
		t.Fatal(err)
	}
	got := s.WebformTruth()
	if len(got.Forms) != 12 || len(got.Unknown) != 0 || len(got.Rows) < 100 || got.DroppedMissing == 0 || got.DroppedNotAllowed == 0 {
		t.Errorf("%d forms (%d unknown), %d rows, dropped %d without and %d of other people",
			len(got.Forms), len(got.Unknown), len(got.Rows), got.DroppedMissing, got.DroppedNotAllowed)
	}
}

func TestFolder_OfPlainFiles(t *testing.T) {
	source, err := salesmaptest.Folder(fstest.MapFS{
		"deal.jsonl":               {Data: []byte("{\"id\":\"a\"}\n\n{\"id\":\"b\"}")},
		"webform_submit/f-1.jsonl": {Data: []byte("{\"peopleId\":\"p\"}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := source.View()
	for list, want := range map[string]int{"deal": 2, "people": 0, "webForm/f-1/submit": 1} {
		if n, ok := v.Len(list); n != want || !ok {
			t.Errorf("%s has %d records (%v), want %d", list, n, ok, want)
		}
	}
	if i, ok := v.Find("deal", "b"); i != 1 || !ok {
		t.Errorf("b is at %d, %v", i, ok)
	}
}

func TestFolder_RefusesWhatIsNotRecords(t *testing.T) {
	for name, fsys := range map[string]fstest.MapFS{
		"line 2 is not a JSON object": {"deal.jsonl": {Data: []byte("{}\n[1]\n")}},
		"line 1 is not a JSON object": {"webform_submit/x.jsonl": {Data: []byte("{\"a\":\n")}},
		"read recorded lead":          {"lead.jsonl.gz": {Data: []byte("not gzip")}},
	} {
		if _, err := salesmaptest.Folder(fsys); err == nil || !strings.Contains(fmt.Sprint(err), name) {
			t.Errorf("error %v, want one about %q", err, name)
		}
	}
}
