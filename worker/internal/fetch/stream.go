package fetch

import (
	"io"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// watch reads and gives up once nothing has arrived for a while.
type watch struct {
	r     io.Reader
	limit time.Duration
	timer *time.Timer
	gone  atomic.Bool
}

func newWatch(r io.Reader, limit time.Duration, stop func()) *watch {
	w := &watch{r: r, limit: limit}
	w.timer = time.AfterFunc(limit, func() { w.gone.Store(true); stop() })
	return w
}

func (w *watch) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.timer.Reset(w.limit)
	}
	return n, err
}

func (w *watch) stop()         { w.timer.Stop() }
func (w *watch) stalled() bool { return w.gone.Load() }

// meter writes, remembers whether writing failed, and tells how far it is.
type meter struct {
	w           io.Writer
	log         *zap.Logger
	err         error
	done, total int64 // bytes; total is -1 if it is not known

	told time.Time
	mark int64 // done when told
}

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.done += int64(n)
	if err != nil {
		m.err = err
	}
	if since := time.Since(m.told); since >= tellEvery {
		const mega = 1e6
		fields := []zap.Field{
			zap.Float64("mb", float64(m.done)/mega),
			zap.Float64("mb_per_s", float64(m.done-m.mark)/mega/since.Seconds()),
		}
		if m.total > 0 {
			fields = append(fields, zap.Float64("percent", 100*float64(m.done)/float64(m.total)))
		}
		m.log.Info("downloading", fields...)
		m.told, m.mark = time.Now(), m.done
	}
	return n, err
}
