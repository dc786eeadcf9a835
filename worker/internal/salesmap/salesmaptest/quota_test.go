package salesmaptest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// ask sends one request without a network, so that it works in fake time.
func ask(s *salesmaptest.Server) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/api/v2/team", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+salesmaptest.DefaultToken)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

var seconds = regexp.MustCompile(`(\d+(?:\.\d+)?)초`)

// TestQuota_HoldsInAnyWindow sends requests at random times and checks that no
// ten seconds, wherever they begin, hold more than the quota of answers, that
// nothing is refused that fits, and that the wait named is enough and not a
// tenth of a second too long.
func TestQuota_HoldsInAnyWindow(t *testing.T) {
	source := generated(t, 1)
	rapid.Check(t, func(rt *rapid.T) {
		quota := rapid.IntRange(1, 20).Draw(rt, "quota")
		gaps := rapid.SliceOfN(rapid.IntRange(0, 1500), 5, 120).Draw(rt, "gaps in ms")
		patient := rapid.Bool().Draw(rt, "patient")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			s, err := salesmaptest.New(salesmaptest.Options{Source: source, Quota: quota})
			if err != nil {
				t.Fatal(err)
			}
			problem = probeQuota(s, quota, gaps, patient)
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

func probeQuota(s *salesmaptest.Server, quota int, gaps []int, patient bool) string {
	var taken []time.Time
	inWindow := func(now time.Time) (n int) {
		for _, at := range taken {
			if now.Sub(at) < salesmaptest.QuotaWindow {
				n++
			}
		}
		return n
	}
	for _, gap := range gaps {
		time.Sleep(time.Duration(gap) * time.Millisecond)
		now := time.Now()
		w := ask(s)
		switch {
		case w.Code == http.StatusOK:
			taken = append(taken, now)
			if n := inWindow(now); n > quota {
				return strconv.Itoa(n) + " answers in a window"
			}
			continue
		case w.Code != http.StatusTooManyRequests:
			return "status " + strconv.Itoa(w.Code)
		case inWindow(now) < quota:
			return "refused although there was room"
		}
		var body struct {
			Message string `json:"message"`
			Reason  string `json:"reason"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Message != "Too Many Requests" {
			return "429 says " + w.Body.String()
		}
		wait, err := strconv.ParseFloat(seconds.FindStringSubmatch(body.Reason)[1], 64)
		if err != nil {
			return err.Error()
		}
		left := taken[len(taken)-quota].Add(salesmaptest.QuotaWindow).Sub(now)
		named := time.Duration(wait * float64(time.Second))
		if named < left || named > left+100*time.Millisecond {
			return "named " + named.String() + ", left " + left.String()
		}
		if patient {
			time.Sleep(named)
			if ask(s).Code != http.StatusOK {
				return "refused after the wait"
			}
			taken = append(taken, time.Now())
		}
	}
	if n := s.Stats().RateLimited; n+len(taken) != s.Stats().Requests {
		return "counters do not add up"
	}
	return ""
}

func TestStats_MaxInWindowCountsEveryArrival(t *testing.T) {
	source := generated(t, 1)
	synctest.Test(t, func(t *testing.T) {
		s, err := salesmaptest.New(salesmaptest.Options{Source: source, Quota: 3})
		if err != nil {
			t.Fatal(err)
		}
		for range 7 {
			ask(s)
		}
		time.Sleep(10 * time.Second)
		for range 4 {
			ask(s)
			time.Sleep(time.Second)
		}
		if got := s.Stats(); got.MaxInWindow != 7 || got.RateLimited != 5 || got.Requests != 11 {
			t.Errorf("%+v, want 7 in a window, 5 refused of 11", got)
		}
	})
}

func TestLatency_DelaysEveryAnswer(t *testing.T) {
	source := generated(t, 1)
	synctest.Test(t, func(t *testing.T) {
		s, err := salesmaptest.New(salesmaptest.Options{Source: source, Latency: 300 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		if w := ask(s); w.Code != http.StatusOK || time.Since(begin) != 300*time.Millisecond {
			t.Errorf("status %d after %s", w.Code, time.Since(begin))
		}
	})
}
