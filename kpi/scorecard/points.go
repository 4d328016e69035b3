package scorecard

import "github.com/kpid/kpid/kpi"

// Points is a whole series at one grain, from the first period observed to the
// last: a period without a number is a gap. Each settled period carries the
// target edges it was judged by; at a grain other than the judged one they are
// where the target stood at the end of that period.
func Points(c kpi.Calendar, k KPI, grain kpi.Grain, asOf kpi.Millis) []Point {
	seen := map[string]kpi.Observation{}
	var first, last kpi.Millis
	for _, o := range k.Observations {
		if len(seen) == 0 || o.Starts < first {
			first = o.Starts
		}
		last = max(last, o.Ends)
		seen[o.Period] = o
	}
	if len(seen) == 0 {
		return nil
	}
	d := *k.Definition
	d.Cadence = grain
	lines := map[string]kpi.Verdict{}
	for _, v := range kpi.Judge(kpi.Input{Calendar: c, Definition: &d, Measure: k.Measure, Targets: k.Targets,
		Observations: k.Observations, Baselines: k.Baselines, Others: k.Others, Units: k.Units, GA: k.GA, AsOf: asOf}) {
		lines[v.Period] = v
	}
	var out []Point
	for _, p := range c.Between(grain, first, last) {
		out = append(out, point(c, k, p, seen[p.ID], lines[p.ID]))
	}
	return out
}
