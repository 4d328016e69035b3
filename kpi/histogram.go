package kpi

import (
	"math"
	"slices"
)

// Bin is one bar of a histogram: values from Lo up to Hi, Hi itself outside.
type Bin struct {
	Lo, Hi float64
	Count  int
}

// mostBins is what a small drawing has room for.
const mostBins = 24

// Histogram puts values of 0 and more into bins of one width that begin at 0 and cover
// all of them. The width is that of Freedman and Diaconis 1981, 2·IQR·n^(-1/3) with
// quartiles of type 7, at least the range over 24, rounded up to 1, 2 or 5 times a power
// of ten so that its edges can be read. Values that are (nearly) all alike have no
// quartile distance: their width is the range over the bins of Sturges 1926,
// log2(n) + 1. Negative values and those that are not numbers are left out.
// Check: of 1, 2, … 8 the quartiles are 2.75 and 6.25, the width 2·3.5/2 = 3.5, as shown 5.
func Histogram(values []float64) []Bin {
	var sorted []float64
	for _, v := range values {
		if v >= 0 && !math.IsInf(v, 0) {
			sorted = append(sorted, v)
		}
	}
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	width := binWidth(sorted)
	bins := make([]Bin, int(sorted[len(sorted)-1]/width)+1)
	for i := range bins {
		bins[i].Lo, bins[i].Hi = float64(i)*width, float64(i+1)*width
	}
	for _, v := range sorted {
		i := min(int(v/width), len(bins)-1)
		switch { // a quotient of floats may miss an edge by a rounding
		case v < bins[i].Lo && i > 0:
			i--
		case v >= bins[i].Hi && i < len(bins)-1:
			i++
		}
		bins[i].Count++
	}
	return bins
}

// binWidth of sorted values, a round number.
func binWidth(sorted []float64) float64 {
	n, top := float64(len(sorted)), sorted[len(sorted)-1]
	q1, _ := Quantile(sorted, .25)
	q3, _ := Quantile(sorted, .75)
	width := 2 * (q3 - q1) / math.Cbrt(n)
	if width <= 0 {
		width = (top - sorted[0]) / (math.Log2(n) + 1)
	}
	width = math.Max(width, top/mostBins)
	if width <= 0 { // all are 0
		return 1
	}
	return roundUp(width)
}

// roundUp gives the next of 1, 2 or 5 times a power of ten.
func roundUp(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 5, 10} {
		if v <= step*power*(1+1e-12) {
			return step * power
		}
	}
	return 10 * power
}
