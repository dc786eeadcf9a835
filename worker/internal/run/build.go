package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/checkpoint"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/progress"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// build reads the workspace into the file and finishes it. However it ends,
// what was read stays in the file's last checkpoint.
func (j *job) build(ctx context.Context) error {
	if err := j.openWriter(ctx); err != nil {
		return err
	}
	display, restore, err := j.show()
	if err != nil {
		return err
	}
	defer restore()
	if err := j.newClient(j.onRetry(display)); err != nil {
		return err
	}
	if err := j.read(ctx, display); err != nil {
		return err
	}
	restore() // indexing has no bars
	return j.finish(ctx)
}

// show starts the progress display. Bars take over the console, so that log
// records are put above them; plain lines are log records themselves. restore
// ends the display and may be called twice.
func (j *job) show() (display *progress.Display, restore func(), err error) {
	mode, err := progress.ParseMode(j.Settings.Progress)
	if err != nil {
		return nil, nil, err
	}
	if mode == progress.ModeAuto {
		mode = progress.ModePlain
		if obs.IsTerminal(j.Stderr) {
			mode = progress.ModeBar
		}
	}
	options := progress.Options{
		W: j.Stderr, Mode: mode, Tables: snapshot.CrawlTables(), Expected: j.live,
		PerSecond: float64(j.Settings.Rate) / quota.Window.Seconds(), Interval: j.ProgressInterval,
	}
	if mode != progress.ModeBar {
		options.Line = func(text string) { j.log.Info(text) }
		display = progress.Start(options)
		return display, display.Close, nil
	}
	display = progress.Start(options)
	before := j.logs.console.swap(display.Writer())
	return display, func() {
		display.Close()
		j.logs.console.swap(before)
	}, nil
}

// openWriter opens the file to write into, unless a resumed run has it open.
func (j *job) openWriter(ctx context.Context) (err error) {
	if j.writer != nil {
		return nil
	}
	run := ingest.Run{Tag: j.start.tag, BaseURL: j.Settings.BaseURL, StartedAt: j.start.captured}
	options := j.ingestOptions(j.start.tag, j.start.createdAt)
	if !j.mode.WebformOnly {
		j.writer, err = ingest.Create(ctx, j.FS, run, options)
		return err
	}
	return j.copyLive(ctx, run, options)
}

// copyLive begins with the tables of the live snapshot, for a run that renews
// the web-form history alone.
func (j *job) copyLive(ctx context.Context, run ingest.Run, options ingest.Options) error {
	in, err := snapshot.Inspect(ctx, j.volume.Live())
	if err != nil {
		return fmt.Errorf("renew web forms of the live snapshot: %w", err)
	}
	if captured, err := time.Parse(time.RFC3339Nano, in.Info.CapturedAtUTC); err == nil {
		run.StartedAt, j.start.captured = captured, captured
		j.entry.CapturedAtUTC = in.Info.CapturedAtUTC
	}
	j.start.note = "web forms renewed; the other tables are those of " + in.Info.RunTag
	from, err := j.FS.OpenFile("webform.copy_from", j.volume.Live(), os.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("copy live snapshot: %w", err)
	}
	to, err := j.FS.OpenFile("webform.copy_to", options.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return errors.Join(fmt.Errorf("copy live snapshot: %w", err), from.Close())
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Close(), from.Close()); err != nil {
		return fmt.Errorf("copy live snapshot: %w", err)
	}
	j.writer, err = ingest.Reopen(ctx, run, in.Manifest, options)
	return err
}

// onRetry shows a retry and logs it; the first ones of a page are daily life.
func (j *job) onRetry(display *progress.Display) func(salesmap.Retry) {
	return func(r salesmap.Retry) {
		display.Retried(r)
		j.log.Debug("asking again", zap.String("endpoint", r.Endpoint.Path), zap.Int("attempt", r.Attempt),
			zap.Int("status", r.Status), zap.String("cause", r.Cause), zap.Duration("wait", r.Wait))
	}
}

// read crawls the tables and then the web forms.
func (j *job) read(ctx context.Context, display *progress.Display) error {
	positions := map[string]record.Position{}
	for name, t := range j.writer.Tables() {
		positions[name] = t.Position
	}
	_, err := crawl.Run(ctx, j.client, tableSink{j}, crawl.Options{
		Start: positions, Observer: observers{display, j.Observer}, API: j.api(), V3Records: j.V3Records,
	})
	if err != nil {
		return j.stopped(ctx, err)
	}
	if err := j.checkTables(); err != nil {
		return err
	}
	if err := j.readForms(ctx, display); err != nil {
		return j.stopped(ctx, err)
	}
	return nil
}

