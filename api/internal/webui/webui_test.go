package webui_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/webui"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	s, err := webui.Load(fstest.MapFS{
		"index.html":                {Data: []byte("<!doctype html>")},
		"favicon.svg":               {Data: []byte("<svg/>")},
		".vite/manifest.json":       {Data: []byte("{}")},
		".hidden":                   {Data: []byte("x")},
		"assets/index-abc.js":       {Data: []byte("1")},
		"assets/index-abc.css":      {Data: []byte("2")},
		"assets/fonts/deep.woff2":   {Data: []byte("3")},
		"assets/data.unknown-stuff": {Data: []byte("4")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		"index.html":                {"text/html; charset=utf-8", "no-cache"},
		"favicon.svg":               {"image/svg+xml", "no-cache"},
		"assets/index-abc.js":       {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		"assets/index-abc.css":      {"text/css; charset=utf-8", "public, max-age=31536000, immutable"},
		"assets/fonts/deep.woff2":   {"font/woff2", "public, max-age=31536000, immutable"},
		"assets/data.unknown-stuff": {"application/octet-stream", "public, max-age=31536000, immutable"},
	} {
		a, ok := s.Find(name)
		if !ok || a.ContentType != want[0] || a.CacheControl != want[1] || !strings.HasPrefix(a.ETag, `W/"`) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if page, ok := s.Find("index.html"); !ok || s.Index() != page {
		t.Error("the page is not the page")
	}
	if _, ok := s.Find(".hidden"); ok {
		t.Error("hidden files are served")
	}
	if got := s.RootFiles(); !slices.Equal(got, []string{"favicon.svg"}) {
		t.Errorf("files beside the page: %q", got)
	}
	a, _ := s.Find("assets/index-abc.js")
	b, _ := s.Find("assets/index-abc.css")
	if a.ETag == b.ETag {
		t.Error("two files have one ETag")
	}
}

func TestLoad_NotADashboard(t *testing.T) {
	t.Parallel()
	page := &fstest.MapFile{Data: []byte("<!doctype html>")}
	huge := &fstest.MapFile{Data: make([]byte, 33<<20)}
	if _, err := webui.Load(fstest.MapFS{"index.html": page, "a.bin": huge, "b.bin": huge}); err == nil || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("a huge folder: %v", err)
	}
	if _, err := webui.Load(fstest.MapFS{"index.html": {Mode: fs.ModeDir | 0o755}}); err == nil {
		t.Error("a folder called index.html was taken for the page")
	}
	s, err := webui.Load(fstest.MapFS{"index.html": page, "pipe": {Mode: fs.ModeNamedPipe}, "link": {Mode: fs.ModeSymlink}})
	if err != nil || len(s.RootFiles()) != 0 {
		t.Errorf("what is no file was read: %v, %v", s, err)
	}
}

func TestLoad_NoPage(t *testing.T) {
	t.Parallel()
	if _, err := webui.Load(fstest.MapFS{"other.html": {}}); err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("error %v", err)
	}
}

func TestBuiltIn(t *testing.T) {
	t.Parallel()
	s, err := webui.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	page := string(s.Index().Body.Plain())
	for _, inline := range []string{"<script>", "<style", " style=", "onclick="} {
		if strings.Contains(page, inline) { // our own policy would block it
			t.Errorf("the page has %s", inline)
		}
	}
}
