package httpapi

import (
	"errors"
	"runtime/debug"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/cache"
)

func newPanicError(value any) error { return &panicError{value: value, stack: debug.Stack()} }

// stackOf returns where a panic happened, be it in a handler or in a
// computation for several requests.
func stackOf(err error) ([]byte, bool) {
	var here *panicError
	if errors.As(err, &here) {
		return here.stack, true
	}
	var computing *cache.PanicError
	if errors.As(err, &computing) {
		return computing.Stack, true
	}
	return nil, false
}
