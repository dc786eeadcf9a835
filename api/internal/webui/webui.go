// Package webui serves the built dashboard: from the binary, where the
// Makefile copied it before building with the tag `embedui`, or from a folder.
// Without either there is a page that says how to get one.
package webui

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

// index is the page in a built dashboard; hashed is the folder whose files have
// their hash in their names, so that they never change.
const (
	index  = "index.html"
	hashed = "assets/"
)

// Values of Cache-Control.
const (
	revalidate = "no-cache"
	immutable  = "public, max-age=31536000, immutable"
)

// Asset is one file, ready to be sent.
type Asset struct {
	Body         *encoded.Body
	ContentType  string
	CacheControl string
	ETag         string
}

// Site is a built dashboard in memory.
type Site struct {
	assets map[string]*Asset // by path without leading slash
}

// maxBytes is more than any dashboard takes; a folder with more is another one,
// given by mistake, and must not fill the memory.
const maxBytes = 64 << 20

// Load reads a built dashboard. A folder without index.html, or one far too
// large, is an error.
func Load(files fs.FS) (*Site, error) {
	if info, err := fs.Stat(files, index); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("load dashboard: no %s", index)
	}
	s := &Site{assets: map[string]*Asset{}}
	total := 0
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch hidden := name != "." && strings.HasPrefix(entry.Name(), "."); {
		case err != nil:
			return err
		case hidden && entry.IsDir():
			return fs.SkipDir
		case hidden || !entry.Type().IsRegular():
			return nil
		}
		bytes, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if total += len(bytes); total > maxBytes {
			return fmt.Errorf("more than %d MiB", maxBytes>>20)
		}
		s.assets[name] = newAsset(name, bytes)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load dashboard: %w", err)
	}
	return s, nil
}

func newAsset(name string, bytes []byte) *Asset {
	sum := sha256.Sum256(bytes)
	a := &Asset{
		Body:        encoded.New(bytes, nil),
		ContentType: contentType(name), CacheControl: revalidate,
		ETag: `W/"` + hex.EncodeToString(sum[:8]) + `"`,
	}
	if strings.HasPrefix(name, hashed) {
		a.CacheControl = immutable
	}
	return a
}

// contentType goes by our own table first: a scratch image has no MIME
// database, and other machines' must not change what we say.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// Index returns the page.
func (s *Site) Index() *Asset { return s.assets[index] }

// Find returns the asset at a path without leading slash.
func (s *Site) Find(name string) (*Asset, bool) {
	a, ok := s.assets[name]
	return a, ok
}

// RootFiles lists the files beside the page, such as icons.
func (s *Site) RootFiles() []string {
	var names []string
	for name := range s.assets {
		if name != index && !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
