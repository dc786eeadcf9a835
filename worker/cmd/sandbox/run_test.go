package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is a sandbox that runs inside the test.
type program struct {
	base   string // of the v2 API
	addr   string
	line   string // what it said when it was up
	cancel context.CancelFunc
	ended  chan int
	output *bufio.Reader
	stderr *bytes.Buffer
}

var announced = regexp.MustCompile(`^sandbox CRM on (http://([0-9.:]+)/api/v2)  `)

func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	p := &program{cancel: cancel, ended: make(chan int, 1), output: bufio.NewReader(read), stderr: &bytes.Buffer{}}
	go func() {
		status := run(ctx, append([]string{"--addr", "127.0.0.1:0", "--orgs", "12"}, args...), write, p.stderr)
		write.Close()
		p.ended <- status
	}()
	var err error
	if p.line, err = p.output.ReadString('\n'); err != nil {
		t.Fatalf("status %d: %s", <-p.ended, p.stderr)
	}
	found := announced.FindStringSubmatch(p.line)
	if found == nil {
		t.Fatalf("it said %q", p.line)
	}
	p.base, p.addr = found[1], found[2]
	t.Cleanup(cancel)
	return p
}

// stop interrupts the program and returns its status and last words.
func (p *program) stop(t *testing.T) (status int, said string) {
	t.Helper()
	p.cancel()
	rest, err := io.ReadAll(p.output)
	if err != nil {
		t.Fatal(err)
	}
	return <-p.ended, string(rest)
}

