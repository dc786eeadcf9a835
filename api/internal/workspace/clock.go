package workspace

import (
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// dateMode translates the five names of the two modes (spec 01 §5,
// DECISIONS.md).
func dateMode(name string) normalise.DateMode {
	if name == "kst" || name == "strict" {
		return normalise.KST
	}
	return normalise.AsText
}

// Rules decides how a snapshot is read. override is the environment's
// DATE_KST_MODE, which beats the file; empty means it is not set. known is
// false if it says something else than strict, legacy or shadow, which is
// worth a warning and means legacy (spec 01 §5).
func (w *Workspace) Rules(override string) (rules normalise.Rules, known bool) {
	rules, known = w.rules, true
	if override != "" {
		rules.Dates, known = normalise.ParseDateMode(override)
	}
	return rules, known
}

// Now returns the frozen moment if the file freezes one, else clock, in the
// workspace's time zone.
func (w *Workspace) Now(clock time.Time) time.Time {
	if !w.frozen.IsZero() {
		clock = w.frozen
	}
	return clock.In(w.location)
}

// Frozen reports whether Now stands still.
func (w *Workspace) Frozen() bool { return !w.frozen.IsZero() }

// Location is the workspace's time zone.
func (w *Workspace) Location() *time.Location { return w.location }

// parseMoment reads a moment, in location if it names no offset.
func parseMoment(text string, location *time.Location) (t time.Time, ok bool) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", dayLayout} {
		if t, err := time.ParseInLocation(layout, text, location); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
