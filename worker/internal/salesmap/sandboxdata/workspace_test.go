package sandboxdata_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// today is the day that all tests live in.
var today = time.Date(2026, 2, 5, 10, 0, 0, 0, time.FixedZone("KST", 9*3600))

func newWorkspace(tb testing.TB, seed uint64, orgs, ticks int) *sandboxdata.Workspace {
	tb.Helper()
	w, err := sandboxdata.New(sandboxdata.Config{Seed: seed, Organizations: orgs, Now: today})
	if err != nil {
		tb.Fatal(err)
	}
	for range ticks {
		w.Evolve()
	}
	return w
}

// lists returns every list of a workspace, submissions included.
func lists(tb testing.TB, v sandboxdata.View) []string {
	tb.Helper()
	all := []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
		sandboxdata.User, sandboxdata.Team, sandboxdata.WebForm,
	}
	for _, form := range read(tb, v, sandboxdata.WebForm) {
		all = append(all, sandboxdata.Submissions(form["id"].(string)))
	}
	return all
}

func length(tb testing.TB, v sandboxdata.View, list string) int {
	tb.Helper()
	n, ok := v.Len(list)
	if !ok {
		tb.Fatalf("there is no list %s", list)
	}
	return n
}

// read returns the records of a list, parsed.
func read(tb testing.TB, v sandboxdata.View, list string) []map[string]any {
	tb.Helper()
	var all []map[string]any
	for i := range length(tb, v, list) {
		raw := v.AppendRecord(nil, list, i)
		var record map[string]any
		if err := json.Unmarshal(raw, &record); err != nil {
			tb.Fatalf("%s %d: %v: %s", list, i, err, raw)
		}
		all = append(all, record)
	}
	return all
}

