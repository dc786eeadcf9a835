package httpapi_test

import (
	"encoding/json"
	"maps"
	"math"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// openAPI is the document as it is served.
type openAPI struct {
	raw   any
	Paths map[string]struct {
		Get struct {
			Parameters []openAPIParameter
			Responses  map[string]openAPIResponse
		}
	}
	Components struct {
		Responses map[string]openAPIResponse
		Schemas   map[string]any
	}
}

type openAPIParameter struct {
	Name, In, Description string
	Required              bool
	Schema                struct {
		Type    string
		Default any
		Minimum *float64
		Maximum *float64
	}
}

type openAPIResponse struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema struct {
			Ref string `json:"$ref"`
		}
	}
}

func (s *service) openAPI() openAPI {
	s.tb.Helper()
	r := s.get("/openapi.json")
	if r.Status != 200 || r.Header.Get("Content-Type") != "application/json" {
		s.tb.Fatalf("/openapi.json: %d %v", r.Status, r.Header)
	}
	var doc openAPI
	r.decode(s.tb, &doc)
	r.decode(s.tb, &doc.raw)
	return doc
}

// schemaOf names the schema of a response: path, status, media type.
func (d openAPI) schemaOf(tb testing.TB, path, status, mediaType string) string {
	tb.Helper()
	resp, ok := d.Paths[path].Get.Responses[status]
	if !ok {
		resp = d.Paths[path].Get.Responses["default"]
	}
	if name, ok := strings.CutPrefix(resp.Ref, "#/components/responses/"); ok {
		resp = d.Components.Responses[name]
	}
	ref := resp.Content[mediaType].Schema.Ref
	if ref == "" {
		tb.Fatalf("the document has no %s response of %s with %s", status, path, mediaType)
	}
	return ref
}

func TestOpenAPI_Routes(t *testing.T) {
	t.Parallel()
	s := small(t)
	doc := s.openAPI()
	var have []string
	for _, r := range httpapi.RoutesForTest(s.Server) {
		have = append(have, r.OpenAPIPath)
		// The parameters, in order, with their types, bounds and defaults.
		var want []httpapi.ParameterForTest
		for _, p := range doc.Paths[r.OpenAPIPath].Get.Parameters {
			if p.Description == "" {
				t.Errorf("%s: parameter %s has no description", r.OpenAPIPath, p.Name)
			}
			if p.In == "path" {
				if !p.Required || !strings.Contains(r.OpenAPIPath, "{"+p.Name+"}") {
					t.Errorf("%s: path parameter %s", r.OpenAPIPath, p.Name)
				}
				continue
			}
			w := httpapi.ParameterForTest{Name: p.Name, Kind: p.Schema.Type, Required: p.Required, Fallback: p.Schema.Default}
			if p.Schema.Type == "integer" {
				w.Min, w.Max = math.MinInt, math.MaxInt
				if p.Schema.Minimum != nil {
					w.Min = int(*p.Schema.Minimum)
				}
				if p.Schema.Maximum != nil {
					w.Max = int(*p.Schema.Maximum)
				}
				if x, ok := p.Schema.Default.(float64); ok {
					w.Fallback = int(x)
				}
			}
			if p.Schema.Type == "string" && p.Schema.Default == nil {
				w.Fallback = ""
			}
			want = append(want, w)
		}
		if diff := cmp.Diff(want, r.Parameters); diff != "" {
			t.Errorf("%s: parameters in the document (-) and in the code (+):\n%s", r.OpenAPIPath, diff)
		}
		if strings.Contains(r.OpenAPIPath, "{id}") && !slices.ContainsFunc(doc.Paths[r.OpenAPIPath].Get.Parameters, func(p openAPIParameter) bool { return p.In == "path" }) {
			t.Errorf("%s: the document has no path parameter", r.OpenAPIPath)
		}
	}
	slices.Sort(have)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(doc.Paths)), have); diff != "" {
		t.Errorf("routes in the document (-) and in the code (+):\n%s", diff)
	}
}

// TestOpenAPI_Methods holds the router itself against the document: whatever
// answers is in it, except the page and its files.
func TestOpenAPI_Methods(t *testing.T) {
	t.Parallel()
	s := small(t)
	var raw struct {
		Paths map[string]map[string]json.RawMessage
	}
	s.get("/openapi.json").decode(t, &raw)
	documented := map[string]bool{}
	for path, methods := range raw.Paths {
		for method := range methods {
			if method == "parameters" || method == "summary" {
				continue
			}
			documented[strings.ToUpper(method)+" "+path] = true
			if method == "get" {
				documented["HEAD "+path] = true // as info.description says
			}
		}
	}
	page := append([]string{"/", "/org_tables_v2.html", "/assets/*"}, httpapi.PageFilesForTest(s.Server)...)
	routed := map[string]bool{}
	for _, r := range httpapi.EchoRoutesForTest(s.Server) {
		if slices.Contains(page, r.Path) || r.Method == echo.RouteNotFound {
			continue
		}
		routed[r.Method+" "+regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(r.Path, "{$1}")] = true
	}
	if diff := cmp.Diff(documented, routed); diff != "" {
		t.Errorf("what the document has (-) and what is routed (+):\n%s", diff)
	}
}

// validator checks JSON against the document's schemas; OpenAPI 3.1 schemas
// are JSON Schema.
type validator struct {
	tb       testing.TB
	compiler *jsonschema.Compiler
}

func newValidator(tb testing.TB, doc openAPI) *validator {
	tb.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc.raw); err != nil {
		tb.Fatal(err)
	}
	return &validator{tb: tb, compiler: c}
}

