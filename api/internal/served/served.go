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
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Options are what every snapshot is read with.
type Options struct {
	Rules      normalise.Rules
	CacheBytes int64 // bound of the response cache
	Conns      int   // connections for memo texts; 0 means snapshot.DefaultReadConns
}

// Snapshot is everything that one file answers from.
type Snapshot struct {
	Rules      normalise.Rules
	Info       snapshot.RunInfo
	CapturedAt time.Time        // when the crawl began; zero if the file doesn't say
	Rows       map[string]int64 // table → rows
	Browse     *browse.Catalog
	Responses  *cache.Cache

	store *store.Store
}

// Open checks and loads the file at path. It fails with the errors of
// store.Open; then the file must not be served.
func Open(ctx context.Context, path string, o Options) (*Snapshot, error) {
	if err := refuseHotJournal(path); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, path, o.Conns)
	if err != nil {
		return nil, err
	}
	info := st.Inspection().Info
	s := &Snapshot{
		Rules: o.Rules, Info: info, Rows: st.RowCounts(), store: st,
		Browse:    browse.New(st.Dataset(), st, browse.Options{Rules: o.Rules}),
		Responses: cache.New(o.CacheBytes),
	}
	if at, err := time.Parse(time.RFC3339, info.CapturedAtUTC); err == nil {
		s.CapturedAt = at.UTC()
	}
	return s, nil
}

// Close gives the file back.
func (s *Snapshot) Close() error {
	if err := s.store.Close(); err != nil {
		return fmt.Errorf("close snapshot: %w", err)
	}
	return nil
}
