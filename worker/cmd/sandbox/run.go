package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// Exit statuses, as those of the worker.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage marks what the caller can mend on the command line.
var errUsage = errors.New("usage")

// run is the program: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root, err := command(ctx)
	if err == nil {
		root.SetArgs(args)
		root.SetOut(stdout)
		root.SetErr(stderr)
		err = root.Execute()
	}
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage):
		fmt.Fprintf(stderr, "sandbox: %v\nTry: sandbox --help\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "sandbox: %v\n", err)
		return exitFailed
	}
}

func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// usageError keeps the text of its cause and is errUsage.
type usageError struct{ cause error }

func (e usageError) Error() string   { return e.cause.Error() }
func (e usageError) Unwrap() []error { return []error{errUsage, e.cause} }

func command(ctx context.Context) (*cobra.Command, error) {
	var s settings
	if err := envdoc.Load(&s); err != nil {
		return nil, usage(err)
	}
	root := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve an invented CRM workspace over the Salesmap REST API",
		Long: "Serve an invented CRM workspace over the Salesmap REST API, as the worker meets it:\n" +
			"pages, quota, errors, and on request faults and a workspace that goes on changing.",
		Example: "  sandbox --evolve 20s\n" +
			"  sandbox --orgs 35000 --quota 0            # a million records, as fast as they go\n" +
			"  sandbox --latency 300ms --faults faults.yaml\n" +
			"  worker run-once --base-url http://127.0.0.1:8787/api/v2 --token demo-token",
		Args:          noArguments,
		Version:       obs.Version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options, err := s.options()
			if err != nil {
				return usage(err)
			}
			return serve(ctx, s, options, cmd.OutOrStdout())
		},
	}
	envdoc.BindFlags(root.PersistentFlags(), &s)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(&cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running sandbox whether it is well; the exit status tells",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			url, err := healthURL(s.Addr)
			if err != nil {
				return usage(err)
			}
			return obs.Probe(ctx, url)
		},
	})
	return root, nil
}

func noArguments(cmd *cobra.Command, args []string) error {
	return usage(cobra.NoArgs(cmd, args))
}

// healthURL is where a sandbox that listens on addr can be asked from here.
func healthURL(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("--addr: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + healthPath, nil
}
