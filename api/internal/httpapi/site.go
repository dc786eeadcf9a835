package httpapi

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/webui"
)

// asset serves one file of the dashboard.
func (s *Server) asset(a *webui.Asset) echo.HandlerFunc {
	return func(c echo.Context) error {
		return sendAsset(c, a)
	}
}

// hashedAsset serves the files below /assets/. They are looked up by name among
// those loaded, so no path can lead elsewhere.
func (s *Server) hashedAsset(c echo.Context) error {
	a, ok := s.o.Site.Find(strings.TrimPrefix(c.Request().URL.Path, "/"))
	if !ok {
		return echo.ErrNotFound
	}
	return sendAsset(c, a)
}

func sendAsset(c echo.Context, a *webui.Asset) error {
	protectPage(c.Response().Header())
	return sendFile(c, a.Body, a.ContentType, a.ETag, a.CacheControl)
}
