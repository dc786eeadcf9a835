package normalise

import "math"

// Finite is x, or the largest number there is where a sum of absurd amounts
// outgrew float64: JSON has no infinity (N-NUM-JSON).
func Finite(x float64) float64 {
	switch {
	case math.IsInf(x, 1):
		return math.MaxFloat64
	case math.IsInf(x, -1):
		return -math.MaxFloat64
	case math.IsNaN(x):
		return 0
	default:
		return x
	}
}
