package served

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrHotJournal says that a rollback journal lies beside a file: a writer died
// in the middle of a transaction, and opened immutable the file would show half
// of it.
var ErrHotJournal = errors.New("an unfinished transaction's journal lies beside the database file")

// refuseHotJournal looks for a journal that SQLite would roll back. A left-over
// write-ahead log is no harm here: a file in rollback mode doesn't use one, and
// files in WAL mode are refused by their header.
func refuseHotJournal(path string) error {
	f, err := os.Open(path + "-journal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for a journal: %w", err)
	}
	defer f.Close()
	magic := []byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7} // sqlite.org/fileformat.html#rollbackjournal
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(f, head); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("look for a journal: %w", err)
	}
	if bytes.Equal(head, magic) {
		return ErrHotJournal
	}
	return nil
}
