package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/retention"
)

func (j *job) logPath(tag string) string {
	return filepath.Join(j.Settings.LogDir, retention.LogName(tag))
}

// runLog is where the records of a run go: the console, which the progress
// display may take over for a while, and a file that keeps all of them.
type runLog struct {
	file    fsx.File
	console console
}

// openLog opens the run's log; a resumed run adds to the log it began with.
func (j *job) openLog() error {
	f, err := j.FS.OpenFile("log.open", j.logPath(j.start.tag), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("open run log: %w", err)
	}
	s := j.Settings
	logs := &runLog{file: f, console: console{w: j.Stderr}}
	format := s.LogFormat
	if format == obs.FormatAuto {
		format = obs.FormatJSON
		if obs.IsTerminal(j.Stderr) {
			format = obs.FormatConsole
		}
	}
	log, err := obs.NewLogger(s.LogSettings, secrets(j), obs.Sink{W: &logs.console, Format: format}, obs.Sink{W: f, Format: obs.FormatJSON})
	if err != nil {
		return errors.Join(fmt.Errorf("open run log: %w", err), f.Close())
	}
	j.logs, j.log = logs, log.With(zap.String("run_tag", j.start.tag))
	j.pub.Log = j.log
	return nil
}

// secrets are the texts that must not stand in any log.
func secrets(j *job) []string {
	s := j.Settings
	return []string{s.Token.Reveal(), s.AlertWebhookURL.Reveal(), s.PingURL.Reveal()}
}

func (l *runLog) close() {
	_ = l.file.Sync()  // there is nowhere left to say that
	_ = l.file.Close() // the log is lost
}

// console hands log records to the terminal, or for a while to the progress
// display, which puts them above its bars.
type console struct {
	mu sync.Mutex
	w  io.Writer
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.w.Write(p)
}

// swap gives the console another writer and returns the one before.
func (c *console) swap(w io.Writer) io.Writer {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.w
	c.w = w
	return before
}
