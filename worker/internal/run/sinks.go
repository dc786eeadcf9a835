package run

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/progress"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/webform"
)

// tableSink stores what the crawl reads.
type tableSink struct{ j *job }

var _ crawl.Sink = tableSink{}

func (s tableSink) Page(ctx context.Context, p record.Page) error { return s.j.writer.Put(ctx, p) }

func (s tableSink) Fail(ctx context.Context, f crawl.Failure) error {
	s.j.log.Error("table failed", zap.String("table", f.Table), zap.Int("page", f.Page), zap.String("kind", f.Kind), zap.Error(f.Err))
	return s.j.writer.Fail(ctx, f.Table, f.String())
}

func (s tableSink) Restart(ctx context.Context, table string, why error) error {
	s.j.log.Warn("the table begins anew", zap.String("table", table), zap.Error(why))
	return s.j.writer.Restart(ctx, table)
}

func (s tableSink) FellBack(_ context.Context, table string, why error) error {
	s.j.log.Warn("the table is read over v2, v3 is not to be had", zap.String("table", table), zap.Error(why))
	return nil
}

// observers tell the display and, if there is one, another observer.
type observers struct {
	display *progress.Display
	other   crawl.Observer
}

func (o observers) each(tell func(crawl.Observer)) {
	tell(o.display)
	if o.other != nil {
		tell(o.other)
	}
}

func (o observers) TableStarted(table string, from record.Position) {
	o.each(func(x crawl.Observer) { x.TableStarted(table, from) })
}

func (o observers) PageStored(p record.Page, queued int) {
	o.each(func(x crawl.Observer) { x.PageStored(p, queued) })
}

func (o observers) TableRestarted(table string) {
	o.each(func(x crawl.Observer) { x.TableRestarted(table) })
}

func (o observers) TableEnded(table string, failure *crawl.Failure) {
	o.each(func(x crawl.Observer) { x.TableEnded(table, failure) })
}

// readForms fills webform_history (spec 08 "A run" step 4). An unfinished
// earlier reading of it is thrown away: submissions are few.
func (j *job) readForms(ctx context.Context, display *progress.Display) error {
	if err := j.writer.Restart(ctx, snapshot.TableWebformHistory); err != nil {
		return err
	}
	keys := map[string]struct{}{}
	err := j.writer.EachDealPersonForms(ctx, func(stored string) error {
		for _, key := range webform.FormKeys(stored) {
			keys[key] = struct{}{}
		}
		return nil
	})
	if err != nil {
		return err
	}
	sink := &formSink{j: j}
	result, err := webform.Run(ctx, j.client, sink, webform.Options{
		Forms: slices.Collect(maps.Keys(keys)), Allowed: sink.allowed(ctx), Observer: display,
	})
	if err := errors.Join(err, sink.err); err != nil {
		return err
	}
	j.entry.Webform = runhistory.Webform{
		Forms: int64(result.Forms), DroppedMissing: result.DroppedMissing, DroppedNotAllowed: result.DroppedNotAllowed,
	}
	if err := sink.end(ctx, result); err != nil {
		return err
	}
	j.entry.Webform.Rows = j.writer.Tables()[snapshot.TableWebformHistory].Rows
	j.log.Info("web forms read", zap.Int("forms", result.Forms), zap.Int64("rows", j.entry.Webform.Rows),
		zap.Int64("dropped_missing", result.DroppedMissing), zap.Int64("dropped_not_allowed", result.DroppedNotAllowed))
	return nil
}

// formSink stores what the web-form reader keeps.
type formSink struct {
	j     *job
	pages int
	err   error // of looking up a person, which has no other way out
}

var _ webform.Sink = (*formSink)(nil)

// allowed tells whether a person's submissions are kept.
func (s *formSink) allowed(ctx context.Context) func(string) bool {
	return func(person string) bool {
		has, err := s.j.writer.HasDealPerson(context.WithoutCancel(ctx), person)
		if err != nil && s.err == nil {
			s.err = err
		}
		return has
	}
}

func (s *formSink) Submissions(ctx context.Context, _ string, records []record.Record) error {
	if s.err != nil {
		return s.err
	}
	s.pages++
	return s.j.writer.Put(ctx, record.Page{Table: snapshot.TableWebformHistory, Number: s.pages, Records: records})
}

// FormFailed puts the previous snapshot's rows of the form in the place of
// what was read of it.
func (s *formSink) FormFailed(ctx context.Context, f webform.Failure) error {
	s.j.log.Error("web form failed, its rows of the previous snapshot are kept", zap.String("form", f.FormID),
		zap.Int("page", f.Page), zap.String("kind", f.Kind), zap.Error(f.Err))
	if err := s.j.writer.DeleteForm(ctx, f.FormID); err != nil {
		return err
	}
	return s.j.eachLiveSubmission(ctx, f.FormID, func(records []record.Record) error {
		return s.Submissions(ctx, f.FormID, records)
	})
}

// end completes the table and lists the forms that failed. A form that the
// CRM no longer knows is listed, but does not make the snapshot a partial one:
// people keep naming deleted forms for ever.
func (s *formSink) end(ctx context.Context, result webform.Result) error {
	page := record.Page{
		Table: snapshot.TableWebformHistory, Number: s.pages + 1, Last: true, Requests: result.Requests, Retries: result.Retries,
	}
	if err := s.j.writer.Put(ctx, page); err != nil {
		return err
	}
	for _, f := range result.Failures {
		s.j.problem(snapshot.TableWebformHistory + ": " + f.String())
		if f.Kind != salesmap.KindStatus(http.StatusBadRequest) {
			s.j.partial = true
		}
		if err := s.j.writer.Fail(ctx, snapshot.TableWebformHistory, f.String()); err != nil {
			return err
		}
	}
	return nil
}