func digest(tb testing.TB, v sandboxdata.View) [sha256.Size]byte {
	tb.Helper()
	h := sha256.New()
	for _, list := range lists(tb, v) {
		for i := range length(tb, v, list) {
			h.Write(v.AppendRecord(nil, list, i))
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func TestNew_SameArgumentsGiveTheSameBytes(t *testing.T) {
	first := digest(t, newWorkspace(t, 7, 40, 9).View())
	if second := digest(t, newWorkspace(t, 7, 40, 9).View()); first != second {
		t.Error("the same seed gave other records")
	}
	if other := digest(t, newWorkspace(t, 8, 40, 9).View()); first == other {
		t.Error("another seed gave the same records")
	}
	later, err := sandboxdata.New(sandboxdata.Config{Seed: 7, Organizations: 40, Now: today.Add(9 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	for range 9 {
		later.Evolve()
	}
	if digest(t, later.View()) != first {
		t.Error("the time of day makes a difference")
	}
}

func TestAppendRecord_AnyOrderGivesTheSameRecord(t *testing.T) {
	v := newWorkspace(t, 3, 60, 20).View()
	sequence := map[string][][]byte{}
	all := lists(t, v)
	for _, list := range all {
		for i := range length(t, v, list) {
			sequence[list] = append(sequence[list], v.AppendRecord(nil, list, i))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SampledFrom(all).Draw(t, "list")
		i := rapid.IntRange(0, len(sequence[list])-1).Draw(t, "i")
		if got := v.AppendRecord([]byte("before"), list, i); !bytes.Equal(got, append([]byte("before"), sequence[list][i]...)) {
			t.Fatalf("%s %d: %s, in sequence %s", list, i, got, sequence[list][i])
		}
	})
}

func TestFind_LeadsEveryIDBack(t *testing.T) {
	for _, orgs := range []int{1, 2, 9, 10, 11, 57} {
		v := newWorkspace(t, 5, orgs, 35).View()
		seen := map[string]string{}
		for _, list := range lists(t, v) {
			for i, record := range read(t, v, list) {
				id := record["id"].(string)
				if before, twice := seen[id]; twice {
					t.Errorf("%d organisations: id %s is in %s and %s", orgs, id, before, list)
				}
				seen[id] = list
				if at, ok := v.Find(list, id); !ok || at != i {
					t.Fatalf("%d organisations: Find(%s, %s) = %d, %v, want %d", orgs, list, id, at, ok, i)
				}
			}
		}
	}
	v := newWorkspace(t, 5, 10, 0).View()
	other := read(t, newWorkspace(t, 6, 10, 0).View(), sandboxdata.Deal)[0]["id"].(string)
	for _, id := range []string{"", "x", other, strings.Repeat("0", 36), strings.Repeat("f", 24), strings.Repeat("é", 18)} {
		for _, list := range lists(t, v) {
			if i, ok := v.Find(list, id); ok {
				t.Errorf("Find(%s, %q) = %d", list, id, i)
			}
		}
	}
}

func TestLen_InProportion(t *testing.T) {
	v := newWorkspace(t, 1, 0, 0).View()
	want := map[string]int{
		sandboxdata.Organization: 300, sandboxdata.People: 1560, sandboxdata.Deal: 2490, sandboxdata.Lead: 180,
		sandboxdata.Memo: 4050, sandboxdata.User: 50, sandboxdata.Team: 3, sandboxdata.WebForm: 12,
	}
	for list, n := range want {
		if got := length(t, v, list); got != n {
			t.Errorf("%s has %d records, want %d", list, got, n)
		}
	}
	if _, ok := v.Len(sandboxdata.Submissions("no-such-form")); ok {
		t.Error("an unknown form has submissions")
	}
	if _, ok := v.Len("quote"); ok {
		t.Error("there is a list of quotes")
	}
}

// TestFields_AreThoseOfTheRecordedWorkspace compares names and order of the
// fields with real answers, late and sparse ones apart.
func TestFields_AreThoseOfTheRecordedWorkspace(t *testing.T) {
	v := newWorkspace(t, 1, 0, 0).View()
	late := map[string]int{
		sandboxdata.Organization: 2, sandboxdata.People: 1, sandboxdata.Deal: 2, sandboxdata.Lead: 1, sandboxdata.Memo: 1,
	}
	for list, lateFields := range late {
		want := recordedKeys(t, list)
		n := length(t, v, list)
		seen := map[string]bool{}
		for i := range n / 2 {
			got := keysOf(t, v.AppendRecord(nil, list, i))
			at := 0
			for _, key := range got {
				seen[key] = true
				for at < len(want) && want[at] != key {
					at++
				}
			}
			if at == len(want) {
				t.Fatalf("%s %d: %q is not a subsequence of %q", list, i, got, want)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("the first half of %s shows %d of %d fields", list, len(seen), len(want))
		}
		for _, key := range keysOf(t, v.AppendRecord(nil, list, n-1)) {
			seen[key] = true
		}
		if len(seen) != len(want)+lateFields {
			t.Errorf("%s shows %d fields late, want %d", list, len(seen)-len(want), lateFields)
		}
	}
}

func recordedKeys(tb testing.TB, list string) []string {
	tb.Helper()
	return keysOf(tb, firstRecorded(tb, golden.Entities(tb), list))
}

var contact = regexp.MustCompile(`[\w.+-]+@[\w.-]+|https?://[\w.-]+|\b01[016-9]-\d{3,4}-\d{4}\b`)

func TestRecords_HoldInventedContactsOnly(t *testing.T) {
	v := newWorkspace(t, 2, 30, 30).View()
	for _, list := range lists(t, v) {
		for i := range length(t, v, list) {
			for _, found := range contact.FindAllString(string(v.AppendRecord(nil, list, i)), -1) {
				if !strings.HasSuffix(found, ".example") && !strings.HasPrefix(found, "010-0000-") {
					t.Fatalf("%s %d shows %q", list, i, found)
				}
			}
		}
	}
}

func TestNew_RefusesWhatCannotWork(t *testing.T) {
	cases := map[string]struct {
		config sandboxdata.Config
		want   string
	}{
		"no organisations": {sandboxdata.Config{Organizations: -1}, "number of organisations"},
		"too many":         {sandboxdata.Config{Organizations: sandboxdata.MaxOrganizations + 1}, "number of organisations"},
		"broken YAML":      {sandboxdata.Config{Workspace: []byte("teams: [")}, "read workspace configuration"},
		"nothing in it":    {sandboxdata.Config{Workspace: []byte("{}")}, "teams with members"},
		"no formats": {
			sandboxdata.Config{Workspace: bytes.ReplaceAll(exampleworkspace.YAML(), []byte("course_formats:"), []byte("other:"))},
			"course_formats.online",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := sandboxdata.New(c.config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one about %q", err, c.want)
			}
		})
	}
}

func BenchmarkAppendRecord(b *testing.B) {
	v := newWorkspace(b, 1, 30_000, 0).View()
	for _, list := range []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
	} {
		b.Run(list, func(b *testing.B) {
			n := length(b, v, list)
			b.ReportAllocs()
			var buf []byte
			i, size := 0, int64(0)
			for b.Loop() {
				buf = v.AppendRecord(buf[:0], list, i%n)
				size += int64(len(buf))
				i++
			}
			b.SetBytes(size / int64(i))
			b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
