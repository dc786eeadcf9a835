package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// form is how an answer is written.
type form struct {
	contentType  []string // header value
	cacheControl []string // header value
	packed       bool     // compressing it would gain nothing
	encode       func(s *served.Snapshot, value any) ([]byte, error)
	file         func(s *served.Snapshot) fileName // what to save it as; nil if it isn't meant to be saved
}

// Header values that every response shares; they are never written to.
var (
	jsonType   = []string{"application/json"}
	textType   = []string{"text/plain; charset=utf-8"}
	csvType    = []string{mediaCSV + "; charset=utf-8; header=present"}
	xlsxType   = []string{mediaXLSX}
	revalidate = []string{"no-cache"}
	notStored  = []string{"no-store"}
)

const (
	mediaJSON = "application/json"
	mediaCSV  = "text/csv"
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// asJSON is the form of everything that doesn't ask for another.
var asJSON = &form{
	contentType: jsonType, cacheControl: revalidate,
	encode: func(_ *served.Snapshot, value any) ([]byte, error) { return encodeJSON(value) },
}

func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // for JSON nobody reads as HTML, and it keeps Korean memos short
	if err := enc.Encode(value); err != nil {
		return nil, fmt.Errorf("encode response: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// disposition is the value of Content-Disposition, nil for a form that isn't
// saved.
func (f *form) disposition(s *served.Snapshot) []string {
	if f.file == nil {
		return nil
	}
	return []string{f.file(s).disposition()}
}

// fileName is what a file is saved as: by programs that know UTF-8, and by the
// others.
type fileName struct{ korean, ascii string }

// disposition is the value of Content-Disposition (RFC 6266). What could end
// the quoted name is taken out of it.
func (n fileName) disposition() string {
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`,
		strings.Map(plainName, n.ascii), strings.ReplaceAll(url.QueryEscape(n.korean), "+", "%20"))
}

func plainName(c rune) rune {
	if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '/' {
		return '_'
	}
	return c
}

// The values of the parameter `format`.
const (
	formatJSON = "json"
	formatCSV  = "csv"
	formatXLSX = "xlsx"
)

const paramFormat = "format"

// format reads in which format the client wants a list: by the parameter, or
// else by what it accepts.
func (in *input) format(header http.Header) string {
	in.ask(parameter{name: paramFormat, kind: "string", fallback: ""})
	chosen, ok := lastValue(in.raw, paramFormat)
	if !ok {
		return acceptedFormat(header[echo.HeaderAccept])
	}
	if chosen != formatJSON && chosen != formatCSV && chosen != formatXLSX {
		in.refuse(paramFormat, "must be json, csv or xlsx")
	}
	return chosen
}

// acceptedFormat is the one that an Accept header likes best (RFC 9110
// §12.5.1), JSON if it doesn't name another.
func acceptedFormat(accept []string) string {
	best, weight := formatJSON, 0.0
	for _, header := range accept {
		if header == "*/*" {
			continue // most programs
		}
		for part := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(part, ";")
			format := ""
			switch strings.ToLower(strings.TrimSpace(name)) {
			case mediaJSON, "*/*", "application/*":
				format = formatJSON
			case mediaCSV, "text/*":
				format = formatCSV
			case mediaXLSX:
				format = formatXLSX
			}
			if q := qualityOf(parameters); format != "" && q > weight {
				best, weight = format, q
			}
		}
	}
	return best
}

// qualityOf reads the weight among an element's parameters, 1 if there is none.
func qualityOf(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && q >= 0 && q <= 1 {
			return q
		}
	}
	return 1
}

// writeTable writes a table in a format.
func writeTable(format string, t tabular.Table) ([]byte, error) {
	var b bytes.Buffer
	write := tabular.WriteCSV
	if format == formatXLSX {
		write = tabular.WriteXLSX
	}
	if err := write(&b, t); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
