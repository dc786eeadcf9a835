package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/fetch"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/notify"
)

func (p *program) fetch() *cobra.Command {
	var s config.Fetch
	cmd := &cobra.Command{
		Use:   "fetch",
		Short: "Get a ready snapshot from DB_URL and publish it",
		Long: "Get a ready snapshot from DB_URL instead of crawling, check it like one of our own and publish it.\n" +
			"An unchanged file is not downloaded again, an interrupted download goes on where it stopped.\n\n" +
			"Exit status: 0 published, or nothing new; 1 failed, the last good snapshot is untouched; 2 usage or\n" +
			"configuration; 3 published to the fallback path; 4 a run is on its way; 130 or 143 interrupted.",
		Example: "  DB_URL=https://files.example/salesmap_latest.db.zst worker fetch\n" +
			"  worker fetch --always-refresh=false           # only when there is no snapshot yet\n" +
			"  worker fetch --fallback                       # go on with the old one when that fails",
		Args: p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		p.secrets = append(p.secrets, s.URL, s.AlertWebhookURL, s.PingURL)
		volume, err := snapshot.NewVolume(s.DBPath)
		if err != nil {
			return config.Invalid(fmt.Errorf("DB_PATH: %w", err))
		}
		if loaded == nil && !s.AlwaysRefresh && serves(cmd.Context(), volume) {
			_, err := fmt.Fprintf(p.stdout, "%s is there; nothing was fetched (DB_ALWAYS_REFRESH is off)\n", volume.Live())
			return err
		}
		if err := s.Validate(loaded); err != nil {
			return err
		}
		return p.fetchInto(cmd.Context(), s, volume)
	}
	return cmd
}

func (p *program) fetchInto(ctx context.Context, s config.Fetch, volume snapshot.Volume) error {
	secrets := []string{s.URL.Reveal(), s.AlertWebhookURL.Reveal(), s.PingURL.Reveal()}
	log, err := obs.NewLogger(s.LogSettings, secrets, obs.Sink{W: p.stderr, Format: s.LogFormat})
	if err != nil {
		return config.Invalid(err)
	}
	f := &fetch.Fetcher{
		Volume: volume, LogDir: s.LogDir, URL: s.URL.Reveal(), MinBytes: s.MinBytes, SHA256: s.SHA256,
		KeepSnapshots: s.KeepSnapshots, Log: log,
		Notify:   notify.Notifier{Webhook: s.AlertWebhookURL, Ping: s.PingURL},
		Transfer: fetch.Transfer{Stall: s.Stall, MaxRetries: s.MaxRetries},
	}
	r, err := f.Fetch(ctx)
	switch {
	case err == nil && r.Unchanged:
		_, err = fmt.Fprintf(p.stdout, "unchanged: %s is what DB_URL has\n", volume.Live())
		return err
	case err == nil:
		_, err = fmt.Fprintf(p.stdout, "published %s (%.1f MB, captured %s)\n", r.Entry.FinalDBPath, float64(r.Entry.Bytes)/1e6, r.Entry.CapturedAtUTC)
		return err
	case s.Fallback && ctx.Err() == nil && !errors.Is(err, fsx.ErrLocked) && serves(ctx, volume):
		log.Warn("the fetch failed; the snapshot that was there goes on (DB_FALLBACK)", zap.Error(err))
		_, err = fmt.Fprintf(p.stdout, "kept %s\n", volume.Live())
		return err
	default:
		return err
	}
}

// serves reports whether there is a live snapshot that the API would serve.
func serves(ctx context.Context, v snapshot.Volume) bool {
	_, err := snapshot.Inspect(ctx, v.Live())
	return err == nil
}
