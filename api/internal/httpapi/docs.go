package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/apidocs"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

// docsPage is the OpenAPI document for people, made once.
type docsPage struct {
	body   *encoded.Body
	etag   string
	policy []string
}

// builtInDocs is made of the embedded document once, however many servers there
// are.
var builtInDocs = sync.OnceValues(loadDocs)

func loadDocs() (*docsPage, error) {
	page, err := apidocs.Render(openAPI)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(page.HTML)
	return &docsPage{
		body: encoded.New(page.HTML, nil), etag: `W/"` + hex.EncodeToString(sum[:8]) + `"`,
		policy: []string{"default-src 'none'; style-src " + page.StyleSource + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	}, nil
}

func (d *docsPage) serve(c echo.Context) error {
	c.Response().Header()["Content-Security-Policy"] = d.policy
	return sendFile(c, d.body, "text/html; charset=utf-8", d.etag, "no-cache")
}
