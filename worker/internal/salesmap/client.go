// Package salesmap reads lists from the CRM's REST API (spec 00): one call is
// one page, with the retries of spec 08 "Retries", decoded into records that
// are ready to be stored (spec 08 "Rows").
//
// The token travels in the Authorization header and nowhere else: redirects to
// another host are refused, and no error, not even one that the server worded,
// repeats it.
package salesmap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// Defaults and limits (spec 08 "Retries").
const (
	// DefaultMaxRetries is how often a page is asked for again.
	DefaultMaxRetries = 5
	// DefaultTimeout bounds one call; answers of 30 s have been seen.
	DefaultTimeout = 60 * time.Second
	// MaxBodyBytes bounds one answer; a page of 500 wide records is about 3 MB.
	MaxBodyBytes = 64 << 20
)

// Limiter is the workspace's shared request budget; *quota.Limiter is one.
type Limiter interface {
	// Wait blocks until a call may be made, or ctx ends.
	Wait(ctx context.Context) error
	// Pause stops all callers for d: the server said 429.
	Pause(d time.Duration)
}

// Retry tells of a call that will be made again.
type Retry struct {
	Endpoint Endpoint
	Attempt  int           // the attempt that failed, from 1
	Status   int           // 0 if no answer came
	Cause    string        // short, without the token
	Wait     time.Duration // until the next attempt, at least
}

// RateLimited tells that the server said 429, so everybody waits.
func (r Retry) RateLimited() bool { return r.Status == http.StatusTooManyRequests }

// Options describe a client.
type Options struct {
	BaseURL string // with scheme and path, e.g. https://salesmap.kr/api/v2
	Token   envdoc.Secret
	Limiter Limiter // required; quota.Unlimited() for none
	// MaxRetries is how often a page is asked for again; 0 means never.
	MaxRetries int
	// Timeout bounds one call; 0 means DefaultTimeout.
	Timeout time.Duration
	// Backoff is the wait after failed attempt n (from 1) unless it was a 429;
	// nil means DefaultBackoff.
	Backoff func(attempt int) time.Duration
	// RateLimitWait times n is the wait after attempt n got a 429 that names no
	// time; 0 means DefaultRateLimitWait.
	RateLimitWait time.Duration
	// Transport carries the calls; nil means one of our own, with enough idle
	// connections for all tables at once.
	Transport http.RoundTripper
	// OnRetry, if given, is called before each wait. It must not block.
	OnRetry func(Retry)
	// UserAgent names us to the vendor; empty means name and version.
	UserAgent string
}

// Stats are counters since the client was made.
type Stats struct {
	Requests    int64 // calls made, retries included
	Retries     int64
	RateLimited int64 // 429 answers
}

// Answer is one page of a list. Its texts share memory: clone a text that is
// kept longer than the page.
type Answer struct {
	Records    []record.Record
	NextCursor string // empty: no further page
	Requests   int64  // calls this page took, retries included
	Retries    int64
}

// Client reads lists. It is safe for concurrent use.
type Client struct {
	opts Options
	base string // without a slash at the end
	v3   string // the same for v3; empty: its address is not known
	http *http.Client

	requests    atomic.Int64
	retries     atomic.Int64
	rateLimited atomic.Int64

	bodies sync.Pool // *bytes.Buffer
	mu     sync.Mutex
	names  map[string][]*names // by table, those not in use
}

