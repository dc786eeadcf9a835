package httpapi_test

import (
	"net"
	"os"
	"testing"
)

func osExit(code int) { os.Exit(code) }

func listen(tb testing.TB) net.Listener {
	tb.Helper()
	ln, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return ln
}
