package progress

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 2, 5, 1, 0, 0, 0, time.UTC)

// example is a run in its middle: 12 s old, one table done, one failed, one
// not yet known.
func example() *state {
	s := newState(Options{
		Tables: []string{"organization", "deal", "memo", "user"}, PerSecond: 9.5,
		Expected: map[string]int64{"organization": 300, "deal": 2700, "memo": 4000, "user": 50},
	}, start)
	set := func(i int, rows int64, pages int, requests int64) *tableState {
		t := s.tables[i]
		t.begun, t.rows, t.pages, t.readRows, t.readPages, t.requests = true, rows, pages, rows, pages, requests
		return t
	}
	set(0, 310, 7, 7).ended = true
	set(1, 1350, 27, 30).retries = 3
	set(2, 2000, 40, 40)
	user := set(3, 0, 0, 1)
	user.ended, user.failure = true, "page1:http_403"
	s.retries = 3
	return &s
}

func TestBlock(t *testing.T) {
	s := example()
	now := start.Add(10 * time.Second)
	s.sample(now)
	got := s.block(now, 100)
	want := []string{
		"organization ████████████████ 100%        310 rows      7 pages  done",
		"deal         ████████░░░░░░░░  50%      1,350 rows     27 pages  3.0 req/s, 3 retries",
		"memo         ████████░░░░░░░░  50%      2,000 rows     40 pages  4.0 req/s",
		"user         failed: page1:http_403, 0 rows",
		"total        3,660 rows, 74 pages, 7.8 req/s, 3 retries, about 10 s left",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("block (-want +got):\n%s", diff)
	}
}

func TestBlock_FirstRun(t *testing.T) {
	s := newState(Options{Tables: []string{"deal", "memo"}, PerSecond: 9.5}, start)
	s.tables[0].begun, s.tables[0].rows, s.tables[0].pages, s.tables[0].requests = true, 50, 1, 1
	s.forms = formState{done: 1, total: 4, rows: 1234}
	s.pausedUntil = start.Add(5200 * time.Millisecond)
	got := s.block(start.Add(2*time.Second), 100)
	want := []string{
		"deal      ················              50 rows      1 pages  0.5 req/s",
		"memo      ················               0 rows      0 pages  waiting",
		"web forms ████░░░░░░░░░░░░  25%      1,234 rows    1/4 forms",
		"total     50 rows, 1 page, 0.5 req/s, 0 retries, paused by the CRM for 3 s",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("block (-want +got):\n%s", diff)
	}
}

func TestBlock_NarrowTerminal(t *testing.T) {
	for _, width := range []int{0, 1, 2, 20, 79} {
		for _, line := range example().block(start.Add(time.Second), width) {
			if n := len([]rune(line)); n > max(width-1, 1) {
				t.Errorf("width %d: a line of %d characters", width, n)
			}
		}
	}
}

func TestLine(t *testing.T) {
	s := example()
	s.forms = formState{done: 2, total: 13, rows: 5}
	now := start.Add(10 * time.Second)
	want := "progress: organization 310 done, deal 1,350/2,700, memo 2,000/4,000, user 0 failed: page1:http_403, web forms 2/13; " +
		"total 3,660 rows, 74 pages, 7.8 req/s, 3 retries, about 10 s left"
	if diff := cmp.Diff(want, s.line(now)); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestLeft(t *testing.T) {
	at := start.Add(10 * time.Second)
	for _, tt := range []struct {
		name   string
		change func(s *state)
		now    time.Time
		want   string // "" if unknown
	}{
		// deal 27 and memo 40 pages left; 7.8 requests a second, one of the two alone 3.9.
		{"by the slower of the two tables", func(*state) {}, at, "10 s"},
		{"by the rate allowed, before there is one", func(*state) {}, start.Add(time.Second), "5 s"},
		{"none when all is read", func(s *state) { s.tables[1].ended, s.tables[2].ended = true, true }, at, ""},
		{"unknown before every table has a page", func(s *state) { s.tables[2].readPages = 0 }, at, ""},
		{"unknown without the previous snapshot", func(s *state) { s.tables[2].expected = 0 }, at, ""},
		{"unknown when nothing moves", func(s *state) {
			for _, t := range s.tables {
				t.requests = 0
			}
		}, at, ""},
		{"at least a page of a table that has grown", func(s *state) { s.tables[1].rows, s.tables[2].rows = 9999, 9999 }, at, "5 s"},
		{"a pause comes on top", func(s *state) { s.pausedUntil = at.Add(50 * time.Second) }, at, "1 min"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := example()
			tt.change(s)
			left, ok := s.left(tt.now)
			if ok != (tt.want != "") || (ok && rough(left) != tt.want) {
				t.Errorf("left %s (known: %v), want %q", left, ok, tt.want)
			}
		})
	}
}

func TestSample_KeepsTheSpan(t *testing.T) {
	s := newState(Options{Tables: []string{"deal"}}, start)
	for i := range 3000 {
		now := start.Add(time.Duration(i) * 200 * time.Millisecond)
		s.tables[0].requests = int64(i) // five a second
		s.sample(now)
		if i > 100 {
			if rate := s.rate(0, now); rate < 4.9 || rate > 5.1 {
				t.Fatalf("sample %d: rate %f, want 5", i, rate)
			}
		}
	}
	if n := len(s.samples); n > 60 {
		t.Errorf("%d samples are kept", n)
	}
}

func TestRough(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                "5 s",
		12 * time.Second: "10 s",
		59 * time.Second: "60 s",
		90 * time.Second: "2 min",
		time.Hour + 20*time.Minute + 50*time.Second: "1 h 20 min",
	} {
		if got := rough(d); got != want {
			t.Errorf("rough(%s) = %q, want %q", d, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestBar(t *testing.T) {
	for _, share := range []float64{0, 0.001, 0.5, 0.99, 1} {
		if n := len([]rune(bar(share, true))); n != barWidth+5 {
			t.Errorf("bar(%f) is %d characters wide", share, n)
		}
	}
	if strings.Contains(bar(0.99, true), "100%") {
		t.Error("a table that is not read to its end is at 100 %")
	}
}
