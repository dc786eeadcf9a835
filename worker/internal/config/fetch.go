package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// Fetch is what getting a ready snapshot needs.
type Fetch struct {
	Volume
	URL           envdoc.Secret `envconfig:"DB_URL" flag:"url" desc:"address of a ready snapshot for worker fetch: an SQLite file, plain or packed with gzip or zstd"`
	AlwaysRefresh bool          `envconfig:"DB_ALWAYS_REFRESH" flag:"always-refresh" default:"true" desc:"ask the address although there is a live snapshot; an unchanged file is not downloaded again"`
	MinBytes      int64         `envconfig:"DB_MIN_BYTES" flag:"min-bytes" default:"50000000" desc:"least size of a fetched database, unpacked; a smaller one is refused"`
	SHA256        string        `envconfig:"DB_SHA256" flag:"sha256" desc:"SHA-256 that the file at DB_URL, or the database in it, must have, as hex"`
	Fallback      bool          `envconfig:"DB_FALLBACK" flag:"fallback" default:"false" desc:"a fetch that fails is no failure while there is a live snapshot, which stays"`
	Stall         time.Duration `envconfig:"DB_TIMEOUT" flag:"stall-timeout" default:"60s" desc:"longest that nothing may arrive while fetching"`
	MaxRetries    int           `envconfig:"DB_MAX_RETRIES" flag:"max-retries" default:"5" desc:"how often a download that does not get on is tried again"`
	KeepSnapshots int           `envconfig:"KEEP_SNAPSHOTS" flag:"keep-snapshots" default:"3" desc:"how many published snapshots are kept; the live one always is"`
	Notify
	obs.LogSettings
}

// fetchOnly are the settings that no other command has.
func fetchOnly() []envdoc.Setting {
	others := envdoc.Settings(&Schedule{})
	return slices.DeleteFunc(envdoc.Settings(&Fetch{}), func(s envdoc.Setting) bool {
		return slices.ContainsFunc(others, func(o envdoc.Setting) bool { return o.Env == s.Env })
	})
}

// Validate reports everything that is wrong with the settings of a fetch.
// loaded is what reading them from the environment gave.
func (f *Fetch) Validate(loaded error) error {
	p := newProblems(loaded)
	f.validate(p)
	p.check("DB_URL", checkDownload(f.URL.Reveal()))
	p.require(f.MinBytes >= 0, "DB_MIN_BYTES", "%d is negative", f.MinBytes)
	if digest, err := hex.DecodeString(f.SHA256); err != nil || (len(digest) != sha256.Size && f.SHA256 != "") {
		p.check("DB_SHA256", fmt.Errorf("is not a SHA-256: %d hex digits", hex.EncodedLen(sha256.Size)))
	}
	p.require(f.Stall > 0, "DB_TIMEOUT", "%s is not more than 0", f.Stall)
	p.require(f.MaxRetries >= 0, "DB_MAX_RETRIES", "%d is negative", f.MaxRetries)
	p.require(f.KeepSnapshots >= 0, "KEEP_SNAPSHOTS", "%d is negative", f.KeepSnapshots)
	if err := f.LogSettings.Validate(); err != nil {
		p.all = append(p.all, err) // names its variable itself
	}
	return p.err()
}

// checkDownload refuses what is no address of a file. It never shows it, there
// may be a password in it.
func checkDownload(address string) error {
	if address == "" {
		return errors.New("is missing: put the address of a ready snapshot there, or give --url")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("is not an http or https address")
	}
	return nil
}
