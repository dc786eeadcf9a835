package httpapi

import (
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
)

// health answers without touching any data (spec 02 §1.1).
func (s *Server) health(c echo.Context) error {
	return writeJSON(c, http.StatusOK, probe{Status: "ok"})
}

// probe is the answer of /livez and /readyz.
type probe struct {
	Status  string `json:"status"`
	Version string `json:"version,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

func (s *Server) livez(c echo.Context) error {
	return writeJSON(c, http.StatusOK, probe{Status: "ok"})
}

// readyz has three states: starting until a generation serves, ready, and
// stopping from the stop signal on.
func (s *Server) readyz(c echo.Context) error {
	if s.stopping.Load() {
		return writeJSON(c, http.StatusServiceUnavailable, probe{Status: "stopping"})
	}
	g, err := s.o.Generations.Acquire()
	if err != nil {
		return writeJSON(c, http.StatusServiceUnavailable, probe{Status: "starting", Detail: s.noSnapshot().Error()})
	}
	defer g.Release()
	return writeJSON(c, http.StatusOK, probe{Status: "ready", Version: g.Version})
}

// writeJSON writes what changes from one moment to the next.
func writeJSON(c echo.Context, status int, value any) error {
	body, err := encodeJSON(value)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	protect(h)
	h.Set(echo.HeaderCacheControl, "no-store")
	h[echo.HeaderContentType] = jsonType
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err = c.Response().Write(body)
	return err
}

// snapshotInfo is the answer of /api/snapshot.
type snapshotInfo struct {
	Version           string             `json:"version"`
	Generation        string             `json:"generation"`
	RunTag            *string            `json:"run_tag"`
	CapturedAt        *time.Time         `json:"captured_at"`
	LoadedAt          time.Time          `json:"loaded_at"`
	AgeSeconds        float64            `json:"age_seconds"`
	Stale             bool               `json:"stale"`
	StaleAfterSeconds float64            `json:"stale_after_seconds"`
	Size              int64              `json:"size"`
	Tables            map[string]int64   `json:"tables"`
	Numbers           normalise.Numbers  `json:"numbers"`
	DateMode          normalise.DateMode `json:"date_mode"`
	LastRun           *lastRun           `json:"last_run"`
	Rejected          *rejectedFile      `json:"rejected"`
	Workspace         *workspaceInfo     `json:"workspace"`
	Reader            *string            `json:"reader"`
}

// workspaceInfo is what became of the workspace file.
type workspaceInfo struct {
	File     *string            `json:"file"` // null: the workspace that ships
	Version  string             `json:"version"`
	LoadedAt time.Time          `json:"loaded_at"`
	Warnings int                `json:"warnings"`
	Rejected *rejectedWorkspace `json:"rejected"`
}

type rejectedWorkspace struct {
	Reason     string    `json:"reason"`
	RejectedAt time.Time `json:"rejected_at"`
}

type lastRun struct {
	RunTag          string            `json:"run_tag"`
	Status          runhistory.Status `json:"status"`
	StartedAt       *time.Time        `json:"started_at"`
	FinishedAt      *time.Time        `json:"finished_at"`
	DurationSeconds float64           `json:"duration_seconds"`
	ErrorCount      int               `json:"error_count"`
	Error           *string           `json:"error"`
}

type rejectedFile struct {
	File       string    `json:"file"`
	Version    string    `json:"version"`
	Reason     string    `json:"reason"`
	RejectedAt time.Time `json:"rejected_at"`
}

func (s *Server) snapshot(c echo.Context) error {
	g, err := s.o.Generations.Acquire()
	if err != nil {
		return s.noSnapshot()
	}
	defer g.Release()
	age := ageOf(g, time.Now())
	info := snapshotInfo{
		Version: g.Version, Generation: g.ID,
		RunTag: nonEmpty(g.Content.Info.RunTag), CapturedAt: knownTime(g.Content.CapturedAt), LoadedAt: g.LoadedAt.UTC(),
		AgeSeconds: age.Seconds(), Stale: age > s.o.StaleAfter, StaleAfterSeconds: s.o.StaleAfter.Seconds(),
		Size: g.File.Size, Tables: g.Content.Rows,
		Numbers: g.Content.Rules.Numbers, DateMode: g.Content.Rules.Dates,
		LastRun: s.lastRun(), Workspace: s.workspaceInfo(),
	}
	if name, ok := c.Get(readerKey).(string); ok {
		info.Reader = &name
	}
	if r := s.o.Generations.Status().Rejected; r != nil {
		info.Rejected = &rejectedFile{
			File: r.File.Name(), Version: r.File.Version(), Reason: withoutPaths(r.Reason), RejectedAt: r.At.UTC(),
		}
	}
	c.Response().Header()[headerVersion] = []string{g.Version}
	return writeJSON(c, http.StatusOK, info)
}

func (s *Server) workspaceInfo() *workspaceInfo {
	if s.o.Workspace == nil {
		return nil
	}
	st := s.o.Workspace()
	info := &workspaceInfo{File: nonEmpty(st.FileName), Version: st.Version, LoadedAt: st.LoadedAt.UTC(), Warnings: st.Warnings}
	if st.Rejected != nil {
		info.Rejected = &rejectedWorkspace{Reason: withoutPaths(st.Rejected.Reason), RejectedAt: st.Rejected.At.UTC()}
	}
	return info
}

// lastRun is nil when the history cannot be read: the API may well run where
// the worker's logs are not.
func (s *Server) lastRun() *lastRun {
	if s.o.LastRun == nil {
		return nil
	}
	e, ok, err := s.o.LastRun()
	if err != nil {
		s.log.Debug("read the run history", zap.Error(err))
	}
	if err != nil || !ok {
		return nil
	}
	return &lastRun{
		RunTag: e.RunTag, Status: e.Status, StartedAt: knownTime(e.StartedAt), FinishedAt: knownTime(e.FinishedAt),
		DurationSeconds: e.DurationS, ErrorCount: e.Errors.Count, Error: nonEmpty(withoutPaths(e.Error)),
	}
}

// ageOf is how old the data is: since the crawl began, or since the file was
// written if that is all that is known.
func ageOf(g *Generation, now time.Time) time.Duration {
	return max(now.Sub(capturedOrWritten(g)), 0)
}

func capturedOrWritten(g *Generation) time.Time {
	if g.Content.CapturedAt.IsZero() {
		return g.File.ModTime()
	}
	return g.Content.CapturedAt
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func knownTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// withoutPaths reduces absolute paths in a text to their last part: where
// files lie on the server is nobody's business (DECISIONS.md).
func withoutPaths(text string) string {
	return absolutePath.ReplaceAllString(text, "$1$2")
}

var absolutePath = regexp.MustCompile(`(^|[\s"'(=:])/(?:[^\s/:"')]+/)*([^\s/:"')]+)`)
