package webform_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/webform"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client answers with pages of submissions, one a page; a form's pages are
// given by what its people field holds.
type client struct {
	forms map[string][]string // person by page; "!kind" fails
	delay func(form string) time.Duration

	mu      sync.Mutex
	reading int
	most    int
	held    int // pages answered
}

func (c *client) List(ctx context.Context, e salesmap.Endpoint, cursor string) (salesmap.Answer, error) {
	form := strings.TrimSuffix(strings.TrimPrefix(e.Path, "/webForm/"), "/submit")
	page, _ := strconv.Atoi(cursor)
	c.mu.Lock()
	c.reading++
	c.most = max(c.most, c.reading)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.reading--
		c.held++
		c.mu.Unlock()
	}()
	if c.delay != nil {
		select {
		case <-time.After(c.delay(form)):
		case <-ctx.Done():
			return salesmap.Answer{}, ctx.Err()
		}
	}
	people, ok := c.forms[form]
	if !ok {
		return salesmap.Answer{}, &salesmap.Error{Kind: "http_400", Attempts: 1}
	}
	if kind, bad := strings.CutPrefix(people[page], "!"); bad {
		if kind == "token" {
			return salesmap.Answer{}, fmt.Errorf("GET: %w", salesmap.ErrTokenRefused)
		}
		return salesmap.Answer{}, &salesmap.Error{Kind: kind, Attempts: 3}
	}
	a := salesmap.Answer{Requests: 1, Records: []record.Record{{Fields: []record.Field{
		{Name: "peopleId", Text: people[page], Null: people[page] == ""}, {Name: "n", Text: strconv.Itoa(page)},
	}}}}
	if page+1 < len(people) {
		a.NextCursor = strconv.Itoa(page + 1)
	}
	return a, nil
}

// sink writes down what it is told, one line each.
type sink struct {
	lines []string
	err   error
	each  func() // before each call
}

func (s *sink) Submissions(ctx context.Context, form string, records []record.Record) error {
	if s.each != nil {
		s.each()
	}
	for _, r := range records {
		person, _ := r.Text("peopleId")
		n, _ := r.Text("n")
		added, _ := r.Text("webFormId")
		s.lines = append(s.lines, form+" "+person+" "+n+" "+added)
	}
	return errors.Join(s.err, ctx.Err())
}

func (s *sink) FormFailed(_ context.Context, f webform.Failure) error {
	s.lines = append(s.lines, "failed "+f.String())
	return nil
}

func notX(person string) bool { return !strings.HasPrefix(person, "x") }

