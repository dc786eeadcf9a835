// Package exampleworkspace holds the workspace configuration that ships with
// the product: an invented education company. The API serves it until it is
// given another one (WORKSPACE_CONFIG), and the sandbox CRM invents its records
// so that they fit.
package exampleworkspace

import (
	"bytes"
	_ "embed"
)

//go:embed workspace.yaml
var workspace []byte

// YAML returns the example configuration. The slice belongs to the caller.
func YAML() []byte { return bytes.Clone(workspace) }
