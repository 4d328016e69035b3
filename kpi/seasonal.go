package kpi

import "math"

// SeasonalFactors are the means of each sub-period over the mean of all, from
// the complete cycles before a tested point: of months length is 12. ok is false
// with fewer than two cycles, where only the year before can be compared with,
// and where a mean is not above 0; NaN is a gap (Wheeler, Making Sense of Data, 2003). The
// first value is that of sub-period 0.
func SeasonalFactors(values []float64, length int) (factors []float64, ok bool) {
	if length < 2 || len(values)/length < 2 {
		return nil, false
	}
	values = values[:len(values)/length*length]
	mean := meanOf(values, 0, 1)
	if !(mean > 0) {
		return nil, false
	}
	for k := range length {
		f := meanOf(values, k, length) / mean
		if !(f > 0) {
			return nil, false
		}
		factors = append(factors, f)
	}
	return factors, true
}

// meanOf is the mean of every step-th value that is none of the gaps.
func meanOf(values []float64, first, step int) float64 {
	var of []float64
	for i := first; i < len(values); i += step {
		if !math.IsNaN(values[i]) {
			of = append(of, values[i])
		}
	}
	return sum(of) / float64(len(of))
}

// Deseasoned divides each value by the factor of its sub-period, as the complete
// cycles before it give it: no point is adjusted by itself or by what came later.
// The first two cycles, and gaps, are gaps: limits come from what follows.
func Deseasoned(points []ChartPoint, length int) []ChartPoint {
	out := make([]ChartPoint, len(points))
	var before []float64
	for i, p := range points {
		out[i] = ChartPoint{Period: p.Period}
		if f, ok := SeasonalFactors(before[:i/length*length], length); ok && p.Value != nil {
			v := *p.Value / f[i%length]
			out[i].Value = &v
		}
		value := math.NaN()
		if p.Value != nil {
			value = *p.Value
		}
		before = append(before, value)
	}
	return out
}

// DaysBetween turns counts that are 0 in most periods into what can be charted:
// the days from one event to the next, in time order. Fewer days are adverse
// where events are bad. The days are local day numbers of the events.
func DaysBetween(days []int64) []float64 {
	var out []float64
	for i := 1; i < len(days); i++ {
		out = append(out, float64(days[i]-days[i-1]))
	}
	return out
}

// Sparse says that a share or a count has too few cases a period to be charted:
// n*p or n*(1-p) below 5 on average, or a mean count below 1. The remedy is the
// next coarser grain, and of counts the days between events.
func (m Measure) Sparse(rows []Observation) bool {
	var num, rest, n float64
	for _, o := range rows {
		if o.Value == nil {
			continue
		}
		n++
		switch {
		case m.Agg == Share && o.Num != nil && o.Den != nil:
			num, rest = num+*o.Num, rest+*o.Den-*o.Num
		case m.Agg == Count:
			num += *o.Value
		}
	}
	switch {
	case n == 0:
		return false
	case m.Agg == Share:
		return min(num, rest) < 5*n
	}
	return m.Agg == Count && num < n
}
