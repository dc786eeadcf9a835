package fetch

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// What files begin with. The suffix in the address and the headers of the
// answer say the same, if they say anything.
var (
	magicSQLite = []byte("SQLite format 3\x00")
	magicGzip   = []byte{0x1f, 0x8b}
	magicZstd   = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// maxZstdWindow bounds the memory of unpacking.
const maxZstdWindow = 64 << 20

// unpack turns what was downloaded into the file that is built, and checks its
// size and digest.
func (f *Fetcher) unpack(ctx context.Context, part, runTag string) (err error) {
	in, err := f.FS.OpenFile("fetch.read", part, os.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	packed, plain := sha256.New(), sha256.New()
	buffered := bufio.NewReader(io.TeeReader(untilDone{ctx, in}, packed))
	database, closeReader, err := unpacked(buffered)
	if err != nil {
		return err
	}
	defer closeReader()
	out, err := f.FS.OpenFile("fetch.build", f.Volume.Building(runTag), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	n, err := io.Copy(io.MultiWriter(out, plain), database)
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if _, err := io.Copy(io.Discard, buffered); err != nil { // what follows a packed stream belongs to the digest
		return fmt.Errorf("unpack: %w", err)
	}
	if n < f.MinBytes {
		return fmt.Errorf("%w: the database has %d bytes, less than DB_MIN_BYTES (%d); if it is complete, lower that", ErrRefused, n, f.MinBytes)
	}
	return f.checkDigest(packed, plain)
}

func (f *Fetcher) checkDigest(packed, plain hash.Hash) error {
	if f.SHA256 == "" {
		return nil
	}
	was := hex.EncodeToString(packed.Sum(nil))
	if strings.EqualFold(f.SHA256, was) || strings.EqualFold(f.SHA256, hex.EncodeToString(plain.Sum(nil))) {
		return nil
	}
	return fmt.Errorf("%w: its SHA-256 is %s, DB_SHA256 is another", ErrRefused, was)
}

// unpacked is a reader of the database in what r has.
func unpacked(r *bufio.Reader) (database io.Reader, done func(), err error) {
	first, err := r.Peek(len(magicSQLite))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("unpack: %w", err)
	}
	switch {
	case bytes.HasPrefix(first, magicSQLite):
		return r, func() {}, nil
	case bytes.HasPrefix(first, magicGzip):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, nil, fmt.Errorf("unpack: %w", err)
		}
		return z, func() {}, nil
	case bytes.HasPrefix(first, magicZstd):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("unpack: %w", err)
		}
		return z, z.Close, nil
	case len(first) == 0:
		return nil, nil, fmt.Errorf("%w: it is empty", ErrRefused)
	case strings.HasPrefix(strings.TrimSpace(string(first)), "<"):
		return nil, nil, fmt.Errorf("%w: it is a web page, not a database; does the address ask for a login?", ErrRefused)
	default:
		return nil, nil, fmt.Errorf("%w: it is neither an SQLite database nor one packed with gzip or zstd", ErrRefused)
	}
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context //nolint:containedctx // io.Reader has no place for it
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.r.Read(p)
}
