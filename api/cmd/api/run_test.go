package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// output is what a running program wrote so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// clean unsets what the machine may have set.
func clean(t *testing.T) {
	t.Helper()
	for _, section := range config.Sections() {
		for _, s := range section.Settings {
			t.Setenv(s.Env, "")
		}
	}
}

func runOnce(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs output
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestHelp(t *testing.T) {
	clean(t)
	code, help, _ := runOnce(t, "--help")
	if code != exitOK {
		t.Errorf("exit %d", code)
	}
	for _, section := range config.Sections() {
		for _, s := range section.Settings {
			for _, part := range []string{"--" + s.Flag, "env " + s.Env, s.Default} {
				if !strings.Contains(help, part) {
					t.Errorf("the help lacks %q of %s", part, s.Env)
				}
			}
		}
	}
	for _, command := range []string{"serve", "healthcheck", "version", "token", "config", "completion"} {
		if !strings.Contains(help, command) {
			t.Errorf("the help lacks the command %s", command)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		env  map[string]string
		want string
	}{
		{"unknown flag", []string{"--no-such-flag"}, nil, "no-such-flag"},
		{"unknown flag of serve", []string{"serve", "--no-such-flag"}, nil, "no-such-flag"},
		{"unknown command", []string{"sreve"}, nil, "sreve"},
		{"argument to serve", []string{"serve", "x.db"}, nil, "x.db"},
		{"malformed flag", []string{"--port=http"}, nil, "port"},
		{"bad setting", []string{"serve"}, map[string]string{"LOG_LEVEL": "loud"}, "LOG_LEVEL"},
		{"malformed setting", nil, map[string]string{"PORT": "http"}, "PORT"},
		{"folder without a page", []string{"--frontend-dir=" + t.TempDir(), "--port=0"}, nil, "FRONTEND_DIR"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			clean(t)
			for name, value := range tc.env {
				t.Setenv(name, value)
			}
			code, _, stderr := runOnce(t, tc.args...)
			if code != exitUsage || !strings.Contains(stderr, tc.want) || !strings.Contains(stderr, "Try: api --help") {
				t.Errorf("exit %d: %s", code, stderr)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	clean(t)
	if code, out, _ := runOnce(t, "version"); code != exitOK || strings.TrimSpace(out) == "" {
		t.Errorf("exit %d: %q", code, out)
	}
}

// program is `api serve` while it runs.
type program struct {
	t    *testing.T
	logs *output
	base string
	stop context.CancelFunc
	code chan int
}

func startProgram(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &program{t: t, logs: &output{}, stop: cancel, code: make(chan int, 1)}
	go func() { p.code <- run(ctx, append(args, "--port=0", "--log-format=json"), &output{}, p.logs) }()
	testkit.Poll(t, 20*time.Second, "the server to listen", func() bool {
		p.base = listening(p.logs.String())
		return p.base != ""
	})
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
	})
	return p
}

// listening finds the address in the log.
func listening(logs string) string {
	for line := range strings.Lines(logs) {
		var record struct {
			Msg     string `json:"msg"`
			Address string `json:"address"`
		}
		if json.Unmarshal([]byte(line), &record) == nil && record.Msg == "api listening" {
			_, port, err := net.SplitHostPort(record.Address)
			if err == nil {
				return "http://127.0.0.1:" + port
			}
		}
	}
	return ""
}

func (p *program) end() int {
	p.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	p.stop()
	return <-p.code
}

func (p *program) status(path string) int {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.base+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestServe(t *testing.T) {
	clean(t)
	v := snapshottest.NewVolume(t)
	p := startProgram(t, "serve", "--host=127.0.0.1", "--db-path="+v.Live(), "--db-poll-interval=5ms")
	if got := p.status("/api/health"); got != 200 {
		t.Errorf("health before the first snapshot: %d", got)
	}
	if got := p.status("/api/orgs"); got != 500 {
		t.Errorf("data before the first snapshot: %d", got)
	}
	for path, want := range map[string]int{"pl-progress/actual-overrides": 200, "monthly-amounts/summary?from=x": 400, "pl-progress/summary": 500} {
		if got := p.status("/api/performance/" + path); got != want {
			t.Errorf("%s before the first snapshot: %d, want %d", path, got, want)
		}
	}
	v.Publish(v.Add(snapshottest.Small(1)))
	testkit.Poll(t, 20*time.Second, "the snapshot", func() bool { return p.status("/readyz") == 200 })
	for _, path := range []string{"/api/orgs", "/", "/org_tables_v2.html", "/metrics", "/openapi.json", "/api/snapshot"} {
		if got := p.status(path); got != 200 {
			t.Errorf("%s: %d", path, got)
		}
	}
	if code, _, stderr := runOnce(t, "healthcheck", "--url="+p.base+"/api/health"); code != exitOK {
		t.Errorf("healthcheck: exit %d: %s", code, stderr)
	}
	if code, _, _ := runOnce(t, "healthcheck", "--url="+p.base+"/api/nothing"); code != exitFailed {
		t.Errorf("healthcheck of what isn't there: exit %d", code)
	}
	if code := p.end(); code != exitOK {
		t.Errorf("exit %d: %s", code, p.logs)
	}
	if strings.Contains(p.logs.String(), "anyone who can reach") {
		t.Error("warned although only this machine can reach it")
	}
}

func TestServe_ByDefault(t *testing.T) {
	clean(t)
	frontend := t.TempDir()
	if err := os.WriteFile(filepath.Join(frontend, "index.html"), []byte("<!doctype html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, "--db-path="+filepath.Join(t.TempDir(), "none.db"), "--frontend-dir="+frontend, "--date-kst-mode=odd")
	if got := p.status("/"); got != 200 {
		t.Errorf("the page: %d", got)
	}
	if code := p.end(); code != exitOK {
		t.Errorf("exit %d: %s", code, p.logs)
	}
	for _, warning := range []string{"anyone who can reach this address", "DATE_KST_MODE"} {
		if strings.Count(p.logs.String(), warning) == 0 {
			t.Errorf("no warning with %q: %s", warning, p.logs)
		}
	}
}

func TestServe_OpenOnPurpose(t *testing.T) {
	clean(t)
	t.Setenv("API_AUTH", "none")
	p := startProgram(t, "--db-path="+filepath.Join(t.TempDir(), "none.db"))
	p.end()
	if strings.Contains(p.logs.String(), "anyone who can reach") {
		t.Errorf("warned although told that it is on purpose: %s", p.logs)
	}
}

func TestServe_PortTaken(t *testing.T) {
	clean(t)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	code, _, stderr := runOnce(t, "serve", "--host=127.0.0.1", "--port="+port)
	if code != exitFailed || !strings.Contains(stderr, "listen") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, _, _ := runOnce(t, "healthcheck", "--host=0.0.0.0", "--port=1"); code != exitFailed {
		t.Errorf("healthcheck of nobody: exit %d", code)
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "127.0.0.1", "10.0.0.5": "10.0.0.5", "localhost": "localhost"} {
		if got := reachable(host); got != want {
			t.Errorf("%q: %s, want %s", host, got, want)
		}
	}
}
