package encoded_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

func TestForm(t *testing.T) {
	t.Parallel()
	long := []byte(strings.Repeat("교육 일정과 견적을 논의함. ", 200))
	random := make([]byte, 5000)
	_, _ = rand.Read(random)
	for _, tc := range []struct {
		name   string
		plain  []byte
		want   encoded.Coding
		coding string
	}{
		{"plain", long, encoded.Identity, ""},
		{"gzip", long, encoded.Gzip, "gzip"},
		{"zstd", long, encoded.Zstd, "zstd"},
		{"short stays", []byte("짧다"), encoded.Gzip, ""},
		{"nothing to gain by gzip", random, encoded.Gzip, ""},
		{"nothing to gain by zstd", random, encoded.Zstd, ""},
		{"empty", nil, encoded.Zstd, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := encoded.New(tc.plain, nil).Form(tc.want)
			if got := strings.Join(f.Encoding, ","); got != tc.coding {
				t.Fatalf("coding %q, want %q", got, tc.coding)
			}
			if f.Length[0] != strconv.Itoa(len(f.Bytes)) {
				t.Errorf("length %s of %d bytes", f.Length[0], len(f.Bytes))
			}
			if got := unpack(t, tc.coding, f.Bytes); !bytes.Equal(got, tc.plain) {
				t.Error("other bytes after unpacking")
			}
		})
	}
}

func unpack(tb testing.TB, coding string, packed []byte) []byte {
	tb.Helper()
	var r io.Reader = bytes.NewReader(packed)
	switch coding {
	case "gzip":
		zr, err := gzip.NewReader(r)
		if err != nil {
			tb.Fatal(err)
		}
		r = zr
	case "zstd":
		zr, err := zstd.NewReader(r)
		if err != nil {
			tb.Fatal(err)
		}
		defer zr.Close()
		r = zr
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return plain
}

// TestForm_Once: a form is made once however many ask, and its bytes are told
// to whoever accounts for them.
func TestForm_Once(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []int64
	b := encoded.New([]byte(strings.Repeat("x", 10_000)), func(n int64) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, n)
	})
	forms := make([]*encoded.Form, 20)
	var wait sync.WaitGroup
	for i := range forms {
		wait.Go(func() { forms[i] = b.Form(encoded.Zstd) })
	}
	wait.Wait()
	for _, f := range forms {
		if f != forms[0] {
			t.Fatal("two forms of one coding")
		}
	}
	if len(told) != 1 || told[0] != int64(len(forms[0].Bytes)) {
		t.Errorf("told of %v bytes, they are %d", told, len(forms[0].Bytes))
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		accept string
		want   encoded.Coding
	}{
		{"", encoded.Identity},
		{"identity", encoded.Identity},
		{"br, deflate", encoded.Identity},
		{"gzip", encoded.Gzip},
		{"x-gzip", encoded.Gzip},
		{"GZIP", encoded.Gzip},
		{"zstd", encoded.Zstd},
		{"gzip, deflate, br, zstd", encoded.Zstd},
		{"gzip;q=1.0, zstd;q=0.5", encoded.Gzip},
		{"gzip ; q = 0.2 , zstd ; q = 0.1", encoded.Gzip},
		{"gzip;q=0", encoded.Identity},
		{"gzip;q=0, *", encoded.Zstd},
		{"zstd;q=0, *;q=0.1", encoded.Gzip},
		{"*", encoded.Zstd},
		{"*;q=0", encoded.Identity},
		{"gzip;q=oops", encoded.Gzip},
		{"gzip;q=-1", encoded.Gzip},
		{"gzip;level=9", encoded.Gzip},
		{";;,,;q=", encoded.Identity},
	} {
		if got := encoded.Negotiate(tc.accept); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.accept, got, tc.want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "gzip", "gzip;q=0.5,zstd", "*;q=0", ";=,;", "zstd;q=\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if got := encoded.Negotiate(accept); got != encoded.Identity && !strings.Contains(accept, "*") &&
			!strings.Contains(strings.ToLower(accept), got.String()) {
			t.Errorf("%q gave %s", accept, got)
		}
	})
}
