package httpapi

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
)

// Header names in the form that http.Header uses as keys.
const (
	headerETag    = "Etag"
	headerVersion = "X-Snapshot-Version"
)

// binder reads all parameters of a request, and computes nothing yet: what the
// answer is and how to write it.
type binder func(in *input, header http.Header) (*form, answer)

// binderOf reads what a data route needs. A route whose answer is a list has it
// as a table too.
func binderOf(r dataRoute) binder {
	x, listed := exports()[canonical(r.path)]
	if !listed {
		return func(in *input, _ http.Header) (*form, answer) { return asJSON, r.bind(in) }
	}
	return x.binder(r)
}

// data serves a data route.
func (s *Server) data(r dataRoute) echo.HandlerFunc { return s.respond(r.path, binderOf(r)) }

// respond answers: parse, hold the generation, revalidate, find or compute the
// bytes, write. The response comes from that one generation and says so.
func (s *Server) respond(path string, bind binder) echo.HandlerFunc {
	return func(c echo.Context) error {
		in := newInput(c, path)
		defer in.free()
		form, compute := bind(in, c.Request().Header)
		if err := in.err(); err != nil {
			return err
		}
		g, err := s.o.Generations.Acquire()
		if err != nil {
			return s.noSnapshot()
		}
		defer g.Release()
		if in.daily {
			in.addKey(g.Content.Day())
		}

		response, known := g.Content.Responses.Lookup(in.key)
		if !known {
			response = &cache.Response{
				ETag: []string{etagOf(g.ID, in.key)}, Version: []string{g.Version}, Disposition: form.disposition(g.Content),
			}
		}
		h := c.Response().Header()
		h[headerETag] = response.ETag
		h[headerVersion] = response.Version
		h[echo.HeaderCacheControl] = form.cacheControl
		if matchesETag(c.Request().Header[ifNoneMatch], response.ETag[0]) {
			return c.NoContent(http.StatusNotModified)
		}
		if known {
			s.metrics.cacheHits.Inc()
		} else {
			s.metrics.cacheMisses.Inc()
			if response, err = s.compute(c.Request().Context(), g, string(in.key), *response, form, compute); err != nil {
				return err
			}
		}
		h[echo.HeaderContentType] = form.contentType
		if response.Disposition != nil {
			h[echo.HeaderContentDisposition] = response.Disposition
		}
		if form.packed {
			return sendForm(c, response.Body.Form(encoded.Identity))
		}
		return send(c, response.Body)
	}
}

// compute makes a response in the generation's cache, or waits for another
// request that is about it.
func (s *Server) compute(ctx context.Context, g *Generation, key string, headers cache.Response, form *form, compute answer) (*cache.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.RequestTimeout)
	defer cancel()
	return g.Content.Responses.Get(ctx, key, func() (cache.Response, cache.Compute) {
		g.Retain() // the computation may outlive this request if others wait for it
		return headers, func(ctx context.Context) ([]byte, error) {
			defer g.Release()
			value, err := compute(ctx, g.Content)
			if err != nil {
				return nil, err
			}
			return form.encode(g.Content, value)
		}
	})
}

// send writes a body in the coding that the client prefers.
func send(c echo.Context, body *encoded.Body) error {
	return sendForm(c, body.Form(encoded.Negotiate(c.Request().Header.Get(echo.HeaderAcceptEncoding))))
}

func sendForm(c echo.Context, form *encoded.Form) error {
	h := c.Response().Header()
	protect(h)
	h[echo.HeaderContentLength] = form.Length
	if form.Encoding != nil {
		h[echo.HeaderContentEncoding] = form.Encoding
	}
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(form.Bytes)
	return err
}

// etagOf names a response: its generation, route and parameters. It is weak
// because the codings of one response share it.
func etagOf(generationID string, key []byte) string {
	sum := fnv.New64a()
	_, _ = sum.Write(key)
	var digest [8]byte
	b := make([]byte, 0, len(generationID)+2*len(digest)+5)
	b = append(b, `W/"`...)
	b = append(b, generationID...)
	b = append(b, '-')
	b = hex.AppendEncode(b, sum.Sum(digest[:0]))
	return string(append(b, '"'))
}

const ifNoneMatch = "If-None-Match"

// matchesETag compares weakly (RFC 9110 §8.8.3.2), so that a proxy that made
// the tag strong or weak changes nothing.
func matchesETag(headers []string, etag string) bool {
	opaque := strings.TrimPrefix(etag, "W/")
	for _, header := range headers {
		for candidate := range strings.SplitSeq(header, ",") {
			if strings.TrimPrefix(strings.TrimSpace(candidate), "W/") == opaque {
				return true
			}
		}
	}
	return false
}

// noSnapshot says why nothing is served (spec 10: data endpoints answer 500
// until there is a snapshot).
func (s *Server) noSnapshot() error {
	switch st := s.o.Generations.Status(); {
	case st.Rejected != nil:
		return &noSnapshotError{fmt.Sprintf("The database %s is not fit to be served: %s",
			st.Rejected.File.Name(), withoutPaths(st.Rejected.Reason))}
	case st.Missing:
		return &noSnapshotError{fmt.Sprintf("Database not found at %s: no snapshot has been published yet.", s.o.DBName)}
	default:
		return &noSnapshotError{fmt.Sprintf("%s: the first snapshot is being loaded.", generation.ErrNoSnapshot)}
	}
}