func (p *program) get(t *testing.T, path, token string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, p.base+"/"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestRun_ServesUntilInterrupted(t *testing.T) {
	p := start(t, "--token", "t0ken", "--evolve", "1h")
	for _, part := range []string{"seed 1", "organisations 12,", "quota 100 requests in 10s", "changes every 1h0m0s", "faults 0"} {
		if !strings.Contains(p.line, part) {
			t.Errorf("%q is not in %q", part, p.line)
		}
	}
	if strings.Contains(p.line, "t0ken") {
		t.Error("the token is shown")
	}
	if status, body := p.get(t, "organization", "t0ken"); status != 200 || strings.Count(body, `"RecordId"`) != 12 {
		t.Errorf("status %d: %.200s", status, body)
	}
	if status, _ := p.get(t, "organization", "other"); status != 401 {
		t.Errorf("another token is answered %d", status)
	}
	var out bytes.Buffer
	if status := run(t.Context(), []string{"healthcheck", "--addr", p.addr}, &out, &out); status != exitOK {
		t.Errorf("healthcheck: status %d: %s", status, &out)
	}
	status, said := p.stop(t)
	if status != exitOK || !strings.Contains(said, "stopped after 2 requests, 12 records, 0 answered 429") {
		t.Errorf("status %d, last words %q, errors %q", status, said, p.stderr)
	}
	if status := run(t.Context(), []string{"healthcheck", "--addr", p.addr}, &out, &out); status != exitFailed {
		t.Errorf("healthcheck of a stopped sandbox: status %d", status)
	}
}

func TestRun_TakesTheEnvironment(t *testing.T) {
	t.Setenv("SANDBOX_TOKEN", "from-env")
	t.Setenv("SANDBOX_QUOTA", "1")
	t.Setenv("SANDBOX_PAGE_SIZE", "5")
	t.Setenv("SANDBOX_NOW", "2026-02-05")
	p := start(t, "--quota", "2") // a flag beats the environment
	for i, want := range []int{200, 200, 429} {
		status, body := p.get(t, "lead", "from-env")
		if status != want || want == 200 && strings.Count(body, `"RecordId"`) != 5 {
			t.Errorf("request %d: status %d, %.200s", i+1, status, body)
		}
	}
	p.stop(t)
}

func TestRun_CommitsFaultsFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.yaml")
	if err := os.WriteFile(file, []byte("faults: [{list: team, action: stall}, {list: user, action: html}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--faults", file)
	if status, body := p.get(t, "user", "demo-token"); status != 502 || !strings.Contains(body, "<html") {
		t.Errorf("status %d: %.200s", status, body)
	}
	// An answer that stalls must not keep the program from ending.
	stalled := make(chan struct{})
	go func() {
		defer close(stalled)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/team", http.NoBody)
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer demo-token")
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	if status, _ := p.stop(t); status != exitOK {
		t.Errorf("status %d: %s", status, p.stderr)
	}
	<-stalled
}

func TestRun_ServesRecordedEntities(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "deal.jsonl"), []byte(`{"id":"d-1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--entities", dir)
	if status, body := p.get(t, "deal", "demo-token"); status != 200 || body != `{"success":true,"data":{"dealList":[{"id":"d-1"}],"nextCurosr":null}}` {
		t.Errorf("status %d: %s", status, body)
	}
	p.stop(t)
}

func TestRun_SaysWhatIsWrong(t *testing.T) {
	busy := start(t)
	for name, tc := range map[string]struct {
		args   []string
		status int
		text   string
	}{
		"unknown flag":       {[]string{"--what"}, exitUsage, "unknown flag: --what"},
		"argument":           {[]string{"extra"}, exitUsage, `unknown command "extra"`},
		"healthcheck extra":  {[]string{"healthcheck", "extra"}, exitUsage, "extra"},
		"number":             {[]string{"--orgs", "many"}, exitUsage, "--orgs"},
		"no organisations":   {[]string{"--orgs", "0"}, exitUsage, "--orgs: must be at least 1"},
		"duration":           {[]string{"--latency", "300"}, exitUsage, "--latency"},
		"negative":           {[]string{"--quota=-1", "--seed=-1", "--page-size=0"}, exitUsage, "--quota: must not be negative"},
		"day":                {[]string{"--now", "soon"}, exitUsage, `--now: "soon" is not a day`},
		"address":            {[]string{"--addr", "8787"}, exitUsage, "--addr"},
		"no faults file":     {[]string{"--faults", "/does/not/exist"}, exitUsage, "--faults"},
		"no folder":          {[]string{"--entities", "/does/not/exist"}, exitUsage, "is not a folder"},
		"no workspace":       {[]string{"--workspace", "/does/not/exist"}, exitUsage, "--workspace"},
		"empty token":        {[]string{"--token", ""}, exitUsage, "--token: must not be empty"},
		"address in use":     {[]string{"--orgs", "1", "--addr", busy.addr}, exitFailed, "listen on " + busy.addr},
		"healthcheck, wrong": {[]string{"healthcheck", "--addr", "x"}, exitUsage, "--addr"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if status := run(t.Context(), tc.args, &stdout, &stderr); status != tc.status || !strings.Contains(stderr.String(), tc.text) {
				t.Errorf("status %d, want %d; it said %q, want %q", status, tc.status, &stderr, tc.text)
			}
		})
	}
	busy.stop(t)
	t.Run("environment", func(t *testing.T) {
		t.Setenv("SANDBOX_ORGS", "many")
		var stderr bytes.Buffer
		if status := run(t.Context(), nil, io.Discard, &stderr); status != exitUsage || !strings.Contains(stderr.String(), "SANDBOX_ORGS") {
			t.Errorf("status %d: %s", status, &stderr)
		}
	})
	t.Run("help", func(t *testing.T) {
		var stdout bytes.Buffer
		if status := run(t.Context(), []string{"--help"}, &stdout, io.Discard); status != exitOK || !strings.Contains(stdout.String(), "SANDBOX_EVOLVE") {
			t.Errorf("status %d: %s", status, &stdout)
		}
	})
}

func TestHealthURL(t *testing.T) {
	for addr, want := range map[string]string{
		"0.0.0.0:8787": "http://127.0.0.1:8787/healthz", ":80": "http://127.0.0.1:80/healthz",
		"[::]:1": "http://127.0.0.1:1/healthz", "host:2": "http://host:2/healthz",
	} {
		if got, err := healthURL(addr); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", addr, got, err, want)
		}
	}
}