func TestRun(t *testing.T) {
	c := &client{forms: map[string][]string{
		"b":     {"p1", "x1", "", "p2"},
		"a":     {"p1"},
		"c":     {"p3", "x2", "!max_retries_exceeded"},
		"empty": {""},
	}}
	s := &sink{}
	seen := []string{}
	result, err := webform.Run(t.Context(), c, s, webform.Options{
		Forms: []string{"c", "b", "a", "b", "unknown", "", "empty"}, Allowed: notX,
		Observer: observer(func(done, total int, rows int64) { seen = append(seen, fmt.Sprint(done, total, rows)) }),
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"a p1 0 a",
		"b p1 0 b", "b p2 3 b",
		"c p3 0 c", "failed c:page3:max_retries_exceeded",
		"failed unknown:page1:http_400",
	}, s.lines); diff != "" {
		t.Errorf("sink (-want +got):\n%s", diff)
	}
	if len(result.Failures) != 2 || result.Failures[0].Err == nil {
		t.Errorf("failures %v", result.Failures)
	}
	result.Failures = nil
	want := webform.Result{
		Forms: 5, Rows: 3, DroppedMissing: 2, DroppedNotAllowed: 1, // of the failed form nothing counts
		Requests: 1 + 4 + 2 + 3 + 1 + 1, Retries: 2,
	}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1 5 1", "2 5 3", "3 5 3", "4 5 3", "5 5 3"}, seen); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}

type observer func(done, total int, rows int64)

func (o observer) FormRead(done, total int, rows int64) { o(done, total, rows) }

func TestRun_NoForms(t *testing.T) {
	result, err := webform.Run(t.Context(), &client{}, &sink{}, webform.Options{})
	if err != nil || result.Forms != 0 {
		t.Errorf("%+v, err %v", result, err)
	}
}

// manyForms makes n forms of the given number of pages.
func manyForms(n, pages int) map[string][]string {
	forms := map[string][]string{}
	for i := range n {
		for page := range pages {
			id := fmt.Sprintf("form%03d", i)
			forms[id] = append(forms[id], fmt.Sprintf("p%d", page))
		}
	}
	return forms
}

func keys(forms map[string][]string) []string {
	var ids []string
	for id := range forms {
		ids = append(ids, id)
	}
	return ids
}

// The order of the rows must not depend on which answer comes first, and forms
// must be read side by side.
func TestRun_OrderAndConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &client{forms: manyForms(30, 1), delay: func(form string) time.Duration {
			return time.Duration(len(form)+int(form[6]-'0')%4) * 100 * time.Millisecond
		}}
		s := &sink{}
		began := time.Now()
		if _, err := webform.Run(t.Context(), c, s, webform.Options{Forms: keys(c.forms), Allowed: notX}); err != nil {
			t.Fatal(err)
		}
		for i, line := range s.lines {
			if want := fmt.Sprintf("form%03d p0 0 form%03d", i, i); line != want {
				t.Fatalf("line %d is %q, want %q", i, line, want)
			}
		}
		if c.most != webform.DefaultConcurrency {
			t.Errorf("%d forms were read at once, want %d", c.most, webform.DefaultConcurrency)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A slow sink must not make pages pile up.
func TestRun_BoundedMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &client{forms: manyForms(20, 50)}
		s := &sink{}
		s.each = func() {
			time.Sleep(time.Second)
			synctest.Wait() // the readers have gone as far as they can
			c.mu.Lock()
			defer c.mu.Unlock()
			if ahead := c.held - len(s.lines); ahead > 3*webform.DefaultConcurrency {
				t.Fatalf("%d pages are waiting", ahead)
			}
		}
		_, err := webform.Run(t.Context(), c, s, webform.Options{Forms: keys(c.forms), Allowed: notX})
		if err != nil || len(s.lines) != 1000 {
			t.Errorf("%d rows, err %v", len(s.lines), err)
		}
	})
}

func TestRun_TokenRefusedStops(t *testing.T) {
	c := &client{forms: manyForms(20, 3)}
	c.forms["form007"][1] = "!token"
	s := &sink{}
	_, err := webform.Run(t.Context(), c, s, webform.Options{Forms: keys(c.forms), Allowed: notX})
	if !errors.Is(err, salesmap.ErrTokenRefused) {
		t.Errorf("err = %v", err)
	}
	for _, line := range s.lines {
		if strings.HasPrefix(line, "failed") || strings.HasPrefix(line, "form008") {
			t.Errorf("%q after the token was refused", line)
		}
	}
}

// A form cut short must never look like one that was read to its end.
func TestRun_TokenRefusedOnTheLastForm(t *testing.T) {
	for range 100 {
		c := &client{forms: map[string][]string{"f": {"p1", "!token"}}}
		if _, err := webform.Run(t.Context(), c, &sink{}, webform.Options{Forms: keys(c.forms), Allowed: notX}); !errors.Is(err, salesmap.ErrTokenRefused) {
			t.Fatalf("err = %v", err)
		}
	}
}

func TestRun_SinkErrorStops(t *testing.T) {
	c := &client{forms: manyForms(20, 30)}
	s := &sink{err: errors.New("disk full")}
	if _, err := webform.Run(t.Context(), c, s, webform.Options{Forms: keys(c.forms), Allowed: notX}); !errors.Is(err, s.err) || len(s.lines) != 1 {
		t.Errorf("err %v after %d rows", err, len(s.lines))
	}
}

func TestRun_Cancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &client{forms: manyForms(20, 3), delay: func(string) time.Duration { return time.Hour }}
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() {
			_, err := webform.Run(ctx, c, &sink{}, webform.Options{Forms: keys(c.forms), Allowed: notX})
			done <- err
		}()
		synctest.Wait()
		began := time.Now()
		cancel(cause)
		if err := <-done; !errors.Is(err, cause) || time.Since(began) != 0 {
			t.Errorf("err %v after %s", err, time.Since(began))
		}
	})
}
