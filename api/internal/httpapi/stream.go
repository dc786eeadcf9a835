package httpapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
)

// streamRoute is a GET endpoint without parameters whose answer is too large to
// be kept: it is written as it is made, and made anew for each request.
type streamRoute struct {
	path  string
	write func(ctx context.Context, s *served.Snapshot, w io.Writer) error
}

// streamRoutes is the table of the streamed endpoints.
func streamRoutes() []streamRoute {
	return []streamRoute{{"/api/initial-data", initialData}}
}

func initialData(ctx context.Context, s *served.Snapshot, w io.Writer) error {
	return s.InitialData.Write(ctx, w)
}

// streamBuffer is how many bytes of a stream wait for more. An error before
// that many is still answered as one.
const streamBuffer = 64 << 10

// stream serves a stream route. It holds the generation until the last byte, so
// that all of the answer is of one snapshot.
func (s *Server) stream(r streamRoute) echo.HandlerFunc {
	return func(c echo.Context) error {
		g, err := s.o.Generations.Acquire()
		if err != nil {
			return s.noSnapshot()
		}
		defer g.Release()
		h := c.Response().Header()
		etag := etagOf(g.ID, []byte(r.path))
		h[headerETag] = []string{etag}
		h[headerVersion] = []string{g.Version}
		h[echo.HeaderCacheControl] = revalidate
		if matchesETag(c.Request().Header[ifNoneMatch], etag) {
			return c.NoContent(http.StatusNotModified)
		}
		h[echo.HeaderContentType] = jsonType
		protect(h)
		coding := encoded.Negotiate(c.Request().Header.Get(echo.HeaderAcceptEncoding))
		if coding != encoded.Identity {
			h[echo.HeaderContentEncoding] = []string{coding.String()}
		}
		if c.Request().Method == http.MethodHead {
			return c.NoContent(http.StatusOK)
		}
		if err := s.writeStream(c, coding, func(w io.Writer) error {
			return r.write(c.Request().Context(), g.Content, w)
		}); err != nil {
			if c.Response().Committed {
				s.cutOff(c)
			}
			return err
		}
		return nil
	}
}

// writeStream sends what write writes in a coding.
func (s *Server) writeStream(c echo.Context, coding encoded.Coding, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(c.Response(), streamBuffer)
	packer, err := encoded.NewWriter(buffer, coding)
	if err != nil {
		return err
	}
	if err := write(packer); err != nil {
		// What the packer still holds must not reach the client as an end.
		buffer.Reset(io.Discard)
		return errors.Join(err, packer.Close())
	}
	return errors.Join(packer.Close(), buffer.Flush())
}

// cutOff ends a connection in the middle of a response: to end the response
// would say that it is whole.
func (s *Server) cutOff(c echo.Context) {
	conn, _, err := c.Response().Hijack()
	if err == nil {
		err = conn.Close()
	}
	if err != nil {
		s.log.Debug("cut off a response", zap.Error(err))
	}
}
