package main

import (
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
)

// healthcheckCommand asks the server in the same container whether it is
// alive; images have neither shell nor curl (spec 09).
func healthcheckCommand(settings *config.Settings) *cobra.Command {
	var url string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running server for /api/health; exit 0 if it answers",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if url == "" {
				url = "http://" + net.JoinHostPort(reachable(settings.Host), strconv.Itoa(settings.Port)) + "/api/health"
			}
			return obs.Probe(cmd.Context(), url)
		},
	}
	cmd.Flags().StringVar(&url, "url", "", "what to ask instead of HOST and PORT, e.g. http://127.0.0.1:8000/readyz")
	return cmd
}

// reachable turns an address to listen on into one to connect to.
func reachable(host string) string {
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		return "127.0.0.1"
	}
	return host
}
