// Package memotext makes memos readable: it recognises memos that a web form
// wrote and reduces them to what was said (Cleaner), turns HTML bodies into
// Markdown (Markdown, Enrich), and writes the one-line snippets, amounts and
// cells of the Markdown dossier (spec 02 §3.3, §4.5, §4.7, §5.2, §5.5).
//
// Everything here is a pure function of text. Where the replaced service was
// wrong, normalise.Rules says which answer to give (DECISIONS.md); what a form
// looks like is workspace configuration and passed in as Forms.
//
// Memos come from strangers, so every function takes time in proportion to its
// input and bounds what markup can blow up: see the limits in markdown.go.
package memotext
