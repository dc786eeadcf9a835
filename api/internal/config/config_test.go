package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func load(t *testing.T, args ...string) (*config.Settings, error) {
	t.Helper()
	s, err := config.Load()
	if err != nil {
		return s, err
	}
	fs := pflag.NewFlagSet("api", pflag.ContinueOnError)
	envdoc.BindFlags(fs, s)
	if err := fs.Parse(args); err != nil {
		return s, err
	}
	return s, s.Validate()
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

func TestDefaults(t *testing.T) {
	clean(t)
	s, err := load(t)
	if err != nil {
		t.Fatal(err)
	}
	if s.DBPath != snapshot.DefaultLivePath {
		t.Errorf("DB_PATH is %s by default, the contract says %s", s.DBPath, snapshot.DefaultLivePath)
	}
	if s.Address() != "0.0.0.0:8000" || !s.Exposed() || s.PollInterval != time.Second || s.StaleAfter != 26*time.Hour ||
		s.CacheMaxBytes != 256<<20 || len(s.CORSOrigins) != 1 || s.CORSOrigins[0] != "*" || s.DrainTimeout != 15*time.Second {
		t.Errorf("%+v", s)
	}
}

func TestFlagBeatsEnvironment(t *testing.T) {
	clean(t)
	t.Setenv("PORT", "9000")
	t.Setenv("DB_PATH", "/env.db")
	t.Setenv("CORS_ORIGINS", "https://a.example,null")
	s, err := load(t, "--port=9001")
	if err != nil {
		t.Fatal(err)
	}
	if s.Port != 9001 || s.DBPath != "/env.db" || strings.Join(s.CORSOrigins, " ") != "https://a.example null" {
		t.Errorf("%+v", s)
	}
}

// TestEverySettingHasAFlag: --help is where people look.
func TestEverySettingHasAFlag(t *testing.T) {
	t.Parallel()
	for _, section := range config.Sections() {
		for _, s := range section.Settings {
			if s.Flag == "" || s.Desc == "" || s.Env == "" {
				t.Errorf("%+v", s)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct{ env, value, want string }{
		{"DB_PATH", " ", "DB_PATH"},
		{"PORT", "70000", "PORT: 70000"},
		{"PORT", "-1", "PORT: -1"},
		{"PORT", "http", "PORT"},
		{"API_AUTH", "basic", "API_AUTH"},
		{"API_TOKENS", "canary-secret", "API_TOKENS: malformed list of tokens: entry 1"},
		{"TRUSTED_PROXIES", "10.0.0.0/8,proxy", "TRUSTED_PROXIES: \"proxy\""},
		{"SESSION_TTL", "0s", "SESSION_TTL"},
		{"FRONTEND_DIR", "/no/such/folder", "FRONTEND_DIR"},
		{"CORS_ORIGINS", "dash.example", "CORS_ORIGINS"},
		{"CORS_ORIGINS", "https://dash.example/page", "CORS_ORIGINS"},
		{"CACHE_MAX_BYTES", "0", "CACHE_MAX_BYTES"},
		{"MAX_IN_FLIGHT", "-5", "MAX_IN_FLIGHT"},
		{"DB_POLL_INTERVAL", "0s", "DB_POLL_INTERVAL"},
		{"DB_POLL_INTERVAL", "soon", "DB_POLL_INTERVAL"},
		{"WRITE_TIMEOUT", "10s", "WRITE_TIMEOUT"},
		{"DRAIN_DELAY", "-1s", "DRAIN_DELAY"},
		{"LOG_LEVEL", "loud", "LOG_LEVEL"},
		{"LOG_FORMAT", "xml", "LOG_FORMAT"},
	} {
		t.Run(tc.env+"="+tc.value, func(t *testing.T) {
			clean(t)
			t.Setenv(tc.env, tc.value)
			_, err := load(t)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that names %s", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error shows what was typed: %v", err)
			}
		})
	}
}

func TestAccess(t *testing.T) {
	clean(t)
	t.Setenv("API_TOKENS", "report:"+strings.Repeat("ab", 32))
	t.Setenv("TRUSTED_PROXIES", "10.1.2.3,192.0.2.9/24,2001:db8::/32")
	s, err := load(t)
	if err != nil {
		t.Fatal(err)
	}
	if tokens, err := s.AccessTokens(); err != nil || tokens.Len() != 1 {
		t.Errorf("%d tokens, %v", tokens.Len(), err)
	}
	networks, err := s.ProxyNetworks()
	if err != nil || fmt.Sprint(networks) != "[10.1.2.3/32 192.0.2.0/24 2001:db8::/32]" {
		t.Errorf("%v, %v", networks, err)
	}
	if strings.Contains(fmt.Sprintf("%v %+v", s, s), "abab") {
		t.Error("printing the settings shows the hashes")
	}
	if _, err := load(t, "--auth=none"); err == nil || !strings.Contains(err.Error(), "contradicts API_TOKENS") {
		t.Errorf("tokens and API_AUTH=none: %v", err)
	}
}

func TestValidate_AllAtOnce(t *testing.T) {
	clean(t)
	t.Setenv("MAX_IN_FLIGHT", "0")
	t.Setenv("LOG_LEVEL", "loud")
	_, err := load(t, "--port=99999")
	for _, name := range []string{"MAX_IN_FLIGHT", "LOG_LEVEL", "PORT"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not in %v", name, err)
		}
	}
}

func TestExposed(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"127.0.0.1": false, "127.0.0.53": false, "::1": false, "localhost": false,
		"0.0.0.0": true, "": true, "::": true, "10.0.0.5": true, "api.internal.example": true,
	} {
		if got := (&config.Settings{Host: host}).Exposed(); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
