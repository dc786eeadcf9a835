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
	if here, ok := errors.AsType[*panicError](err); ok {
		return here.stack, true
	}
	if computing, ok := errors.AsType[*cache.PanicError](err); ok {
		return computing.Stack, true
	}
	return nil, false
}
