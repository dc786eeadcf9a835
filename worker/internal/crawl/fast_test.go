package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// crm starts a sandbox of a few hundred records on small v2 pages.
func crm(t *testing.T, o salesmaptest.Options) (*salesmaptest.Running, *salesmap.Client) {
	t.Helper()
	ws, err := sandboxdata.New(sandboxdata.Config{Seed: 3, Organizations: 20, Now: time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	o.Source, o.PageSize = salesmaptest.Generated(ws), 10
	running := salesmaptest.Start(t, o)
	c, err := salesmap.New(salesmap.Options{
		BaseURL: running.BaseURL, Token: envdoc.Secret(salesmaptest.DefaultToken), Limiter: quota.Unlimited(), MaxRetries: 2,
		Backoff: func(int) time.Duration { return time.Millisecond }, RateLimitWait: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return running, c
}

func v3Tables() []string {
	return []string{snapshot.TableOrganization, snapshot.TablePeople, snapshot.TableDeal, snapshot.TableLead}
}

// large counts the requests for the tables that v3 has.
func large(r *salesmaptest.Running) (n int) {
	for _, q := range r.Server.Requests() {
		if slices.Contains(v3Tables(), q.List) {
			n++
		}
	}
	return n
}

// ids of the rows that v2 gives.
func viaV2(t *testing.T, c crawl.Client) map[string][]string {
	t.Helper()
	s := newSink(t)
	if _, err := crawl.Run(t.Context(), c, s, crawl.Options{}); err != nil {
		t.Fatal(err)
	}
	return s.rows
}

func TestRun_V3GivesTheSameRowsForFewerRequests(t *testing.T) {
	t.Parallel()
	for _, api := range []salesmap.API{salesmap.APIv3, salesmap.APIAuto} {
		server, c := crm(t, salesmaptest.Options{})
		want := viaV2(t, c)
		v2, v2Large := server.Server.Stats().Requests, large(server)
		s := newSink(t)
		result, err := crawl.Run(t.Context(), c, s, crawl.Options{API: api})
		if err != nil || len(result.Failures()) > 0 || len(s.fellBack) > 0 {
			t.Fatalf("%s: %v, %v, fell back %v", api, err, result.Failures(), s.fellBack)
		}
		if diff := cmp.Diff(want, s.rows); diff != "" {
			t.Errorf("%s (-v2 +%s):\n%s", api, api, diff)
		}
		v3 := server.Server.Stats().Requests - v2
		v3Large := large(server) - v2Large
		if v3Large != 2*len(v3Tables()) { // one page of each version
			t.Errorf("%s: %d requests for the large tables, %d over v2", api, v3Large, v2Large)
		}
		var counted int64
		for _, r := range result.Tables {
			counted += r.Requests
		}
		if counted != int64(v3) {
			t.Errorf("%s: %d requests in the result, the server had %d", api, counted, v3)
		}
		for _, table := range v3Tables() {
			if s.apis[table] != "v3" {
				t.Errorf("%s: %s is read over %q", api, table, s.apis[table])
			}
		}
		t.Logf("%s: %d requests for the large tables, %d over v2", api, v3Large, v2Large)
	}
}

// scripted lets a test answer v3 calls itself.
type scripted struct {
	crawl.Client
	v3 func(e salesmap.Endpoint, cursor string, call int) (*salesmap.Answer, error)
	n  map[string]int
}

func (c *scripted) List(ctx context.Context, e salesmap.Endpoint, cursor string) (salesmap.Answer, error) {
	if e.API() == salesmap.APIv3 && e.Table == snapshot.TableDeal {
		c.n[e.Table]++
		if a, err := c.v3(e, cursor, c.n[e.Table]); a != nil || err != nil {
			if err != nil {
				return salesmap.Answer{}, err
			}
			return *a, nil
		}
	}
	return c.Client.List(ctx, e, cursor)
}

// Whatever v3 does to one table, its rows are those of v2, or it fails.
func TestRun_V3FallsBackPerTable(t *testing.T) {
	t.Parallel()
	other := record.Record{Fields: []record.Field{{Name: "id", Text: "another"}, {Name: "fieldList", Text: "[]"}}}
	status := func(code int) error {
		return &salesmap.Error{Kind: salesmap.KindStatus(code), Status: code, Attempts: 1}
	}
	broken := &salesmap.Error{Kind: salesmap.KindMaxRetries, Status: http.StatusBadGateway, Attempts: 3}
	for name, tt := range map[string]struct {
		at      int // call of the deal list that fails; later ones do, too
		answer  *salesmap.Answer
		err     error
		v3Fails bool // with --api v3
	}{
		"unknown":          {1, nil, status(http.StatusNotFound), false},
		"forbidden":        {1, nil, status(http.StatusForbidden), false},
		"other records":    {1, &salesmap.Answer{Records: []record.Record{other}}, nil, false},
		"no records":       {1, &salesmap.Answer{}, nil, false},
		"withdrawn later":  {3, nil, status(http.StatusNotFound), false},
		"cursor refused":   {3, nil, status(http.StatusBadRequest), false},
		"breaks down":      {1, nil, broken, true},
		"breaks down late": {3, nil, broken, true},
		"something else":   {1, nil, errors.New("oops"), true},
	} {
		for _, api := range []salesmap.API{salesmap.APIv3, salesmap.APIAuto} {
			t.Run(name+"/"+string(api), func(t *testing.T) {
				t.Parallel()
				_, honest := crm(t, salesmaptest.Options{})
				want := viaV2(t, honest)
				c := &scripted{Client: honest, n: map[string]int{}, v3: func(_ salesmap.Endpoint, _ string, call int) (*salesmap.Answer, error) {
					if call < tt.at {
						return nil, nil
					}
					return tt.answer, tt.err
				}}
				s := newSink(t)
				result, err := crawl.Run(t.Context(), c, s, crawl.Options{API: api, V3Records: 20})
				if err != nil {
					t.Fatal(err)
				}
				if tt.v3Fails && api == salesmap.APIv3 {
					if f := result.Failures(); len(f) != 1 || f[0].Table != snapshot.TableDeal {
						t.Errorf("failures %v", f)
					}
					return
				}
				if len(result.Failures()) > 0 || !slices.Equal(s.fellBack, []string{snapshot.TableDeal}) {
					t.Errorf("failures %v, fell back %v", result.Failures(), s.fellBack)
				}
				if diff := cmp.Diff(want, s.rows); diff != "" {
					t.Errorf("(-v2 +got):\n%s", diff)
				}
				if s.apis[snapshot.TableDeal] != "v2" || s.apis[snapshot.TablePeople] != "v3" {
					t.Errorf("read over %v", s.apis)
				}
				if restarted := len(s.restarts) > 0; restarted != (tt.at > 1) {
					t.Errorf("restarts %v", s.restarts)
				}
			})
		}
	}
}

func TestRun_V3TokenRefusedStopsTheRun(t *testing.T) {
	t.Parallel()
	_, honest := crm(t, salesmaptest.Options{})
	c := &scripted{Client: honest, n: map[string]int{}, v3: func(salesmap.Endpoint, string, int) (*salesmap.Answer, error) {
		return nil, fmt.Errorf("deal: %w", salesmap.ErrTokenRefused)
	}}
	if _, err := crawl.Run(t.Context(), c, newSink(t), crawl.Options{API: salesmap.APIAuto}); !errors.Is(err, salesmap.ErrTokenRefused) {
		t.Errorf("%v", err)
	}
}

func TestRun_OldDeploymentIsReadOverV2(t *testing.T) {
	t.Parallel()
	server, c := crm(t, salesmaptest.Options{DisableV3: true})
	want := viaV2(t, c)
	before := server.Server.Stats().Requests
	s := newSink(t)
	if _, err := crawl.Run(t.Context(), c, s, crawl.Options{API: salesmap.APIv3}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, s.rows); diff != "" {
		t.Errorf("(-v2 +got):\n%s", diff)
	}
	slices.Sort(s.fellBack)
	wantBack := v3Tables()
	slices.Sort(wantBack)
	if !slices.Equal(s.fellBack, wantBack) || len(s.restarts) > 0 {
		t.Errorf("fell back %v, restarted %v", s.fellBack, s.restarts)
	}
	if extra := server.Server.Stats().Requests - 2*before; extra != len(wantBack) {
		t.Errorf("%d requests more than over v2, want one a table", extra)
	}
}

// A run that was stopped goes on in any mode, at any page.
func TestRun_ResumesAcrossVersions(t *testing.T) {
	t.Parallel()
	_, c := crm(t, salesmaptest.Options{})
	want := viaV2(t, c)
	modes := []salesmap.API{salesmap.APIv2, salesmap.APIv3, salesmap.APIAuto}
	points := 0
	for _, from := range modes {
		for _, to := range modes {
			for stop := 1; stop <= 25; stop += 4 {
				points++
				s := newSink(t)
				ctx, cancel := context.WithCancel(t.Context())
				stored := 0
				s.onPage = func(record.Page) {
					if stored++; stored == stop {
						cancel()
					}
				}
				_, err := crawl.Run(ctx, c, s, crawl.Options{API: from, V3Records: 20})
				cancel()
				if err == nil {
					continue // it had fewer pages
				}
				s.onPage = nil
				positions := map[string]record.Position{}
				was := map[string]string{}
				for table := range want {
					positions[table] = s.position(table)
					was[table] = s.apis[table]
				}
				if _, err := crawl.Run(t.Context(), c, s, crawl.Options{API: to, V3Records: 20, Start: positions}); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, s.rows); diff != "" {
					t.Errorf("%s stopped after %d pages, then %s (-want +got):\n%s", from, stop, to, diff)
				}
				for _, table := range v3Tables() {
					open := positions[table].NextCursor != ""
					restarted := slices.Contains(s.restarts, table)
					if lost := open && was[table] == "v3" && to == salesmap.APIv2; lost != restarted {
						t.Errorf("%s then %s: %s restarted %t, want %t", from, to, table, restarted, lost)
					}
				}
			}
		}
	}
	t.Logf("%d ways to stop and go on", points)
}
