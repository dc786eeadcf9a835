package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// Defaults of a Transfer.
const (
	DefaultStall      = time.Minute
	DefaultMaxRetries = 5

	maxRedirects  = 10
	firstPause    = time.Second
	longestPause  = time.Minute
	tellEvery     = 5 * time.Second
	maxRetryAfter = 5 * time.Minute
)

// Transfer says how a file is downloaded.
type Transfer struct {
	// Stall is how long nothing may arrive; 0 means DefaultStall.
	Stall time.Duration
	// MaxRetries is how often it is tried again in a row without a byte gained.
	MaxRetries int
	// Backoff overrides the wait before the nth attempt after a failure.
	Backoff func(attempt int) time.Duration
	// Client overrides the HTTP client.
	Client *http.Client
}

// version names what the address had.
type version struct {
	RunTag       string `json:"run_tag,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	unchanged    bool
}

// strong reports whether byte ranges of the version belong together.
func (v version) strong() bool { return v.ETag != "" && !strings.HasPrefix(v.ETag, "W/") }

// download is one file on its way.
type download struct {
	Transfer
	fs    fsx.OS
	log   *zap.Logger
	url   string
	store stateFile
	state saved

	requests int64
}

// finalError is a failure that trying again would not mend.
type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// get downloads the file to the part file, going on with what is there of it
// from an earlier time, and returns its version; unchanged if it still is the
// known one.
func (d *download) get(ctx context.Context, known version) (version, error) {
	if d.Stall <= 0 {
		d.Stall = DefaultStall
	}
	if d.Client == nil {
		d.Client = newClient(d.Stall)
		defer d.Client.CloseIdleConnections()
	}
	failures := 0
	for {
		had := d.have()
		v, wait, err := d.attempt(ctx, known)
		if err == nil {
			return v, nil
		}
		if ctx.Err() != nil {
			return version{}, context.Cause(ctx)
		}
		if _, final := errors.AsType[finalError](err); final {
			return version{}, err
		}
		if failures++; d.have() > had {
			failures = 1 // it gets on
		}
		if failures > d.MaxRetries {
			return version{}, fmt.Errorf("gave up after %d attempts: %w", failures, err)
		}
		pause := max(d.pause(failures), wait)
		d.log.Warn("download failed, trying again", zap.Int("attempt", failures), zap.Duration("in", pause), zap.Error(err))
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return version{}, context.Cause(ctx)
		case <-timer.C:
		}
	}
}

func (d *download) pause(attempt int) time.Duration {
	if d.Backoff != nil {
		return d.Backoff(attempt)
	}
	pause := min(firstPause<<(attempt-1), longestPause)
	return pause/2 + rand.N(pause/2) //nolint:gosec // jitter is no secret
}

// have is the size of the part file.
func (d *download) have() int64 {
	info, err := d.fs.Stat(d.store.part())
	if err != nil {
		return 0
	}
	return info.Size()
}

// attempt asks once. wait is how long the server wants to be left alone.
func (d *download) attempt(ctx context.Context, known version) (v version, wait time.Duration, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url, http.NoBody)
	if err != nil {
		return version{}, 0, finalError{errors.New("the address is no URL")}
	}
	req.Header.Set("User-Agent", "salesmap-mirror/"+obs.Version())
	req.Header.Set("Accept-Encoding", "identity")
	have := d.have()
	if have > 0 && d.state.Partial.strong() {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", d.state.Partial.ETag)
	} else {
		have = 0
		if known.ETag != "" {
			req.Header.Set("If-None-Match", known.ETag)
		} else if known.LastModified != "" {
			req.Header.Set("If-Modified-Since", known.LastModified)
		}
	}
	d.requests++
	resp, err := d.Client.Do(req)
	if err != nil {
		return version{}, 0, withoutURL(err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotModified && conditional(req):
		known.unchanged = true
		return known, 0, nil
	case resp.StatusCode == http.StatusPartialContent && startsAt(resp, have):
	case resp.StatusCode == http.StatusOK:
		have = 0
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable && resp.Header.Get("Content-Range") == fmt.Sprintf("bytes */%d", have):
		return d.state.Partial, 0, nil // it was there to its end
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable, resp.StatusCode == http.StatusPartialContent:
		d.state.Partial = version{} // from the beginning
		return version{}, 0, fmt.Errorf("the server cannot go on at byte %d", have)
	default:
		return version{}, retryAfter(resp), badStatus(resp.StatusCode)
	}
	v = version{ETag: resp.Header.Get("ETag"), LastModified: resp.Header.Get("Last-Modified")}
	d.state.Partial = v
	if err := d.store.write(d.state); err != nil {
		return version{}, 0, finalError{err}
	}
	return v, 0, d.receive(resp, have, cancel)
}

// receive writes a body to the part file from byte have on.
func (d *download) receive(resp *http.Response, have int64, stop context.CancelFunc) (err error) {
	flags := os.O_WRONLY | os.O_CREATE
	if have == 0 {
		flags |= os.O_TRUNC
	}
	f, err := d.fs.OpenFile("fetch.open", d.store.part(), flags, 0o600)
	if err != nil {
		return finalError{err}
	}
	defer func() {
		if closed := f.Close(); closed != nil {
			err = errors.Join(err, finalError{closed})
		}
	}()
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return finalError{err}
	}
	watch := newWatch(resp.Body, d.Stall, stop)
	defer watch.stop()
	total := int64(-1)
	if resp.ContentLength >= 0 {
		total = have + resp.ContentLength
	}
	w := &meter{w: f, log: d.log, done: have, total: total, told: time.Now(), mark: have}
	_, err = io.Copy(w, watch)
	switch {
	case watch.stalled():
		return fmt.Errorf("nothing arrived for %s", d.Stall)
	case w.err != nil:
		return finalError{fmt.Errorf("write the download: %w", w.err)}
	case err != nil:
		return withoutURL(err)
	}
	if err := f.Sync(); err != nil {
		return finalError{fmt.Errorf("write the download: %w", err)}
	}
	return nil
}

// conditional reports whether a request may be answered with "not modified". An
// answer of that to any other would leave a volume without a database and say
// that all is well.
func conditional(req *http.Request) bool {
	return req.Header.Get("If-None-Match") != "" || req.Header.Get("If-Modified-Since") != ""
}

// startsAt reports whether a partial answer begins where it was asked to.
func startsAt(resp *http.Response, at int64) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", at))
}

func badStatus(status int) error {
	err := fmt.Errorf("the server answered %d %s", status, http.StatusText(status))
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
		return err
	}
	return finalError{err}
}

// retryAfter is how long a server asks to be left alone, in seconds.
func retryAfter(resp *http.Response) time.Duration {
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter)
}

// checkRedirect follows where a redirect leads, but never tells the place where
// we came from (the address may hold a secret), nor goes from https to http.
func checkRedirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer")
	if len(via) >= maxRedirects {
		return finalError{fmt.Errorf("more than %d redirects", maxRedirects)}
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return finalError{errors.New("a redirect from https to http is not followed")}
	}
	return nil
}

// withoutURL drops the address from an error of net/http, also one that a
// redirect leads to.
func withoutURL(err error) error {
	e, ok := errors.AsType[*url.Error](err)
	switch {
	case !ok:
		return err
	case strings.HasPrefix(e.Err.Error(), "failed to parse Location header"):
		return finalError{errors.New("a redirect leads to no address")}
	default:
		return e.Err
	}
}
