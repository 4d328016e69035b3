package kpi

// lateCohorts is how many final cohorts tell what comes late.
const lateCohorts = 6

// Cohort is a share at one age: of Units, Arrived have, and Open still may. Final
// is how many had in the end.
type Cohort struct{ Arrived, Open, Units, Final float64 }

// Ripen forecasts the share that a maturing cohort comes to: those that arrived
// and, of those still open, as many as arrived later of the six newest final
// cohorts at the same age, sums over sums. past are final cohorts as they stood at
// that age, oldest first; gap is how many cohorts the newest of them is before the
// maturing one, so that a test on the past looks no nearer. The value is a
// fraction and never leaves the bounds (kpi-definitions, part 5). Young churn is
// no basis for old churn: nothing is extended beyond the window.
func (c Cohort) Ripen(past []Cohort, gap int) Forecast {
	none := Forecast{Why: "too few final cohorts to test a forecast on"}
	if c.Units <= 0 || len(past) < lateCohorts || gap < 1 {
		return none
	}
	var errs record
	for i := lateCohorts + gap - 1; i < len(past); i++ {
		if p := past[i]; p.Units > 0 {
			errs.add(p.ripe(past[:i-gap+1]), p.Final/p.Units)
		}
	}
	f, ok := errs.forecast(Late, c.ripe(past))
	if !ok {
		return none
	}
	f.Steps = gap
	low, high := c.Arrived/c.Units, (c.Arrived+c.Open)/c.Units
	f.Interval = Interval{min(max(f.Interval[0], low), high), max(min(f.Interval[1], high), low)}
	return f
}

// ripe is the share a cohort comes to by what came late of the newest of others.
func (c Cohort) ripe(before []Cohort) float64 {
	var late, open float64
	for _, p := range before[len(before)-lateCohorts:] {
		late, open = late+p.Final-p.Arrived, open+p.Open
	}
	share := 0.0
	if open > 0 {
		share = min(max(late/open, 0), 1)
	}
	return (c.Arrived + c.Open*share) / c.Units
}
