package httpapi

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
)

// orUnpublished serves what has something to say without a snapshot: the
// workspace; performance views and the revenue report refuse values that none
// would make sense of, and the P&L has answers that need no deals. These are not
// cached.
func (s *Server) orUnpublished(path string, bind binder) echo.HandlerFunc {
	serve := s.respond(path, bind)
	return func(c echo.Context) error {
		none := serve(c)
		if _, ok := errors.AsType[*noSnapshotError](none); !ok || s.o.Unpublished == nil {
			return none
		}
		form, compute := bind(newInput(c, path), c.Request().Header)
		unpublished := s.o.Unpublished()
		value, err := compute(c.Request().Context(), unpublished)
		if errors.Is(err, performance.ErrNoSnapshot) || errors.Is(err, revenue.ErrNoSnapshot) {
			return none
		}
		if err != nil {
			return err
		}
		body, err := form.encode(unpublished, value)
		if err != nil {
			return err
		}
		h := c.Response().Header()
		h[echo.HeaderCacheControl] = form.cacheControl
		if file := form.disposition(unpublished); file != nil {
			h[echo.HeaderContentDisposition] = file
		}
		return c.Blob(http.StatusOK, form.contentType[0], body)
	}
}
