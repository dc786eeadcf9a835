// Package config is the one home of the worker's settings: variable, flag,
// default and meaning of each (spec 08 "Options of run-once"). Each command
// takes the groups it needs; flags beat variables, these beat defaults.
package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/progress"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// ErrInvalid says that settings or the command line cannot be worked with. The
// text names each variable or flag.
var ErrInvalid = errors.New("invalid configuration")

// Volume says where the snapshot and the run history lie: what the commands
// need that only look.
type Volume struct {
	DBPath string `envconfig:"DB_PATH" flag:"db-path" default:"salesmap_latest.db" desc:"the live snapshot: a link that each run swaps; snapshots lie in the folder snapshots beside it"`
	LogDir string `envconfig:"LOG_DIR" flag:"log-dir" default:"logs" desc:"folder of the run logs and run_history.jsonl"`
}

// Backups says where backups lie.
type Backups struct {
	BackupDir string `envconfig:"BACKUP_DIR" flag:"backup-dir" default:"backups" desc:"folder of the zip backups"`
}

// Source says which workspace is copied, and how fast.
type Source struct {
	Token       envdoc.Secret `envconfig:"SALESMAP_TOKEN" flag:"token" desc:"API token of the workspace; required"`
	BaseURL     string        `envconfig:"SALESMAP_API_BASE" flag:"base-url" default:"https://salesmap.kr/api/v2" desc:"base URL of the Salesmap API"`
	API         string        `envconfig:"SALESMAP_API" flag:"api" default:"v2" desc:"version to read the large tables by: v2; v3, 500 records a request, over v2 where it is refused; auto, v3 while nothing is wrong with it"`
	Rate        int           `envconfig:"SALESMAP_RATE" flag:"rate" default:"95" desc:"requests in any 10 seconds, 1 to 100; the workspace's other integrations share the 100"`
	MaxRetries  int           `envconfig:"MAX_RETRIES" flag:"max-retries" default:"5" desc:"how often a page is asked for again before its table fails"`
	CallTimeout time.Duration `envconfig:"SALESMAP_TIMEOUT" flag:"timeout" default:"60s" desc:"longest that one API call may take; answers of 30s have been seen"`

	SandboxBase  string        `envconfig:"SALESMAP_SANDBOX_BASE" desc:"base URL of a sandbox that is copied when there is no token, for demonstrations"`
	SandboxToken envdoc.Secret `envconfig:"SANDBOX_TOKEN" default:"demo-token" desc:"token of that sandbox"`
}

// Sandbox reports whether the sandbox stands in for a workspace because no
// token was given.
func (s *Source) Sandbox() bool { return s.Token == "" && s.SandboxBase != "" }

// Resolve puts the sandbox in place of the workspace if that is what holds.
func (s *Source) Resolve() {
	if s.Sandbox() {
		s.BaseURL, s.Token = s.SandboxBase, s.SandboxToken
	}
}

// Run is what one snapshot run needs.
type Run struct {
	Source
	Volume
	CheckpointDir   string `envconfig:"CHECKPOINT_DIR" flag:"checkpoint-dir" default:"logs/checkpoints" desc:"folder of the checkpoints of unfinished runs"`
	CheckpointPages int    `envconfig:"CHECKPOINT_INTERVAL" flag:"checkpoint-interval" default:"50" desc:"pages of a table between two checkpoints"`
	Backups
	KeepBackups   int     `envconfig:"KEEP_BACKUPS" flag:"keep-backups" default:"30" desc:"how many backups are kept; 0 makes and keeps none"`
	NoBackup      bool    `envconfig:"NO_BACKUP" flag:"no-backup" default:"false" desc:"make no backup of the live snapshot before the run"`
	KeepSnapshots int     `envconfig:"KEEP_SNAPSHOTS" flag:"keep-snapshots" default:"3" desc:"how many published snapshots are kept; the live one always is"`
	KeepLogs      int     `envconfig:"KEEP_LOGS" flag:"keep-logs" default:"100" desc:"how many run logs are kept; those of runs whose snapshot or checkpoint is there always are"`
	SpaceCheck    bool    `envconfig:"SPACE_CHECK" flag:"space-check" default:"true" desc:"look at the free space before a run: too little for a file like the live one stops it"`
	AllowPartial  bool    `envconfig:"ALLOW_PARTIAL" flag:"allow-partial" default:"false" desc:"publish although a table could not be read to its end"`
	MaxShrink     float64 `envconfig:"SNAPSHOT_MAX_SHRINK" flag:"max-shrink" default:"0.5" desc:"share of its rows that a table may lose against the live snapshot, 0 to 1; only 1 lets a table become empty"`
	Progress      string  `envconfig:"PROGRESS" flag:"progress" default:"auto" desc:"how progress is shown: auto, bar, plain or none"`
	Notify
	obs.LogSettings
}

