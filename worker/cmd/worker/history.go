package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
)

const defaultHistoryLimit = 20

func (p *program) history() *cobra.Command {
	var s config.Volume
	var asJSON bool
	limit := defaultHistoryLimit
	cmd := &cobra.Command{
		Use:     "history",
		Short:   "Show the last runs, newest first",
		Example: "  worker history --limit 5\n  worker history --json | jq '.[0].errors'",
		Args:    p.arguments(cobra.NoArgs),
	}
	loaded := settings(cmd, &s)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	cmd.Flags().IntVar(&limit, "limit", limit, "how many runs; 0 for all")
	cmd.RunE = func(*cobra.Command, []string) error {
		if loaded != nil {
			return loaded
		}
		if limit < 0 {
			return config.Invalid(fmt.Errorf("--limit: %d is negative", limit))
		}
		entries, broken, err := runhistory.Read(filepath.Join(s.LogDir, runhistory.FileName))
		if err != nil {
			return err
		}
		if broken > 0 {
			fmt.Fprintf(p.stderr, "worker: %d lines of the history cannot be read\n", broken)
		}
		slices.Reverse(entries)
		if limit > 0 {
			entries = entries[:min(limit, len(entries))]
		}
		if asJSON {
			return printJSON(p.stdout, entries)
		}
		return printHistory(p.stdout, entries)
	}
	return cmd
}

func printHistory(w io.Writer, entries []runhistory.Entry) error {
	if len(entries) == 0 {
		_, err := fmt.Fprintln(w, "no runs yet")
		return err
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "RUN\tSTATUS\tTOOK\tROWS\tREQUESTS\tMB\tERRORS\tWHY")
	for _, e := range entries {
		var rows int64
		for _, t := range e.Tables {
			rows += t.Rows
		}
		took := time.Duration(e.DurationS * float64(time.Second)).Round(time.Second / 10)
		fmt.Fprintf(out, "%s\t%s\t%s\t%d\t%d\t%.1f\t%d\t%s\n", e.RunTag, e.Status, took, rows, e.Requests, float64(e.Bytes)/1e6, e.Errors.Count, why(e))
	}
	return out.Flush()
}

const maxWhy = 100

// why is the reason of a run's end in one short line.
func why(e runhistory.Entry) string {
	text := e.Error
	if text == "" && len(e.Errors.Details) > 0 {
		text = e.Errors.Details[0]
	}
	for i, r := range text {
		if r == '\n' || i >= maxWhy {
			return text[:i] + " …"
		}
	}
	return text
}

// printJSON writes a list, [] if it is empty.
func printJSON[T any](w io.Writer, list []T) error {
	if list == nil {
		list = []T{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}
