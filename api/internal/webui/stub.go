//go:build !embedui

package webui

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed stub
var stub embed.FS

// BuiltIn returns the dashboard in this binary: this one was built without, so
// it is a page that says how to get it.
func BuiltIn() (*Site, error) {
	files, err := fs.Sub(stub, "stub")
	if err != nil {
		return nil, fmt.Errorf("load dashboard: %w", err)
	}
	return Load(files)
}
