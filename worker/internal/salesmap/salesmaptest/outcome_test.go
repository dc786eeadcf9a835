package salesmaptest_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

const maxRetries = 5

// crawlList follows spec 08 "Retries" without the waiting, and takes what spec
// 08 leaves open for something to ask again about.
func (c *client) crawlList(list string) ([][]byte, error) {
	var all [][]byte
	seen := map[string]bool{}
	for cursor := ""; ; {
		path := list
		if cursor != "" {
			path += "?cursor=" + cursor
		}
		p, err := c.patientGet(path)
		if err != nil {
			return nil, err
		}
		all = append(all, records([]page{p})...)
		if cursor = p.cursor; cursor == "" {
			return all, nil
		}
		if seen[cursor] {
			return nil, errors.New("cursor loop")
		}
		seen[cursor] = true
	}
}

func (c *client) patientGet(path string) (page, error) {
	var a answer
	for range 1 + maxRetries {
		a = c.get(path)
		if p, ok := a.parse(); ok {
			return p, nil
		}
		switch a.status {
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
			return page{}, fmt.Errorf("%s: status %d", path, a.status)
		}
	}
	return page{}, fmt.Errorf("%s: gave up after status %d, error %w", path, a.status, a.err)
}

// TestRandomFaults_EndAsOutcomeSays crawls under many random mixes and holds
// the prediction against what happened. This is what hostile tests of the
// worker rely on.
func TestRandomFaults_EndAsOutcomeSays(t *testing.T) {
	crm := salesmaptest.Start(t, salesmaptest.Options{Source: generated(t, 8), PageSize: 9, LeadPageSize: 2})
	c := newClient(t, crm)
	c.http.Timeout = 100 * time.Millisecond
	got := map[salesmaptest.Outcome]int{}
	for seed := range uint64(40) {
		crm.Server.SetToken(salesmaptest.DefaultToken)
		faults := crm.Server.RandomFaults(seed, 8)
		if !slices.Equal(faults, crm.Server.RandomFaults(seed, 8)) {
			t.Fatalf("seed %d gives different mixes", seed)
		}
		if err := crm.Server.SetFaults(faults...); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want, why := crm.Server.Outcome(maxRetries)
		got[want]++
		failed := crawlAll(crm, c)
		switch {
		case want == salesmaptest.TruthReachable && failed != nil:
			t.Errorf("seed %d: %s (%s), yet: %v\n%+v", seed, want, why, failed, faults)
		case want == salesmaptest.MustFail && failed == nil:
			t.Errorf("seed %d: %s (%s), yet the crawl got everything\n%+v", seed, want, why, faults)
		}
	}
	if got[salesmaptest.TruthReachable] < 20 || got[salesmaptest.MustFail] < 4 {
		t.Errorf("outcomes %v: the mixes are one-sided", got)
	}
}

// crawlAll crawls the tables of a run and returns the first thing that keeps it
// from publishing the truth. Forms may fail.
func crawlAll(crm *salesmaptest.Running, c *client) error {
	for _, list := range []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
		sandboxdata.User, sandboxdata.Team,
	} {
		all, err := c.crawlList(list)
		if err != nil {
			return err
		}
		got, want := stored(all), truth(crm.Server, list)
		if !slices.EqualFunc(got, want, bytes.Equal) {
			return fmt.Errorf("%s: %d records differ from the %d of the truth", list, len(got), len(want))
		}
	}
	for _, id := range crm.Server.FormIDs() {
		_, err := c.crawlList(sandboxdata.Submissions(id))
		if a := c.get("team"); a.status == http.StatusUnauthorized {
			return fmt.Errorf("token refused after %w", err)
		}
	}
	return nil
}

func TestOutcome(t *testing.T) {
	s, err := salesmaptest.New(salesmaptest.Options{Source: generated(t, 12)})
	if err != nil {
		t.Fatal(err)
	}
	one := func(f salesmaptest.Fault) []salesmaptest.Fault { return []salesmaptest.Fault{f} }
	for name, tc := range map[string]struct {
		faults []salesmaptest.Fault
		want   salesmaptest.Outcome
	}{
		"none":                     {nil, salesmaptest.TruthReachable},
		"page that does not exist": {one(salesmaptest.Fault{List: "deal", Page: 99, Action: "html"}), salesmaptest.TruthReachable},
		"as often as allowed":      {one(salesmaptest.Fault{List: "deal", Page: 1, Times: 5, Action: "html"}), salesmaptest.TruthReachable},
		"once too often":           {one(salesmaptest.Fault{List: "deal", Page: 1, Times: 6, Action: "html"}), salesmaptest.MustFail},
		"two rules, too often": {[]salesmaptest.Fault{
			{List: "deal", Page: 1, Times: 3, Action: "html"}, {List: "deal", Page: 1, Times: 3, Action: "cut_body"},
		}, salesmaptest.MustFail},
		"reset, many times":     {one(salesmaptest.Fault{List: "deal", Page: 1, Times: 6, Action: "reset"}), salesmaptest.Undecided},
		"for ever":              {one(salesmaptest.Fault{List: "deal", Page: 1, Action: "cut_body"}), salesmaptest.MustFail},
		"anywhere, a few times": {one(salesmaptest.Fault{Times: 4, Action: "reset"}), salesmaptest.TruthReachable},
		"anywhere, many times":  {one(salesmaptest.Fault{Times: 40, Action: "reset"}), salesmaptest.Undecided},
		"forbidden once":        {one(salesmaptest.Fault{List: "memo", Page: 1, Times: 1, Action: "status", Status: 403}), salesmaptest.MustFail},
		"HTML 404 once":         {one(salesmaptest.Fault{List: "memo", Page: 1, Times: 1, Action: "html", Status: 404}), salesmaptest.MustFail},
		"token, at once":        {one(salesmaptest.Fault{Action: "expire_token"}), salesmaptest.MustFail},
		"token, later":          {one(salesmaptest.Fault{From: 50, Action: "expire_token"}), salesmaptest.Undecided},
		"loop once":             {one(salesmaptest.Fault{List: "people", Page: 1, Times: 1, Action: "cursor_loop"}), salesmaptest.Undecided},
		"loop for ever":         {one(salesmaptest.Fault{List: "people", Page: 1, Action: "cursor_loop"}), salesmaptest.MustFail},
		"short stall":           {one(salesmaptest.Fault{List: "people", Page: 1, Action: "stall", Delay: time.Millisecond}), salesmaptest.TruthReachable},
		"long stall":            {one(salesmaptest.Fault{List: "people", Page: 1, Action: "stall", Delay: time.Minute}), salesmaptest.Undecided},
		"a form for ever":       {one(salesmaptest.Fault{List: salesmaptest.AnySubmissions, Action: "html"}), salesmaptest.Undecided},
		"reshaped":              {one(salesmaptest.Fault{List: "people", Page: 1, Action: "missing_ids"}), salesmaptest.TruthReachable},
	} {
		if err := s.SetFaults(tc.faults...); err != nil {
			t.Fatal(err)
		}
		if got, why := s.Outcome(maxRetries); got != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got, why, tc.want)
		}
	}
}
