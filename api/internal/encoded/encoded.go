// Package encoded holds response bodies that are sent many times: the bytes
// once, and their compressed forms, made when first asked for and kept.
package encoded

import (
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Coding is a content coding.
type Coding uint8

// The codings that are offered.
const (
	Identity Coding = iota
	Gzip
	Zstd
)

// String is the coding's name in HTTP; Identity has none.
func (c Coding) String() string { return [...]string{"", "gzip", "zstd"}[c] }

// minCompress is the size in bytes below which compressing gains nothing: the
// response fits one packet anyway.
const minCompress = 1200

// Form is the body in one coding, ready to be sent: the header values are made
// with it, since every response needs them.
type Form struct {
	Bytes    []byte
	Length   []string // value of Content-Length
	Encoding []string // value of Content-Encoding, nil for Identity
}

func newForm(bytes []byte, c Coding) *Form {
	f := &Form{Bytes: bytes, Length: []string{strconv.Itoa(len(bytes))}}
	if c != Identity {
		f.Encoding = []string{c.String()}
	}
	return f
}

// Body is a response body. It is safe for concurrent use.
type Body struct {
	plain *Form
	gzip  variant
	zstd  variant
	grown func(bytes int64)
}

type variant struct {
	once sync.Once
	form *Form // that of the plain body when packing didn't make it smaller
}

// New returns a body of these bytes, which must not change afterwards. grown,
// if not nil, is told of the bytes that later forms take.
func New(plain []byte, grown func(bytes int64)) *Body {
	return &Body{plain: newForm(plain, Identity), grown: grown}
}

// Plain returns the body as it is.
func (b *Body) Plain() []byte { return b.plain.Bytes }

// Form returns the body in a coding, or as it is when that would not make it
// smaller.
func (b *Body) Form(want Coding) *Form {
	switch {
	case len(b.plain.Bytes) < minCompress:
		return b.plain
	case want == Gzip:
		return b.packed(&b.gzip, Gzip, gzipBytes)
	case want == Zstd:
		return b.packed(&b.zstd, Zstd, zstdBytes)
	default:
		return b.plain
	}
}

func (b *Body) packed(v *variant, c Coding, pack func([]byte) []byte) *Form {
	v.once.Do(func() {
		v.form = b.plain
		if bytes := pack(b.plain.Bytes); len(bytes) < len(b.plain.Bytes) {
			v.form = newForm(bytes, c)
			if b.grown != nil {
				b.grown(int64(len(bytes)))
			}
		}
	})
	return v.form
}

// Encoders are large and meant to be used again.
var (
	gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

	zstdWriter = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	})
)

func gzipBytes(plain []byte) []byte {
	w, ok := gzipWriters.Get().(*gzip.Writer)
	if !ok {
		return plain
	}
	defer gzipWriters.Put(w)
	var out sliceWriter
	w.Reset(&out)
	if _, err := w.Write(plain); err != nil {
		return plain
	}
	if err := w.Close(); err != nil {
		return plain
	}
	return out
}

func zstdBytes(plain []byte) []byte {
	w, err := zstdWriter()
	if err != nil {
		return plain
	}
	return w.EncodeAll(plain, nil)
}

type sliceWriter []byte

func (w *sliceWriter) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// Negotiate picks a coding for an Accept-Encoding header (RFC 9110 §12.5.3):
// the one with the highest weight, of equals the one that packs best.
func Negotiate(accept string) Coding {
	if accept == "" {
		return Identity
	}
	best, bestWeight := Identity, 0.0
	var weights [Zstd + 1]float64
	var named [Zstd + 1]bool
	anyWeight := -1.0
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		weight := qualityOf(params)
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
			weights[Gzip], named[Gzip] = weight, true
		case strings.EqualFold(name, "zstd"):
			weights[Zstd], named[Zstd] = weight, true
		case name == "*":
			anyWeight = weight
		}
	}
	for _, c := range [...]Coding{Zstd, Gzip} {
		weight := weights[c]
		if !named[c] && anyWeight >= 0 {
			weight = anyWeight
		}
		if weight > bestWeight {
			best, bestWeight = c, weight
		}
	}
	return best
}

// qualityOf reads `q=` from the parameters of one element; malformed or absent
// means 1.
func qualityOf(params string) float64 {
	if params == "" {
		return 1
	}
	name, value, ok := strings.Cut(strings.TrimSpace(params), "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 1
	}
	return q
}
