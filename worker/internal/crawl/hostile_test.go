package crawl_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// hasty is a limiter without a limit that forgets pauses, so that a storm of
// 429s takes no time.
type hasty struct{ *quota.Limiter }

func (hasty) Pause(time.Duration) {}

// store is a sink that keeps rows as a snapshot does: a record that comes
// twice once, in its first place and its later form. It remembers where each
// table is to go on.
type store struct {
	rows      map[string][]record.Record
	places    map[string]int // "<table> <id>" to place
	positions map[string]record.Position
	failures  []crawl.Failure
}

func newStore() *store {
	return &store{rows: map[string][]record.Record{}, places: map[string]int{}, positions: map[string]record.Position{}}
}

func (s *store) Page(_ context.Context, p record.Page) error {
	for _, r := range p.Records {
		id, ok := r.Text("id")
		place, known := s.places[p.Table+" "+id]
		if ok && known {
			s.rows[p.Table][place] = r
			continue
		}
		if ok {
			s.places[p.Table+" "+id] = len(s.rows[p.Table])
		}
		s.rows[p.Table] = append(s.rows[p.Table], r)
	}
	s.positions[p.Table] = record.Position{
		NextCursor: p.NextCursor, Page: p.Number, Rows: int64(len(s.rows[p.Table])), Completed: p.Last,
	}
	return nil
}

func (s *store) Fail(_ context.Context, f crawl.Failure) error {
	s.failures = append(s.failures, f)
	return nil
}

func (*store) FellBack(context.Context, string, error) error { return nil }

func (s *store) Restart(_ context.Context, table string, _ error) error {
	for key := range s.places {
		if strings.HasPrefix(key, table+" ") {
			delete(s.places, key)
		}
	}
	delete(s.rows, table)
	delete(s.positions, table)
	return nil
}

const hostileRetries = 3

func hostileClient(tb testing.TB, crm *salesmaptest.Running) *salesmap.Client {
	tb.Helper()
	c, err := salesmap.New(salesmap.Options{
		BaseURL: crm.BaseURL, Token: salesmaptest.DefaultToken, Limiter: hasty{quota.Unlimited()},
		MaxRetries: hostileRetries, Timeout: time.Second,
		Backoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// Seeded mixes of everything that can go wrong: a crawl ends with the truth or
// says that it did not get it; and what it has then can be resumed to the
// truth once the trouble is over.
func TestRun_HostileServer(t *testing.T) {
	const seeds, workers = 60, 12 // most of the time goes into waiting for stalls
	var mu sync.Mutex
	outcomes := map[salesmaptest.Outcome]int{}
	var wg sync.WaitGroup
	for worker := range uint64(workers) {
		small, err := sandboxdata.New(sandboxdata.Config{Organizations: 25})
		if err != nil {
			t.Fatal(err)
		}
		crm := salesmaptest.Start(t, salesmaptest.Options{Source: salesmaptest.Generated(small), PageSize: 20})
		c := hostileClient(t, crm)
		wg.Go(func() {
			for seed := worker; seed < seeds; seed += workers {
				outcome := hostileRun(t, crm, c, seed)
				mu.Lock()
				outcomes[outcome]++
				mu.Unlock()
			}
			if n := crm.Server.Stats().ForeignHost; n != 0 {
				t.Errorf("%d calls went to another host", n)
			}
		})
	}
	wg.Wait()
	for _, o := range []salesmaptest.Outcome{salesmaptest.TruthReachable, salesmaptest.MustFail} {
		if outcomes[o] < seeds/10 {
			t.Errorf("only %d of %d mixes end with %q", outcomes[o], seeds, o)
		}
	}
}

// hostileRun makes one crawl under one mix and checks what it ends with.
func hostileRun(t *testing.T, crm *salesmaptest.Running, c *salesmap.Client, seed uint64) salesmaptest.Outcome {
	t.Helper()
	faults := crm.Server.RandomFaults(seed, 12)
	shapes := slices.DeleteFunc(slices.Clone(faults), func(f salesmaptest.Fault) bool { return !f.Action.Reshapes() })
	set(t, crm, shapes)
	truth := newStore()
	if _, err := crawl.Run(t.Context(), c, truth, crawl.Options{}); err != nil || len(truth.failures) != 0 {
		t.Errorf("seed %d: without trouble: %v %v", seed, err, truth.failures)
	}

	set(t, crm, faults)
	outcome, why := crm.Server.Outcome(hostileRetries)
	got := newStore()
	_, err := crawl.Run(t.Context(), c, got, crawl.Options{})
	failed := err != nil || len(got.failures) > 0
	if err != nil && !errors.Is(err, salesmap.ErrTokenRefused) {
		t.Errorf("seed %d: err = %v", seed, err)
	}
	if failed && outcome == salesmaptest.TruthReachable || !failed && outcome == salesmaptest.MustFail {
		t.Errorf("seed %d: failed is %v (%v %v), the server says %s: %s", seed, failed, err, got.failures, outcome, why)
	}
	if failed { // the trouble is over: go on
		set(t, crm, shapes)
		got.failures = nil
		if _, err := crawl.Run(t.Context(), c, got, crawl.Options{Start: got.positions}); err != nil || len(got.failures) != 0 {
			t.Errorf("seed %d: resumed: %v %v", seed, err, got.failures)
		}
	}
	if !reflect.DeepEqual(truth.rows, got.rows) { // much faster than cmp, which then says where
		t.Errorf("seed %d, failed %v, faults %+v (-truth +got):\n%s", seed, failed, faults, cmp.Diff(truth.rows, got.rows))
	}
	return outcome
}

// set gives the server its rules, and its token back.
func set(tb testing.TB, crm *salesmaptest.Running, faults []salesmaptest.Fault) {
	tb.Helper()
	crm.Server.SetToken(salesmaptest.DefaultToken)
	if err := crm.Server.SetFaults(faults...); err != nil {
		tb.Errorf("set faults: %v", err)
	}
}
