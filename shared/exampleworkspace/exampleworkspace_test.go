package exampleworkspace_test

import (
	"bytes"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
)

func TestYAML_IsForUseAndNotForRecording(t *testing.T) {
	raw := exampleworkspace.YAML()
	if !bytes.Contains(raw, []byte("\nnumbers: corrected\n")) {
		t.Error("the example does not ask for corrected numbers")
	}
	// The clock of the recorded answers would stop every dashboard's day.
	if bytes.Contains(raw, []byte("frozen_now")) {
		t.Error("the example stops the clock")
	}
	raw[0] = '!'
	if bytes.Equal(raw, exampleworkspace.YAML()) {
		t.Error("a caller can change the example")
	}
}
