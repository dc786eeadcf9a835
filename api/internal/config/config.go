// Package config is the API's settings: one struct, filled from flags,
// environment and defaults (shared/envdoc), checked as a whole.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// AuthNone is the value of API_AUTH that says: open on purpose.
const AuthNone = "none"

// GCPercent is how far the heap may grow before it is collected, in percent of
// what is in use, unless the environment's GOGC says otherwise. A snapshot's
// rows stay and a cached answer allocates next to nothing, so that collecting
// twice as often as Go does by default is cheap; a swap, with two snapshots in
// memory, needs the room (docs/benchmarks.md).
const GCPercent = 50

// Settings are those of `api serve`.
type Settings struct {
	DBPath       string        `envconfig:"DB_PATH" flag:"db-path" default:"salesmap_latest.db" desc:"the snapshot to serve: a file, or the link that the worker swaps"`
	PollInterval time.Duration `envconfig:"DB_POLL_INTERVAL" flag:"db-poll-interval" default:"1s" desc:"how often to look for a new snapshot"`
	StaleAfter   time.Duration `envconfig:"SNAPSHOT_STALE_AFTER" flag:"snapshot-stale-after" default:"26h" desc:"age from which a snapshot counts as stale"`
	DateKSTMode  string        `envconfig:"DATE_KST_MODE" flag:"date-kst-mode" desc:"strict: days and years are Korean; legacy: as the raw text begins; by default as the workspace says"`
	Workspace    string        `envconfig:"WORKSPACE_CONFIG" flag:"workspace" desc:"YAML file with the company's teams, targets and lists (docs/workspace.md); the built-in example if empty"`
	LogDir       string        `envconfig:"LOG_DIR" flag:"log-dir" default:"logs" desc:"folder of the worker's run_history.jsonl, read for /api/snapshot"`

	Host           string        `envconfig:"HOST" flag:"host" default:"0.0.0.0" desc:"address to listen on"`
	Port           int           `envconfig:"PORT" flag:"port" default:"8000" desc:"port to listen on; 0 picks a free one"`
	Auth           string        `envconfig:"API_AUTH" flag:"auth" desc:"none: open on purpose, behind an authenticating proxy; silences the warning at start. Otherwise API_TOKENS decides"`
	Tokens         envdoc.Secret `envconfig:"API_TOKENS" flag:"tokens" desc:"who may read: name:sha256hex with commas between, as api token new prints; empty leaves the service open" example:""`
	SessionTTL     time.Duration `envconfig:"SESSION_TTL" flag:"session-ttl" default:"168h" desc:"how long a login of the dashboard lasts"`
	TrustedProxies []string      `envconfig:"TRUSTED_PROXIES" flag:"trusted-proxies" desc:"addresses or networks of proxies whose X-Forwarded-For names the client, for the limit on failed logins"`
	CORSOrigins    []string      `envconfig:"CORS_ORIGINS" flag:"cors-origins" default:"*" desc:"origins whose pages may read the API; * is any, null a page opened as a file"`
	FrontendDir    string        `envconfig:"FRONTEND_DIR" flag:"frontend-dir" desc:"folder of a built dashboard to serve instead of the built-in one"`

	CacheMaxBytes int64         `envconfig:"CACHE_MAX_BYTES" flag:"cache-max-bytes" default:"268435456" desc:"bytes of computed responses to keep per snapshot"`
	WarmTimeout   time.Duration `envconfig:"WARM_TIMEOUT" flag:"warm-timeout" default:"10s" desc:"longest that a new snapshot waits for the dashboard's standard requests to be computed before it is served; then that goes on beside the serving"`
	MaxInFlight   int           `envconfig:"MAX_IN_FLIGHT" flag:"max-in-flight" default:"1024" desc:"requests worked on at once; more get 503 with Retry-After"`
	MaxStreams    int           `envconfig:"MAX_STREAMS" flag:"max-streams" default:"1024" desc:"open /api/events streams; more get 503 with Retry-After"`

	RequestTimeout    time.Duration `envconfig:"REQUEST_TIMEOUT" flag:"request-timeout" default:"30s" desc:"longest that one answer may take to compute"`
	ReadHeaderTimeout time.Duration `envconfig:"READ_HEADER_TIMEOUT" flag:"read-header-timeout" default:"5s" desc:"longest that a client may take to send headers"`
	ReadTimeout       time.Duration `envconfig:"READ_TIMEOUT" flag:"read-timeout" default:"15s" desc:"longest that a client may take to send a request"`
	WriteTimeout      time.Duration `envconfig:"WRITE_TIMEOUT" flag:"write-timeout" default:"90s" desc:"longest that a response may take to be computed and read"`
	IdleTimeout       time.Duration `envconfig:"IDLE_TIMEOUT" flag:"idle-timeout" default:"120s" desc:"longest that a connection may wait for its next request"`
	MaxHeaderBytes    int           `envconfig:"MAX_HEADER_BYTES" flag:"max-header-bytes" default:"65536" desc:"longest request line and headers together"`
	DrainDelay        time.Duration `envconfig:"DRAIN_DELAY" flag:"drain-delay" default:"0s" desc:"how long to go on accepting after a stop signal while /readyz says stopping, so that balancers notice"`
	DrainTimeout      time.Duration `envconfig:"DRAIN_TIMEOUT" flag:"drain-timeout" default:"15s" desc:"longest that requests in flight may take after a stop signal"`

	obs.LogSettings
}

