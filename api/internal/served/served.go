// Package served puts together what one snapshot answers from: its rows, the
// subject packages over them, and the cache of what they said. It is the
// content of a generation.
package served

import (
	"context"
	"fmt"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/browse"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/initialdata"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/revenue"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Options are what every snapshot is read with.
type Options struct {
	Rules      normalise.Rules
	Workspace  *workspace.Workspace // nil means workspace.Default
	Now        func() time.Time     // the clock, unless the workspace stops it; nil means time.Now
	CacheBytes int64                // bound of the response cache
	Conns      int                  // connections for memo texts; 0 means snapshot.DefaultReadConns
}

// complete fills in what is left to its default.
func (o Options) complete() (Options, error) {
	var err error
	if o.Workspace == nil {
		o.Workspace, err = workspace.Default()
	}
	return o, err
}

// now is the time in the workspace.
func (o Options) now() time.Time {
	if o.Now == nil {
		return o.Workspace.Now(time.Now())
	}
	return o.Workspace.Now(o.Now())
}

// Snapshot is everything that one file answers from.
type Snapshot struct {
	Rules      normalise.Rules
	Info       snapshot.RunInfo
	CapturedAt time.Time        // when the crawl began; zero if the file doesn't say
	Rows       map[string]int64 // table → rows
	Workspace  workspace.Public // what screens are told of the workspace
	Browse     *browse.Catalog
	Performance
	Counterparties *counterparty.Report
	Rankings
	Checks
	Revenue     *revenue.Report
	Won         *won.Report
	InitialData *initialdata.Report
	Responses   *cache.Cache

	store *store.Store
}

// Open checks and loads the file at path. It fails with the errors of
// store.Open; then the file must not be served.
func Open(ctx context.Context, path string, o Options) (*Snapshot, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if err := refuseHotJournal(path); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, path, o.Conns)
	if err != nil {
		return nil, err
	}
	info := st.Inspection().Info
	version := snapshot.Version(st.ModTime())
	book := performance.NewBook(st.Dataset(), version, o.Rules)
	s := &Snapshot{
		Rules: o.Rules, Info: info, Rows: st.RowCounts(), store: st,
		Workspace:      o.Workspace.Public(o.Rules, version),
		Browse:         browse.New(st.Dataset(), st, browse.Options{Rules: o.Rules, WonSortYear: o.Workspace.Years.Rank}),
		Performance:    NewPerformance(book, o),
		Rankings:       newRankings(st.Dataset(), version, o),
		Checks:         newChecks(st.Dataset(), st.ModTime(), o),
		Counterparties: counterparty.New(st.Dataset(), version, o.Rules, counterpartyConfig(o.Workspace, o.Rules)),
		Revenue:        newRevenue(st.Dataset(), st.ModTime(), o),
		Won:            won.New(st.Dataset(), st, o.Rules, wonConfig(o.Workspace)),
		InitialData:    initialdata.New(st.Dataset(), st, o.Rules),
		Responses:      cache.New(o.CacheBytes),
	}
	if at, err := time.Parse(time.RFC3339, info.CapturedAtUTC); err == nil {
		s.CapturedAt = at.UTC()
	}
	return s, nil
}

// unpublished is what answers before the first snapshot.
func unpublished(o Options) *Snapshot {
	return &Snapshot{
		Rules: o.Rules, Workspace: o.Workspace.Public(o.Rules, ""),
		Performance: NewPerformance(performance.BlankBook(o.Rules), o), Revenue: newRevenue(nil, time.Time{}, o),
	}
}

// Close gives the file back.
func (s *Snapshot) Close() error {
	if err := s.store.Close(); err != nil {
		return fmt.Errorf("close snapshot: %w", err)
	}
	return nil
}
