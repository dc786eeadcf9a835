package salesmap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// canary is a token that must appear nowhere.
const canary = "canary-7f3a9c-token"

// answer is one scripted answer; err stands for a connection that fails.
type answer struct {
	status int
	header map[string]string
	body   string
	err    error
	hang   bool // until the client gives up
}

const goodPage = `{"success":true,"data":{"dealList":[{"id":"1"}],"nextCursor":null}}`

// script is a transport that gives the answers in turn, the last one for ever.
type script struct {
	mu      sync.Mutex
	answers []answer
	at      []time.Time
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	a := s.answers[min(len(s.at), len(s.answers)-1)]
	s.at = append(s.at, time.Now())
	s.mu.Unlock()
	if a.hang {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	h := http.Header{}
	for k, v := range a.header {
		h.Set(k, v)
	}
	return &http.Response{
		StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body)), Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// gaps are the waits between the calls, in whole tenths of a second.
func (s *script) gaps() []time.Duration {
	var gaps []time.Duration
	for i := 1; i < len(s.at); i++ {
		gaps = append(gaps, s.at[i].Sub(s.at[i-1]).Round(100*time.Millisecond))
	}
	return gaps
}

// exactBackoff is the default backoff without its jitter.
func exactBackoff(attempt int) time.Duration { return time.Second << (attempt - 1) }

func newClient(tb testing.TB, o salesmap.Options) *salesmap.Client {
	tb.Helper()
	if o.Token == "" {
		o.Token = canary
	}
	if o.Limiter == nil {
		o.Limiter = quota.Unlimited()
	}
	if o.BaseURL == "" {
		o.BaseURL = "http://crm.example/api/v2"
	}
	c, err := salesmap.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

func endpoint(tb testing.TB, table string) salesmap.Endpoint {
	tb.Helper()
	e, ok := salesmap.EndpointOf(table)
	if !ok {
		tb.Fatalf("no endpoint for %s", table)
	}
	return e
}

func TestList_WaitsBetweenAttempts(t *testing.T) {
	ok := answer{status: 200, body: goodPage}
	limited := func(reason string, header map[string]string) answer {
		return answer{status: 429, header: header, body: fmt.Sprintf(`{"success":false,"message":"Too Many Requests","reason":%q}`, reason)}
	}
	second := time.Second
	for _, tt := range []struct {
		name    string
		answers []answer
		want    []time.Duration
	}{
		{"429 with Korean text", []answer{limited("3.2초 후 재시도해주세요.", nil), ok}, []time.Duration{3400 * time.Millisecond}},
		{"429 with Retry-After", []answer{limited("", map[string]string{"Retry-After": "7"}), ok}, []time.Duration{7200 * time.Millisecond}},
		{"429 with nothing", []answer{limited("", nil), limited("", nil), ok}, []time.Duration{10 * second, 20 * second}},
		{"500s", []answer{{status: 500}, {status: 502}, {status: 503}, {status: 504}, {status: 500}, ok}, []time.Duration{second, 2 * second, 4 * second, 8 * second, 16 * second}},
		{"408 and 425", []answer{{status: 408}, {status: 425}, ok}, []time.Duration{second, 2 * second}},
		{"HTML with 200", []answer{{status: 200, body: "<html></html>"}, ok}, []time.Duration{second}},
		{"success false with 200", []answer{{status: 200, body: `{"success":false}`}, ok}, []time.Duration{second}},
		{"invalid JSON", []answer{{status: 200, body: goodPage[:30]}, ok}, []time.Duration{second}},
		{"network error", []answer{{err: errors.New("connection reset by peer")}, ok}, []time.Duration{second}},
		{"no answer", []answer{{hang: true}, ok}, []time.Duration{61 * second}},
		{"mixed", []answer{{status: 500}, limited("1초 후", nil), {status: 500}, ok}, []time.Duration{second, 1200 * time.Millisecond, 4 * second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers}
				var told []salesmap.Retry
				c := newClient(t, salesmap.Options{
					Transport: s, MaxRetries: salesmap.DefaultMaxRetries, Backoff: exactBackoff,
					OnRetry: func(r salesmap.Retry) { told = append(told, r) },
				})
				got, err := c.List(t.Context(), endpoint(t, "deal"), "")
				if err != nil {
					t.Fatal(err)
				}
				n := int64(len(tt.answers))
				if len(got.Records) != 1 || got.Requests != n || got.Retries != n-1 {
					t.Errorf("%d records, %d requests, %d retries", len(got.Records), got.Requests, got.Retries)
				}
				if diff := cmp.Diff(tt.want, s.gaps()); diff != "" {
					t.Errorf("waits (-want +got):\n%s", diff)
				}
				if len(told) != len(tt.want) {
					t.Errorf("%d retries were told, want %d", len(told), len(tt.want))
				}
				stats := c.Stats()
				if stats.Requests != n || stats.Retries != n-1 {
					t.Errorf("stats %+v", stats)
				}
			})
		})
	}
}

