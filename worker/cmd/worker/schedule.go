package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/health"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	snapshotrun "github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/schedule"
)

// resumeWithin is how old an interrupted run may be that a scheduled one goes
// on with; older records are better read anew.
const resumeWithin = 24 * time.Hour

func (p *program) schedule() *cobra.Command {
	var s config.Schedule
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Take snapshots by the clock, until it is told to stop",
		Long: "Take snapshots by the clock, until it is told to stop. Never two at once: a time at which a run is still on\n" +
			"its way is skipped. A run that was interrupted less than 24 hours ago is gone on with.\n\n" +
			"Serves /healthz, /readyz and /metrics.",
		Example: "  SALESMAP_TOKEN=… worker schedule\n" +
			"  worker schedule --cron '@every 90m' --max-age 2h\n" +
			"  worker schedule --cron '0 3,13 * * 1-5' --tz Asia/Seoul",
		Args: p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		plan, planErr := schedule.Parse(s.Cron, s.TZ)
		p.secrets = append(p.secrets, s.Token, s.AlertWebhookURL, s.PingURL)
		if err := s.Validate(loaded, planErr); err != nil {
			return err
		}
		sandbox := s.Sandbox()
		s.Resolve()
		log, err := obs.NewLogger(s.LogSettings, []string{s.Token.Reveal(), s.AlertWebhookURL.Reveal(), s.PingURL.Reveal()},
			obs.Sink{W: p.stderr, Format: s.LogFormat})
		if err != nil {
			return config.Invalid(err)
		}
		if sandbox {
			log.Warn("there is no SALESMAP_TOKEN: the sandbox is copied, not a workspace", zap.String("base_url", s.BaseURL))
		}
		return serve(cmd.Context(), s, plan, log, p)
	}
	return cmd
}

// serve runs the schedule until ctx ends.
func serve(ctx context.Context, s config.Schedule, plan schedule.Plan, log *zap.Logger, p *program) (err error) {
	volume, err := snapshot.NewVolume(s.DBPath)
	if err != nil {
		return config.Invalid(fmt.Errorf("DB_PATH: %w", err))
	}
	historyPath := filepath.Join(s.LogDir, runhistory.FileName)
	before, _, err := runhistory.Read(historyPath)
	if err != nil {
		log.Warn("earlier runs are not known", zap.Error(err))
	}
	limiter, err := quota.New(s.Rate) // shared by all runs: the quota does not begin anew with each
	if err != nil {
		return config.Invalid(fmt.Errorf("SALESMAP_RATE: %w", err))
	}
	metrics := health.NewMetrics(before, func() time.Time { return plan.Next(time.Now()) })
	server, err := health.Listen(ctx, s.HealthAddr, metrics)
	if err != nil {
		return config.Invalid(fmt.Errorf("HEALTH_ADDR: %w", err))
	}
	defer func() { err = errors.Join(err, server.Close(context.WithoutCancel(ctx))) }()
	defer context.AfterFunc(ctx, metrics.Stopping)()
	log.Info("health is served", zap.String("addr", server.Addr()))

	skipped := func(why string) {
		metrics.Skip()
		now := time.Now().UTC()
		entry := runhistory.Entry{RunTag: snapshot.RunTag(now), Status: runhistory.StatusSkipped, StartedAt: now, FinishedAt: now, Error: why}
		if err := runhistory.Append(fsx.Real{}, historyPath, entry); err != nil {
			log.Warn("the skipped run is not in the history", zap.Error(err))
		}
	}
	runner := &snapshotrun.Runner{Settings: s.Run, Stderr: p.stderr, Limiter: limiter, Observer: metrics}
	service := schedule.Service{
		Plan: plan, Log: log, AtStart: due(ctx, s, volume, before, log),
		Skipped: func() { skipped("the run before was still on its way") },
		Job: func(ctx context.Context) {
			metrics.Begin(plan.String())
			entry, err := runner.Once(ctx, snapshotrun.Mode{Resume: true, ResumeWithin: resumeWithin, InterruptedOnly: true})
			metrics.End(entry)
			switch {
			case errors.Is(err, snapshotrun.ErrLocked):
				log.Warn("another run holds the lock: skipped", zap.Error(err))
				skipped(err.Error())
			case err != nil && entry.RunTag == "": // a run that began has logged its end itself
				log.Error("the run could not begin", zap.Error(err))
			}
		},
	}
	return service.Run(ctx)
}

// due tells whether a run is to begin right away: there is no snapshot, the one
// there is older than SNAPSHOT_MAX_AGE, or the last run was interrupted. With a
// SNAPSHOT_MAX_AGE of 0 it never is.
func due(ctx context.Context, s config.Schedule, v snapshot.Volume, before []runhistory.Entry, log *zap.Logger) bool {
	if s.MaxAge == 0 {
		return false
	}
	if last, ok := runhistory.LastRun(before); ok && last.Status == runhistory.StatusInterrupted {
		log.Info("the last run was interrupted, a run begins now", zap.String("interrupted", last.RunTag))
		return true
	}
	in, err := snapshot.Inspect(ctx, v.Live())
	if err != nil {
		log.Info("there is no snapshot that can be read, a run begins now", zap.Error(err))
		return true
	}
	captured, err := time.Parse(time.RFC3339Nano, in.Info.CapturedAtUTC)
	if err != nil {
		log.Info("the snapshot does not tell its age, a run begins now")
		return true
	}
	if age := time.Since(captured); age > s.MaxAge {
		log.Info("the snapshot is too old, a run begins now", zap.Duration("age", age.Round(time.Second)), zap.Duration("max_age", s.MaxAge))
		return true
	}
	return false
}
