package draw

import (
	"math"
	"strconv"
)

// Linear maps [a, b] to [from, to].
func Linear(a, b, from, to float64) func(float64) float64 {
	return func(v float64) float64 { return from + (v-a)/(b-a)*(to-from) }
}

// Clamp keeps v between lo and hi.
func Clamp(v, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, v)) }

// Round keeps one decimal of a coordinate: a tenth of a pixel is not seen.
func Round(v float64) float64 {
	return math.Round(v*10)/10 + 0 // + 0: not −0
}

// Round keeps one decimal of both coordinates.
func (p Point) Round() Point { return Point{Round(p[0]), Round(p[1])} }

// Px writes a coordinate with at most one decimal.
func Px(v float64) string { return strconv.FormatFloat(Round(v), 'f', -1, 64) }

// Extent is the lowest and the highest of values that may not be there, and how many are.
// Without any, lo is +Inf and hi −Inf.
func Extent(values []*float64) (lo, hi float64, n int) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v != nil {
			lo, hi, n = math.Min(lo, *v), math.Max(hi, *v), n+1
		}
	}
	return lo, hi, n
}
