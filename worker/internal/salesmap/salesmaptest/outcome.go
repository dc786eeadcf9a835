package salesmaptest

import (
	"fmt"
	"net/http"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// Outcome is what a crawl under faults must end with.
type Outcome int

const (
	// TruthReachable says that a client that follows spec 08 "Retries" reaches the
	// truth, so the run must publish it.
	TruthReachable Outcome = iota
	// Undecided says that spec 08 leaves room: the run may publish the truth or fail
	// loudly, but never publish anything else.
	Undecided
	// MustFail says that no honest client can get the records of some table, so nothing
	// may be published.
	MustFail
)

// String returns the name of the outcome for test messages.
func (o Outcome) String() string {
	return [...]string{"truth reachable", "undecided", "must fail"}[o]
}

// patience is how long a stall may last that every sane client sits out.
const patience = 500 * time.Millisecond

// effect is what one hit of a fault means for the page that it hits.
type effect uint8

const (
	harmless  effect = iota // the honest records come through
	retryable               // spec 08 says: ask again
	slow                    // depends on how long the client waits
	unclear                 // spec 08 does not say
	final                   // spec 08 says: do not ask again
)

func (f Fault) effect() effect {
	switch f.Action {
	case ActionSuccessFalse, ActionInvalidJSON, ActionCutBody, ActionReset, ActionRateLimit:
		return retryable
	case ActionStall:
		switch {
		case f.Delay > 0 && f.Delay <= patience:
			return harmless
		case f.Delay > 0:
			return slow
		default:
			return retryable
		}
	case ActionStatus, ActionHTML:
		return statusEffect(f)
	case ActionExpireToken:
		return final
	case ActionRedirect, ActionCursorLoop, ActionMissingData, ActionWrongList:
		return unclear
	default:
		return harmless
	}
}

func statusEffect(f Fault) effect {
	status := f.Status
	if f.Action == ActionHTML {
		status = orElse(status, http.StatusBadGateway)
	}
	switch {
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return retryable
	case status == http.StatusOK && f.Action == ActionHTML:
		return retryable
	case status == http.StatusBadRequest, status == http.StatusUnauthorized, status == http.StatusForbidden,
		status == http.StatusNotFound:
		return final
	default:
		return unclear
	}
}

// Outcome tells what a crawl of all lists must end with under the current
// rules, and why, for a client that asks at most 1+maxRetries times for a page.
// It assumes that the client keeps to the quota, asks for every page once
// unless told to ask again, and that the source does not evolve meanwhile.
// Rules about submissions never make it MustFail: a form that fails keeps its
// earlier rows.
func (s *Server) Outcome(maxRetries int) (Outcome, string) {
	worst, why := TruthReachable, "no rule keeps a page from the client"
	for list, pages := range s.crawlPages() {
		for page := 1; page <= pages; page++ {
			if o, reason := s.pageOutcome(list, page, maxRetries); o > worst {
				worst, why = o, fmt.Sprintf("%s page %d: %s", list, page, reason)
			}
		}
	}
	return worst, why
}

// crawlPages returns how many pages every list has that a run asks for.
func (s *Server) crawlPages() map[string]int {
	view := s.view()
	pages := map[string]int{}
	lists := []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
		sandboxdata.User, sandboxdata.Team,
	}
	for _, id := range s.FormIDs() {
		lists = append(lists, sandboxdata.Submissions(id))
	}
	for _, list := range lists {
		n, _ := view.Len(list)
		pages[list] = 1
		if isPaged(list) {
			pages[list] = max(1, (n+s.pageSize(list)-1)/s.pageSize(list))
		}
	}
	return pages
}

// pageOutcome adds up what the rules do to one page.
func (s *Server) pageOutcome(list string, page, maxRetries int) (Outcome, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sure, possible := 0, 0 // hits that must be sat out by asking again
	worst, why := TruthReachable, ""
	note := func(o Outcome, reason string) {
		if isSubmissions(list) && o == MustFail {
			o = Undecided
		}
		if o > worst {
			worst, why = o, reason
		}
	}
	for i := range s.faults {
		f := &s.faults[i].Fault
		if f.Action.Reshapes() || !f.matchesList(list) || (f.Page != 0 && f.Page != page) {
			continue
		}
		// Only a rule for this very page that acts from its first request on
		// is sure to hit it; the token is everybody's.
		certain := f.Page != 0 && f.From <= 1 && f.List != "" && f.List != AnySubmissions
		everAfter := f.Times == 0 && f.From <= 1
		switch e := f.effect(); {
		case e == harmless:
		case f.Action == ActionCursorLoop && !isPaged(list):
			note(Undecided, "a list without pages need not look at a cursor")
		case e == final && (certain || everAfter):
			if f.Action == ActionExpireToken {
				return MustFail, "the token expires"
			}
			note(MustFail, string(f.Action)+" is final")
		case e == final:
			note(Undecided, string(f.Action)+" may hit it")
		case e == slow:
			note(Undecided, "may take too long")
		case f.Times == 0 && (certain || everAfter):
			note(MustFail, string(f.Action)+" never ends")
		case f.Times == 0, e == unclear:
			note(Undecided, string(f.Action)+" may be taken either way")
		case certain && f.Action != ActionReset: // a transport may ask again by itself
			sure += f.Times
			possible += f.Times
		default:
			possible += f.Times
		}
	}
	switch {
	case sure > maxRetries:
		note(MustFail, fmt.Sprintf("fails %d times in a row", sure))
	case possible > maxRetries:
		note(Undecided, fmt.Sprintf("may fail %d times in a row", possible))
	}
	return worst, why
}