// Load reads the settings from the environment. The caller binds flags
// afterwards (envdoc.BindFlags) and then calls Validate.
func Load() (*Settings, error) {
	s := &Settings{}
	return s, envdoc.Load(s)
}

// Validate reports everything that cannot work, all at once.
func (s *Settings) Validate() error {
	problems := []error{s.LogSettings.Validate()}
	bad := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf(name+": "+format, args...))
	}
	if strings.TrimSpace(s.DBPath) == "" {
		bad("DB_PATH", "must name the database file")
	}
	if s.Port < 0 || s.Port > 65535 {
		bad("PORT", "%d is not a port (0 to 65535)", s.Port)
	}
	if s.Auth != "" && s.Auth != AuthNone {
		bad("API_AUTH", "%q is not %q", s.Auth, AuthNone)
	}
	if tokens, err := s.AccessTokens(); err != nil {
		bad("API_TOKENS", "%w", err)
	} else if tokens.Len() > 0 && s.Auth == AuthNone {
		bad("API_AUTH", "%s contradicts API_TOKENS", AuthNone)
	}
	if _, err := s.ProxyNetworks(); err != nil {
		bad("TRUSTED_PROXIES", "%w", err)
	}
	if s.FrontendDir != "" {
		if info, err := os.Stat(s.FrontendDir); err != nil || !info.IsDir() {
			bad("FRONTEND_DIR", "%s is not a folder", s.FrontendDir)
		}
	}
	for _, origin := range s.CORSOrigins {
		if !validOrigin(origin) {
			bad("CORS_ORIGINS", "%q is not an origin such as https://host:port, nor * or null", origin)
		}
	}
	for _, n := range []struct {
		name string
		n    int64
	}{
		{"CACHE_MAX_BYTES", s.CacheMaxBytes},
		{"MAX_IN_FLIGHT", int64(s.MaxInFlight)},
		{"MAX_STREAMS", int64(s.MaxStreams)},
		{"MAX_HEADER_BYTES", int64(s.MaxHeaderBytes)},
		{"DB_POLL_INTERVAL", int64(s.PollInterval)},
		{"SNAPSHOT_STALE_AFTER", int64(s.StaleAfter)},
		{"WARM_TIMEOUT", int64(s.WarmTimeout)},
		{"SESSION_TTL", int64(s.SessionTTL)},
		{"REQUEST_TIMEOUT", int64(s.RequestTimeout)},
		{"READ_HEADER_TIMEOUT", int64(s.ReadHeaderTimeout)},
		{"READ_TIMEOUT", int64(s.ReadTimeout)},
		{"WRITE_TIMEOUT", int64(s.WriteTimeout)},
		{"IDLE_TIMEOUT", int64(s.IdleTimeout)},
		{"DRAIN_TIMEOUT", int64(s.DrainTimeout)},
	} {
		if n.n <= 0 {
			bad(n.name, "must be more than 0")
		}
	}
	if s.DrainDelay < 0 {
		bad("DRAIN_DELAY", "must not be negative")
	}
	if s.WriteTimeout <= s.RequestTimeout {
		bad("WRITE_TIMEOUT", "%s must be longer than REQUEST_TIMEOUT (%s), or slow answers are cut off", s.WriteTimeout, s.RequestTimeout)
	}
	return errors.Join(problems...)
}

func validOrigin(origin string) bool {
	if origin == "*" || origin == "null" {
		return true
	}
	scheme, host, ok := strings.Cut(origin, "://")
	return ok && scheme != "" && host != "" && !strings.ContainsAny(host, "/ ")
}

// AccessTokens are those of API_TOKENS. The error never shows what was typed.
func (s *Settings) AccessTokens() (access.Tokens, error) {
	return access.ParseTokens(s.Tokens.Reveal())
}

// ProxyNetworks are those of TRUSTED_PROXIES; an address is a network of one.
func (s *Settings) ProxyNetworks() ([]netip.Prefix, error) {
	networks := make([]netip.Prefix, 0, len(s.TrustedProxies))
	for _, text := range s.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			var address netip.Addr
			if address, err = netip.ParseAddr(text); err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// Address is where to listen.
func (s *Settings) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// Exposed reports whether other machines can reach the address.
func (s *Settings) Exposed() bool {
	if s.Host == "localhost" {
		return false
	}
	ip := net.ParseIP(s.Host)
	return ip == nil || !ip.IsLoopback()
}

// Sections are the settings for the generated documents.
func Sections() []envdoc.Section {
	return []envdoc.Section{{
		Title:    "API",
		Intro:    "Settings of `api serve`; `api healthcheck` reads `HOST` and `PORT`.",
		Settings: envdoc.Settings(&Settings{}),
	}}
}
