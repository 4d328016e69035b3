package kpi

import "math"

// z is the 97.5 % point of the normal distribution: all intervals are 95 %.
const z = 1.959964

// Wilson is the score interval of a share x/n (Wilson 1927, formula as in
// Newcombe 1998, method 3). x and n may be fractional sums; ok is false unless
// 0 <= x <= n and n > 0. Limits are fractions.
// Published check (Newcombe 1998, table I): 81/263 gives 0.2553..0.3662.
func Wilson(x, n float64) (lo, hi float64, ok bool) {
	if !(n > 0 && x >= 0 && x <= n) || math.IsInf(n, 0) {
		return 0, 0, false
	}
	p := x / n
	scale := 1 + z*z/n
	centre := (p + z*z/(2*n)) / scale
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / scale
	lo, hi = max(0, centre-half), min(1, centre+half)
	// Exact at the ends, where rounding would leave a trace.
	if x == 0 {
		lo = 0
	}
	if x == n {
		hi = 1
	}
	return lo, hi, true
}

// Newcombe is the hybrid score interval of the difference x1/n1 - x2/n2
// (Newcombe 1998, method 10).
// Published check: 56/70 - 48/80 = 0.20, 0.0524..0.3339.
func Newcombe(x1, n1, x2, n2 float64) (diff, lo, hi float64, ok bool) {
	l1, u1, ok1 := Wilson(x1, n1)
	l2, u2, ok2 := Wilson(x2, n2)
	if !ok1 || !ok2 {
		return 0, 0, 0, false
	}
	p1, p2 := x1/n1, x2/n2
	diff = p1 - p2
	return diff, diff - math.Hypot(p1-l1, u2-p2), diff + math.Hypot(u1-p1, p2-l2), true
}

// Byar is the approximate Poisson interval of a count (Breslow and Day 1987,
// formula 2.13). A count below zero has none: both limits are NaN.
// Published check: 10 gives 4.79..18.39.
func Byar(x float64) (lo, hi float64) {
	if !(x >= 0) {
		return math.NaN(), math.NaN()
	}
	if x > 0 {
		lo = x * math.Pow(max(0, 1-1/(9*x)-z/(3*math.Sqrt(x))), 3)
	}
	y := x + 1
	return lo, y * math.Pow(1-1/(9*y)+z/(3*math.Sqrt(y)), 3)
}

// MeanT is the mean with its t interval (sample standard deviation). A known
// population narrows it by the finite population factor sqrt((N-n)/(N-1)); 0, or
// a population smaller than the sample, counts as unknown. ok is false when
// there is no interval: fewer than two values, or one that is not finite.
func MeanT(xs []float64, population int64) (mean, lo, hi float64, ok bool) {
	n := float64(len(xs))
	if n == 0 {
		return 0, 0, 0, false
	}
	mean = sum(xs) / n
	if n < 2 || !finite(mean) {
		return mean, 0, 0, false
	}
	squares := 0.0
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	se := math.Sqrt(squares / (n - 1) / n)
	if N := float64(population); population > 1 && N >= n {
		se *= math.Sqrt((N - n) / (N - 1))
	}
	half := TQuantile(0.975, len(xs)-1) * se
	return mean, mean - half, mean + half, finite(half)
}

// RatioT is the ratio of sums R = sum(num)/sum(den) over clusters, with the
// interval of the ratio estimator: SE = sqrt(n/(n-1) * sum((y - R x)^2)) /
// sum(x), t with n-1 degrees of freedom (Cochran 1977, 6.4). Pairs are summed
// in the order given, so the caller fixes it. ok is false when there is no
// interval: slices of unequal length, fewer than two clusters, or a zero
// denominator (then r is 0, too, and there is no ratio).
func RatioT(num, den []float64) (r, lo, hi float64, ok bool) {
	total := sum(den)
	if len(num) != len(den) || total == 0 || !finite(total) {
		return 0, 0, 0, false
	}
	r = sum(num) / total
	if len(num) < 2 || !finite(r) {
		return r, 0, 0, false
	}
	n, squares := float64(len(num)), 0.0
	for i, y := range num {
		e := y - r*den[i]
		squares += e * e
	}
	half := TQuantile(0.975, len(num)-1) * math.Sqrt(n/(n-1)*squares) / math.Abs(total)
	return r, r - half, r + half, finite(half)
}

// NPSInterval is the net promoter score 100 * (promoters - detractors) / n with
// its normal interval, SE = 100 * sqrt((p + d - (p-d)^2) / n), clipped to
// -100..100. ok is false without responses.
// Published check: 291, 476, 395 gives -8.95 +/- 4.39.
func NPSInterval(promoters, passives, detractors float64) (nps, lo, hi float64, ok bool) {
	n := promoters + passives + detractors
	if !(n > 0 && promoters >= 0 && passives >= 0 && detractors >= 0) || !finite(n) {
		return 0, 0, 0, false
	}
	p, d := promoters/n, detractors/n
	nps = 100 * (promoters - detractors) / n
	half := 100 * z * math.Sqrt(max(0, p+d-(p-d)*(p-d))/n)
	return nps, max(-100, nps-half), min(100, nps+half), true
}

// sum adds in the given order with Neumaier's compensation, so that a long
// column of small amounts is not lost beside a large one.
func sum(xs []float64) float64 {
	total, lost := 0.0, 0.0
	for _, x := range xs {
		t := total + x
		if math.Abs(total) >= math.Abs(x) {
			lost += (total - t) + x
		} else {
			lost += (x - t) + total
		}
		total = t
	}
	return total + lost
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
