package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRun_ReadsEveryTable(t *testing.T) {
	s := newSink(t)
	watcher := &watcher{}
	result, err := crawl.Run(t.Context(), &client{pages: 5}, s, crawl.Options{Observer: watcher})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range salesmap.Endpoints() {
		pages := 5
		if !e.Paged {
			pages = 1
		}
		r := result.Tables[e.Table]
		r.Took = 0
		want := crawl.TableResult{Pages: pages, Rows: int64(2 * pages), Requests: int64(2 * pages), Retries: int64(pages), Completed: true}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", e.Table, diff)
		}
		if len(s.rows[e.Table]) != 2*pages {
			t.Errorf("%s: %d rows", e.Table, len(s.rows[e.Table]))
		}
	}
	if watcher.started != 7 || watcher.stored != 27 || watcher.ended != 7 || len(result.Failures()) != 0 {
		t.Errorf("watcher %+v, failures %v", watcher, result.Failures())
	}
}

type watcher struct{ started, stored, restarted, ended int }

func (w *watcher) TableStarted(string, record.Position)  { w.started++ }
func (w *watcher) PageStored(record.Page, int)           { w.stored++ }
func (w *watcher) TableRestarted(string)                 { w.restarted++ }
func (w *watcher) TableEnded(_ string, _ *crawl.Failure) { w.ended++ }
func broken(kind string, attempts int) error             { return &salesmap.Error{Kind: kind, Attempts: attempts} }

func only(table string) []salesmap.Endpoint {
	e, _ := salesmap.EndpointOf(table)
	return []salesmap.Endpoint{e}
}

func refused(sentinel error) func(context.Context, string, int) error {
	return func(_ context.Context, table string, page int) error {
		if table == "deal" && page == 3 {
			return fmt.Errorf("GET /deal: %w", sentinel)
		}
		return nil
	}
}

func TestRun_FailedTableDoesNotStopTheOthers(t *testing.T) {
	s := newSink(t)
	result, err := crawl.Run(t.Context(), &client{pages: 5, before: func(_ context.Context, table string, page int) error {
		switch {
		case table == "deal" && page == 3:
			return broken("max_retries_exceeded", 6)
		case table == "user":
			return broken("http_403", 1)
		default:
			return nil
		}
	}}, s, crawl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(s.failures)
	if diff := cmp.Diff([]string{"deal page3:max_retries_exceeded", "user page1:http_403"}, s.failures); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
	if f := result.Failures(); len(f) != 2 || f[0].Table != "deal" || f[1].Table != "user" {
		t.Errorf("failures in the result: %v", f)
	}
	deal := result.Tables["deal"]
	if deal.Completed || deal.Pages != 2 || deal.Requests != 2*2+6 || deal.Retries != 2+5 {
		t.Errorf("deal: %+v", deal)
	}
	if len(s.rows["memo"]) != 10 || !result.Tables["memo"].Completed {
		t.Errorf("memo: %d rows", len(s.rows["memo"]))
	}
	if diff := cmp.Diff(record.Position{NextCursor: "c3", API: "v2", Page: 2, Rows: 4}, s.position("deal")); diff != "" {
		t.Errorf("deal goes on elsewhere (-want +got):\n%s", diff)
	}
}

func TestRun_TokenRefusedStopsAll(t *testing.T) {
	s := newSink(t)
	block := make(chan struct{})
	defer close(block)
	result, err := crawl.Run(t.Context(), &client{pages: 5, before: func(ctx context.Context, table string, page int) error {
		if table == "memo" && page == 2 { // a call under way must not delay the end
			select {
			case <-block:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return refused(salesmap.ErrTokenRefused)(ctx, table, page)
	}}, s, crawl.Options{})
	if !errors.Is(err, salesmap.ErrTokenRefused) {
		t.Fatalf("err = %v", err)
	}
	if len(s.failures) != 0 || result.Tables["deal"].Completed || result.Tables["memo"].Completed {
		t.Errorf("failures %v, deal %+v", s.failures, result.Tables["deal"])
	}
}

func TestRun_SinkErrorStopsAll(t *testing.T) {
	s := newSink(t)
	s.err = errors.New("disk full")
	_, err := crawl.Run(t.Context(), &client{pages: 500}, s, crawl.Options{})
	if !errors.Is(err, s.err) {
		t.Errorf("err = %v", err)
	}
	if n := len(s.pages); n != 1 {
		t.Errorf("the sink got pages of %d tables after its error", n)
	}
}

// A run may be stopped at any page; what the sink holds then, and a second run
// that goes on from it, is what one undisturbed run stores.
func TestRun_CancelledAnywhereThenResumed(t *testing.T) {
	want := undisturbed(t, 6)
	for stopAfter := 1; stopAfter <= 32; stopAfter++ {
		s := newSink(t)
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		stored := 0
		s.onPage = func(record.Page) {
			if stored++; stored == stopAfter {
				cancel(cause)
			}
		}
		result, err := crawl.Run(ctx, &client{pages: 6}, s, crawl.Options{})
		if stopAfter < 32 && !errors.Is(err, cause) {
			t.Fatalf("stopped after %d: err = %v", stopAfter, err)
		}
		if stored != stopAfter {
			t.Errorf("stopped after %d: %d pages stored", stopAfter, stored)
		}
		start := map[string]record.Position{}
		for _, e := range salesmap.Endpoints() {
			if r := result.Tables[e.Table]; r.Pages != s.pages[e.Table] {
				t.Errorf("%s: result says %d pages, sink has %d", e.Table, r.Pages, s.pages[e.Table])
			}
			start[e.Table] = s.position(e.Table)
		}
		s.onPage = nil
		again := &client{pages: 6}
		if _, err := crawl.Run(t.Context(), again, s, crawl.Options{Start: start}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, s.rows); diff != "" {
			t.Fatalf("stopped after %d (-undisturbed +resumed):\n%s", stopAfter, diff)
		}
		for table, p := range start {
			if p.Completed && len(again.asked[table]) != 0 {
				t.Errorf("%s was complete and is asked for again", table)
			}
		}
		cancel(nil)
	}
}

// Only the cursor that a run was resumed with may be too old; one that the
// server has just given is not.
func TestRun_CursorRefusedLaterFails(t *testing.T) {
	s := newSink(t)
	_, err := crawl.Run(t.Context(), &client{pages: 5, before: func(_ context.Context, _ string, page int) error {
		if page == 4 {
			return fmt.Errorf("page: %w", salesmap.ErrCursorRefused)
		}
		return nil
	}}, s, crawl.Options{Endpoints: only("deal")})
	if err != nil || len(s.restarts) != 0 || len(s.failures) != 1 {
		t.Errorf("err %v, restarts %v, failures %v", err, s.restarts, s.failures)
	}
}

func TestRun_MaxPages(t *testing.T) {
	s := newSink(t)
	result, err := crawl.Run(t.Context(), &client{pages: 5}, s, crawl.Options{MaxPages: 1})
	if err != nil {
		t.Fatal(err)
	}
	for table, r := range result.Tables {
		single := table == "user" || table == "team"
		if r.Pages != 1 || r.Completed != single || r.Failure != nil {
			t.Errorf("%s: %+v", table, r)
		}
	}
}

// Tables must be read side by side: with answers of 300 ms, seven tables take
// as long as the longest.
func TestRun_SideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := crawl.Run(t.Context(), &client{pages: 10, before: func(context.Context, string, int) error {
			time.Sleep(300 * time.Millisecond)
			return nil
		}}, newSink(t), crawl.Options{})
		if took := time.Since(began); err != nil || took != 3*time.Second {
			t.Errorf("took %s, want 3 s; err %v", took, err)
		}
	})
}

