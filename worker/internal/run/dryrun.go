package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/checkpoint"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// DryRun reads the first page of each table and tells on w what a run would
// write. It writes no file and takes no lock.
func DryRun(ctx context.Context, s config.Run, w io.Writer) error {
	volume, err := snapshot.NewVolume(s.DBPath)
	if err != nil {
		return config.Invalid(fmt.Errorf("DB_PATH: %w", err))
	}
	limiter, err := quota.New(s.Rate)
	if err != nil {
		return config.Invalid(fmt.Errorf("SALESMAP_RATE: %w", err))
	}
	client, err := salesmap.New(salesmap.Options{
		BaseURL: s.BaseURL, Token: s.Token, Limiter: limiter, MaxRetries: s.MaxRetries, Timeout: s.CallTimeout,
	})
	if err != nil {
		return err
	}
	defer client.Close()
	seen := &firstPages{tables: map[string]*firstPage{}}
	if _, err := crawl.Run(ctx, client, seen, crawl.Options{MaxPages: 1}); err != nil {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		return err
	}
	live, err := snapshot.Inspect(ctx, volume.Live())
	if err != nil {
		live = snapshot.Inspection{}
	}
	if err := seen.print(w, live.Columns); err != nil {
		return err
	}
	tag := "<run_tag>"
	_, err = fmt.Fprintf(w, "\nA run would write\n  %s\n  %s -> %s\n  %s\nand nothing was written now.\n",
		volume.Snapshot(tag), volume.Live(), volume.LinkTarget(tag), checkpoint.Path(s.CheckpointDir, tag))
	if err == nil && len(seen.failed) > 0 {
		err = fmt.Errorf("tables could not be read: %s", strings.Join(seen.failed, ", "))
	}
	return err
}

// firstPage is what the first page of a table shows.
type firstPage struct {
	rows    int
	more    bool
	columns []string
	failure string
}

// firstPages is a sink that stores nothing.
type firstPages struct {
	tables map[string]*firstPage
	failed []string
}

var _ crawl.Sink = (*firstPages)(nil)

func (f *firstPages) Page(_ context.Context, p record.Page) error {
	t := &firstPage{rows: len(p.Records), more: p.NextCursor != ""}
	for _, r := range p.Records {
		for _, field := range r.Fields {
			if !slices.Contains(t.columns, field.Name) {
				t.columns = append(t.columns, strings.Clone(field.Name))
			}
		}
	}
	f.tables[p.Table] = t
	return nil
}

func (f *firstPages) Fail(_ context.Context, failure crawl.Failure) error {
	f.tables[failure.Table] = &firstPage{failure: failure.String()}
	f.failed = append(f.failed, failure.Table+": "+failure.Err.Error())
	return nil
}

func (f *firstPages) Restart(context.Context, string, error) error { return nil }

func (f *firstPages) FellBack(context.Context, string, error) error { return nil }

func (f *firstPages) print(w io.Writer, live map[string][]string) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "table\tfirst page\tcolumns\tnew columns\tmore pages\t")
	for _, name := range snapshot.CrawlTables() {
		t := f.tables[name]
		if t == nil {
			continue
		}
		if t.failure != "" {
			fmt.Fprintf(out, "%s\t%s\t\t\t\t\n", name, t.failure)
			continue
		}
		fresh := len(t.columns)
		for _, c := range t.columns {
			if slices.Contains(live[name], c) {
				fresh--
			}
		}
		more := "no"
		if t.more {
			more = "yes"
		}
		fmt.Fprintf(out, "%s\t%d rows\t%d\t%d\t%s\t\n", name, t.rows, len(t.columns), fresh, more)
	}
	return errors.Join(out.Flush())
}
