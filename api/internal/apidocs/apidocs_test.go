package apidocs_test

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/apidocs"
)

func render(t *testing.T, doc string) string {
	t.Helper()
	page, err := apidocs.Render([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return string(page.HTML)
}

// ours is the document that the API serves.
func ours(t *testing.T) string {
	t.Helper()
	doc, err := os.ReadFile("../httpapi/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// TestRender_Ours: everything of the document is there, every link of the page
// leads somewhere, and nothing comes from elsewhere.
func TestRender_Ours(t *testing.T) {
	t.Parallel()
	doc := ours(t)
	html := render(t, doc)
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			t.Errorf("two things are called %s", m[1])
		}
		ids[m[1]] = true
	}
	operations := regexp.MustCompile(`(?m)^      operationId: (\S+)$`).FindAllStringSubmatch(doc, -1)
	if len(operations) < 40 {
		t.Fatalf("only %d operations", len(operations))
	}
	for _, m := range operations {
		if !ids["op-"+m[1]] {
			t.Errorf("no operation %s", m[1])
		}
	}
	_, schemas, _ := strings.Cut(doc, "\n  schemas:\n")
	for _, m := range regexp.MustCompile(`(?m)^    (\w+):$`).FindAllStringSubmatch(schemas, -1) {
		if !ids["schema-"+m[1]] {
			t.Errorf("no schema %s", m[1])
		}
	}
	links := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(html, -1)
	for _, m := range links {
		fragment, within := strings.CutPrefix(m[1], "#")
		switch {
		case within && !ids[fragment]:
			t.Errorf("a link to %s, which is nowhere", m[1])
		case !within && (!strings.HasPrefix(m[1], "/") || strings.HasPrefix(m[1], "//")):
			t.Errorf("a link to %s", m[1])
		}
	}
	for _, bad := range []string{"<script", "javascript:", "onclick", "@import", "url(", " style=", "ZgotmplZ"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	for _, part := range []string{
		`href="/api/sizes"`, `try /api/deal-check`, "list of ", `<a href="#schema-Organization`, "1 to 500, by default 200", ">required<",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	if strings.Contains(html, "%7Bid%7D") || strings.Contains(html, `href="/api/orgs/{id}"`) {
		t.Error("a link to try with a blank in it")
	}
}

func TestRender_StyleSource(t *testing.T) {
	t.Parallel()
	page, err := apidocs.Render([]byte(ours(t)))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindSubmatch(page.HTML)
	if m == nil {
		t.Fatal("no style")
	}
	sum := sha256.Sum256(m[1])
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; page.StyleSource != want {
		t.Errorf("%s, the style in the page has %s", page.StyleSource, want)
	}
}

const head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\ntags: [{name: a}]\n"

func TestRender_Escapes(t *testing.T) {
	t.Parallel()
	html := render(t, head+`
paths:
  /x:
    get:
      operationId: x
      tags: [a]
      summary: "<img src=x onerror=1> and `+"`<b>`"+`"
      parameters: [{name: q, in: query, required: true, schema: {enum: ['"><script>', b]}}]
      responses: {}
`)
	if strings.Contains(html, "<img") || strings.Contains(html, "<script") || !strings.Contains(html, "<code>&lt;b&gt;</code>") {
		t.Error(html)
	}
	if !strings.Contains(html, `href="/x?q=%22%3e%3cscript%3e"`) && !strings.Contains(html, `href="/x?q=%22%3E%3Cscript%3E"`) {
		t.Errorf("no address to try: %s", html)
	}
}

func TestRender_Schemas(t *testing.T) {
	t.Parallel()
	html := render(t, head+`
paths: {}
components:
  schemas:
    One:
      type: object
      required: [a]
      properties:
        a: {type: array, items: {type: object, properties: {b: {type: [integer, "null"], minimum: 1}}}}
        c: {type: object, additionalProperties: {$ref: "#/components/schemas/Two"}}
        d: {anyOf: [{$ref: "#/components/schemas/Two"}, {type: "null"}]}
        e: {const: x}
      examples: [{a: []}]
    Two: {type: string, format: date}
`)
	for _, part := range []string{
		"<code>a</code>", "<code>a[].b</code>", "integer or null, at least 1", `by key, <a href="#schema-Two">Two</a>`,
		`<a href="#schema-Two">Two</a> or null`, "<code>x</code>", "string (date)", "&#34;a&#34;: []",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("no %s in %s", part, html)
		}
	}
}

func TestRender_Refuses(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"no YAML": "a: [", "no paths": head, "no such tag": head + "paths: {/x: {get: {tags: [b]}}}", "odd path": head + "paths: {/x: [1]}",
	} {
		if _, err := apidocs.Render([]byte(doc)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
