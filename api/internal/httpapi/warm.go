package httpapi

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

// How a warm-up ended, as a metric's label.
const (
	warmComplete = "complete"
	warmGaveWay  = "gave_way" // to a newer generation, or to the end
)

// Warm computes what the dashboard asks first and packs it, so that nobody
// waits for it after the swap. One after the other: the generation before is
// still serving and needs the processors more. A request that cannot be
// answered is left for whoever sends it. It returns ctx's error if it ended
// before the work did.
func (s *Server) Warm(ctx context.Context, g *Generation) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(v)
		}
	}()
	started := time.Now()
	routes := map[string]dataRoute{}
	for _, r := range dataRoutes() {
		routes[r.path] = r
	}
	kept, refused := 0, 0
	for _, request := range standardRequests(g.Content) {
		r, ok := routes[request.path]
		if !ok {
			continue // such as a team without a path of its own
		}
		err := s.warmOne(ctx, g, r, request.query.Encode())
		switch {
		case ctx.Err() != nil:
			s.metrics.warmUps.WithLabelValues(warmGaveWay).Inc()
			return ctx.Err()
		case err != nil:
			refused++
			s.log.Debug("warm up", zap.String("route", request.path), zap.Error(err))
		default:
			kept++
		}
	}
	took := time.Since(started)
	s.metrics.warmUps.WithLabelValues(warmComplete).Inc()
	s.metrics.warmUpTook.Set(took.Seconds())
	s.metrics.warmUpKept.Set(float64(kept))
	s.log.Info("warmed up", zap.String("version", g.Version), zap.Int("responses", kept), zap.Int("refused", refused), zap.Duration("took", took))
	return nil
}

// warmOne does for a request what its handler does, up to sending.
func (s *Server) warmOne(ctx context.Context, g *Generation, r dataRoute, query string) error {
	in := freshInput()
	defer in.free()
	in.raw = query
	in.addKey(canonical(r.path))
	compute := r.bind(in)
	if err := in.err(); err != nil {
		return err
	}
	if in.daily {
		in.addKey(g.Content.Day())
	}
	headers := cache.Response{ETag: []string{etagOf(g.ID, in.key)}, Version: []string{g.Version}}
	response, err := s.compute(ctx, g, string(in.key), headers, asJSON, compute)
	if err != nil {
		return fmt.Errorf("compute: %w", err)
	}
	for _, coding := range []encoded.Coding{encoded.Gzip, encoded.Zstd} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		response.Body.Form(coding)
	}
	return nil
}
