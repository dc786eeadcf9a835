package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
)

const canary = "canary-token-1234567890"

func load(t *testing.T, env map[string]string) (config.Schedule, error) {
	t.Helper()
	for _, s := range envdoc.Settings(&config.Schedule{}) {
		t.Setenv(s.Env, env[s.Env]) // empty counts as not set
	}
	var s config.Schedule
	return s, envdoc.Load(&s)
}

func TestDefaults(t *testing.T) {
	s, err := load(t, map[string]string{"SALESMAP_TOKEN": canary})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(nil, nil); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	got := fmt.Sprint(s.BaseURL, " ", s.DBPath, " ", s.LogDir, " ", s.CheckpointDir, " ", s.CheckpointPages, " ", s.BackupDir, " ",
		s.KeepBackups, " ", s.KeepSnapshots, " ", s.MaxShrink, " ", s.Rate, " ", s.MaxRetries, " ", s.Cron, " ", s.TZ)
	want := "https://salesmap.kr/api/v2 salesmap_latest.db logs logs/checkpoints 50 backups 30 3 0.5 95 5 0 3 * * * Asia/Seoul"
	if got != want {
		t.Errorf("defaults are\n%s, want\n%s", got, want)
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name string
		env  map[string]string
		want []string // each in the message; none: valid
	}{
		{"token missing", nil, []string{"SALESMAP_TOKEN", "--token"}},
		{"token with a line break", map[string]string{"SALESMAP_TOKEN": canary + "\n"}, []string{"SALESMAP_TOKEN"}},
		{"no token but a sandbox", map[string]string{"SALESMAP_SANDBOX_BASE": "http://sandbox:8787/api/v2"}, nil},
		{"sandbox is no URL", map[string]string{"SALESMAP_SANDBOX_BASE": "sandbox:8787"}, []string{"SALESMAP_SANDBOX_BASE"}},
		{"base is no URL", map[string]string{"SALESMAP_TOKEN": canary, "SALESMAP_API_BASE": "salesmap.kr"}, []string{"SALESMAP_API_BASE"}},
		{"rate 0", map[string]string{"SALESMAP_TOKEN": canary, "SALESMAP_RATE": "0"}, []string{"SALESMAP_RATE", "1 to 100"}},
		{"rate 101", map[string]string{"SALESMAP_TOKEN": canary, "SALESMAP_RATE": "101"}, []string{"SALESMAP_RATE"}},
		{"shrink above 1", map[string]string{"SALESMAP_TOKEN": canary, "SNAPSHOT_MAX_SHRINK": "50"}, []string{"SNAPSHOT_MAX_SHRINK"}},
		{"shrink NaN", map[string]string{"SALESMAP_TOKEN": canary, "SNAPSHOT_MAX_SHRINK": "NaN"}, []string{"SNAPSHOT_MAX_SHRINK"}},
		{"progress", map[string]string{"SALESMAP_TOKEN": canary, "PROGRESS": "dots"}, []string{"PROGRESS", "dots"}},
		{"health address", map[string]string{"SALESMAP_TOKEN": canary, "HEALTH_ADDR": "8001"}, []string{"HEALTH_ADDR"}},
		{"health port", map[string]string{"SALESMAP_TOKEN": canary, "HEALTH_ADDR": ":http"}, []string{"HEALTH_ADDR"}},
		{"log level", map[string]string{"SALESMAP_TOKEN": canary, "LOG_LEVEL": "loud"}, []string{"LOG_LEVEL"}},
		{
			"all at once",
			map[string]string{
				"KEEP_BACKUPS": "-1", "KEEP_SNAPSHOTS": "-1", "CHECKPOINT_INTERVAL": "0", "MAX_RETRIES": "-1",
				"SNAPSHOT_MAX_AGE": "-1h", "SALESMAP_TIMEOUT": "0s",
			},
			[]string{"SALESMAP_TOKEN", "KEEP_BACKUPS", "KEEP_SNAPSHOTS", "CHECKPOINT_INTERVAL", "MAX_RETRIES", "SNAPSHOT_MAX_AGE", "SALESMAP_TIMEOUT", "SNAPSHOT_CRON"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := load(t, tc.env)
			if err != nil {
				t.Fatal(err)
			}
			var planned error
			if len(tc.want) > 4 {
				planned = errors.New("SNAPSHOT_CRON: what the scheduler says")
			}
			err = s.Validate(nil, planned)
			if (err == nil) != (len(tc.want) == 0) || err != nil && !errors.Is(err, config.ErrInvalid) {
				t.Fatalf("Validate = %v", err)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in %v", want, err)
				}
			}
			if err != nil && strings.Contains(err.Error(), canary) {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}

func TestValidate_SaysUnreadableVariablesOnce(t *testing.T) {
	s, loaded := load(t, map[string]string{"SALESMAP_RATE": "fast", "SALESMAP_TIMEOUT": "long"})
	if loaded == nil {
		t.Fatal("malformed variables were read")
	}
	err := s.Validate(loaded, nil)
	if err == nil || !errors.Is(err, config.ErrInvalid) {
		t.Fatalf("Validate = %v", err)
	}
	for _, name := range []string{"SALESMAP_RATE: ", "SALESMAP_TIMEOUT: ", "SALESMAP_TOKEN: "} {
		if n := strings.Count(err.Error(), name); n != 1 {
			t.Errorf("%s is said %d times in %v", name, n, err)
		}
	}
}

func TestResolve_Sandbox(t *testing.T) {
	s, err := load(t, map[string]string{"SALESMAP_SANDBOX_BASE": "http://sandbox:8787/api/v2"})
	if err != nil {
		t.Fatal(err)
	}
	s.Resolve()
	if s.BaseURL != "http://sandbox:8787/api/v2" || s.Token.Reveal() != "demo-token" {
		t.Errorf("without a token: %s, %q", s.BaseURL, s.Token.Reveal())
	}
	s, err = load(t, map[string]string{"SALESMAP_SANDBOX_BASE": "http://sandbox:8787/api/v2", "SALESMAP_TOKEN": canary})
	if err != nil {
		t.Fatal(err)
	}
	s.Resolve()
	if s.BaseURL != "https://salesmap.kr/api/v2" || s.Token.Reveal() != canary {
		t.Errorf("with a token: %s", s.BaseURL)
	}
}

// TestDump_HidesSecrets prints settings in every way that comes to mind.
func TestDump_HidesSecrets(t *testing.T) {
	s, err := load(t, map[string]string{"SALESMAP_TOKEN": canary, "ALERT_WEBHOOK_URL": "https://hook.example/" + canary, "PING_URL": "https://ping.example/" + canary})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal([]any{s.Token, s.AlertWebhookURL, s.PingURL})
	if err != nil {
		t.Fatal(err)
	}
	for _, dump := range []string{string(raw), fmt.Sprintf("%v", s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s)} {
		if strings.Contains(dump, canary) {
			t.Errorf("a secret is in %s", dump)
		}
	}
}

func TestSections_DocumentEverySetting(t *testing.T) {
	seen := map[string]bool{}
	for _, section := range config.Sections() {
		for _, s := range section.Settings {
			if s.Desc == "" || strings.HasSuffix(s.Desc, ".") {
				t.Errorf("%s: description %q", s.Env, s.Desc)
			}
			if s.IsSecret && s.Env == "SALESMAP_TOKEN" && s.Default != "" {
				t.Errorf("%s has a default", s.Env)
			}
			seen[s.Env] = true
		}
	}
	for _, spec := range []any{&config.Volume{}, &config.Backups{}, &config.Source{}, &config.Run{}, &config.Health{}} {
		for _, s := range envdoc.Settings(spec) {
			if !seen[s.Env] {
				t.Errorf("%s is not documented", s.Env)
			}
		}
	}
}

func TestHealthURL(t *testing.T) {
	for addr, want := range map[string]string{
		":8001": "http://127.0.0.1:8001/healthz", "0.0.0.0:1": "http://127.0.0.1:1/healthz", "[::]:1": "http://127.0.0.1:1/healthz",
		"10.0.0.1:80": "http://10.0.0.1:80/healthz", "localhost:80": "http://localhost:80/healthz", "8001": "", ":x": "", ":99999": "",
	} {
		got, err := config.HealthURL(addr)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("HealthURL(%q) = %q, %v", addr, got, err)
		}
	}
}
