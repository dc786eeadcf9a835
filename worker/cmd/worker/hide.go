package main

import (
	"strings"
	"unsafe"
)

const tokenFlag = "--token"

// hideToken returns a copy of the arguments and blots the token out of the
// originals: these are what `ps` and /proc show of a process to everybody.
func hideToken(args []string) []string {
	copied := make([]string, len(args))
	for i, a := range args {
		copied[i] = strings.Clone(a)
	}
	for i, a := range copied {
		switch value, inline := strings.CutPrefix(a, tokenFlag+"="); {
		case inline:
			blot(args[i], len(a)-len(value))
		case a == tokenFlag && i+1 < len(args):
			blot(args[i+1], 0)
		}
	}
	return copied
}

// blot overwrites the text behind a string from an offset on. It is only for
// strings of os.Args, which the runtime makes without copying from memory that
// belongs to the process alone and can be written.
func blot(text string, from int) {
	raw := unsafe.Slice(unsafe.StringData(text), len(text))
	for i := from; i < len(raw); i++ {
		raw[i] = 'x'
	}
}
