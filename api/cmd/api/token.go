package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
)

// tokenCommand makes tokens for API_TOKENS (spec 10 "Access").
func tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make tokens for API_TOKENS",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "new NAME",
		Short: "Draw a token and print it once, with its entry for API_TOKENS",
		Long: "Draw a token and print it once, with its entry for API_TOKENS.\n\n" +
			"NAME says whose it is, in the log and for taking it away again: 1 to 64 of A-Z a-z 0-9 . _ -\n" +
			"The server knows the hash only; a token that is lost is replaced by a new one.",
		Example: "  api token new dashboard",
		Args:    oneArgument,
		RunE: func(cmd *cobra.Command, args []string) error {
			secret, entry, err := access.New(args[0])
			if err != nil {
				return &usageError{fmt.Errorf("%q: %w", args[0], err)}
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "token:      %s\nAPI_TOKENS: %s\n\n"+
				"The token is for its holder and is shown this once: type it into the login of the dashboard, or send it as\n"+
				"  Authorization: Bearer TOKEN\n"+
				"The other line goes into API_TOKENS of every API process; a comma separates entries.\n", secret, entry)
			return err
		},
	})
	return cmd
}
