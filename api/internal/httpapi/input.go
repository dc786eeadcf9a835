package httpapi

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// input reads the parameters of one request by the rules of spec 02 §0:
// unknown parameters are ignored, of a repeated one the last counts, and what
// is ill-typed or out of bounds is noted, all of it, for a 422.
//
// Every parameter read goes into key with the value it was understood as, so
// that requests that mean the same share a cached response and an ETag.
type input struct {
	pathID   string
	raw      string // the query as it came
	key      []byte
	problems []invalidParameter
	daily    bool // the response is another one tomorrow

	tables  bool     // the answer is to be a table: the whole list
	filters []filter // what was asked for, if it is to be said in a table

	asked func(parameter) // set by tests to learn what a route reads
}

// parameter describes a query parameter that a route reads.
type parameter struct {
	name     string
	required bool
	kind     string // string, integer or boolean
	fallback any    // nil if there is none
	min, max int    // of an integer; max is math.MaxInt when there is no bound
}

// filter is a parameter that was given, with its value.
type filter struct{ name, value string }

// invalidParameter is one line of a 422.
type invalidParameter struct {
	Parameter string `json:"parameter"`
	Message   string `json:"message"`
}

// newInput reads the request's path id, which echo leaves percent-encoded when
// the path came in an unusual encoding.
func newInput(c echo.Context, route string) *input {
	in := freshInput()
	u := c.Request().URL
	id := c.Param(paramID)
	if u.RawPath != "" {
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
	}
	in.pathID, in.raw = id, u.RawQuery
	in.addKey(canonical(route))
	return in
}

// inputs are used again: every request needs one, for a moment.
var inputs = sync.Pool{New: func() any { return &input{} }}

func freshInput() *input {
	if in, ok := inputs.Get().(*input); ok {
		return in
	}
	return &input{}
}

// free gives the input back; neither it nor its key may be used afterwards.
func (in *input) free() {
	*in = input{key: in.key[:0]}
	inputs.Put(in)
}

// id returns the id in the path.
func (in *input) id() string {
	in.addKey(in.pathID)
	in.took(paramID, in.pathID)
	return in.pathID
}

// changesDaily says that the response depends on the day, which then is part of
// what a cached response and an ETag stand for.
func (in *input) changesDaily() { in.daily = true }

// text returns a string parameter, fallback if it is absent.
func (in *input) text(name, fallback string) string {
	in.ask(parameter{name: name, kind: "string", fallback: fallback})
	value, ok := lastValue(in.raw, name)
	if !ok {
		value = fallback
	}
	in.took(name, value)
	in.addKey(value)
	return value
}

// required returns a string parameter that must be there, possibly empty.
func (in *input) required(name string) string {
	in.ask(parameter{name: name, kind: "string", fallback: "", required: true})
	value, ok := lastValue(in.raw, name)
	if !ok {
		in.refuse(name, "is missing")
	}
	in.took(name, value)
	in.addKey(value)
	return value
}

// given returns a string parameter, nil if it is absent, for routes where that
// is not the same as empty.
func (in *input) given(name string) *string {
	in.ask(parameter{name: name, kind: "string", fallback: ""})
	value, ok := lastValue(in.raw, name)
	if !ok {
		in.key = append(in.key, '-')
		return nil
	}
	in.took(name, value)
	in.key = append(in.key, '+')
	in.addKey(value)
	return &value
}

// whole returns an integer parameter between least and most, fallback if it is
// absent.
func (in *input) whole(name string, fallback, least, most int) int {
	in.ask(parameter{name: name, kind: "integer", fallback: fallback, min: least, max: most})
	n := fallback
	if text, ok := lastValue(in.raw, name); ok {
		n = in.bounded(name, text, least, most)
	}
	in.key = binary.AppendVarint(in.key, int64(n))
	return n
}

// bounded reads the text of an integer parameter.
func (in *input) bounded(name, text string, least, most int) int {
	in.took(name, text)
	n, ok := parseWhole(text)
	switch {
	case !ok:
		in.refuse(name, "must be a whole number")
	case n < least:
		in.refuse(name, fmt.Sprintf("must be %d or more", least))
	case n > most:
		in.refuse(name, fmt.Sprintf("must be %d or less", most))
	}
	return n
}

