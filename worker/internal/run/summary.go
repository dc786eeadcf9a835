package run

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Summary writes one line for people: how the run ended, what is in the
// snapshot, and where it lies.
func Summary(w io.Writer, e runhistory.Entry, live string) {
	var rows int64
	var parts []string
	for _, name := range snapshot.DomainTables() {
		t, ok := e.Tables[name]
		if !ok {
			continue
		}
		rows += t.Rows
		parts = append(parts, fmt.Sprintf("%s %s", name, thousands(t.Rows)))
	}
	took := time.Duration(e.DurationS * float64(time.Second)).Round(100 * time.Millisecond)
	switch e.Status {
	case runhistory.StatusPublished, runhistory.StatusPartial:
		fmt.Fprintf(w, "%s snapshot %s: %s rows in %d tables (%s), %.1f MB, %s requests in %s -> %s\n",
			e.Status, e.RunTag, thousands(rows), len(parts), strings.Join(parts, ", "), float64(e.Bytes)/1e6,
			thousands(e.Requests), took, live)
	case runhistory.StatusFallback:
		fmt.Fprintf(w, "fallback snapshot %s: the live one could not be replaced, the new one lies at %s\n", e.RunTag, e.FinalDBPath)
	case runhistory.StatusInterrupted:
		fmt.Fprintf(w, "interrupted run %s after %s rows in %s; go on with: worker run-once --resume\n", e.RunTag, thousands(rows), took)
	default:
		fmt.Fprintf(w, "%s run %s after %s; %s stays as it was; log: %s\n", e.Status, e.RunTag, took, filepath.Base(live), e.LogPath)
	}
	for _, problem := range e.Errors.Details[:min(len(e.Errors.Details), summaryProblems)] {
		fmt.Fprintf(w, "  %s\n", problem)
	}
	if more := len(e.Errors.Details) - summaryProblems; more > 0 {
		fmt.Fprintf(w, "  and %d more, see worker history --json\n", more)
	}
}

const summaryProblems = 10

// thousands writes a number with commas.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
