package obs_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

func TestNewLogger_NeverWritesASecret(t *testing.T) {
	const plain, odd = "canary-9c1e", `can"ary\odd`
	for _, format := range []string{obs.FormatJSON, obs.FormatConsole} {
		var out bytes.Buffer
		log, err := obs.NewLogger(obs.LogSettings{LogLevel: "debug"}, []string{plain, odd, ""}, obs.Sink{W: &out, Format: format})
		if err != nil {
			t.Fatal(err)
		}
		log.Info("with "+plain, zap.String("field", plain), zap.Any("deep", map[string]string{"h": odd}),
			zap.Error(errors.New("get https://x.example/?t="+plain)), zap.Stack("stack"))
		got := out.String()
		if strings.Contains(got, plain) || strings.Contains(got, "ary") {
			t.Errorf("%s: a secret shows: %s", format, got)
		}
		if strings.Count(got, obs.Redacted) < 4 || !strings.HasSuffix(got, "\n") {
			t.Errorf("%s: %s", format, got)
		}
	}
}

func TestLogSettings_Validate(t *testing.T) {
	for _, bad := range []obs.LogSettings{{LogLevel: "loud"}, {LogLevel: "info", LogFormat: "xml"}} {
		if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), "LOG_") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestProbe(t *testing.T) {
	status := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte("why"))
	}))
	if err := obs.Probe(t.Context(), srv.URL); err != nil {
		t.Errorf("healthy: %v", err)
	}
	status = http.StatusServiceUnavailable
	if err := obs.Probe(t.Context(), srv.URL); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("unhealthy: %v", err)
	}
	srv.Close()
	if err := obs.Probe(t.Context(), srv.URL); err == nil {
		t.Error("nobody listens, and the probe passed")
	}
}
