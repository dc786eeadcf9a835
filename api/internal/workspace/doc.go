// Package workspace reads the workspace configuration: everything that is one
// company's own, in one YAML file (spec 10 "Workspace configuration"). Teams
// and their members, lists, thresholds, targets, exceptions: no such value is
// anywhere in the code.
//
// Reading is strict. An unknown or repeated key, a value of the wrong type and
// a combination that makes no sense are all errors, reported together, each
// with its line and key. What people typed into target and actual lists is
// taken as it stands, because the screens show what came of it; it is a
// warning.
//
// The structs in config*.go are the format: their tags give each key its
// meaning, unit and default, and docs/workspace.md is written from them. Two
// groups of methods on [Workspace] turn them into what the analytics ask for
// (members of a scope, grade of an amount, target of a counterparty, existing
// customers of a year) and into what screens are told ([Workspace.Public]).
//
// A Workspace never changes; package workspacewatch asks Stale now and then and
// loads another. Version belongs into every cache key.
package workspace
