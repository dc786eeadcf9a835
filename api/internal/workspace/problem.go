package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrInvalid is what errors.Is finds in the error of a file that was read and
// makes no workspace.
var ErrInvalid = errors.New("invalid workspace configuration")

// maxShown is how many problems an error lists; a file of another format has
// thousands.
const maxShown = 50

// Problem is one thing that is wrong, or odd, in a file.
type Problem struct {
	Line    int    // in the file, from 1
	Path    string // of keys, as in `teams[0].parts[1].name`; empty for the whole file
	Message string
}

func (p Problem) String() string {
	if p.Path == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.Message)
	}
	return fmt.Sprintf("line %d: %s: %s", p.Line, p.Path, p.Message)
}

// Error is everything that is wrong in a file, in the order of its lines.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(ErrInvalid.Error())
	for i, p := range e.Problems {
		if i == maxShown {
			fmt.Fprintf(&b, "\n… and %d more", len(e.Problems)-maxShown)
			break
		}
		b.WriteString("\n" + p.String())
	}
	return b.String()
}

// Unwrap gives ErrInvalid.
func (e *Error) Unwrap() error { return ErrInvalid }

func inLineOrder(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), strings.Compare(a.Path, b.Path))
	})
	return problems
}
