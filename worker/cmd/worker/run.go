package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/fetch"
	snapshotrun "github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
)

// Exit statuses (spec 08 "Options of run-once"); a run that a signal ended
// exits with 128 and the signal's number.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitFallback = 3
	exitLocked   = 4
)

// program is one call of the worker.
type program struct {
	stdout, stderr io.Writer
	began          bool            // a command was found and its flags read
	command        string          // its path, for "Try:"
	secrets        []envdoc.Secret // never in an error that is printed
}

// run is the program: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p := &program{stdout: stdout, stderr: stderr, command: "worker"}
	root := p.root() //nolint:contextcheck // its commands get ctx from ExecuteContext
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !p.began {
		err = config.Invalid(err) // cobra's own: an unknown command
	}
	return p.exit(ctx, err)
}

// exit says what went wrong and gives the status for it.
func (p *program) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	secrets := make([]string, len(p.secrets))
	for i, s := range p.secrets {
		secrets[i] = s.Reveal()
	}
	out := obs.Redact(p.stderr, secrets...)
	text := strings.ReplaceAll(err.Error(), "\n", "\nworker: ")
	fmt.Fprintf(out, "worker: %s\n", text)
	switch {
	case errors.Is(err, config.ErrInvalid):
		fmt.Fprintf(out, "Try: %s --help\n", p.command)
		return exitUsage
	case errors.Is(err, snapshotrun.ErrFallback), errors.Is(err, fetch.ErrFallback):
		return exitFallback
	case errors.Is(err, snapshotrun.ErrLocked):
		return exitLocked
	}
	if s, ok := errors.AsType[signalError](context.Cause(ctx)); ok {
		return exitSignalBase + int(s.signal)
	}
	return exitFailed
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "worker",
		Short: "Copy a Salesmap workspace into one SQLite file and publish it",
		Long: "Copy a Salesmap workspace into one SQLite file and publish it.\n\n" +
			"The published file is always a complete, checked snapshot. A run that could not make one says so\n" +
			"and leaves the last good one in place.",
		Example: "  SALESMAP_TOKEN=… worker run-once --db-path data/salesmap_latest.db\n" +
			"  worker schedule                # every night at 03:00 in Seoul\n" +
			"  worker history --limit 5\n" +
			"  worker doctor",
		Version:           obs.Version(),
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { p.begin(cmd); return nil },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		p.begin(cmd)
		return config.Invalid(err)
	})
	root.AddCommand(p.runOnce(), p.schedule(), p.fetch(), p.history(), p.verify(), p.backups(), p.rollback(), p.doctor(), p.healthcheck(), p.version())
	return root
}

func (p *program) begin(cmd *cobra.Command) {
	p.began, p.command = true, cmd.CommandPath()
}

// settings fills spec from the environment and adds its flags to the command.
// The error is for the time when the command runs, so that help is to be had
// with a broken environment, too.
func settings(cmd *cobra.Command, spec any) error {
	err := envdoc.Load(spec)
	envdoc.BindFlags(cmd.Flags(), spec)
	return config.Invalid(err)
}

// arguments makes cobra's argument checks usage errors.
func (p *program) arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		p.begin(cmd)
		return config.Invalid(check(cmd, args))
	}
}

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  p.arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.stdout, obs.Version())
			return err
		},
	}
}