// Notify says who is told how runs end.
type Notify struct {
	AlertWebhookURL envdoc.Secret `envconfig:"ALERT_WEBHOOK_URL" desc:"address that gets a JSON POST when runs begin to fail and when they work again (Slack-compatible)"`
	PingURL         envdoc.Secret `envconfig:"PING_URL" desc:"address that is asked at the start and end of each run (healthchecks-style /start and /fail)"`
}

// Schedule is what the long-running service needs.
type Schedule struct {
	Run
	Cron       string        `envconfig:"SNAPSHOT_CRON" flag:"cron" default:"0 3 * * *" desc:"when snapshots are taken: five cron fields, or @every 90m"`
	TZ         string        `envconfig:"SNAPSHOT_TZ" flag:"tz" default:"Asia/Seoul" desc:"time zone of the schedule"`
	MaxAge     time.Duration `envconfig:"SNAPSHOT_MAX_AGE" flag:"max-age" default:"24h" desc:"a run starts at once when there is no snapshot or it is older; 0 never does"`
	HealthAddr string        `envconfig:"HEALTH_ADDR" flag:"health-addr" default:":8001" desc:"address that serves /healthz, /readyz and /metrics"`
}

// Health is what the health probe needs.
type Health struct {
	HealthAddr string `envconfig:"HEALTH_ADDR" flag:"health-addr" default:":8001" desc:"address that the schedule serves /healthz on"`
}

// Sections are all settings of the worker for the generated documents.
func Sections() []envdoc.Section {
	return []envdoc.Section{{
		Title:    "Worker",
		Intro:    "Settings of `worker schedule`. `worker run-once` takes the same ones but for the schedule's own; the other commands those that they need.",
		Settings: envdoc.Settings(&Schedule{}),
	}, {
		Title:    "Worker: fetch",
		Intro:    "Settings that `worker fetch` has besides `DB_PATH`, `LOG_DIR`, `KEEP_SNAPSHOTS` and those of alerts and logging.",
		Settings: fetchOnly(),
	}}
}

// problems collects what is wrong, each by the name of its variable.
type problems struct {
	all  []error
	said string // what reading the variables complained of already
}

// newProblems begins with what reading the variables gave.
func newProblems(loaded error) *problems {
	if loaded == nil {
		return &problems{}
	}
	return &problems{all: []error{loaded}, said: "\n" + loaded.Error()}
}

// check adds an error, unless the variable could not even be read: its value
// is zero then, and complaining of that would only confuse.
func (p *problems) check(name string, err error) {
	if err != nil && !strings.Contains(p.said, "\n"+name+": ") {
		p.all = append(p.all, fmt.Errorf("%s: %w", name, err))
	}
}

func (p *problems) require(ok bool, name, format string, args ...any) {
	if !ok {
		p.check(name, fmt.Errorf(format, args...))
	}
}

// err is ErrInvalid with all problems, or nil.
func (p *problems) err() error {
	return Invalid(errors.Join(p.all...))
}

// Invalid marks an error as ErrInvalid but keeps its text.
func Invalid(err error) error {
	if err == nil {
		return nil
	}
	return invalid{err}
}

type invalid struct{ cause error }

