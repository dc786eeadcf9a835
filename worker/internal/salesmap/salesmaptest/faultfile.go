package salesmaptest

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// ReadFaults reads rules as YAML (so also as JSON):
//
//	faults:
//	  - {list: deal, page: 3, times: 2, action: html}
//	  - {list: memo, page: 7, action: late_columns}
//	  - {from: 400, action: expire_token}
//
// Unknown keys and rules that make no sense are errors that name the rule.
func ReadFaults(r io.Reader) ([]Fault, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read faults: %w", err)
	}
	var file struct {
		Faults []Fault `yaml:"faults"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read faults: %w", err)
	}
	var problems []error
	for i, f := range file.Faults {
		if err := f.Validate(); err != nil {
			problems = append(problems, fmt.Errorf("fault %d: %w", i+1, err))
		}
	}
	return file.Faults, errors.Join(problems...)
}
