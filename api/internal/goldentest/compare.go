// Package goldentest holds our answers against the recorded ones of the
// replaced service (shared/testkit/golden), by the rules of that data set's
// README ("How to compare"). For tests only.
package goldentest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// tolerance is how far numbers may lie apart, relatively.
const tolerance = 1e-6

// Answer is what our server said.
type Answer struct {
	Status      int
	ContentType string
	Header      http.Header
	Body        []byte
}

// AsSet returns the identity of a list's element if the order of equal-ranking
// elements doesn't count in that list, and false if the order does count. Path
// is that of the list, such as `$.items`.
type AsSet func(path string, element any) (rank string, ok bool)

// Compare returns what differs, nothing if the answers are equal. Of a status
// of 400 and above only the status counts.
func Compare(want golden.Response, got Answer, sets AsSet) []string {
	if want.Status != got.Status {
		return []string{fmt.Sprintf("status %d, want %d", got.Status, want.Status)}
	}
	if want.Status >= 400 {
		return nil
	}
	if w, g := mediaType(want.ContentType), mediaType(got.ContentType); w != g {
		return []string{fmt.Sprintf("media type %q, want %q", g, w)}
	}
	if len(want.Body) == 0 || string(want.Body) == "null" {
		if want.Text != string(got.Body) {
			return []string{fmt.Sprintf("text %.200q, want %.200q", got.Body, want.Text)}
		}
		return nil
	}
	w, err := decode(want.Body)
	if err != nil {
		return []string{fmt.Sprintf("recorded body: %v", err)}
	}
	body, err := got.JSON()
	if err != nil {
		return []string{fmt.Sprintf("body: %v", err)}
	}
	g, err := decode(body)
	if err != nil {
		return []string{fmt.Sprintf("body: %v", err)}
	}
	c := comparison{sets: sets}
	c.values("$", w, g)
	return c.differences
}

// JSON is the body, or a description of it if it is a workbook.
func (a Answer) JSON() ([]byte, error) {
	if mediaType(a.ContentType) != xlsxType {
		return a.Body, nil
	}
	s, err := readSheet(a.Body, a.Header)
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

func mediaType(header string) string {
	t, _, err := mime.ParseMediaType(header)
	if err != nil {
		return header
	}
	return t
}

func decode(raw []byte) (v any, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return v, dec.Decode(&v)
}

// maxDifferences is enough to see what is wrong.
const maxDifferences = 12

type comparison struct {
	sets        AsSet
	differences []string
}

func (c *comparison) differ(path, format string, args ...any) {
	if len(c.differences) < maxDifferences {
		c.differences = append(c.differences, path+": "+fmt.Sprintf(format, args...))
	}
}

func (c *comparison) values(path string, want, got any) {
	if isPlaceholder(want) {
		c.placeholder(path, want, got)
		return
	}
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			c.objects(path, w, g)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			c.lists(path, w, g)
			return
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(w, g) {
			return
		}
	default:
		if want == got {
			return
		}
	}
	c.differ(path, "%s, want %s", brief(got), brief(want))
}

func (c *comparison) objects(path string, want, got map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		g, ok := got[key]
		if !ok {
			c.differ(path+"."+key, "is missing, want %s", brief(want[key]))
			continue
		}
		c.values(path+"."+key, want[key], g)
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[key]; !ok {
			c.differ(path+"."+key, "is extra: %s", brief(got[key]))
		}
	}
}

func (c *comparison) lists(path string, want, got []any) {
	if len(want) != len(got) {
		c.differ(path, "%d elements, want %d", len(got), len(want))
		return
	}
	want, got = c.settle(path, want), c.settle(path, got)
	for i := range want {
		c.values(fmt.Sprintf("%s[%d]", path, i), want[i], got[i])
	}
}

// settle gives runs of equal-ranking elements one order, so that they compare
// as sets.
func (c *comparison) settle(path string, list []any) []any {
	if c.sets == nil || len(list) == 0 {
		return list
	}
	if _, ok := c.sets(path, list[0]); !ok {
		return list
	}
	list = slices.Clone(list)
	for from := 0; from < len(list); {
		rank, _ := c.sets(path, list[from])
		to := from + 1
		for ; to < len(list); to++ {
			if r, _ := c.sets(path, list[to]); r != rank {
				break
			}
		}
		slices.SortFunc(list[from:to], func(a, b any) int { return strings.Compare(canonical(a), canonical(b)) })
		from = to
	}
	return list
}

func canonical(v any) string {
	b, err := json.Marshal(v) // sorts keys
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func sameNumber(a, b json.Number) bool {
	x, errX := a.Float64()
	y, errY := b.Float64()
	if errX != nil || errY != nil {
		return a == b
	}
	return math.Abs(x-y) <= tolerance*max(math.Abs(x), math.Abs(y))
}

func isPlaceholder(v any) bool {
	s, ok := v.(string)
	return ok && slices.Contains([]string{
		"<actual_file_mtime>", "<actual_file_path>", "<db_mtime>", "<db_version>", "<existing_2025_list_mtime>",
		"<existing_list_path>", "<generated_at>", "<snapshot_version>", "<targetsVersion>", "<targets_version>",
		"<free_text>", "<any_text>",
	}, s)
}

func (c *comparison) placeholder(path string, want, got any) {
	text, isText := got.(string)
	switch want {
	case "<free_text>":
		if text == "" {
			c.differ(path, "%s, want some text", brief(got))
		}
	case "<any_text>":
		if !isText {
			c.differ(path, "%s, want a text", brief(got))
		}
	default:
		if got == nil {
			c.differ(path, "null, want %v", want)
		}
	}
}

func brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	const most = 160
	if r := []rune(string(b)); len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(b)
}
