package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// errUnsound ends a check whose problems were printed.
var errUnsound = errors.New("the workspace configuration is not sound")

// configCommand is about the workspace configuration.
func configCommand(settings *config.Settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check the workspace configuration",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a workspace file and the files that it names",
		Long: "Check a workspace file and the files that it names: FILE, else the one of WORKSPACE_CONFIG, else the\n" +
			"example that ships. Every problem is printed with its line, one a line, and so is every warning.\n\n" +
			"Exit status: 0 sound, perhaps with warnings; 1 not sound; 2 there is no such file, or it can't be read.",
		Example: "  api config check workspace.yaml",
		Args:    atMostOneArgument,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path := settings.Workspace
			if len(args) == 1 {
				path = args[0]
			}
			return checkWorkspace(path, cmd.OutOrStdout())
		},
	})
	return cmd
}

func checkWorkspace(path string, out io.Writer) error {
	read, name := workspace.Default, "the example that ships"
	if path != "" {
		read, name = func() (*workspace.Workspace, error) { return workspace.Load(path) }, filepath.Clean(path)
	}
	company, err := read()
	var unsound *workspace.Error
	switch {
	case errors.As(err, &unsound):
		for _, p := range unsound.Problems {
			if _, err := fmt.Fprintf(out, "%s: %s\n", name, p); err != nil {
				return err
			}
		}
		return fmt.Errorf("%w: %d problems in %s", errUnsound, len(unsound.Problems), name)
	case err != nil:
		return &usageError{err}
	}
	for _, warning := range company.Warnings() {
		if _, err := fmt.Fprintf(out, "%s: warning: %s\n", name, warning); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "%s: sound, %d warnings (version %s, numbers %s, accounting list %s)\n",
		name, len(company.Warnings()), company.Version(), company.Numbers, company.AccountingStatus())
	return err
}
