// Command envdocgen writes docs/configuration.md and .env.example from the
// settings of both services, which each prints as JSON:
//
//	envdocgen -md docs/configuration.md -env .env.example api.json worker.json
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
)

func main() {
	md := flag.String("md", "", "markdown file to write")
	env := flag.String("env", "", "dotenv file to write")
	flag.Parse()
	if err := run(*md, *env, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "envdocgen:", err)
		os.Exit(1)
	}
}

func run(md, env string, inputs []string) error {
	var all []envdoc.Section
	for _, name := range inputs {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var sections []envdoc.Section
		if err := json.Unmarshal(raw, &sections); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, sections...)
	}
	if err := write(md, all, envdoc.WriteMarkdown); err != nil {
		return err
	}
	return write(env, all, envdoc.WriteDotEnv)
}

func write(path string, sections []envdoc.Section, to func(io.Writer, []envdoc.Section) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(to(f, sections), f.Close())
}
