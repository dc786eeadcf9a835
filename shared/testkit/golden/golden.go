// Package golden holds the synthetic workspace whose answers the API must
// reproduce: a snapshot, the CRM records it was made of, the workspace
// configuration and the recorded responses of the replaced service. All names
// and figures in it are invented. For tests only.
package golden

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

//go:embed public
var files embed.FS

// Modes of the recorded responses.
const (
	Legacy = "legacy" // the snapshot, date mode legacy
	Strict = "strict" // the snapshot, date mode strict
	Lean   = "lean"   // the snapshot without optional columns and tables (lean.sql)
	NoDB   = "nodb"   // no database file
)

// Response is one recorded request and its answer.
type Response struct {
	ID          string            `json:"id"`
	Method      string            `json:"method"`
	Path        string            `json:"path"` // decoded
	Query       map[string]string `json:"query"`
	Status      int               `json:"status"`
	ContentType string            `json:"content_type"`
	Body        json.RawMessage   `json:"body"`
	Text        string            `json:"text"`
	Quirk       string            `json:"quirk"`
	Excluded    string            `json:"excluded"`
}

// Entities is the folder of the CRM's records: `<table>.jsonl.gz` and
// `webform_submit/<form id>.jsonl.gz`, one object a line.
func Entities(tb testing.TB) fs.FS {
	tb.Helper()
	sub, err := fs.Sub(files, "public/entities")
	if err != nil {
		tb.Fatalf("golden entities: %v", err)
	}
	return sub
}

// File returns a file of the set as it is: "workspace.yaml", "lean.sql".
func File(tb testing.TB, name string) []byte {
	tb.Helper()
	raw, err := files.ReadFile(path.Join("public", name))
	if err != nil {
		tb.Fatalf("golden file: %v", err)
	}
	return raw
}

// Snapshot writes the golden snapshot to a temporary folder and returns its
// path.
func Snapshot(tb testing.TB) string {
	tb.Helper()
	target := filepath.Join(tb.TempDir(), "salesmap_latest.db")
	if err := unpack("public/snapshot.db.gz", target); err != nil {
		tb.Fatalf("golden snapshot: %v", err)
	}
	return target
}

func unpack(name, target string) (err error) {
	in, err := openGzip(name)
	if err != nil {
		return err
	}
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Families lists the endpoint families recorded in a mode, such as
// "orgs.list", in name order.
func Families(tb testing.TB, mode string) []string {
	tb.Helper()
	entries, err := files.ReadDir("public/responses/" + mode)
	if err != nil {
		tb.Fatalf("golden responses: %v", err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".jsonl.gz"))
	}
	return names
}

// Responses returns the recorded responses of a family, in recorded order.
func Responses(tb testing.TB, mode, family string) []Response {
	tb.Helper()
	in, err := openGzip("public/responses/" + mode + "/" + family + ".jsonl.gz")
	if err != nil {
		tb.Fatalf("golden responses: %v", err)
	}
	var all []Response
	for dec := json.NewDecoder(in); dec.More(); {
		var r Response
		if err := dec.Decode(&r); err != nil {
			tb.Fatalf("golden responses of %s: %v", family, err)
		}
		all = append(all, r)
	}
	return all
}

func openGzip(name string) (io.Reader, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}
