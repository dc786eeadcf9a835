package salesmap

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Waits between attempts (spec 08 "Retries").
const (
	// DefaultRateLimitWait times the attempt is the wait after a 429 that names
	// no time: the vendor's window, so that the first wait clears it.
	DefaultRateLimitWait = 10 * time.Second
	// waitMargin is added to a named time, which is rounded and travels.
	waitMargin = 200 * time.Millisecond
	// maxWait caps absurd times; the vendor's window is ten seconds.
	maxWait = 2 * time.Minute

	backoffStart = time.Second
	backoffMax   = time.Minute
)

// DefaultBackoff doubles from one second to one minute, with up to half more
// by chance, so that tables that failed together don't come back together.
func DefaultBackoff(attempt int) time.Duration {
	wait := backoffMax
	if shift := attempt - 1; shift < 6 {
		wait = backoffStart << shift
	}
	wait += time.Duration(rand.Int64N(int64(wait)/2 + 1)) //nolint:gosec // jitter is no secret
	return min(wait, backoffMax)
}

// pause is the wait after a 429: what it named, else unit times attempt.
func (f *failure) pause(unit time.Duration, attempt int) time.Duration {
	if f.hasNamed {
		return min(f.named+waitMargin, maxWait)
	}
	return min(unit*time.Duration(attempt), maxWait)
}

// namedWait finds the time that a 429 names: Retry-After, else the number
// before 초 in its texts.
func namedWait(h http.Header, s said, now time.Time) (time.Duration, bool) {
	if wait, ok := retryAfter(h, now); ok {
		return wait, true
	}
	for _, text := range []string{s.Reason, s.Message, s.Failure, s.raw} {
		if wait, ok := koreanSeconds(text); ok {
			return wait, true
		}
	}
	return 0, false
}

// retryAfter reads the header in both its forms. A date is taken relative to
// the server's own clock if it tells it.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0, false
	}
	if wait, ok := seconds(text); ok {
		return wait, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs
	}
	return min(max(at.Sub(now), 0), maxWait), true
}

// koreanSeconds finds the first decimal number directly before 초, as in
// "3.2초 후 다시". "100초과" is no time but "more than 100".
func koreanSeconds(text string) (time.Duration, bool) {
	const unit, exceeds = "초", "초과"
	for rest := text; ; {
		i := strings.Index(rest, unit)
		if i < 0 {
			return 0, false
		}
		if !strings.HasPrefix(rest[i:], exceeds) {
			number := rest[:i]
			number = number[len(strings.TrimRight(number, "0123456789.")):]
			if wait, ok := seconds(number); ok {
				return wait, true
			}
		}
		rest = rest[i+len(unit):]
	}
}

// seconds reads a decimal number of seconds, capped at maxWait.
func seconds(text string) (time.Duration, bool) {
	if text == "" || strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && n == 0 {
		return 0, false
	}
	if n >= maxWait.Seconds() {
		return maxWait, true
	}
	return time.Duration(n * float64(time.Second)), true
}
