package envdoc

import (
	"fmt"
	"io"
	"strings"
)

// Section is a titled group of settings for the generated documents: one
// service, or one command of it.
type Section struct {
	Title    string    `json:"title"`
	Intro    string    `json:"intro"`
	Settings []Setting `json:"settings"`
}

// WriteDotEnv writes sections as an .env file in which every line is commented
// out and shows the default or an example. A variable that several sections
// have stands in the first only.
func WriteDotEnv(w io.Writer, sections []Section) error {
	var b strings.Builder
	b.WriteString("# Settings of Salesmap Mirror. Generated from the code by `make gen`; copy to .env and edit.\n")
	b.WriteString("# What is commented out holds as shown. Flags beat these variables, these beat the defaults.\n")
	seen := map[string]bool{}
	for _, section := range sections {
		fmt.Fprintf(&b, "\n# --- %s ---\n", section.Title)
		for _, s := range section.Settings {
			if seen[s.Env] {
				continue
			}
			seen[s.Env] = true
			value := s.Default
			if s.Example != "" {
				value = s.Example
			}
			fmt.Fprintf(&b, "# %s\n# %s=%s\n", s.Desc, s.Env, value)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMarkdown writes sections as tables of variable, flag, default and
// meaning.
func WriteMarkdown(w io.Writer, sections []Section) error {
	var b strings.Builder
	b.WriteString("# Configuration\n\n<!-- Generated from the code by `make gen`; do not edit. -->\n\n")
	b.WriteString("A flag beats its environment variable, which beats the default. A variable that is set but empty counts as not set.\n")
	for _, section := range sections {
		fmt.Fprintf(&b, "\n## %s\n\n", section.Title)
		if section.Intro != "" {
			b.WriteString(section.Intro + "\n\n")
		}
		b.WriteString("| Variable | Flag | Default | Meaning |\n| --- | --- | --- | --- |\n")
		for _, s := range section.Settings {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n",
				s.Env, code("--", s.Flag), code("", s.Default), strings.ReplaceAll(s.Desc, "|", `\|`))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func code(prefix, text string) string {
	if text == "" {
		return "–"
	}
	return "`" + prefix + text + "`"
}
