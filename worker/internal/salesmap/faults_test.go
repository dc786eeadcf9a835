package salesmap_test

import (
	"errors"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// crmClient is a client of a stand-in CRM that does not wait between attempts.
func crmClient(tb testing.TB, crm *salesmaptest.Running, retries int) *salesmap.Client {
	tb.Helper()
	return newClient(tb, salesmap.Options{
		BaseURL: crm.BaseURL, Token: salesmaptest.DefaultToken, MaxRetries: retries,
		Timeout: 2 * time.Second, Backoff: noWait, RateLimitWait: time.Millisecond,
	})
}

// startCRM starts a stand-in CRM of about five hundred deals.
func startCRM(tb testing.TB, o salesmaptest.Options) *salesmaptest.Running {
	tb.Helper()
	small, err := sandboxdata.New(sandboxdata.Config{Organizations: 60})
	if err != nil {
		tb.Fatal(err)
	}
	o.Source = salesmaptest.Generated(small)
	return salesmaptest.Start(tb, o)
}

// readAll reads a list to its end and returns its records' ids in order.
func readAll(tb testing.TB, l salesmap.Lister, e salesmap.Endpoint, cursor string) (ids []string, err error) {
	tb.Helper()
	for p := salesmap.NewPager(l, e, cursor); !p.Done(); {
		a, err := p.Next(tb.Context())
		if err != nil {
			return ids, err
		}
		for _, r := range a.Records {
			id, _ := r.Text("id")
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Every way in which an answer can go wrong, through real HTTP: twice in a row
// is sat out, for ever is reported by its kind.
func TestList_EveryFault(t *testing.T) {
	crm := startCRM(t, salesmaptest.Options{})
	deal := endpoint(t, "deal")
	want, err := readAll(t, crmClient(t, crm, 0), deal, "")
	if err != nil || len(want) != crm.Server.Len("deal") {
		t.Fatalf("%d of %d deals without faults, err %v", len(want), crm.Server.Len("deal"), err)
	}
	for _, tt := range []struct {
		name     string
		fault    salesmaptest.Fault
		forever  string // kind
		transits bool   // asking again helps
	}{
		{"500", salesmaptest.Fault{Action: salesmaptest.ActionStatus, Status: 500}, "max_retries_exceeded", true},
		{"HTML 502", salesmaptest.Fault{Action: salesmaptest.ActionHTML}, "max_retries_exceeded", true},
		{"HTML 200", salesmaptest.Fault{Action: salesmaptest.ActionHTML, Status: 200}, "json_error", true},
		{"success false", salesmaptest.Fault{Action: salesmaptest.ActionSuccessFalse}, "success_false", true},
		{"invalid JSON", salesmaptest.Fault{Action: salesmaptest.ActionInvalidJSON}, "json_error", true},
		{"cut body", salesmaptest.Fault{Action: salesmaptest.ActionCutBody}, "max_retries_exceeded", true},
		{"reset", salesmaptest.Fault{Action: salesmaptest.ActionReset}, "max_retries_exceeded", true},
		{"stall", salesmaptest.Fault{Action: salesmaptest.ActionStall}, "max_retries_exceeded", true},
		{"429", salesmaptest.Fault{Action: salesmaptest.ActionRateLimit}, "max_retries_exceeded", true},
		{"429 with text", salesmaptest.Fault{Action: salesmaptest.ActionRateLimit, Wait: 100 * time.Millisecond}, "max_retries_exceeded", true},
		{"429 with header", salesmaptest.Fault{Action: salesmaptest.ActionRateLimit, RetryAfter: "0"}, "max_retries_exceeded", true},
		{"missing data", salesmaptest.Fault{Action: salesmaptest.ActionMissingData}, "data_missing", true},
		{"wrong list", salesmaptest.Fault{Action: salesmaptest.ActionWrongList}, "list_malformed", true},
		{"400", salesmaptest.Fault{Action: salesmaptest.ActionStatus, Status: 400}, "http_400", false},
		{"403", salesmaptest.Fault{Action: salesmaptest.ActionStatus, Status: 403}, "http_403", false},
		{"HTML 404", salesmaptest.Fault{Action: salesmaptest.ActionHTML, Status: 404}, "http_404", false},
		{"redirect", salesmaptest.Fault{Action: salesmaptest.ActionRedirect}, "redirect_refused", false},
		{"cursor loop", salesmaptest.Fault{Action: salesmaptest.ActionCursorLoop}, "cursor_loop", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, salesmap.Options{
				BaseURL: crm.BaseURL, Token: salesmaptest.DefaultToken, MaxRetries: 2,
				Timeout: 300 * time.Millisecond, Backoff: noWait, RateLimitWait: time.Millisecond,
			})
			fault := tt.fault
			fault.List, fault.Page = "deal", 3
			if err := crm.Server.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			got, err := readAll(t, c, deal, "")
			if salesmap.KindOf(err) != tt.forever {
				t.Errorf("for ever: err = %v, want %s", err, tt.forever)
			}
			if len(got) > 3*salesmaptest.DefaultPageSize {
				t.Errorf("for ever: %d records", len(got))
			}
			if !tt.transits {
				return
			}
			fault.Times = 2
			if err := crm.Server.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			got, err = readAll(t, c, deal, "")
			if err != nil || !sameIDs(got, want) {
				t.Errorf("twice: %d records, want %d; err %v", len(got), len(want), err)
			}
		})
	}
	if n := crm.Server.Stats().ForeignHost; n != 0 {
		t.Errorf("%d calls followed a redirect to another host", n)
	}
}

func TestList_TokenExpiresHalfWay(t *testing.T) {
	crm := startCRM(t, salesmaptest.Options{Faults: []salesmaptest.Fault{
		{List: "deal", Page: 2, Action: salesmaptest.ActionExpireToken},
	}})
	c := crmClient(t, crm, 5)
	got, err := readAll(t, c, endpoint(t, "deal"), "")
	if !errors.Is(err, salesmap.ErrTokenRefused) || len(got) != salesmaptest.DefaultPageSize {
		t.Errorf("%d records, err = %v", len(got), err)
	}
	if s := c.Stats(); s.Requests != 2 {
		t.Errorf("%d requests, want no retry", s.Requests)
	}
}

func TestPager_GoesOnFromACursor(t *testing.T) {
	crm := startCRM(t, salesmaptest.Options{PageSize: 40})
	c := crmClient(t, crm, 0)
	deal := endpoint(t, "deal")
	all, err := readAll(t, c, deal, "")
	if err != nil {
		t.Fatal(err)
	}
	p := salesmap.NewPager(c, deal, "")
	for page := 1; !p.Done(); page++ {
		a, err := p.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if page%4 != 0 || p.Done() {
			continue
		}
		rest, err := readAll(t, c, deal, a.NextCursor)
		if err != nil || !sameIDs(rest, all[page*40:]) {
			t.Errorf("after page %d: %d records, want %d; err %v", page, len(rest), len(all)-page*40, err)
		}
	}
}

func TestPager_AfterAnErrorTheSamePage(t *testing.T) {
	crm := startCRM(t, salesmaptest.Options{Faults: []salesmaptest.Fault{
		{List: "deal", Page: 2, Action: salesmaptest.ActionStatus, Status: 500, Times: 1},
	}})
	c := crmClient(t, crm, 0)
	p := salesmap.NewPager(c, endpoint(t, "deal"), "")
	failures, rows := 0, 0
	for !p.Done() {
		a, err := p.Next(t.Context())
		if err != nil {
			failures++
			continue
		}
		rows += len(a.Records)
	}
	if failures != 1 || rows != crm.Server.Len("deal") {
		t.Errorf("%d failures, %d rows of %d", failures, rows, crm.Server.Len("deal"))
	}
}

func TestList_CursorOfAnotherTimeIsRefused(t *testing.T) {
	crm := startCRM(t, salesmaptest.Options{})
	c := crmClient(t, crm, 5)
	a, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if err != nil {
		t.Fatal(err)
	}
	crm.Server.ExpireCursors()
	_, err = c.List(t.Context(), endpoint(t, "deal"), a.NextCursor)
	if !errors.Is(err, salesmap.ErrCursorRefused) {
		t.Errorf("err = %v", err)
	}
}

func sameIDs(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