func (v *validator) check(ref, body string) error {
	v.tb.Helper()
	schema, err := v.compiler.Compile("openapi.json" + ref)
	if err != nil {
		v.tb.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func TestOpenAPI_SchemasCompile(t *testing.T) {
	t.Parallel()
	doc := small(t).openAPI()
	v := newValidator(t, doc)
	for name := range doc.Components.Schemas {
		if _, err := v.compiler.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// pathOf finds the document's path for a request path.
func (d openAPI) pathOf(path string) (string, bool) {
	for pattern := range d.Paths {
		re := regexp.MustCompile("^" + regexp.MustCompile(`\\\{[^/]*\\\}`).ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+") + "$")
		if re.MatchString(path) && !strings.Contains(pattern, path+"/") {
			return pattern, true
		}
	}
	return "", false
}

// placeholders puts values into recorded responses where the recorder left out
// what is no text (shared/testkit/golden README).
var placeholders = strings.NewReplacer(
	`"<actual_file_mtime>"`, "0", `"<existing_2025_list_mtime>"`, "0", `"<generated_at>"`, `"2026-02-05T01:00:00Z"`,
	`"<db_mtime>"`, "0",
)

// withValues is a recorded body with values for placeholders. The revenue
// report's version is a number, that of other lists a text.
func withValues(r golden.Response) string {
	body := placeholders.Replace(string(r.Body))
	if strings.HasPrefix(r.ID, "qc.monthly.") {
		body = strings.ReplaceAll(body, `"<db_version>"`, "1770253200.5")
	}
	return body
}

// TestOpenAPI_Golden holds the recorded responses, and ours to the same
// requests, against the schemas: what clients generate from the document fits
// what people have relied on.
func TestOpenAPI_Golden(t *testing.T) {
	t.Parallel()
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		t.Run(string(numbers), func(t *testing.T) {
			t.Parallel()
			set := settings{rules: normalise.RulesFor(numbers), workspace: goldentest.Workspace(t)}
			s := start(t, golden.Snapshot(t), set).ready()
			doc := s.openAPI()
			v := newValidator(t, doc)
			checked := 0
			for _, mode := range []string{golden.Legacy, golden.Strict, golden.Lean, golden.NoDB} {
				for _, family := range golden.Families(t, mode) {
					if family != "notfound" {
						checked += s.checkAgainstDocument(t, doc, v, golden.Responses(t, mode, family))
					}
				}
			}
			t.Logf("%d requests checked", checked)
			if checked < 200 {
				t.Errorf("only %d requests checked", checked)
			}
		})
	}
}

// checkAgainstDocument holds recorded responses and ours to the same requests
// against the document and returns how many there were.
func (s *service) checkAgainstDocument(t *testing.T, doc openAPI, v *validator, recorded []golden.Response) int {
	t.Helper()
	for _, r := range recorded {
		ours := goldentest.Ask(t, s.URL, r)
		path, ok := doc.pathOf(strings.ReplaceAll(r.Path, "%", "x"))
		if !ok && r.Status == http.StatusNotFound && ours.Status == http.StatusNotFound {
			continue // nor is there such a route
		}
		if !ok {
			t.Fatalf("%s: %s is not in the document", r.ID, r.Path)
		}
		if kind, _, err := mime.ParseMediaType(r.ContentType); err == nil && r.Status == http.StatusOK && kind != "application/json" {
			if _, ok := doc.Paths[path].Get.Responses["200"].Content[kind]; !ok {
				t.Errorf("%s: the document has no %s of %s", r.ID, kind, path)
			}
			continue // no JSON, no schema
		}
		if r.Status == http.StatusOK {
			if err := v.check(doc.schemaOf(t, path, "200", "application/json"), withValues(r)); err != nil {
				t.Errorf("%s, recorded: %v", r.ID, err)
			}
		}
		if ours.Status == http.StatusOK && ours.ContentType != "application/json" {
			continue
		}
		status, mediaType := "200", "application/json"
		if ours.Status != http.StatusOK {
			status, mediaType = "default", "application/problem+json"
		}
		if err := v.check(doc.schemaOf(t, path, status, mediaType), string(ours.Body)); err != nil {
			t.Errorf("%s, ours: %v", r.ID, err)
		}
	}
	return len(recorded)
}

func TestOpenAPI_OtherResponses(t *testing.T) {
	t.Parallel()
	volume := snapshottest.NewVolume(t)
	s := start(t, volume.Live(), settings{})
	doc := s.openAPI()
	v := newValidator(t, doc)
	check := func(path, status, mediaType string) {
		t.Helper()
		r := s.get(path)
		if err := v.check(doc.schemaOf(t, path, status, mediaType), r.Body); err != nil {
			t.Errorf("%s: %v\n%s", path, err, r.Body)
		}
	}
	check("/api/health", "200", "application/json")
	check("/livez", "200", "application/json")
	check("/readyz", "503", "application/json")
	check("/api/snapshot", "500", "application/problem+json")
	check("/api/sizes", "500", "application/problem+json")
	volume.Publish(volume.Add(snapshottest.Small(1)))
	s.ready()
	check("/readyz", "200", "application/json")
	check("/api/snapshot", "200", "application/json")
	event := <-s.events(t.Context()).seen
	data, err := json.Marshal(map[string]any{
		"version": event.data.Version, "generation": event.data.Generation, "run_tag": event.data.RunTag, "captured_at": nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.check("#/components/schemas/SnapshotEvent", string(data)); err != nil {
		t.Errorf("event: %v", err)
	}
}