// New checks the options and makes a client; it calls nobody. Its errors never
// hold the token.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err == nil {
		err = checkToken(o.Token.Reveal())
	}
	if err == nil && o.Limiter == nil {
		err = errors.New("no limiter")
	}
	if err != nil {
		return nil, fmt.Errorf("CRM client: %w", err)
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Backoff == nil {
		o.Backoff = DefaultBackoff
	}
	if o.RateLimitWait <= 0 {
		o.RateLimitWait = DefaultRateLimitWait
	}
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	if o.UserAgent == "" {
		o.UserAgent = "salesmap-mirror/" + obs.Version()
	}
	c := &Client{
		opts: o, base: base, v3: v3Base(base), names: map[string][]*names{},
		bodies: sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
	c.http = &http.Client{Transport: o.Transport, CheckRedirect: c.checkRedirect}
	return c, nil
}

// parseBase checks a base URL and takes the slash from its end.
func parseBase(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", errors.New("base URL must look like https://host/path")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("base URL must have no user, query or fragment")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// checkToken refuses what cannot stand in a header, before net/http does.
func checkToken(token string) error {
	if token == "" {
		return errors.New("no token")
	}
	for _, c := range []byte(token) {
		if c <= ' ' || c >= 0x7F {
			return errors.New("the token holds white space or characters that no token has")
		}
	}
	return nil
}

const (
	// idleConnections lets every table keep its connection, and web forms theirs.
	idleConnections = 16
	// pingAfter is how long an HTTP/2 connection may be silent before it is
	// asked whether it lives, and how long it may take to say so.
	pingAfter = 15 * time.Second
)

func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = idleConnections, idleConnections
	// All calls share one HTTP/2 connection; when it dies silently, retries must
	// not be sent into it until their own timeouts.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingAfter}
	return t
}

// List asks for one page: the first with an empty cursor, else the one that an
// earlier answer's NextCursor leads to. Failures are *Error (see the sentinels
// and kinds), or ctx's error if ctx ended.
func (c *Client) List(ctx context.Context, e Endpoint, cursor string) (Answer, error) {
	for attempt := 1; ; attempt++ {
		if err := c.opts.Limiter.Wait(ctx); err != nil {
			return Answer{}, stopped(e, err)
		}
		page, bad := c.call(ctx, e, cursor)
		if bad == nil {
			return Answer{
				Records: page.records, NextCursor: page.nextCursor,
				Requests: int64(attempt), Retries: int64(attempt - 1),
			}, nil
		}
		if err := ctx.Err(); err != nil {
			return Answer{}, stopped(e, err)
		}
		wait := c.opts.Backoff(attempt)
		if bad.status == http.StatusTooManyRequests {
			wait = bad.pause(c.opts.RateLimitWait, attempt)
			c.opts.Limiter.Pause(wait) // the quota is everybody's
		}
		if !bad.retry || attempt > c.opts.MaxRetries {
			return Answer{}, bad.final(e, attempt)
		}
		c.retries.Add(1)
		if c.opts.OnRetry != nil {
			c.opts.OnRetry(Retry{Endpoint: e, Attempt: attempt, Status: bad.status, Cause: bad.text, Wait: wait})
		}
		if bad.status == http.StatusTooManyRequests {
			continue // the limiter waits
		}
		if err := sleep(ctx, wait); err != nil {
			return Answer{}, stopped(e, err)
		}
	}
}

// Check makes one cheap call, without retries, to see that base URL and token
// work (`worker doctor`).
func (c *Client) Check(ctx context.Context) error {
	e, _ := EndpointOf(snapshot.TableTeam)
	if err := c.opts.Limiter.Wait(ctx); err != nil {
		return stopped(e, err)
	}
	_, bad := c.call(ctx, e, "")
	if bad == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return stopped(e, err)
	}
	bad.transient = false // nothing was exceeded: say what came
	return bad.final(e, 1)
}

// Stats returns the counters so far.
func (c *Client) Stats() Stats {
	return Stats{Requests: c.requests.Load(), Retries: c.retries.Load(), RateLimited: c.rateLimited.Load()}
}

// String names the client without its options, since printing those would show
// the token.
func (c *Client) String() string { return "CRM client of " + c.base }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func stopped(e Endpoint, err error) error { return fmt.Errorf("%s: %w", e.op(), err) }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// borrowNames gives the names of a table to one decode.
func (c *Client) borrowNames(table string) *names {
	c.mu.Lock()
	defer c.mu.Unlock()
	free := c.names[table]
	if len(free) == 0 {
		return newNames()
	}
	c.names[table] = free[:len(free)-1]
	return free[len(free)-1]
}

func (c *Client) returnNames(table string, n *names) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names[table] = append(c.names[table], n)
}