// wholeBetween returns an integer parameter between least and most, nil if it
// is absent.
func (in *input) wholeBetween(name string, least, most int) *int {
	in.ask(parameter{name: name, kind: "integer", min: least, max: most})
	text, ok := lastValue(in.raw, name)
	if !ok {
		in.key = append(in.key, '-')
		return nil
	}
	n := in.bounded(name, text, least, most)
	in.key = append(in.key, '+')
	in.key = binary.AppendVarint(in.key, int64(n))
	return &n
}

// flag returns a boolean parameter, nil if it is absent.
func (in *input) flag(name string) *bool {
	in.ask(parameter{name: name, kind: "boolean"})
	text, ok := lastValue(in.raw, name)
	if !ok {
		in.key = append(in.key, '-')
		return nil
	}
	in.took(name, text)
	value, ok := parseFlag(text)
	if !ok {
		in.refuse(name, "must be true or false")
		return nil
	}
	if value {
		in.key = append(in.key, 't')
	} else {
		in.key = append(in.key, 'f')
	}
	return &value
}

// requiredWhole returns an integer parameter between least and most that must
// be there.
func (in *input) requiredWhole(name string, least, most int) int {
	in.ask(parameter{name: name, kind: "integer", required: true, min: least, max: most})
	text, ok := lastValue(in.raw, name)
	if !ok {
		in.refuse(name, "is missing")
		return least
	}
	n := in.bounded(name, text, least, most)
	in.key = binary.AppendVarint(in.key, int64(n))
	return n
}

// Names of the parameters by which a list is asked for in pages.
const (
	paramLimit  = "limit"
	paramOffset = "offset"
)

// limit returns how long a page may be. A table is the whole list, whatever
// page the client was on.
func (in *input) limit(fallback, most int) int {
	if in.tables {
		in.ask(parameter{name: paramLimit, kind: "integer", fallback: fallback, min: 1, max: most})
		return math.MaxInt
	}
	return in.whole(paramLimit, fallback, 1, most)
}

// limitIfGiven is limit for lists that come whole unless it is given.
func (in *input) limitIfGiven(most int) *int {
	if in.tables {
		in.ask(parameter{name: paramLimit, kind: "integer", min: 1, max: most})
		return nil
	}
	return in.wholeBetween(paramLimit, 1, most)
}

// offset returns how much of a list comes before the page.
func (in *input) offset() int {
	if in.tables {
		in.ask(parameter{name: paramOffset, kind: "integer", fallback: 0, max: math.MaxInt})
		return 0
	}
	return in.whole(paramOffset, 0, 0, math.MaxInt)
}

// took notes what a table was made of.
func (in *input) took(name, value string) {
	if in.tables && value != "" {
		in.filters = append(in.filters, filter{name, value})
	}
}

// flagElse returns a boolean parameter, fallback if it is absent.
func (in *input) flagElse(name string, fallback bool) bool {
	in.ask(parameter{name: name, kind: "boolean", fallback: fallback})
	value := fallback
	if text, ok := lastValue(in.raw, name); ok {
		if value, ok = parseFlag(text); !ok {
			in.refuse(name, "must be true or false")
		}
	}
	in.key = strconv.AppendBool(in.key, value)
	return value
}

// oneOf returns a string parameter that is one of a few words, the first of
// them if it is absent.
func (in *input) oneOf(name string, words ...string) string {
	value := in.text(name, words[0])
	if !slices.Contains(words, value) {
		in.refuse(name, "must be one of "+strings.Join(words, ", "))
	}
	return value
}

func (in *input) ask(p parameter) {
	if in.asked != nil {
		in.asked(p)
	}
}

func (in *input) refuse(name, message string) {
	in.problems = append(in.problems, invalidParameter{Parameter: name, Message: message})
}

// addKey appends a text with its length in front, so that no two lists of
// values look the same.
func (in *input) addKey(s string) {
	in.key = binary.AppendUvarint(in.key, uint64(len(s)))
	in.key = append(in.key, s...)
}

// err returns the problems met so far as one error, nil if there are none.
func (in *input) err() error {
	if len(in.problems) == 0 {
		return nil
	}
	return &invalidInputError{problems: in.problems}
}
