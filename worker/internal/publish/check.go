package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// ErrRefused says that a snapshot did not pass the checks. Every reason is in
// the text.
var ErrRefused = errors.New("snapshot refused")

// Limits are the checks that an operator can loosen.
type Limits struct {
	// MaxShrink is the share of its rows that a table may lose against the
	// live snapshot: 0.5 stops when more than half are gone. Only 1 lets a
	// table become empty.
	MaxShrink float64
	// AllowPartial publishes although a table has errors.
	AllowPartial bool
}

// Report is what Check found.
type Report struct {
	snapshot.Inspection
	// Partial is true if a table has errors.
	Partial bool
	// Warnings are findings that do not stop a publish.
	Warnings []string
}

// Check does every check of spec 08 step 6 on the file at path: complete,
// sound, rows equal to the manifest, no failed table, and no table that lost
// more than it may against the snapshot at live. An empty live, or one that is
// missing or cannot be read, is not compared with.
//
// A snapshot that does not pass is ErrRefused with all reasons.
func Check(ctx context.Context, path, live string, l Limits) (Report, error) {
	in, err := snapshot.Verify(ctx, path)
	report := Report{Inspection: in}
	if ctx.Err() != nil {
		return report, ctx.Err()
	}
	var problems []error
	if err != nil {
		problems = append(problems, err)
	}
	for _, row := range in.Manifest {
		if row.Errors == "" || !slices.Contains(snapshot.CrawlTables(), row.Table) {
			continue // a web form that failed kept its rows of before
		}
		report.Partial = true
		if !l.AllowPartial {
			problems = append(problems, fmt.Errorf("table %s has errors: %s (--allow-partial publishes in spite of them)", row.Table, row.Errors))
		}
	}
	if err == nil && live != "" {
		before, err := RowCounts(ctx, live)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			report.Warnings = append(report.Warnings, fmt.Sprintf("rows were not compared with the live snapshot, which cannot be read: %v", err))
		default:
			problems = append(problems, shrunk(before, in.Rows, l.MaxShrink)...)
		}
	}
	if len(problems) > 0 {
		return report, fmt.Errorf("%w: %w", ErrRefused, errors.Join(problems...))
	}
	return report, nil
}

func shrunk(before, now map[string]int64, maxShrink float64) []error {
	var problems []error
	for _, table := range snapshot.DomainTables() {
		was, is := before[table], now[table]
		if was == 0 || is >= was {
			continue
		}
		if lost := float64(was-is) / float64(was); lost > maxShrink {
			problems = append(problems, fmt.Errorf("table %s shrank from %d to %d rows, by %.1f %% (--max-shrink %g is the limit; raise it if that is right)",
				table, was, is, 100*lost, maxShrink))
		}
	}
	return problems
}

// RowCounts counts the rows of the domain tables that a snapshot has. A
// missing file is fs.ErrNotExist.
func RowCounts(ctx context.Context, path string) (map[string]int64, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	if _, err := snapshot.ReadHeader(path); err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	db, err := snapshot.Open(ctx, path, snapshot.OpenOptions{Conns: 1})
	if err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	defer db.Close()
	tables, err := snapshot.Tables(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	counts := map[string]int64{}
	for _, table := range snapshot.DomainTables() {
		if _, ok := tables[table]; !ok {
			continue
		}
		var n int64
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+snapshot.QuoteName(table)).Scan(&n); err != nil {
			return nil, fmt.Errorf("count rows of %s: %w", table, err)
		}
		counts[table] = n
	}
	return counts, nil
}
