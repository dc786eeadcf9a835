package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/backup"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/publish"
)

// kept are the settings of the commands that look after what was kept.
type kept struct {
	config.Volume
	config.Backups
}

func (p *program) backups() *cobra.Command {
	group := &cobra.Command{
		Use:     "backups",
		Short:   "Look at the backups and restore one",
		Example: "  worker backups list\n  worker backups restore 20260204_180000 && worker rollback 20260204_180000",
		Args:    p.arguments(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	group.AddCommand(p.backupsList(), p.backupsRestore())
	return group
}

func (p *program) backupsList() *cobra.Command {
	var s config.Backups
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the backups, newest snapshot first",
		Example: "  worker backups list --json",
		Args:    p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	cmd.RunE = func(*cobra.Command, []string) error {
		if loaded != nil {
			return loaded
		}
		all, err := backup.List(fsx.Real{}, s.BackupDir)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(p.stdout, all)
		}
		if len(all) == 0 {
			_, err := fmt.Fprintln(p.stdout, "no backups yet")
			return err
		}
		out := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(out, "SNAPSHOT\tMB\tWRITTEN\tPATH")
		for _, b := range all {
			fmt.Fprintf(out, "%s\t%.1f\t%s\t%s\n", b.RunTag, float64(b.Bytes)/1e6, b.Written.UTC().Format("2006-01-02 15:04:05Z"), b.Path)
		}
		return out.Flush()
	}
	return cmd
}

func (p *program) backupsRestore() *cobra.Command {
	var s kept
	cmd := &cobra.Command{
		Use:   "restore TAG",
		Short: "Turn a backup into a kept snapshot again",
		Long: "Turn a backup into a kept snapshot again, checked like any other. The live snapshot stays what it is;\n" +
			"worker rollback TAG makes the restored one live.",
		Example: "  worker backups restore 20260204_180000",
		Args:    p.arguments(cobra.ExactArgs(1)),
	}
	loaded := settings(cmd, &s)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if loaded != nil {
			return loaded
		}
		tag := args[0]
		if _, err := snapshot.ParseRunTag(tag); err != nil {
			return config.Invalid(err)
		}
		return locked(s.DBPath, func(pub *publish.Publisher) error {
			path, err := restore(cmd.Context(), pub, backup.Path(s.BackupDir, tag), tag)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "restored %s; make it live with: worker rollback %s\n", path, tag)
			return err
		})
	}
	return cmd
}

// restore builds, checks and keeps the snapshot of a backup.
func restore(ctx context.Context, pub *publish.Publisher, zipPath, tag string) (string, error) {
	if err := pub.FS.MkdirAll("restore.mkdir", pub.Volume.SnapshotsDir(), 0o755); err != nil {
		return "", err
	}
	if _, err := pub.FS.Lstat(pub.Volume.Snapshot(tag)); err == nil {
		return "", fmt.Errorf("snapshot %s is there already; make it live with: worker rollback %s", tag, tag)
	}
	if err := ingest.UseTempDir(pub.Volume.SnapshotsDir()); err != nil {
		return "", err
	}
	building := pub.Volume.Building(tag)
	err := backup.Restore(ctx, pub.FS, zipPath, building)
	if err == nil {
		_, err = publish.Check(ctx, building, "", publish.Limits{AllowPartial: true})
	}
	if err != nil {
		return "", errors.Join(err, pub.Discard(tag))
	}
	return pub.Keep(tag)
}

func (p *program) rollback() *cobra.Command {
	var s config.Volume
	cmd := &cobra.Command{
		Use:   "rollback [TAG]",
		Short: "Make an earlier kept snapshot the live one",
		Long: "Make an earlier kept snapshot the live one, by default the newest that is older than the live one.\n" +
			"It is verified first. The next run publishes a new snapshot as always.",
		Example: "  worker rollback\n  worker rollback 20260204_180000",
		Args:    p.arguments(cobra.MaximumNArgs(1)),
	}
	loaded := settings(cmd, &s)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if loaded != nil {
			return loaded
		}
		tag := ""
		if len(args) > 0 {
			tag = args[0]
			if _, err := snapshot.ParseRunTag(tag); err != nil {
				return config.Invalid(err)
			}
		}
		return locked(s.DBPath, func(pub *publish.Publisher) error {
			tag, err := pub.RollBack(cmd.Context(), tag)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s -> %s\n", pub.Volume.Live(), pub.Volume.LinkTarget(tag))
			return err
		})
	}
	return cmd
}

// locked calls do while no run can be on its way.
func locked(dbPath string, do func(*publish.Publisher) error) (err error) {
	volume, err := snapshot.NewVolume(dbPath)
	if err != nil {
		return config.Invalid(fmt.Errorf("DB_PATH: %w", err))
	}
	lock, err := fsx.AcquireLock(volume.LockFile())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	return do(&publish.Publisher{FS: fsx.Real{}, Volume: volume, Log: zap.NewNop()})
}