// api is the version to read by: v3 only where its address is known.
func (j *job) api() salesmap.API {
	api := salesmap.API(j.Settings.API)
	if api != salesmap.APIv2 && !salesmap.HasV3(j.Settings.BaseURL) {
		return salesmap.APIv2
	}
	return api
}

// stopped makes what was read durable, if that is possible still.
func (j *job) stopped(ctx context.Context, err error) error {
	if pointErr := j.writer.Checkpoint(ctx); pointErr != nil {
		err = errors.Join(err, pointErr)
	}
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	return err
}

// checkTables stops the run when a table could not be read to its end, unless
// that is allowed. The file keeps its positions, so --resume reads on.
func (j *job) checkTables() error {
	tables := j.writer.Tables()
	var failed []string
	for _, name := range snapshot.CrawlTables() {
		for _, problem := range tables[name].Errors {
			failed = append(failed, name+": "+problem)
			j.problem(name + ": " + problem)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	j.partial = true
	if j.Settings.AllowPartial {
		j.log.Warn("tables could not be read to their end, going on as allowed", zap.Strings("errors", failed))
		return nil
	}
	return fmt.Errorf("tables could not be read to their end: %s", strings.Join(failed, ", "))
}

// finish writes manifest, run_info and indexes and closes the file.
func (j *job) finish(ctx context.Context) error {
	began := j.Now()
	endpoints, err := json.Marshal(endpointsOf())
	if err != nil {
		return err
	}
	notes := j.writer.Warnings()
	if j.start.note != "" {
		notes = append(notes, j.start.note)
	}
	meta := ingest.Meta{
		Info: snapshot.RunInfo{
			RunTag: j.start.tag, CapturedAtUTC: j.start.captured.UTC().Format(capturedLayout), BaseURL: j.Settings.BaseURL,
			Endpoints: string(endpoints), Note: strings.Join(notes, "\n"), WorkerVersion: obs.Version(),
			CheckpointPath: checkpoint.Path(j.Settings.CheckpointDir, j.start.tag), FinalDBPath: j.volume.Snapshot(j.start.tag),
		},
		Manifest: j.manifest(),
	}
	if err := j.writer.Finish(ctx, meta); err != nil {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		return err
	}
	j.countTables(j.writer)
	w := j.writer
	j.writer = nil
	if err := w.Close(); err != nil {
		return err
	}
	j.log.Info("snapshot finished", zap.Duration("took", j.Now().Sub(began)))
	return nil
}

func (j *job) manifest() []snapshot.ManifestRow {
	tables := j.writer.Tables()
	var rows []snapshot.ManifestRow
	for _, name := range snapshot.DomainTables() {
		t := tables[name]
		endpoint := salesmap.SubmissionsPath
		if e, ok := salesmap.EndpointOf(name); ok {
			endpoint = e.Path
			if fast, ok := e.V3(0); ok && t.API == string(salesmap.APIv3) {
				endpoint = fast.Name()
			}
		}
		rows = append(rows, snapshot.ManifestRow{
			Table: name, Endpoint: endpoint, Errors: strings.Join(t.Errors, "\n"), DuplicateRows: t.DuplicateRows,
			Requests: t.Requests, Retries: t.Retries, Seconds: t.Took.Seconds(),
		})
	}
	return rows
}

// countTables puts rows and columns into the history's line.
func (j *job) countTables(w *ingest.Writer) {
	tables := w.Tables()
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		t := tables[name]
		j.entry.Tables[name] = runhistory.Table{Rows: t.Rows, Cols: int64(t.Columns)}
	}
}

// countManifest does the same for a file that was finished by an earlier run.
func (j *job) countManifest(in snapshot.Inspection) {
	for _, row := range in.Manifest {
		j.entry.Tables[row.Table] = runhistory.Table{Rows: row.RowCount, Cols: row.ColumnCount}
	}
	if in.Info.CapturedAtUTC != "" {
		j.entry.CapturedAtUTC = in.Info.CapturedAtUTC
	}
}
