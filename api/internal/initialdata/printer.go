package initialdata

import (
	"io"
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// chunk is how many bytes are gathered before they are written.
const chunk = 64 << 10

// printer writes JSON piece by piece: objects, lists and their members are
// opened and closed by name of their bracket. The first error ends the writing.
type printer struct {
	w     io.Writer
	b     []byte
	comma bool // whether something stands before in the same object or list
	err   error
}

func (p *printer) raw(s string) { p.b = append(p.b, s...) }

// begin opens an object or list.
func (p *printer) begin(bracket byte) {
	p.b = append(p.b, bracket)
	p.comma = false
}

// item opens an object or list in a list.
func (p *printer) item(bracket byte) {
	p.separate()
	p.begin(bracket)
}

// end closes an object or list.
func (p *printer) end(bracket byte) {
	p.b = append(p.b, bracket)
	p.comma = true
	if len(p.b) >= chunk {
		p.flush()
	}
}

func (p *printer) separate() {
	if p.comma {
		p.b = append(p.b, ',')
	}
	p.comma = true
}

func (p *printer) key(key string) {
	p.separate()
	p.b = normalise.Value{Kind: normalise.String, Text: key}.AppendJSON(p.b)
	p.b = append(p.b, ':')
}

func (p *printer) text(key string, t crm.Text) {
	p.key(key)
	v := normalise.Value{}
	if !t.IsNull() {
		v = normalise.Value{Kind: normalise.String, Text: t.String()}
	}
	p.b = v.AppendJSON(p.b)
}

func (p *printer) number(key string, n int) {
	p.key(key)
	p.b = strconv.AppendInt(p.b, int64(n), 10)
}

func (p *printer) flush() {
	if p.err == nil {
		_, p.err = p.w.Write(p.b)
	}
	p.b = p.b[:0]
}
