package performance

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// ErrNoSnapshot says that there are no deals to answer from: the parameters
// were understood, and no snapshot has been published.
var ErrNoSnapshot = errors.New("no snapshot to compute from")

// ValueError refuses the value of a parameter. Its text is part of the HTTP
// contract (spec 03, "Checks"), and the answer is a 400.
type ValueError struct{ Detail string }

func (e *ValueError) Error() string { return e.Detail }

// Refuse returns a *ValueError.
func Refuse(format string, args ...any) error {
	return &ValueError{Detail: fmt.Sprintf(format, args...)}
}

// Round rounds to decimals places, halves to even on the exact binary value
// (spec 03 §0.3).
func Round(x float64, decimals int) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(normalise.Finite(x), 'f', decimals, 64), 64)
	if err != nil {
		return x // not reached: FormatFloat writes what ParseFloat reads
	}
	return rounded
}

// Sample returns the first values of a set in code-point order, so that it says
// the same every time.
func Sample(set map[string]struct{}, most int) []string {
	values := slices.Sorted(maps.Keys(set))
	if values == nil {
		values = []string{}
	}
	return values[:min(len(values), most)]
}

// MarshalPair writes a JSON list of two.
func MarshalPair(first string, second int) ([]byte, error) {
	return json.Marshal([2]any{first, second})
}
