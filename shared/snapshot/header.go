package snapshot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

var (
	// ErrNotSQLite says that a file does not begin with the SQLite header.
	ErrNotSQLite = errors.New("not an SQLite database")
	// ErrTruncated says that a file is shorter than its header promises.
	ErrTruncated = errors.New("database file is truncated")
	// ErrWAL says that a file is in write-ahead-log mode: opened immutable, it
	// would silently hide whatever its log still holds.
	ErrWAL = errors.New("database file is in WAL mode")
)

const (
	headerSize    = 100
	rollbackMode  = 1
	maxPageSize   = 65536
	headerMagic   = "SQLite format 3\x00"
	offPageSize   = 16
	offWriteMode  = 18
	offReadMode   = 19
	offPageCount  = 28
	pageSizeOfOne = 1 // the header's way of saying 65,536
)

// Header is what the first 100 bytes of a database file say.
type Header struct {
	PageSize  int64 // bytes
	PageCount int64 // pages in the file
}

// ReadHeader checks that path is a whole SQLite file in rollback-journal mode
// and returns its dimensions. It fails with ErrNotSQLite, ErrTruncated or
// ErrWAL, or with the error of reading the file.
func ReadHeader(path string) (Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return Header{}, fmt.Errorf("read database header: %w", err)
	}
	defer f.Close()

	var raw [headerSize]byte
	if _, err := io.ReadFull(f, raw[:]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return Header{}, fmt.Errorf("read database header: %w", ErrNotSQLite)
		}
		return Header{}, fmt.Errorf("read database header: %w", err)
	}
	if !bytes.HasPrefix(raw[:], []byte(headerMagic)) {
		return Header{}, fmt.Errorf("read database header: %w", ErrNotSQLite)
	}
	if raw[offWriteMode] != rollbackMode || raw[offReadMode] != rollbackMode {
		return Header{}, fmt.Errorf("read database header: %w", ErrWAL)
	}
	h := Header{
		PageSize:  int64(binary.BigEndian.Uint16(raw[offPageSize:])),
		PageCount: int64(binary.BigEndian.Uint32(raw[offPageCount:])),
	}
	if h.PageSize == pageSizeOfOne {
		h.PageSize = maxPageSize
	}
	info, err := f.Stat()
	if err != nil {
		return Header{}, fmt.Errorf("read database header: %w", err)
	}
	if want := h.PageSize * h.PageCount; info.Size() < want || h.PageCount == 0 {
		return Header{}, fmt.Errorf("read database header: %w: %d bytes, the header says %d",
			ErrTruncated, info.Size(), want)
	}
	return h, nil
}
