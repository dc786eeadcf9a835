package main

import (
	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	snapshotrun "github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
)

func (p *program) runOnce() *cobra.Command {
	var s config.Run
	var mode snapshotrun.Mode
	var dry bool
	cmd := &cobra.Command{
		Use:   "run-once",
		Short: "Take one snapshot now",
		Long: "Take one snapshot now: back up the live one, crawl every table, read the web forms, check, publish.\n\n" +
			"Exit status: 0 published; 1 failed, the last good snapshot is untouched; 2 usage or configuration;\n" +
			"3 published to the fallback path; 4 another run is on its way; 130 or 143 interrupted, go on with --resume.",
		Example: "  SALESMAP_TOKEN=… worker run-once\n" +
			"  worker run-once --resume                    # go on where an interrupted or failed run stopped\n" +
			"  worker run-once --webform-only              # renew webform_history alone\n" +
			"  worker run-once --dry-run                   # what would be written?\n" +
			"  worker run-once --max-shrink 0.9            # many records were really deleted",
		Args: p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	flags := cmd.Flags()
	flags.BoolVar(&mode.Resume, "resume", false, "go on with the newest unfinished run that can be; none: begin anew")
	flags.StringVar(&mode.ResumeRunTag, "resume-run-tag", "", "go on with this unfinished run")
	flags.BoolVar(&mode.WebformOnly, "webform-only", false, "renew webform_history alone; the other tables stay as they are")
	flags.BoolVar(&dry, "dry-run", false, "read the first page of each table and print what would be written")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := p.ready(&s, loaded); err != nil {
			return err
		}
		if dry {
			return snapshotrun.DryRun(cmd.Context(), s, p.stdout)
		}
		volume, err := snapshot.NewVolume(s.DBPath)
		if err != nil {
			return config.Invalid(err)
		}
		runner := &snapshotrun.Runner{Settings: s, Stderr: p.stderr}
		entry, err := runner.Once(cmd.Context(), mode)
		if entry.RunTag != "" {
			snapshotrun.Summary(p.stdout, entry, volume.Live())
		}
		return err
	}
	return cmd
}

// ready checks the settings of a run and puts a sandbox in place of a
// workspace without a token.
func (p *program) ready(s *config.Run, loaded error) error {
	p.secrets = append(p.secrets, s.Token, s.AlertWebhookURL, s.PingURL)
	if err := s.Validate(loaded); err != nil {
		return err
	}
	s.Resolve()
	return nil
}
