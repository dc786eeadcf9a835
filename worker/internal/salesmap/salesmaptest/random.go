package salesmaptest

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// RandomFaults makes a seeded random mix of about `intensity` rules that fit
// the lists of this server. Most can be sat out by asking again (at most three
// times a page); about one mix in four holds something that cannot, so use
// Outcome to know what to expect. Nothing is set: pass the result to SetFaults.
func (s *Server) RandomFaults(seed uint64, intensity int) []Fault {
	r := rand.New(rand.NewPCG(seed, 0x5a1e5))
	pages := s.crawlPages()
	var tables, forms []string
	for list := range pages {
		if isSubmissions(list) {
			forms = append(forms, list)
		} else {
			tables = append(tables, list)
		}
	}
	slices.Sort(tables)
	slices.Sort(forms)
	choose := func() (list string, page int) {
		list = oneOf(r, tables...)
		if len(forms) > 0 && r.IntN(6) == 0 {
			list = oneOf(r, forms...)
		}
		return list, 1 + r.IntN(pages[list])
	}

	hopeless := r.IntN(4) == 0
	hits := map[string]int{}
	var faults []Fault
	for range intensity {
		list, page := choose()
		if r.IntN(4) == 0 && isPaged(list) {
			faults = append(faults, Fault{List: list, Page: page, Action: randomShape(r)})
			continue
		}
		f := randomHitch(r)
		f.List, f.Page = list, page
		f.Times = 1 + r.IntN(2)
		key := list + " " + strconv.Itoa(page)
		if hits[key]+f.Times > 3 {
			continue
		}
		hits[key] += f.Times
		faults = append(faults, f)
	}
	if hopeless {
		f := randomDisaster(r)
		f.List, f.Page = choose()
		faults = slices.Insert(faults, 0, f)
	}
	return faults
}

func oneOf[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func randomShape(r *rand.Rand) Action {
	return oneOf(r, ActionDuplicateRows, ActionMissingIDs, ActionLateColumns, ActionCollidingColumns,
		ActionEmptyPage, ActionShortPage)
}

// randomHitch returns a rule that asking again gets over.
func randomHitch(r *rand.Rand) Fault {
	return oneOf(
		r,
		Fault{Action: ActionStatus, Status: http.StatusInternalServerError},
		Fault{Action: ActionHTML, Status: oneOf(r, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout)},
		Fault{Action: ActionHTML, Status: http.StatusOK},
		Fault{Action: ActionSuccessFalse},
		Fault{Action: ActionInvalidJSON},
		Fault{Action: ActionCutBody},
		Fault{Action: ActionReset},
		Fault{Action: ActionStall},
		Fault{Action: ActionStall, Delay: time.Duration(1+r.IntN(20)) * time.Millisecond},
		Fault{Action: ActionRateLimit, Wait: time.Duration(1+r.IntN(30)) * 100 * time.Millisecond},
		Fault{Action: ActionRateLimit, RetryAfter: "1"},
		Fault{Action: ActionRateLimit},
	)
}

// randomDisaster returns a rule that asking again does not get over, or may not.
func randomDisaster(r *rand.Rand) Fault {
	return oneOf(
		r,
		Fault{Action: ActionExpireToken},
		Fault{Action: ActionStatus, Status: http.StatusForbidden},
		Fault{Action: ActionStatus, Status: http.StatusBadRequest},
		Fault{Action: ActionHTML, Status: http.StatusNotFound},
		Fault{Action: ActionHTML},
		Fault{Action: ActionReset},
		Fault{Action: ActionInvalidJSON},
		Fault{Action: ActionCursorLoop},
		Fault{Action: ActionRedirect},
		Fault{Action: ActionMissingData},
		Fault{Action: ActionWrongList},
		Fault{Action: ActionCursorLoop, Times: 1},
		Fault{Action: ActionRedirect, Times: 1},
		Fault{Action: ActionWrongList, Times: 1},
	)
}
