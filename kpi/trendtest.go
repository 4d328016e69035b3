package kpi

import (
	"math"
	"slices"
)

// Trend is a Mann-Kendall test of a series for a monotone trend.
type Trend struct {
	N int
	S int     // pairs that rise less pairs that fall
	Z float64 // S, continuity corrected, over its standard deviation
	P float64 // two-sided; 1 where nothing can be said
}

// MannKendall tests whether a series rises or falls (Mann 1945, Kendall 1975):
// var(S) = n(n-1)(2n+5)/18 less t(t-1)(2t+5)/18 for each group of t equal values.
// Check: 6 5 5 4 4 3 3 2 2 1 1 1 gives S = -59.
func MannKendall(xs []float64) Trend {
	n := len(xs)
	t := Trend{N: n, P: 1}
	ties := map[float64]int{}
	for i, x := range xs {
		ties[x]++
		for _, later := range xs[i+1:] {
			switch {
			case later > x:
				t.S++
			case later < x:
				t.S--
			}
		}
	}
	spread := func(n int) float64 { return float64(n*(n-1)*(2*n+5)) / 18 }
	variance := spread(n)
	for _, equal := range ties {
		variance -= spread(equal)
	}
	if variance <= 0 || t.S == 0 {
		return t
	}
	t.Z = (float64(t.S) - math.Copysign(1, float64(t.S))) / math.Sqrt(variance)
	t.P = math.Erfc(math.Abs(t.Z) / math.Sqrt2)
	return t
}

// TheilSen is the median of the slopes of all pairs, in units per step (Theil
// 1950, Sen 1968); ok is false below two values.
func TheilSen(xs []float64) (slope float64, ok bool) {
	var slopes []float64
	for i, x := range xs {
		for j, later := range xs[i+1:] {
			slopes = append(slopes, (later-x)/float64(j+1))
		}
	}
	if len(slopes) == 0 {
		return 0, false
	}
	slices.Sort(slopes)
	return Quantile(slopes, 0.5)
}
