package kpi

import "math"

// Quantile of sorted values by linear interpolation at index (n-1)*p: type 7 of
// Hyndman and Fan 1996. ok is false without values or with p outside 0..1.
func Quantile(sorted []float64, p float64) (float64, bool) {
	n := len(sorted)
	if n == 0 || !(p >= 0 && p <= 1) {
		return 0, false
	}
	at := float64(n-1) * p
	i := int(at)
	if i >= n-1 {
		return sorted[n-1], true
	}
	part := at - float64(i)
	return sorted[i]*(1-part) + sorted[i+1]*part, true
}

// MedianInterval is the exact order-statistic interval of the median: [x(j),
// x(n+1-j)] with the largest j for which P(Bin(n, 1/2) <= j-1) <= 0.025
// (Conover 1999, 3.2). ok is false for fewer than six values.
// Published check: of 100 values it is the 40th and the 61st.
func MedianInterval(sorted []float64) (lo, hi float64, ok bool) {
	j := medianRank(len(sorted))
	if j == 0 {
		return 0, 0, false
	}
	return sorted[j-1], sorted[len(sorted)-j], true
}

// medianRank is j of MedianInterval, counted from 1; 0 for fewer than six values.
func medianRank(n int) int {
	if n < 6 {
		return 0
	}
	// Sixteen standard deviations below the middle there is nothing to add.
	k := max(0, n/2-int(8*math.Sqrt(float64(n))))
	tail := 0.0
	for ; ; k++ {
		tail += halfBinomial(n, k)
		if tail > 0.025 {
			return k
		}
	}
}

// halfBinomial is P(Bin(n, 1/2) = k).
func halfBinomial(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c - float64(n)*math.Ln2)
}

// TQuantile is the p quantile of Student's t with df degrees of freedom, NaN
// outside 0 < p < 1 and df >= 1. Up to 1000 degrees it inverts the closed form
// of the distribution (Abramowitz and Stegun 26.7.3 and 26.7.4), above that the
// expansion 26.7.5 is exact to the last digits.
func TQuantile(p float64, df int) float64 {
	switch {
	case !(p > 0 && p < 1) || df < 1:
		return math.NaN()
	case p == 0.5:
		return 0
	case p < 0.5:
		return -TQuantile(1-p, df)
	case df > 1000:
		return tExpansion(math.Sqrt2*math.Erfinv(2*p-1), float64(df))
	}
	// Bisect the angle atan(t/sqrt(df)): bounded, so it always ends.
	want, lo, hi := 2*p-1, 0.0, math.Pi/2
	for range 200 {
		mid := (lo + hi) / 2
		if mid == lo || mid == hi {
			break
		}
		if tCentral(mid, df) < want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Sqrt(float64(df)) * math.Tan((lo+hi)/2)
}

// tCentral is P(|T| < t) at theta = atan(t/sqrt(df)).
func tCentral(theta float64, df int) float64 {
	sin, cos := math.Sincos(theta)
	if df%2 == 0 {
		term, total := 1.0, 1.0
		for i := 2; i < df; i += 2 {
			term *= cos * cos * float64(i-1) / float64(i)
			total += term
		}
		return sin * total
	}
	if df == 1 {
		return theta * 2 / math.Pi
	}
	term, total := cos, cos
	for i := 3; i < df; i += 2 {
		term *= cos * cos * float64(i-1) / float64(i)
		total += term
	}
	return (theta + sin*total) * 2 / math.Pi
}

func tExpansion(x, df float64) float64 {
	x3, x5, x7 := math.Pow(x, 3), math.Pow(x, 5), math.Pow(x, 7)
	return x + (x3+x)/(4*df) + (5*x5+16*x3+3*x)/(96*df*df) +
		(3*x7+19*x5+17*x3-15*x)/(384*df*df*df)
}
