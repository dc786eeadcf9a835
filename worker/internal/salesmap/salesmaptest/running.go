package salesmaptest

import (
	"net/http/httptest"
	"testing"
)

// Running is a server that listens on loopback for the time of a test.
type Running struct {
	// BaseURL is what a client is configured with, for example
	// "http://127.0.0.1:40123/api/v2".
	BaseURL string
	// Server answers the requests; it is the handle for faults, counters and
	// the truth.
	Server *Server
}

// Start starts a server on a free loopback port and stops it when the test
// ends. It fails the test if the options are wrong. EvolveEvery is honoured.
func Start(tb testing.TB, o Options) *Running {
	tb.Helper()
	server, err := New(o)
	if err != nil {
		tb.Fatalf("start sandbox CRM: %v", err)
	}
	listener := httptest.NewServer(server)
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Run(tb.Context())
	}()
	tb.Cleanup(func() {
		server.Close()
		listener.Close()
		<-done
	})
	return &Running{BaseURL: listener.URL + BasePath, Server: server}
}
