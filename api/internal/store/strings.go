package store

import (
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// chunkStrings is how many string headers are allocated at once: one
// allocation each would cost more than the headers.
const chunkStrings = 1024

// texts makes the cells of one load. Equal values of repeated columns become
// one string; the table that finds them is dropped with the load.
type texts struct {
	shared map[string]*string
	chunk  []string
}

func newTexts() *texts { return &texts{shared: map[string]*string{}} }

func (x *texts) cell(v any, r reuse) crm.Text {
	s, ok := text(v)
	if !ok {
		return crm.Text{}
	}
	if r == distinct {
		return crm.SharedText(x.keep(s))
	}
	p, ok := x.shared[s]
	if !ok {
		p = x.keep(s)
		x.shared[s] = p
	}
	return crm.SharedText(p)
}

func (x *texts) keep(s string) *string {
	if len(x.chunk) == cap(x.chunk) {
		x.chunk = make([]string, 0, chunkStrings)
	}
	x.chunk = append(x.chunk, s)
	return &x.chunk[len(x.chunk)-1]
}

// text is a driver value as text; NULL has none. Snapshots hold text only, but
// files of older writers have columns without a type (spec 01 N-COLTYPE).
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		if v {
			return "1", true
		}
		return "0", true
	default:
		return "", false
	}
}
