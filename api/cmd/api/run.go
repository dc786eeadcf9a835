package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // unknown command or flag, or settings that cannot work
)

// usageError is a mistake in how the program was called.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// run is the program: it does what args say until ctx ends and returns the
// exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	settings, loadErr := config.Load()
	root := newRoot(settings, loadErr) //nolint:contextcheck // commands get theirs from ExecuteContext
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "Error: %v\nTry: api --help\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "Error: %v\n", err)
		return exitFailed
	}
}

func newRoot(settings *config.Settings, loadErr error) *cobra.Command {
	serveNow := func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(loadErr, settings.Validate()); err != nil {
			return &usageError{err}
		}
		return serve(cmd.Context(), settings, cmd.ErrOrStderr())
	}
	root := &cobra.Command{
		Use:   "api",
		Short: "Serve a Salesmap snapshot: read-only HTTP API and dashboard",
		Long: "Serve a Salesmap snapshot: read-only HTTP API and dashboard.\n\n" +
			"A new snapshot, and a change of the workspace configuration, are taken over while running; every answer is\n" +
			"computed from exactly one of each. Each setting is a flag, an environment variable and a default.",
		Example: "  DB_PATH=data/salesmap_latest.db api serve\n" +
			"  api config check workspace.yaml\n" +
			"  api token new dashboard        # then API_TOKENS=… api serve",
		Version:       obs.Version(),
		Args:          noArguments,
		RunE:          serveNow,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	flags := pflag.NewFlagSet("api", pflag.ContinueOnError)
	flags.SortFlags = false
	envdoc.BindFlags(flags, settings)
	root.PersistentFlags().SortFlags = false
	root.PersistentFlags().AddFlagSet(flags)
	root.AddCommand(
		&cobra.Command{Use: "serve", Short: "Serve until stopped (what plain `api` does)", Args: noArguments, RunE: serveNow},
		configCommand(settings), tokenCommand(), healthcheckCommand(settings),
		&cobra.Command{
			Use: "version", Short: "Print the version", Args: noArguments,
			RunE: func(cmd *cobra.Command, _ []string) error {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), obs.Version())
				return err
			},
		},
	)
	return root
}

// The checks of cobra with our exit code.
func noArguments(cmd *cobra.Command, args []string) error {
	return asUsage(cobra.NoArgs(cmd, args))
}

func oneArgument(cmd *cobra.Command, args []string) error {
	return asUsage(cobra.ExactArgs(1)(cmd, args))
}

func atMostOneArgument(cmd *cobra.Command, args []string) error {
	return asUsage(cobra.MaximumNArgs(1)(cmd, args))
}

func asUsage(err error) error {
	if err != nil {
		return &usageError{err}
	}
	return nil
}
