package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/doctor"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
)

func (p *program) verify() *cobra.Command {
	var s config.Volume
	cmd := &cobra.Command{
		Use:   "verify [PATH]",
		Short: "Do all publish checks on a snapshot; the exit status tells",
		Long: "Do all publish checks on a snapshot, by default the live one: header, no journals, quick_check, all tables and\n" +
			"key columns, rows as the manifest says, no table with errors. Exit status 0: fit to be served.",
		Example: "  worker verify\n  worker verify data/snapshots/salesmap_20260204_180000.db",
		Args:    p.arguments(cobra.MaximumNArgs(1)),
	}
	loaded := settings(cmd, &s)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if loaded != nil {
			return loaded
		}
		path := s.DBPath
		if len(args) > 0 {
			path = args[0]
		}
		report, err := publish.Check(cmd.Context(), path, "", publish.Limits{})
		if err != nil {
			return fmt.Errorf("verify %s: %w", path, err)
		}
		out := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
		for _, table := range snapshot.DomainTables() {
			fmt.Fprintf(out, "%s\t%d rows\t%d columns\t\n", table, report.Rows[table], len(report.Columns[table]))
		}
		if err := out.Flush(); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "ok: snapshot %s, captured %s\n", report.Info.RunTag, report.Info.CapturedAtUTC)
		return err
	}
	return cmd
}

var errUnwell = errors.New("something is not well")

func (p *program) doctor() *cobra.Command {
	var s config.Run
	cmd := &cobra.Command{
		Use:     "doctor",
		Short:   "Look at everything a run needs and say how to mend what is wrong",
		Example: "  worker doctor\n  worker doctor --db-path /data/salesmap_latest.db",
		Args:    p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		p.secrets = append(p.secrets, s.Token)
		if loaded != nil {
			return loaded
		}
		s.Resolve()
		well, err := doctor.Report(p.stdout, doctor.Look(cmd.Context(), s))
		if err != nil {
			return err
		}
		if !well {
			return errUnwell
		}
		return nil
	}
	return cmd
}

func (p *program) healthcheck() *cobra.Command {
	var s config.Health
	var url string
	cmd := &cobra.Command{
		Use:     "healthcheck",
		Short:   "Ask a running schedule whether it is alive; the exit status tells",
		Example: "  worker healthcheck\n  worker healthcheck --url http://127.0.0.1:8001/readyz",
		Args:    p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	cmd.Flags().StringVar(&url, "url", "", "endpoint to ask instead of /healthz at the health address")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if loaded != nil {
			return loaded
		}
		if url == "" {
			var err error
			if url, err = config.HealthURL(s.HealthAddr); err != nil {
				return config.Invalid(fmt.Errorf("HEALTH_ADDR: %w", err))
			}
		}
		return obs.Probe(cmd.Context(), url)
	}
	return cmd
}
