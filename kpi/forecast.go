package kpi

import (
	"math"
	"slices"
)

// A forecast answers "will this land?" and is never a target. It comes with the
// method, an 80 % interval and the error the method made in the past, or not at
// all (kpi-definitions, part 5).

// Method is a way to look ahead, the simplest first.
type Method string

// The methods. Stable: the centre of a process without signals. Drift: the
// Theil-Sen slope of one with a trend. Seasonal: the same month of the year before,
// scaled by the newest three. Weekdays: what is done so far and the mean of each
// weekday to come. LastYear: what is done so far and the same days of last year.
// Late: as many of a cohort's open units arrive as did of earlier ones.
const (
	Stable   Method = "stable"
	Drift    Method = "trend"
	Seasonal Method = "seasonal"
	Weekdays Method = "weekdays"
	LastYear Method = "last_year"
	Late     Method = "late_share"
)

// leastOrigins is how many past forecasts a method is trusted by.
const leastOrigins = 8

// Forecast of a period that is not over. Why says why there is none; then nothing
// else applies.
type Forecast struct {
	Method   Method
	Steps    int // periods ahead
	Value    float64
	Interval Interval // 80 %, empirical
	Error    float64  // median absolute error of the method at this distance, a share of the value
	Origins  int      // past forecasts that this was measured by
	Why      string
}

// Project forecasts a series so many periods ahead. Values are single final
// periods in display units, in time order and without gaps; year is how many of
// them make one, 0 where no season is looked for. Methods that hold for the
// series are tried on its own past at the same distance; the one with the
// smallest median error is taken, the simpler of equal ones.
func Project(values []float64, steps, year int) Forecast {
	best := Forecast{Why: "too few past periods to test a forecast on"}
	for _, m := range []Method{Stable, Drift, Seasonal} {
		if f, ok := project(m, values, steps, year); ok && (best.Why != "" || f.Error < best.Error-1e-12) {
			best = f
		}
	}
	return best
}

func project(m Method, values []float64, steps, year int) (Forecast, bool) {
	value, ok := m.ahead(values, steps, year)
	if !ok || steps < 1 {
		return Forecast{}, false
	}
	var past record
	for n := limitLeast; n+steps <= len(values); n++ {
		if guess, ok := m.look(values[:n], steps, year); ok {
			past.add(guess, values[n-1+steps])
		}
	}
	f, ok := past.forecast(m, value)
	f.Steps = steps
	return f, ok
}

// record is how far past forecasts of a method were off, as shares of what they
// said.
type record []float64

// add holds a forecast against what came; one of 0 has no relative error.
func (r *record) add(guess, actual float64) {
	if guess != 0 {
		*r = append(*r, actual/guess-1)
	}
}

// forecast puts the interval around a value: the empirical 10 % and 90 % quantiles
// of the errors. ok is false with too few of them.
func (r record) forecast(m Method, value float64) (Forecast, bool) {
	if len(r) < leastOrigins {
		return Forecast{}, false
	}
	errs, sizes := slices.Clone(r), make([]float64, len(r))
	for i, e := range errs {
		sizes[i] = math.Abs(e)
	}
	slices.Sort(errs)
	slices.Sort(sizes)
	low, _ := Quantile(errs, 0.10)
	high, _ := Quantile(errs, 0.90)
	middle, _ := Quantile(sizes, 0.5)
	a, b := value*(1+low), value*(1+high)
	return Forecast{Method: m, Value: value, Interval: Interval{min(a, b), max(a, b)}, Error: middle, Origins: len(errs)}, true
}

// ahead looks ahead where the method holds for the series as it is: a centre is
// no forecast of a process that has moved, and a slope is none of one that has not.
func (m Method) ahead(values []float64, steps, year int) (float64, bool) {
	moving := MannKendall(values).P < 0.05
	switch m {
	case Stable:
		points := make([]ChartPoint, len(values))
		for i := range values {
			points[i].Value = &values[i]
		}
		if moving || len(NewChart(points, ChartOptions{}).Signals) > 0 {
			return 0, false
		}
	case Drift:
		if !moving {
			return 0, false
		}
	}
	return m.look(values, steps, year)
}

// look is the method's arithmetic.
func (m Method) look(values []float64, steps, year int) (float64, bool) {
	n := len(values)
	switch m {
	case Stable:
		return sum(values) / float64(n), n >= limitLeast
	case Drift:
		slope, ok := TheilSen(values)
		if !ok || n < limitLeast || 3*steps > n {
			return 0, false
		}
		level := make([]float64, n)
		for i, v := range values {
			level[i] = v - slope*float64(i)
		}
		slices.Sort(level)
		start, _ := Quantile(level, 0.5)
		return start + slope*float64(n-1+steps), true
	}
	if year < 4 || n < 2*year || steps > year {
		return 0, false
	}
	var ratios []float64
	for i := n - 3; i < n; i++ {
		if values[i-year] != 0 {
			ratios = append(ratios, values[i]/values[i-year])
		}
	}
	if len(ratios) == 0 {
		return 0, false
	}
	slices.Sort(ratios)
	ratio, _ := Quantile(ratios, 0.5)
	return values[n-1+steps-year] * ratio, true
}

// Landing says whether a forecast meets a line.
type Landing string

// The answers: yes when the worse end of the interval meets it, no when the better
// end misses it.
const (
	Lands    Landing = "yes"
	Misses   Landing = "no"
	TooClose Landing = "too_close"
)

// Lands holds the interval against a floor.
func (f Forecast) Lands(floor float64, dir Direction) Landing {
	worse, better := f.Interval[0], f.Interval[1]
	if dir == Down {
		worse, better, floor = -f.Interval[1], -f.Interval[0], -floor
	}
	switch {
	case worse >= floor:
		return Lands
	case better < floor:
		return Misses
	}
	return TooClose
}
