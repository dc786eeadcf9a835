package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/qc"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/statepath"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// The kinds of problems; clients branch on them (openapi.yaml, Problem.type).
const (
	kindBadRequest       = "bad-request"
	kindUnauthorized     = "unauthorized"
	kindForbidden        = "forbidden"
	kindLimited          = "too-many-attempts"
	kindNotFound         = "not-found"
	kindMethodNotAllowed = "method-not-allowed"
	kindInvalidParameter = "invalid-parameter"
	kindNoSnapshot       = "no-snapshot"
	kindMissingData      = "missing-data"
	kindInternal         = "internal"
	kindOverloaded       = "overloaded"
	kindTimeout          = "timeout"

	problemURN      = "urn:salesmap-mirror:problem:"
	problemType     = "application/problem+json"
	statusGone      = 499 // logged only: the client went away before the answer
	retrySoon       = "1" // seconds
	internalProblem = "Something broke on the server; its log tells more under the request id."
)

var (
	errBodyOnGet  = errors.New("request body on GET")
	errOverloaded = errors.New("too many requests at once")
)

// invalidInputError is a request whose parameters cannot be understood.
type invalidInputError struct{ problems []invalidParameter }

func (e *invalidInputError) Error() string {
	lines := make([]string, len(e.problems))
	for i, p := range e.problems {
		lines[i] = p.Parameter + " " + p.Message
	}
	return strings.Join(lines, "; ")
}

// noSnapshotError says why nothing is served, in words for the client.
type noSnapshotError struct{ detail string }

func (e *noSnapshotError) Error() string { return e.detail }

// problem is an RFC 9457 problem.
type problem struct {
	Type      string             `json:"type"`
	Title     string             `json:"title"`
	Status    int                `json:"status"`
	Detail    string             `json:"detail"`
	RequestID string             `json:"request_id"`
	Errors    []invalidParameter `json:"errors,omitempty"`

	retryAfter string
}

// problemOf is the one table from errors to statuses. What it doesn't know is
// a 500 with a fixed text: causes belong in the log.
func problemOf(err error) problem {
	var invalid *invalidInputError
	var none *noSnapshotError
	var missing *crm.MissingError
	var value *performance.ValueError
	var report *revenue.ValueError
	var rankYears *rank.YearsError
	var pathYears *statepath.YearsError
	var checkTeam *dealcheck.UnknownTeamError
	var qcTeam *qc.UnknownTeamError
	var httpErr *echo.HTTPError
	if p, ok := accessProblem(err); ok {
		return p
	}
	switch {
	case errors.As(err, &invalid):
		p := newProblem(http.StatusUnprocessableEntity, kindInvalidParameter, invalid.Error())
		p.Errors = invalid.problems
		return p
	case errors.As(err, &report):
		return newProblem(http.StatusBadRequest, kindBadRequest, report.Detail)
	case errors.As(err, &value):
		return newProblem(http.StatusBadRequest, kindBadRequest, value.Detail)
	case errors.As(err, &rankYears), errors.As(err, &pathYears), errors.As(err, &checkTeam), errors.As(err, &qcTeam):
		return newProblem(http.StatusBadRequest, kindBadRequest, err.Error())
	case errors.Is(err, browse.ErrOrganizationNotFound), errors.Is(err, statepath.ErrOrganizationNotFound):
		return newProblem(http.StatusNotFound, kindNotFound, "Organization not found")
	case errors.As(err, &none):
		return newProblem(http.StatusInternalServerError, kindNoSnapshot, none.detail)
	case errors.As(err, &missing):
		return newProblem(http.StatusInternalServerError, kindMissingData, missing.Error())
	case errors.Is(err, tabular.ErrTooManyRows):
		return newProblem(http.StatusUnprocessableEntity, kindInvalidParameter, "The list is longer than a sheet may be; ask for format=csv.")
	case errors.Is(err, store.ErrOverwritten):
		return newProblem(http.StatusServiceUnavailable, kindOverloaded, "The snapshot file is being replaced; try again.").retry()
	case errors.Is(err, errOverloaded):
		return newProblem(http.StatusServiceUnavailable, kindOverloaded, "Too many requests at once; try again.").retry()
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, kindTimeout, "The answer took too long to compute; try again.").retry()
	case errors.Is(err, errBodyOnGet):
		return newProblem(http.StatusBadRequest, kindBadRequest, "GET and HEAD take no request body.")
	case errors.As(err, &httpErr) && httpErr.Code == http.StatusNotFound:
		return newProblem(http.StatusNotFound, kindNotFound, "Not Found")
	case errors.As(err, &httpErr) && httpErr.Code == http.StatusMethodNotAllowed:
		return newProblem(http.StatusMethodNotAllowed, kindMethodNotAllowed, "Method Not Allowed")
	default:
		return newProblem(http.StatusInternalServerError, kindInternal, internalProblem)
	}
}

func newProblem(status int, kind, detail string) problem {
	return problem{Type: problemURN + kind, Title: http.StatusText(status), Status: status, Detail: detail}
}

func (p problem) retry() problem {
	p.retryAfter = retrySoon
	return p
}

// handleError writes an error as a problem. It is echo's error handler and the
// only place that does; a response that has begun is left alone.
func (s *Server) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		c.Response().Status = statusGone
		return
	}
	p := problemOf(err)
	h := c.Response().Header()
	for _, name := range []string{headerETag, headerVersion, echo.HeaderContentDisposition, echo.HeaderContentEncoding, echo.HeaderContentLength} {
		h.Del(name)
	}
	protect(h)
	h.Set(echo.HeaderContentType, problemType)
	h.Set(echo.HeaderCacheControl, "no-store")
	if p.Status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="Salesmap Mirror"`)
	}
	if p.retryAfter != "" {
		h.Set(echo.HeaderRetryAfter, p.retryAfter)
	}
	if errors.Is(err, errBodyOnGet) {
		h.Set(echo.HeaderConnection, "close") // the body was not read
	}
	p.RequestID = h.Get(echo.HeaderXRequestID)
	body, err := json.Marshal(p)
	if err != nil {
		s.log.Error("encode a problem", zap.Error(err))
		body = []byte("{}")
	}
	c.Response().WriteHeader(p.Status)
	if c.Request().Method == http.MethodHead {
		return
	}
	if _, err := c.Response().Write(body); err != nil {
		s.log.Debug("write a problem", zap.Error(err))
	}
}
