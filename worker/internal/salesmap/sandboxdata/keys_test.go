package sandboxdata_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"testing"
)

// keysOf returns the keys of a JSON object in order.
func keysOf(tb testing.TB, record []byte) []string {
	tb.Helper()
	decoder := json.NewDecoder(bytes.NewReader(record))
	if _, err := decoder.Token(); err != nil {
		tb.Fatal(err)
	}
	var keys []string
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			tb.Fatal(err)
		}
		keys = append(keys, key.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			tb.Fatal(err)
		}
	}
	return keys
}

// firstRecorded returns the first record of a recorded list.
func firstRecorded(tb testing.TB, fsys fs.FS, list string) []byte {
	tb.Helper()
	file, err := fsys.Open(list + ".jsonl.gz")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		tb.Fatal(err)
	}
	line, err := bufio.NewReader(unzipped).ReadBytes('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return line
}
