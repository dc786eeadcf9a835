package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// settings of the program. The token is a made-up one that opens nothing but
// this sandbox, so its default may stand here.
type settings struct {
	Addr      string        `envconfig:"SANDBOX_ADDR" default:"127.0.0.1:8787" flag:"addr" desc:"address to listen on"`
	Seed      int           `envconfig:"SANDBOX_SEED" default:"1" flag:"seed" desc:"which workspace to invent"`
	Orgs      int           `envconfig:"SANDBOX_ORGS" default:"300" flag:"orgs" desc:"number of organisations; everything else is in proportion"`
	Now       string        `envconfig:"SANDBOX_NOW" flag:"now" desc:"day that counts as today (YYYY-MM-DD); today if empty"`
	Workspace string        `envconfig:"SANDBOX_WORKSPACE" flag:"workspace" desc:"workspace configuration to fit the records to; the shipped example if empty"`
	Entities  string        `envconfig:"SANDBOX_ENTITIES" flag:"entities" desc:"folder of recorded records to serve instead of inventing any"`
	Token     envdoc.Secret `envconfig:"SANDBOX_TOKEN" default:"demo-token" flag:"token" desc:"bearer token to accept"`
	PageSize  int           `envconfig:"SANDBOX_PAGE_SIZE" default:"50" flag:"page-size" desc:"records on a page (leads: 10, unless this is changed)"`
	Quota     int           `envconfig:"SANDBOX_QUOTA" default:"100" flag:"quota" desc:"requests allowed in any 10 seconds; 0 for no limit"`
	Latency   time.Duration `envconfig:"SANDBOX_LATENCY" default:"0" flag:"latency" desc:"time that every answer takes longer"`
	Evolve    time.Duration `envconfig:"SANDBOX_EVOLVE" default:"0" flag:"evolve" desc:"pace at which records change; 0 for never"`
	V3        bool          `envconfig:"SANDBOX_V3" default:"true" flag:"v3" desc:"speak the v3 calls, as newer deployments do"`
	Faults    string        `envconfig:"SANDBOX_FAULTS" flag:"faults" desc:"YAML file of faults to commit"`
}

// options turns settings into what the server takes. What is wrong is said in
// the words of the flags.
func (s settings) options() (salesmaptest.Options, error) {
	o := salesmaptest.Options{
		Token: s.Token.Reveal(), PageSize: s.PageSize, Quota: s.Quota, Latency: s.Latency,
		EvolveEvery: s.Evolve, DisableV3: !s.V3,
	}
	var problems []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	_, err := healthURL(s.Addr)
	check(err == nil, "--addr: %q is not an address such as 127.0.0.1:8787", s.Addr)
	check(s.Seed >= 0, "--seed: must not be negative")
	check(s.PageSize > 0, "--page-size: must be at least 1")
	check(s.Quota >= 0, "--quota: must not be negative")
	check(s.Latency >= 0, "--latency: must not be negative")
	check(s.Evolve >= 0, "--evolve: must not be negative")
	check(s.Token != "", "--token: must not be empty")
	if s.PageSize == salesmaptest.DefaultPageSize {
		o.PageSize = 0 // then leads keep their own size
	}
	if o.Source, err = s.source(); err != nil {
		problems = append(problems, err)
	}
	if o.Faults, err = s.faults(); err != nil {
		problems = append(problems, err)
	}
	return o, errors.Join(problems...)
}

func (s settings) source() (salesmaptest.Source, error) {
	if s.Entities != "" {
		if info, err := os.Stat(s.Entities); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("--entities: %s is not a folder", s.Entities)
		}
		return salesmaptest.Folder(os.DirFS(s.Entities))
	}
	cfg := sandboxdata.Config{Seed: uint64(max(s.Seed, 0)), Organizations: s.Orgs}
	var err error
	if s.Orgs < 1 {
		return nil, errors.New("--orgs: must be at least 1")
	}
	if s.Now != "" {
		if cfg.Now, err = time.Parse(time.DateOnly, s.Now); err != nil {
			return nil, fmt.Errorf("--now: %q is not a day such as 2026-02-05", s.Now)
		}
	}
	if s.Workspace != "" {
		if cfg.Workspace, err = os.ReadFile(s.Workspace); err != nil {
			return nil, fmt.Errorf("--workspace: %w", err)
		}
	}
	w, err := sandboxdata.New(cfg)
	if err != nil {
		return nil, err
	}
	return salesmaptest.Generated(w), nil
}

func (s settings) faults() ([]salesmaptest.Fault, error) {
	if s.Faults == "" {
		return nil, nil
	}
	file, err := os.Open(s.Faults)
	if err != nil {
		return nil, fmt.Errorf("--faults: %w", err)
	}
	defer file.Close()
	faults, err := salesmaptest.ReadFaults(file)
	if err != nil {
		return nil, fmt.Errorf("--faults %s: %w", s.Faults, err)
	}
	return faults, nil
}
