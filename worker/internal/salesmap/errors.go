package salesmap

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Sentinels for what callers branch on; test with errors.Is.
var (
	// ErrTokenRefused is a 401: no other call can succeed, the run must stop.
	ErrTokenRefused = errors.New("token refused")
	// ErrForbidden is a 403; workspaces may restrict IP addresses.
	ErrForbidden = errors.New("access forbidden")
	// ErrCursorRefused is a 400 to a call with a cursor: the list must be read
	// from its start again.
	ErrCursorRefused = errors.New("cursor refused")
)

// Kinds of failure. A failed table is recorded as `page<N>:<kind>` in manifest,
// history and checkpoint (spec 08 "Retries"); other statuses are `http_<code>`.
const (
	// KindMaxRetries: 429, 5xx, network errors, timeouts or cut bodies until
	// the retries were used up.
	KindMaxRetries = "max_retries_exceeded"
	// KindJSON: the body was not JSON (or HTML), also when asked again.
	KindJSON = "json_error"
	// KindSuccessFalse: 200 with "success": false, also when asked again.
	KindSuccessFalse = "success_false"
	// KindDataMissing: the answer has no "data" object.
	KindDataMissing = "data_missing"
	// KindListMalformed: the list is missing or not an array of objects.
	KindListMalformed = "list_malformed"
	// KindRedirect: the server wants the call to go to another host.
	KindRedirect = "redirect_refused"
	// KindBodyTooLarge: the body is larger than MaxBodyBytes.
	KindBodyTooLarge = "body_too_large"
	// KindTLS: the server's certificate is not to be trusted.
	KindTLS = "tls_error"
	// KindCursorLoop: the answer's cursor leads back to a page already read.
	KindCursorLoop = "cursor_loop"
	// KindEmptyPages: MaxEmptyPages in a row, each with a further cursor.
	KindEmptyPages = "empty_pages"
)

// KindStatus is the kind of a status that is not asked again.
func KindStatus(code int) string { return "http_" + strconv.Itoa(code) }

// Error is a call that failed for good. It never holds the token.
type Error struct {
	Kind     string // see the Kind constants
	Op       string // "GET /deal"
	Status   int    // of the last answer, 0 if none came
	Message  string // what the server or the network said last
	Hint     string // what an operator can do, if we know
	Attempts int    // calls made, retries included
	err      error  // sentinel or cause, for errors.Is and As
}

// Error says what was called, what came back and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	for _, sentinel := range []error{ErrTokenRefused, ErrForbidden, ErrCursorRefused} {
		if errors.Is(e.err, sentinel) {
			b.WriteString(sentinel.Error() + ": ")
		}
	}
	b.WriteString(e.Kind)
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d attempts", e.Attempts)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// Unwrap gives the sentinel or the cause.
func (e *Error) Unwrap() error { return e.err }

// KindOf returns the kind of a failure for `page<N>:<kind>`; an error that is
// not from this package is "error".
func KindOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return "error"
}

// colon joins a text to the sentence before it, if there is one.
func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}
