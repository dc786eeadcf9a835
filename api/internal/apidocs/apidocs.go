// Package apidocs makes a page for people out of an OpenAPI 3.1 document: one
// file of HTML with its style inside, no script, nothing from elsewhere, so
// that it works without internet and under the strictest content policy.
package apidocs

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"

	"go.yaml.in/yaml/v3"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

// Page is the page and what a content policy must say to let it show.
type Page struct {
	HTML        []byte
	StyleSource string // for style-src, 'sha256-…' with its quotes
}

// Render makes the page of a document in YAML or JSON.
func Render(openAPI []byte) (Page, error) {
	var doc document
	if err := yaml.Unmarshal(openAPI, &doc); err != nil {
		return Page{}, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	page, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return Page{}, fmt.Errorf("parse the page's template: %w", err)
	}
	view, err := newView(&doc)
	if err != nil {
		return Page{}, err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, view); err != nil {
		return Page{}, fmt.Errorf("write the page: %w", err)
	}
	sum := sha256.Sum256([]byte(pageStyle))
	return Page{HTML: out.Bytes(), StyleSource: "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}, nil
}

// document is what of OpenAPI the page shows.
type document struct {
	Info struct {
		Title, Version, Summary, Description string
	}
	Tags []struct {
		Name, Description string
	}
	Paths      yaml.Node // a mapping whose order counts
	Components struct {
		Parameters map[string]parameter
		Responses  map[string]response
		Schemas    map[string]*schema
	}
}

type operation struct {
	OperationID string   `yaml:"operationId"`
	Tags        []string `yaml:"tags"`
	Summary     string
	Description string
	Parameters  []parameter
	RequestBody *struct{ Content map[string]media } `yaml:"requestBody"`
	Responses   map[string]response
}

type parameter struct {
	Ref         string `yaml:"$ref"`
	Name, In    string
	Description string
	Required    bool
	Example     any
	Schema      *schema
}

type response struct {
	Ref         string `yaml:"$ref"`
	Description string
	Content     map[string]media
}

type media struct{ Schema *schema }

// schema is the part of JSON Schema that the document uses.
type schema struct {
	Ref                  string    `yaml:"$ref"`
	Type                 yaml.Node // a name, or a list of them
	Format, Description  string
	Enum                 []any
	Const, Default       any
	Minimum, Maximum     *float64
	Items                *schema
	PrefixItems          []*schema `yaml:"prefixItems"`
	Properties           yaml.Node // a mapping whose order counts
	Required             []string
	AdditionalProperties yaml.Node          `yaml:"additionalProperties"`
	PatternProperties    map[string]*schema `yaml:"patternProperties"`
	AnyOf                []*schema          `yaml:"anyOf"`
	OneOf                []*schema          `yaml:"oneOf"`
	AllOf                []*schema          `yaml:"allOf"`
	Examples             []any
}