// A slow sink must slow the readers down instead of letting pages pile up.
func TestRun_Backpressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &client{pages: 1000}
		s := newSink(t)
		stored := 0
		s.onPage = func(record.Page) {
			stored++
			time.Sleep(time.Second)
			synctest.Wait()
			c.mu.Lock()
			defer c.mu.Unlock()
			asked := 0
			for _, pages := range c.asked {
				asked += len(pages)
			}
			// queued, in the sink's hands, and one more per reader
			if limit := stored + crawl.DefaultQueueSize + len(salesmap.Endpoints()); asked > limit {
				t.Fatalf("%d pages asked for when %d are stored", asked, stored)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
		defer cancel()
		if _, err := crawl.Run(ctx, c, s, crawl.Options{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
		if stored < 90 {
			t.Errorf("%d pages stored", stored)
		}
	})
}

func TestRun_CancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newSink(t)
	if _, err := crawl.Run(ctx, &client{pages: 3}, s, crawl.Options{}); !errors.Is(err, context.Canceled) || len(s.rows) != 0 {
		t.Errorf("err %v, %d tables", err, len(s.rows))
	}
}

func TestRun_RestartsWhenTheCursorIsRefused(t *testing.T) {
	s, w, refusals := newSink(t), &watcher{}, 0
	s.rows["deal"], s.pages["deal"] = []string{"old"}, 2
	result, err := crawl.Run(t.Context(), &client{pages: 5, before: func(_ context.Context, _ string, page int) error {
		if page == 3 && refusals == 0 {
			refusals++
			return fmt.Errorf("page: %w", salesmap.ErrCursorRefused)
		}
		return nil
	}}, s, crawl.Options{
		Endpoints: only("deal"), Observer: w,
		Start: map[string]record.Position{"deal": {NextCursor: "c3", Page: 2, Rows: 4}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"deal"}, s.restarts); diff != "" || w.restarted != 1 {
		t.Errorf("restarts (-want +got):\n%s", diff)
	}
	if !result.Tables["deal"].Completed || len(s.rows["deal"]) != 10 {
		t.Errorf("%+v, %d rows", result.Tables["deal"], len(s.rows["deal"]))
	}
}

// A position with pages but without a cursor tells nothing about where to go
// on; going on from the start without forgetting would store pages twice.
func TestRun_RestartsWithoutACursor(t *testing.T) {
	s := newSink(t)
	s.rows["deal"], s.pages["deal"] = []string{"old"}, 2
	_, err := crawl.Run(t.Context(), &client{pages: 5}, s, crawl.Options{
		Endpoints: only("deal"),
		Start:     map[string]record.Position{"deal": {Page: 2, Rows: 4}},
	})
	if err != nil || len(s.restarts) != 1 || len(s.rows["deal"]) != 10 {
		t.Errorf("err %v, restarts %v, %d rows", err, s.restarts, len(s.rows["deal"]))
	}
}
