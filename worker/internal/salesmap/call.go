package salesmap

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

const (
	// maxFailureBytes is how much of a failure's body is read for its message.
	maxFailureBytes = 64 << 10
	// keepBufferBytes is the largest read buffer that is kept for the next page.
	keepBufferBytes = 8 << 20
	// maxMessageRunes bounds what is repeated of a server's message.
	maxMessageRunes = 200
	// maxRedirects is how often a call is sent on, within one host.
	maxRedirects = 3
)

// failure is one call that gave no page.
type failure struct {
	kind      string
	text      string // what came back, without the token
	status    int    // 0 if no answer came
	hint      string
	err       error         // sentinel or cause
	retry     bool          // worth another attempt
	transient bool          // its final kind is KindMaxRetries
	named     time.Duration // the time that a 429 named
	hasNamed  bool
}

// final is the failure as callers see it.
func (f *failure) final(e Endpoint, attempts int) *Error {
	kind := f.kind
	if f.transient {
		kind = KindMaxRetries
	}
	return &Error{
		Kind: kind, Op: e.op(), Status: f.status, Message: f.text, Hint: f.hint,
		Attempts: attempts, err: f.err,
	}
}

// call makes one call.
func (c *Client) call(ctx context.Context, e Endpoint, cursor string) (list, *failure) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	req, err := c.request(ctx, e, cursor)
	if err != nil {
		return list{}, c.transportFailure(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.opts.Token.Reveal())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.opts.UserAgent)
	c.requests.Add(1)
	resp, err := c.http.Do(req)
	if err != nil {
		return list{}, c.transportFailure(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return list{}, c.statusFailure(resp, cursor)
	}
	return c.page(resp.Body, e)
}

// request makes the request for a page: a GET with the cursor in the address,
// or over v3 a POST with it in the body.
func (c *Client) request(ctx context.Context, e Endpoint, cursor string) (*http.Request, error) {
	if e.API() == APIv3 {
		body, err := e.v3Body(cursor)
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.v3+e.Path, bytes.NewReader(body))
		if err == nil {
			req.Header.Set("Content-Type", "application/json")
		}
		return req, err
	}
	target := c.base + e.Path
	if cursor != "" {
		target += "?cursor=" + url.QueryEscape(cursor)
	}
	return http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
}

// page reads and decodes a body.
func (c *Client) page(body io.Reader, e Endpoint) (list, *failure) {
	buf, _ := c.bodies.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= keepBufferBytes {
			c.bodies.Put(buf)
		}
	}()
	n, err := buf.ReadFrom(io.LimitReader(body, MaxBodyBytes+1))
	if err != nil {
		return list{}, c.transportFailure(err)
	}
	if n > MaxBodyBytes {
		return list{}, &failure{kind: KindBodyTooLarge, text: fmt.Sprintf("the body is larger than %d MiB", MaxBodyBytes>>20)}
	}
	names := c.borrowNames(e.Table)
	defer c.returnNames(e.Table, names)
	page, err := decode(buf.String(), e.form(), names)
	if p, ok := errors.AsType[*problem](err); ok {
		return list{}, &failure{kind: p.kind, text: c.clean(p.text), status: http.StatusOK, retry: true}
	}
	return page, nil
}

// statusFailure judges an answer that is not a 2xx (spec 08 "Retries").
func (c *Client) statusFailure(resp *http.Response, cursor string) *failure {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxFailureBytes)) // a cut message is still one
	said := saidIn(body)
	status := resp.StatusCode
	f := &failure{
		kind: KindStatus(status), status: status,
		text: fmt.Sprintf("%d %s", status, http.StatusText(status)) + colon(c.clean(said.best())),
	}
	switch {
	case status == http.StatusTooManyRequests:
		c.rateLimited.Add(1)
		f.retry, f.transient = true, true
		f.named, f.hasNamed = namedWait(resp.Header, said, time.Now())
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		f.retry, f.transient = true, true
	case status == http.StatusUnauthorized:
		f.err = ErrTokenRefused
		f.hint = "make a token in the CRM and set SALESMAP_TOKEN; a new token makes the old one worthless"
	case status == http.StatusForbidden:
		f.err = ErrForbidden
		f.hint = "the workspace may restrict IP addresses: allow this machine's in the CRM"
	case status == http.StatusBadRequest && cursor != "":
		f.err = ErrCursorRefused
	case status == http.StatusNotFound:
		f.hint = "check the base URL"
	}
	return f
}

// said is what a failure's body says.
type said struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Failure string `json:"error"`
	raw     string // the body, if it is not JSON
}

func saidIn(body []byte) said {
	var s said
	if err := json.Unmarshal(body, &s); err != nil && s == (said{}) {
		s.raw = string(body)
	}
	return s
}

// best is the most specific text; the raw body is never one.
func (s said) best() string {
	for _, text := range []string{s.Reason, s.Message, s.Failure} {
		if text != "" {
			return text
		}
	}
	if strings.HasPrefix(strings.TrimSpace(s.raw), "<") {
		return "HTML instead of JSON"
	}
	return ""
}

// transportFailure judges a call that got no whole answer.
func (c *Client) transportFailure(err error) *failure {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // its text has the address with the cursor, which nobody needs
	}
	f := &failure{kind: "network_error", text: c.clean(err.Error()), err: err, retry: true, transient: true}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		f.kind, f.retry, f.transient = KindTLS, false, false
		f.hint = "check the base URL, this machine's clock and its CA certificates"
	}
	if away, ok := errors.AsType[*redirectError](err); ok {
		f.kind, f.retry, f.transient = KindRedirect, false, false
		f.status, f.hint = away.status, "check the base URL"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		f.text = "no answer within " + c.opts.Timeout.String()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		f.text = "the answer breaks off"
	}
	return f
}

// redirectError is a redirect that is not followed.
type redirectError struct {
	status int
	to     string // scheme and host only
	reason string
}

func (e *redirectError) Error() string {
	return fmt.Sprintf("%d redirect to %s: %s", e.status, e.to, e.reason)
}

// checkRedirect follows a redirect only to the very same host, since the token
// goes with it, and counts it as the request that it is.
func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	to, from := req.URL, via[0].URL
	away := &redirectError{to: to.Scheme + "://" + to.Host}
	if req.Response != nil {
		away.status = req.Response.StatusCode
	}
	switch {
	case to.Scheme != from.Scheme || to.Host != from.Host || to.User != nil:
		away.reason = "another host must not see the token"
		return away
	case len(via) > maxRedirects:
		away.reason = "too many redirects"
		return away
	}
	if err := c.opts.Limiter.Wait(req.Context()); err != nil {
		return err
	}
	c.requests.Add(1)
	return nil
}

// clean makes a text fit for logs: one line, bounded, without the token.
func (c *Client) clean(text string) string {
	text = strings.ReplaceAll(text, c.opts.Token.Reveal(), obs.Redacted)
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if runes := []rune(text); len(runes) > maxMessageRunes {
		text = string(runes[:maxMessageRunes]) + "…"
	}
	return text
}
