package httpapi

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

// orUnpublished serves a data route that has something to say without a
// snapshot: the workspace; performance views refuse values that none would make
// sense of, and the P&L has answers that need no deals. These are not cached.
func (s *Server) orUnpublished(r dataRoute) echo.HandlerFunc {
	serve := s.data(r)
	return func(c echo.Context) error {
		none := serve(c)
		if _, ok := errors.AsType[*noSnapshotError](none); !ok || s.o.Unpublished == nil {
			return none
		}
		value, err := r.bind(newInput(c, r.path))(c.Request().Context(), s.o.Unpublished())
		if errors.Is(err, performance.ErrNoSnapshot) {
			return none
		}
		if err != nil {
			return err
		}
		body, err := encodeJSON(value)
		if err != nil {
			return err
		}
		c.Response().Header()[echo.HeaderCacheControl] = revalidate
		return c.JSONBlob(http.StatusOK, body)
	}
}
