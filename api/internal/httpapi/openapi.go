package httpapi

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
	"go.yaml.in/yaml/v3"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

//go:embed openapi.yaml
var openAPI []byte

// document is the OpenAPI document as it is served.
type document struct {
	body *encoded.Body
	etag string
}

func loadOpenAPI() (*document, error) {
	var tree any
	if err := yaml.Unmarshal(openAPI, &tree); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	body, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	sum := sha256.Sum256(body)
	return &document{body: encoded.New(body, nil), etag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}, nil
}

func (d *document) serve(c echo.Context) error {
	return sendFile(c, d.body, "application/json", d.etag, "no-cache")
}

// sendFile writes a body that doesn't depend on the snapshot.
func sendFile(c echo.Context, body *encoded.Body, contentType, etag, cacheControl string) error {
	h := c.Response().Header()
	h[headerETag] = []string{etag}
	h.Set(echo.HeaderCacheControl, cacheControl)
	if matchesETag(c.Request().Header[ifNoneMatch], etag) {
		return c.NoContent(http.StatusNotModified)
	}
	h.Set(echo.HeaderContentType, contentType)
	return send(c, body)
}