func (e invalid) Error() string   { return e.cause.Error() }
func (e invalid) Unwrap() []error { return []error{ErrInvalid, e.cause} }

// Validate reports everything that is wrong with the settings of a run. loaded
// is what reading them from the environment gave.
func (r *Run) Validate(loaded error) error {
	p := newProblems(loaded)
	r.validate(p)
	return p.err()
}

func (r *Run) validate(p *problems) {
	r.Source.validate(p)
	r.Volume.validate(p)
	p.require(r.CheckpointDir != "", "CHECKPOINT_DIR", "must not be empty")
	p.require(r.CheckpointPages >= 1, "CHECKPOINT_INTERVAL", "%d is not at least 1 page", r.CheckpointPages)
	p.require(r.BackupDir != "", "BACKUP_DIR", "must not be empty")
	p.require(r.KeepBackups >= 0, "KEEP_BACKUPS", "%d is negative", r.KeepBackups)
	p.require(r.KeepSnapshots >= 0, "KEEP_SNAPSHOTS", "%d is negative", r.KeepSnapshots)
	p.require(r.KeepLogs >= 1, "KEEP_LOGS", "%d is not at least 1", r.KeepLogs)
	p.require(r.MaxShrink >= 0 && r.MaxShrink <= 1, "SNAPSHOT_MAX_SHRINK", "%g is not a share from 0 to 1", r.MaxShrink)
	_, err := progress.ParseMode(r.Progress)
	p.check("PROGRESS", err)
	if err := r.LogSettings.Validate(); err != nil {
		p.all = append(p.all, err) // names its variable itself
	}
}

func (s *Source) validate(p *problems) {
	if s.Token == "" && !s.Sandbox() {
		p.check("SALESMAP_TOKEN", errors.New("is missing: put the workspace's API token there, or give --token"))
	} else if s.Token != "" {
		p.check("SALESMAP_TOKEN", salesmap.CheckToken(s.Token))
	}
	if s.Sandbox() {
		p.check("SALESMAP_SANDBOX_BASE", salesmap.CheckBaseURL(s.SandboxBase))
	} else {
		p.check("SALESMAP_API_BASE", salesmap.CheckBaseURL(s.BaseURL))
	}
	s.validateAPI(p)
	p.require(s.Rate >= quota.MinRate && s.Rate <= quota.MaxRate, "SALESMAP_RATE",
		"%d is not within %d to %d requests per %s", s.Rate, quota.MinRate, quota.MaxRate, quota.Window)
	p.require(s.MaxRetries >= 0, "MAX_RETRIES", "%d is negative", s.MaxRetries)
	p.require(s.CallTimeout > 0, "SALESMAP_TIMEOUT", "%s is not more than 0", s.CallTimeout)
}

// validateAPI refuses a version that the base URL cannot lead to.
func (s *Source) validateAPI(p *problems) {
	api, err := salesmap.ParseAPI(s.API)
	p.check("SALESMAP_API", err)
	base := s.BaseURL
	if s.Sandbox() {
		base = s.SandboxBase
	}
	p.require(api != salesmap.APIv3 || salesmap.HasV3(base), "SALESMAP_API", "v3 needs a base URL that ends in /v2, in whose place /v3 is put")
}

func (v *Volume) validate(p *problems) {
	p.require(v.DBPath != "", "DB_PATH", "must not be empty")
	p.require(v.LogDir != "", "LOG_DIR", "must not be empty")
}

// Validate reports everything that is wrong with the settings of the schedule.
// loaded is what reading them from the environment gave, planned what reading
// the schedule gave; both name their variables.
func (s *Schedule) Validate(loaded, planned error) error {
	p := newProblems(loaded)
	s.validate(p)
	if planned != nil {
		p.all = append(p.all, planned)
	}
	p.require(s.MaxAge >= 0, "SNAPSHOT_MAX_AGE", "%s is negative", s.MaxAge)
	_, err := HealthURL(s.HealthAddr)
	p.check("HEALTH_ADDR", err)
	return p.err()
}
