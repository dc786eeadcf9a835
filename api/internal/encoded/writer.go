package encoded

import (
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// streamWindow bounds what a zstd stream remembers, and with it the memory of
// reader and writer.
const streamWindow = 1 << 20

// NewWriter returns a writer that packs what it gets into w, for bodies too
// large to be a Body. Close ends the coding and leaves w open.
func NewWriter(w io.Writer, c Coding) (io.WriteCloser, error) {
	switch c {
	case Gzip:
		return gzip.NewWriter(w), nil
	case Zstd:
		return zstd.NewWriter(w, zstd.WithWindowSize(streamWindow), zstd.WithLowerEncoderMem(true), zstd.WithEncoderConcurrency(1))
	default:
		return plainWriter{w}, nil
	}
}

type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }
