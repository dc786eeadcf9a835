package salesmap

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestNamedWait(t *testing.T) {
	now := time.Date(2026, 2, 5, 1, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, tt := range []struct {
		name   string
		header map[string]string
		body   string
		want   time.Duration
		none   bool
	}{
		{name: "nothing", body: `{"success":false,"message":"Too Many Requests"}`, none: true},
		{name: "empty body", none: true},
		{name: "seconds in the header", header: map[string]string{"Retry-After": "7"}, want: 7 * time.Second},
		{name: "zero", header: map[string]string{"Retry-After": "0"}, want: 0},
		{name: "decimal", header: map[string]string{"Retry-After": " 1.5 "}, want: 1500 * time.Millisecond},
		{name: "absurd", header: map[string]string{"Retry-After": "86400"}, want: maxWait},
		{name: "beyond any number", header: map[string]string{"Retry-After": strings.Repeat("9", 400)}, want: maxWait},
		{name: "negative", header: map[string]string{"Retry-After": "-3"}, none: true},
		{name: "nonsense", header: map[string]string{"Retry-After": "soon"}, none: true},
		{name: "date", header: map[string]string{"Retry-After": date(12 * time.Second)}, want: 12 * time.Second},
		{name: "date gone by", header: map[string]string{"Retry-After": date(-time.Hour)}, want: 0},
		{name: "date far away", header: map[string]string{"Retry-After": date(1000 * time.Hour)}, want: maxWait},
		{
			name:   "date by a clock that is wrong",
			header: map[string]string{"Retry-After": date(time.Hour + 5*time.Second), "Date": date(time.Hour)},
			want:   5 * time.Second,
		},
		{
			name:   "header beats text",
			header: map[string]string{"Retry-After": "2"}, body: `{"reason":"9초 후 재시도해주세요."}`, want: 2 * time.Second,
		},
		{
			name:   "text if the header says nothing",
			header: map[string]string{"Retry-After": "?"}, body: `{"reason":"9초 후 재시도해주세요."}`, want: 9 * time.Second,
		},
		{name: "reason", body: `{"message":"Too Many Requests","reason":"3.2초 후 재시도해주세요."}`, want: 3200 * time.Millisecond},
		{name: "message", body: `{"message":"요청이 많습니다. 4초 뒤에"}`, want: 4 * time.Second},
		{name: "reason beats message", body: `{"message":"8초","reason":"1초"}`, want: time.Second},
		{name: "not JSON", body: "<p>0.5초 후</p>", want: 500 * time.Millisecond},
		{name: "in mid-sentence", body: `{"reason":"한도를 넘었습니다(남은 시간:2.75초)"}`, want: 2750 * time.Millisecond},
		{name: "more than is no second", body: `{"reason":"100초과 요청, 1.5초 후"}`, want: 1500 * time.Millisecond},
		{name: "only more than", body: `{"reason":"100초과"}`, none: true},
		{name: "not directly before", body: `{"reason":"10 초 후"}`, none: true},
		{name: "no digit", body: `{"reason":"몇초 후, 초, .초"}`, none: true},
		{name: "two points", body: `{"reason":"1.2.3초 후"}`, none: true},
		{name: "absurd text", body: `{"reason":"99999999999초 후"}`, want: maxWait},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range tt.header {
				h.Set(k, v)
			}
			got, ok := namedWait(h, saidIn([]byte(tt.body)), now)
			if ok == tt.none || got != tt.want {
				t.Errorf("wait %s, named %v; want %s", got, ok, tt.want)
			}
		})
	}
}

func TestPause(t *testing.T) {
	const unit = 10 * time.Second
	for _, tt := range []struct {
		name    string
		f       failure
		attempt int
		want    time.Duration
	}{
		{"named time and a margin", failure{named: 3200 * time.Millisecond, hasNamed: true}, 4, 3400 * time.Millisecond},
		{"named zero", failure{hasNamed: true}, 1, waitMargin},
		{"capped with its margin", failure{named: maxWait, hasNamed: true}, 1, maxWait},
		{"first attempt", failure{}, 1, unit},
		{"third attempt", failure{}, 3, 3 * unit},
		{"capped", failure{}, 50, maxWait},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.f.pause(unit, tt.attempt); got != tt.want {
				t.Errorf("pause %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDefaultBackoff(t *testing.T) {
	for _, tt := range []struct {
		attempt  int
		from, to time.Duration
	}{
		{1, time.Second, 1500 * time.Millisecond},
		{2, 2 * time.Second, 3 * time.Second},
		{3, 4 * time.Second, 6 * time.Second},
		{6, 32 * time.Second, 48 * time.Second},
		{7, time.Minute, time.Minute},
		{1000, time.Minute, time.Minute},
	} {
		different := false
		first := DefaultBackoff(tt.attempt)
		for range 1000 {
			got := DefaultBackoff(tt.attempt)
			if got < tt.from || got > tt.to {
				t.Fatalf("attempt %d: %s, want %s to %s", tt.attempt, got, tt.from, tt.to)
			}
			different = different || got != first
		}
		if different == (tt.from == tt.to) {
			t.Errorf("attempt %d: jitter is %v", tt.attempt, different)
		}
	}
}
