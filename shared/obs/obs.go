// Package obs is what both services need to be observed: a logger that cannot
// print a secret, the build's version, and a client for health probes.
package obs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"
)

// version is set by the linker (-X …/shared/obs.version=v1.2.3).
var version = ""

// Version is the release, or the commit the binary was built from, or "dev".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return s.Value[:12]
			}
		}
	}
	return "dev"
}

// Log formats.
const (
	FormatJSON    = "json"
	FormatConsole = "console"
	FormatAuto    = "" // console on a terminal, JSON otherwise
)

// LogSettings are the logging settings of both services (spec 09).
type LogSettings struct {
	LogLevel  string `envconfig:"LOG_LEVEL" default:"info" flag:"log-level" desc:"debug, info, warn or error"`
	LogFormat string `envconfig:"LOG_FORMAT" flag:"log-format" desc:"json or console; by default console on a terminal"`
}

// Validate reports a level or format that does not exist.
func (s LogSettings) Validate() error {
	if _, err := zapcore.ParseLevel(s.LogLevel); err != nil {
		return fmt.Errorf("LOG_LEVEL: %q is not one of debug, info, warn, error", s.LogLevel)
	}
	switch s.LogFormat {
	case FormatAuto, FormatJSON, FormatConsole:
		return nil
	default:
		return fmt.Errorf("LOG_FORMAT: %q is not one of json, console", s.LogFormat)
	}
}

// Sink is one place log records go.
type Sink struct {
	W      io.Writer
	Format string // FormatJSON or FormatConsole; FormatAuto looks at W
}

// NewLogger builds a logger that writes every record to every sink, with each
// of the secrets replaced wherever it may stand: message, field, error text or
// stack. Nothing is sampled away.
func NewLogger(s LogSettings, secrets []string, sinks ...Sink) (*zap.Logger, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	level, err := zapcore.ParseLevel(s.LogLevel)
	if err != nil {
		return nil, err
	}
	cores := make([]zapcore.Core, 0, len(sinks))
	for _, sink := range sinks {
		w := zapcore.Lock(zapcore.AddSync(Redact(sink.W, secrets...)))
		cores = append(cores, zapcore.NewCore(encoder(sink), w, level))
	}
	return zap.New(zapcore.NewTee(cores...), zap.ErrorOutput(zapcore.Lock(os.Stderr))), nil
}

func encoder(s Sink) zapcore.Encoder {
	cfg := zap.NewProductionEncoderConfig()
	cfg.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	cfg.EncodeDuration = zapcore.StringDurationEncoder
	if s.Format == FormatConsole || (s.Format == FormatAuto && IsTerminal(s.W)) {
		cfg.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
		cfg.EncodeLevel = zapcore.CapitalLevelEncoder
		return zapcore.NewConsoleEncoder(cfg)
	}
	return zapcore.NewJSONEncoder(cfg)
}

// IsTerminal reports whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Redacted stands in for a secret in any output.
const Redacted = "[redacted]"

// Redact returns a writer that replaces every occurrence of the secrets, also
// in the form JSON gives them. It looks at one write at a time, which is one
// record for a logger.
func Redact(w io.Writer, secrets ...string) io.Writer {
	var needles [][]byte
	for _, s := range secrets {
		if s == "" {
			continue
		}
		needles = append(needles, []byte(s))
		if quoted, err := json.Marshal(s); err == nil && string(quoted[1:len(quoted)-1]) != s {
			needles = append(needles, quoted[1:len(quoted)-1])
		}
	}
	if len(needles) == 0 {
		return w
	}
	return &redactor{w: w, needles: needles}
}

type redactor struct {
	w       io.Writer
	needles [][]byte
}

func (r *redactor) Write(p []byte) (int, error) {
	clean := p
	for _, n := range r.needles {
		if bytes.Contains(clean, n) {
			clean = bytes.ReplaceAll(clean, n, []byte(Redacted))
		}
	}
	if _, err := r.w.Write(clean); err != nil {
		return 0, err
	}
	return len(p), nil
}
