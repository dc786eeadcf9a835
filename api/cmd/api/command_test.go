package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTokenNew(t *testing.T) {
	clean(t)
	code, out, _ := runOnce(t, "token", "new", "dashboard")
	m := regexp.MustCompile(`(?m)^token: +(\S+)$\n^API_TOKENS: dashboard:([0-9a-f]{64})$`).FindStringSubmatch(out)
	if code != exitOK || m == nil {
		t.Fatalf("exit %d: %s", code, out)
	}
	if sum := sha256.Sum256([]byte(m[1])); hex.EncodeToString(sum[:]) != m[2] {
		t.Error("the entry is not that of the token")
	}
	for _, args := range [][]string{{"token", "new"}, {"token", "new", "a", "b"}, {"token", "new", "with space"}, {"token", "old"}} {
		if code, _, stderr := runOnce(t, args...); code != exitUsage {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
	if code, out, _ := runOnce(t, "token"); code != exitOK || !strings.Contains(out, "Draw a token") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestConfigCheck(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	example := string(exampleworkspace.YAML())
	good := writeFile(t, filepath.Join(dir, "good.yaml"), example)
	bad := writeFile(t, filepath.Join(dir, "bad.yaml"), example+"\nno_such_key: 1\nanother: 2\n")
	lines := strings.Count(example, "\n")
	for _, tc := range []struct {
		name string
		args []string
		env  string
		code int
		want []string
	}{
		{"sound", []string{good}, "", exitOK, []string{good + ": sound"}},
		{"problems", []string{bad}, "", exitFailed, []string{bad + ": line ", "no_such_key", "another", "2 problems"}},
		{"argument beats environment", []string{good}, bad, exitOK, []string{"good.yaml: sound"}},
		{"environment", nil, bad, exitFailed, []string{"no_such_key"}},
		{"example", nil, "", exitOK, []string{"the example that ships: sound"}},
		{"no file", []string{filepath.Join(dir, "none.yaml")}, "", exitUsage, []string{"none.yaml"}},
		{"a folder", []string{dir}, "", exitUsage, []string{"read workspace configuration"}},
		{"two files", []string{good, bad}, "", exitUsage, []string{"at most 1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv("WORKSPACE_CONFIG", tc.env)
			code, out, stderr := runOnce(t, append([]string{"config", "check"}, tc.args...)...)
			if code != tc.code {
				t.Errorf("exit %d, want %d", code, tc.code)
			}
			for _, want := range tc.want {
				if !strings.Contains(out+stderr, want) {
					t.Errorf("no %q in %s%s", want, out, stderr)
				}
			}
		})
	}
	if _, out, _ := runOnce(t, "config", "check", bad); !regexp.MustCompile(`line (\d+): no_such_key`).MatchString(out) || lines == 0 {
		t.Errorf("no line: %s", out)
	}
}

func TestConfigCheck_Warnings(t *testing.T) {
	clean(t)
	text := strings.Replace(string(exampleworkspace.YAML()), "\naccounting:", "\naccounting:\n  course_ids_file: none.tsv", 1)
	path := writeFile(t, filepath.Join(t.TempDir(), "w.yaml"), text)
	if code, out, _ := runOnce(t, "config", "check", path); code != exitOK || !strings.Contains(out, "accounting list") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestCompletion(t *testing.T) {
	clean(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if code, out, _ := runOnce(t, "completion", shell); code != exitOK || !strings.Contains(out, "api") {
			t.Errorf("%s: exit %d", shell, code)
		}
	}
}

// TestServe_WithTokens: the program end to end, with a token of its own
// making, and a workspace that changes while it runs.
func TestServe_WithTokens(t *testing.T) {
	clean(t)
	_, out, _ := runOnce(t, "token", "new", "dashboard")
	m := regexp.MustCompile(`token: +(\S+)\nAPI_TOKENS: (\S+)`).FindStringSubmatch(out)
	if m == nil {
		t.Fatal(out)
	}
	t.Setenv("API_TOKENS", m[2])
	workspacePath := writeFile(t, filepath.Join(t.TempDir(), "workspace.yaml"), string(exampleworkspace.YAML()))
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	p := startProgram(t, "--db-path="+v.Live(), "--db-poll-interval=5ms", "--workspace="+workspacePath)
	testkit.Poll(t, 20*time.Second, "the snapshot", func() bool { return p.status("/readyz") == 200 })
	for path, want := range map[string]int{"/": 200, "/api/health": 200, "/api/orgs": 401, "/metrics": 401, "/openapi.json": 401, "/api/workspace": 401} {
		if got := p.status(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	body := func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/api/workspace", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+m[1])
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var text strings.Builder
		if err := resp.Write(&text); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if !strings.Contains(body(), `"reportYear":2026`) {
		t.Errorf("workspace: %.300s", body())
	}
	writeFile(t, workspacePath, strings.Replace(string(exampleworkspace.YAML()), "\n  plan: 2026", "\n  plan: 2027", 1))
	testkit.Poll(t, 20*time.Second, "the change", func() bool { return strings.Contains(body(), `"reportYear":2027`) })
	if code := p.end(); code != exitOK {
		t.Errorf("exit %d: %s", code, p.logs)
	}
	if logs := p.logs.String(); strings.Contains(logs, "anyone who can reach") || strings.Contains(logs, m[1]) || strings.Contains(logs, m[2]) {
		t.Errorf("log: %s", logs)
	}
}
