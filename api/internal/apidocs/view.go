package apidocs

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// errPaths says that the document is no OpenAPI document.
var errPaths = errors.New("the OpenAPI document has no paths")

const schemaPrefix = "#/components/schemas/"

// view is what the template shows.
type view struct {
	Title, Version, Summary string
	Style                   template.CSS
	Description             [][]span
	Groups                  []group
	Schemas                 []schemaView
}

// group is the operations of a tag.
type group struct {
	Name        string
	Description [][]span
	Operations  []operationView
}

type operationView struct {
	Method, Path, ID string
	Summary          []span
	Description      [][]span
	Parameters       []fieldView
	Body             []bodyView
	Responses        []responseView
	Try              string // an address to open; empty: it takes something to be filled in
}

type responseView struct {
	Status      string
	Description []span
	Bodies      []bodyView
}

type bodyView struct {
	MediaType string
	Type      []span
}

// fieldView is a row: a parameter or a property.
type fieldView struct {
	Name, In    string
	Required    bool
	Type        []span
	Description []span
}

type schemaView struct {
	Name        string
	Type        []span // of one without fields
	Description [][]span
	Fields      []fieldView
	Examples    []string
}

// span is a piece of a line: plain, code, or a link within the page.
type span struct {
	Text, Link string
	Code       bool
}

// methods in the order of the page.
func methods() []string { return []string{"get", "post", "put", "patch", "delete"} }

func newView(doc *document) (*view, error) {
	if doc.Paths.Kind != yaml.MappingNode {
		return nil, errPaths
	}
	v := &view{
		Title: doc.Info.Title, Version: doc.Info.Version, Summary: doc.Info.Summary,
		Style:       template.CSS(pageStyle), //nolint:gosec // our own file
		Description: paragraphs(doc.Info.Description),
	}
	groups := map[string]*group{}
	for _, tag := range doc.Tags {
		v.Groups = append(v.Groups, group{Name: tag.Name, Description: paragraphs(tag.Description)})
	}
	for i := range v.Groups {
		groups[v.Groups[i].Name] = &v.Groups[i]
	}
	for i := 0; i+1 < len(doc.Paths.Content); i += 2 {
		path := doc.Paths.Content[i].Value
		var item map[string]operation
		if err := doc.Paths.Content[i+1].Decode(&item); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		for _, method := range methods() {
			op, ok := item[method]
			if !ok {
				continue
			}
			in := groups[strings.Join(op.Tags[:min(len(op.Tags), 1)], "")]
			if in == nil {
				return nil, fmt.Errorf("%s %s: no such tag: %v", method, path, op.Tags)
			}
			in.Operations = append(in.Operations, doc.operationView(strings.ToUpper(method), path, op))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		v.Schemas = append(v.Schemas, schemaViewOf(name, doc.Components.Schemas[name]))
	}
	return v, nil
}

func (doc *document) operationView(method, path string, op operation) operationView {
	v := operationView{Method: method, Path: path, ID: op.OperationID, Summary: spans(op.Summary), Description: paragraphs(op.Description)}
	query, canTry := url.Values{}, method == "GET"
	for _, p := range op.Parameters {
		if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
			p = doc.Components.Parameters[name]
		}
		v.Parameters = append(v.Parameters, fieldView{
			Name: p.Name, In: p.In, Required: p.Required, Type: typeOf(p.Schema), Description: spans(p.Description),
		})
		if p.Required {
			value, ok := sample(p)
			query.Set(p.Name, value)
			canTry = canTry && ok && p.In == "query"
		}
	}
	if canTry {
		v.Try = (&url.URL{Path: path, RawQuery: query.Encode()}).String()
	}
	if op.RequestBody != nil {
		v.Body = bodies(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		if name, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
			r = doc.Components.Responses[name]
		}
		v.Responses = append(v.Responses, responseView{Status: status, Description: spans(r.Description), Bodies: bodies(r.Content)})
	}
	return v
}

// sample is a value to try a required parameter with.
func sample(p parameter) (string, bool) {
	value := p.Example
	if p.Schema != nil {
		if value == nil {
			value = p.Schema.Default
		}
		if value == nil && len(p.Schema.Enum) > 0 {
			value = p.Schema.Enum[0]
		}
		if value == nil && len(p.Schema.Examples) > 0 {
			value = p.Schema.Examples[0]
		}
	}
	if value == nil {
		return "", false
	}
	return fmt.Sprint(value), true
}

func bodies(content map[string]media) []bodyView {
	var all []bodyView
	for _, mediaType := range slices.Sorted(maps.Keys(content)) {
		all = append(all, bodyView{MediaType: mediaType, Type: typeOf(content[mediaType].Schema)})
	}
	return all
}

func schemaViewOf(name string, s *schema) schemaView {
	v := schemaView{Name: name, Description: paragraphs(s.Description), Fields: fields("", s)}
	if len(v.Fields) == 0 {
		v.Type = typeOf(s)
	}
	for _, example := range s.Examples {
		if text, err := json.MarshalIndent(example, "", "  "); err == nil {
			v.Examples = append(v.Examples, string(text))
		}
	}
	return v
}

// paragraphs splits a description at its blank lines.
func paragraphs(text string) [][]span {
	var all [][]span
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, spans(part))
		}
	}
	return all
}

// spans reads the one bit of markup that descriptions use: code in backticks.
func spans(text string) []span {
	var all []span
	code := false
	for part := range strings.SplitSeq(strings.TrimSpace(text), "`") {
		if part != "" {
			all = append(all, span{Text: part, Code: code})
		}
		code = !code
	}
	return all
}
