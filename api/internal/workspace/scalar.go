package workspace

import (
	"fmt"
	"math"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// scalar reads a text, number or boolean and checks it by its tag.
func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	var problem string
	switch v.Kind() {
	case reflect.String:
		problem = readText(n, v, tag)
	case reflect.Int:
		problem = readWhole(n, v, tag)
	case reflect.Float64:
		problem = readNumber(n, v, tag)
	case reflect.Bool:
		problem = readBool(n, v)
	default:
		problem = "no such type in the format: " + v.Type().String()
	}
	if problem != "" {
		d.fail(n.Line, path, "%s", problem)
	}
}

func readText(n *yaml.Node, v reflect.Value, tag reflect.StructTag) string {
	loose := tag.Get("loose") != ""
	short := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode:
		return "want text, found " + describe(n)
	case short == "!!str", short == "!!timestamp": // a day needs no quotes
	case loose && short == "!!null":
		return ""
	case loose && short != "!!binary":
	case short == "!!null":
		return "want text, found nothing"
	default:
		return fmt.Sprintf("want text, found %s; put it into quotes", describe(n))
	}
	v.SetString(n.Value)
	if values := oneOf(tag); len(values) > 0 && !slices.Contains(values, n.Value) {
		return fmt.Sprintf("want %s, found %s", orList(values), describe(n))
	}
	if tag.Get("nonempty") != "" && normalise.Trim(n.Value) == "" {
		return "must not be empty"
	}
	if format := tag.Get("format"); format != "" {
		return checkFormat(format, n.Value)
	}
	return ""
}

func orList(values []string) string {
	if len(values) == 1 {
		return values[0]
	}
	return strings.Join(values[:len(values)-1], ", ") + " or " + values[len(values)-1]
}

const (
	dayLayout   = "2006-01-02"
	monthLayout = "2006-01"
)

// keyPattern is what can stand in an address without escaping.
var keyPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

func checkFormat(format, text string) (problem string) {
	var ok bool
	switch format {
	case "date":
		_, err := time.Parse(dayLayout, text)
		ok = err == nil
		problem = "want a day such as 2025-01-31"
	case "month":
		_, err := time.Parse(monthLayout, text)
		ok = err == nil
		problem = "want a month such as 2025-01"
	case "key":
		ok = keyPattern.MatchString(text)
		problem = "want a key of Latin letters, digits, _ . and -"
	case "url":
		u, err := url.Parse(text)
		ok = err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
		problem = "want an address that begins with https:// or http://"
	case "zone":
		_, err := time.LoadLocation(text)
		ok = err == nil && text != "" && text != "Local"
		problem = "want a time zone such as Asia/Seoul"
	default:
		return "no such form in the format: " + format
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("%s, found %s", problem, strconv.Quote(shortened(text)))
}

func readWhole(n *yaml.Node, v reflect.Value, tag reflect.StructTag) string {
	var x int
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || n.Decode(&x) != nil {
		return "want a whole number, found " + describe(n)
	}
	v.SetInt(int64(x))
	return checkBounds(float64(x), tag)
}

func readNumber(n *yaml.Node, v reflect.Value, tag reflect.StructTag) string {
	x, ok := finiteNumber(n)
	if !ok {
		return "want a number, found " + describe(n)
	}
	v.SetFloat(x)
	return checkBounds(x, tag)
}

// finiteNumber reads a node that YAML itself takes for a number.
func finiteNumber(n *yaml.Node) (x float64, ok bool) {
	if n.Kind != yaml.ScalarNode || (n.ShortTag() != "!!int" && n.ShortTag() != "!!float") {
		return 0, false
	}
	if n.Decode(&x) != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, false
	}
	return x, true
}

// checkBounds applies the tags min and max.
func checkBounds(x float64, tag reflect.StructTag) string {
	for _, bound := range []struct {
		tag, problem string
		beyond       func(limit float64) bool
	}{
		{"min", "must not be less than ", func(limit float64) bool { return x < limit }},
		{"max", "must not be more than ", func(limit float64) bool { return x > limit }},
	} {
		text := tag.Get(bound.tag)
		if limit, err := strconv.ParseFloat(text, 64); err == nil && bound.beyond(limit) {
			return bound.problem + text
		}
	}
	return ""
}

func readBool(n *yaml.Node, v reflect.Value) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		return "want true or false, found " + describe(n)
	}
	v.SetBool(n.Value == "true" || n.Value == "True" || n.Value == "TRUE")
	return ""
}