func TestList_GivesUp(t *testing.T) {
	for _, tt := range []struct {
		name     string
		a        answer
		cursor   string
		kind     string
		attempts int
		sentinel error
		says     string
	}{
		{"500 for ever", answer{status: 500}, "", "max_retries_exceeded", 6, nil, "500 Internal Server Error"},
		{"429 for ever", answer{status: 429}, "", "max_retries_exceeded", 6, nil, "429 Too Many Requests"},
		{"HTML 502 for ever", answer{status: 502, body: "<h1>Bad Gateway</h1>"}, "", "max_retries_exceeded", 6, nil, "HTML instead of JSON"},
		{"network down", answer{err: errors.New("no route to host")}, "", "max_retries_exceeded", 6, nil, "no route to host"},
		{"never answers", answer{hang: true}, "", "max_retries_exceeded", 6, nil, "no answer within 1m0s"},
		{"invalid JSON for ever", answer{status: 200, body: "{"}, "", "json_error", 6, nil, "breaks off"},
		{"HTML 200 for ever", answer{status: 200, body: "<html>"}, "", "json_error", 6, nil, "HTML"},
		{"success false for ever", answer{status: 200, body: `{"success":false,"message":"m","reason":"점검 중"}`}, "", "success_false", 6, nil, "점검 중"},
		{"data missing", answer{status: 200, body: `{"success":true}`}, "", "data_missing", 6, nil, `"data"`},
		{"list of texts", answer{status: 200, body: `{"success":true,"data":{"dealList":["x"]}}`}, "", "list_malformed", 6, nil, "dealList"},
		{"400", answer{status: 400, body: `{"success":false,"message":"m","reason":"없는 항목"}`}, "", "http_400", 1, nil, "없는 항목"},
		{"400 unknown form", answer{status: 400, body: `{"error":"no such form"}`}, "", "http_400", 1, nil, "no such form"},
		{"400 with a cursor", answer{status: 400}, "c7", "http_400", 1, salesmap.ErrCursorRefused, "cursor refused"},
		{"401", answer{status: 401, body: `{"success":false,"message":"Unauthorized","reason":"만료된 토큰"}`}, "", "http_401", 1, salesmap.ErrTokenRefused, "token refused: http_401: 401 Unauthorized: 만료된 토큰"},
		{"403", answer{status: 403}, "", "http_403", 1, salesmap.ErrForbidden, "IP addresses"},
		{"404 HTML", answer{status: 404, body: "<html>"}, "", "http_404", 1, nil, "check the base URL"},
		{"409", answer{status: 409}, "", "http_409", 1, nil, "409 Conflict"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: []answer{tt.a}}
				c := newClient(t, salesmap.Options{Transport: s, MaxRetries: salesmap.DefaultMaxRetries})
				_, err := c.List(t.Context(), endpoint(t, "deal"), tt.cursor)
				e, ok := errors.AsType[*salesmap.Error](err)
				if !ok {
					t.Fatalf("err = %v, want *salesmap.Error", err)
				}
				if e.Kind != tt.kind || e.Attempts != tt.attempts || len(s.at) != tt.attempts {
					t.Errorf("kind %s after %d attempts (%d calls), want %s after %d", e.Kind, e.Attempts, len(s.at), tt.kind, tt.attempts)
				}
				if salesmap.KindOf(err) != tt.kind {
					t.Errorf("KindOf = %s", salesmap.KindOf(err))
				}
				for _, sentinel := range []error{salesmap.ErrTokenRefused, salesmap.ErrForbidden, salesmap.ErrCursorRefused} {
					if errors.Is(err, sentinel) != errors.Is(tt.sentinel, sentinel) {
						t.Errorf("errors.Is(%v, %v) is %v", err, sentinel, errors.Is(err, sentinel))
					}
				}
				if !strings.Contains(err.Error(), tt.says) || !strings.HasPrefix(err.Error(), "GET /deal: ") {
					t.Errorf("error %q does not say %q", err, tt.says)
				}
			})
		})
	}
}

