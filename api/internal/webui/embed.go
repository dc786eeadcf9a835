//go:build embedui

package webui

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// BuiltIn returns the dashboard in this binary.
func BuiltIn() (*Site, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("load dashboard: %w", err)
	}
	return Load(files)
}
