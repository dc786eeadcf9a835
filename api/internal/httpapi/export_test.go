package httpapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// RouteForTest is a route as the OpenAPI document names it, and the query
// parameters that its code reads.
type RouteForTest struct {
	OpenAPIPath string
	Parameters  []ParameterForTest
}

// ParameterForTest is a query parameter as the code reads it.
type ParameterForTest struct {
	Name, Kind string
	Required   bool
	Fallback   any
	Min, Max   int
}

// RoutesForTest lists the routes that belong in the document. What a data
// route reads is learnt by letting it read.
func RoutesForTest(s *Server) []RouteForTest {
	var all []RouteForTest
	binders := map[string]binder{revenueSheetPath: revenueSheet, wonMarkdownPath: wonMarkdown}
	for _, r := range dataRoutes() {
		binders[r.path] = binderOf(r)
	}
	for path, bind := range binders {
		t := RouteForTest{OpenAPIPath: strings.ReplaceAll(path, ":id", "{id}")}
		in := &input{asked: func(p parameter) {
			t.Parameters = append(t.Parameters, ParameterForTest{Name: p.name, Kind: p.kind, Required: p.required, Fallback: p.fallback, Min: p.min, Max: p.max})
		}}
		bind(in, nil)
		all = append(all, t)
	}
	for _, r := range streamRoutes() {
		all = append(all, RouteForTest{OpenAPIPath: r.path})
	}
	for _, r := range append(s.plainRoutes(), s.sessionRoutes()...) {
		all = append(all, RouteForTest{OpenAPIPath: r.path})
	}
	return all
}

// StandardRequestsForTest lists the paths, with their queries, that a warm-up
// asks for and that are routed.
func StandardRequestsForTest(s *served.Snapshot) []string {
	routed := map[string]bool{}
	for _, r := range dataRoutes() {
		routed[r.path] = true
	}
	var all []string
	for _, r := range standardRequests(s) {
		if routed[r.path] {
			all = append(all, r.path+"?"+r.query.Encode())
		}
	}
	return all
}

// EchoRoutesForTest lists every route as it is registered.
func EchoRoutesForTest(s *Server) []*echo.Route { return s.echo.Routes() }

// PageFilesForTest lists the page's files that lie beside it.
func PageFilesForTest(s *Server) []string {
	var paths []string
	for _, name := range s.o.Site.RootFiles() {
		paths = append(paths, "/"+name)
	}
	return paths
}

// Functions that fuzz tests feed.
var (
	LastValueForTest      = lastValue
	ParseWholeForTest     = parseWhole
	ParseFlagForTest      = parseFlag
	AcceptedFormatForTest = acceptedFormat
)

// ExportedPathsForTest lists the paths of data routes that have an export, and
// those that have none.
func ExportedPathsForTest() (exported, others []string) {
	for _, r := range dataRoutes() {
		if _, ok := exports()[canonical(r.path)]; ok {
			exported = append(exported, r.path)
		} else {
			others = append(others, r.path)
		}
	}
	return exported, others
}

// ExportColumnsForTest lists the columns of what a route exports on a query.
func ExportColumnsForTest(ctx context.Context, s *served.Snapshot, path, id, query string) ([]tabular.Column, error) {
	for _, r := range dataRoutes() {
		if r.path != path {
			continue
		}
		value, err := r.bind(&input{pathID: id, raw: query, tables: true})(ctx, s)
		if err != nil {
			return nil, err
		}
		t, err := exports()[canonical(path)].table(value)
		return t.Columns, err
	}
	return nil, fmt.Errorf("no route %s", path)
}