func TestList_NoRetries(t *testing.T) {
	s := &script{answers: []answer{{status: 500}}}
	c := newClient(t, salesmap.Options{Transport: s})
	_, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if salesmap.KindOf(err) != salesmap.KindMaxRetries || len(s.at) != 1 {
		t.Errorf("%v after %d calls", err, len(s.at))
	}
}

// The quota is the workspace's: a 429 of one table must stop all others too.
func TestList_RateLimitPausesEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{status: 429, body: `{"reason":"5초 후"}`}, {status: 200, body: goodPage}}}
		c := newClient(t, salesmap.Options{Transport: s, MaxRetries: 1})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.List(t.Context(), endpoint(t, "deal"), ""); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait() // the first call has got its 429
		for range 3 {
			wg.Go(func() {
				if _, err := c.List(t.Context(), endpoint(t, "deal"), ""); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, at := range s.at[1:] {
			if wait := at.Sub(s.at[0]); wait < 5*time.Second {
				t.Errorf("a call was made %s after the 429", wait)
			}
		}
		if stats := c.Stats(); stats.RateLimited != 1 || stats.Retries != 1 || stats.Requests != 5 {
			t.Errorf("stats %+v", stats)
		}
	})
}

func TestList_Cancelled(t *testing.T) {
	for name, a := range map[string]answer{
		"while backing off": {status: 500},
		"while paused":      {status: 429},
		"while calling":     {hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, salesmap.Options{Transport: &script{answers: []answer{a}}, MaxRetries: 5})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() {
					_, err := c.List(ctx, endpoint(t, "deal"), "")
					done <- err
				}()
				synctest.Wait()
				start := time.Now()
				cancel()
				err := <-done
				if !errors.Is(err, context.Canceled) || salesmap.KindOf(err) != "error" {
					t.Errorf("err = %v", err)
				}
				if time.Since(start) != 0 {
					t.Errorf("took %s", time.Since(start))
				}
			})
		})
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		a    answer
		kind string
	}{
		{"fine", answer{status: 200, body: `{"success":true,"data":{"teamList":[]}}`}, ""},
		{"refused", answer{status: 401}, "http_401"},
		{"busy", answer{status: 503}, "http_503"},
		{"not the CRM", answer{status: 200, body: "<html>"}, "json_error"},
		{"nobody there", answer{err: errors.New("connection refused")}, "network_error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{answers: []answer{tt.a}}
			err := newClient(t, salesmap.Options{Transport: s, MaxRetries: 5}).Check(t.Context())
			if (err == nil) != (tt.kind == "") || (err != nil && salesmap.KindOf(err) != tt.kind) {
				t.Errorf("err = %v, want %q", err, tt.kind)
			}
			if len(s.at) != 1 {
				t.Errorf("%d calls, want 1", len(s.at))
			}
		})
	}
}
