package dashboards

import (
	"math"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi/scorecard"
)

// newStrip draws where a row stands against its target.
func newStrip(r scorecard.Row) draw.Strip {
	t := r.Target
	if t == nil || t.FloorNow == nil || r.Value == nil {
		return draw.Strip{Empty: true, Label: title(word(r.Status)) + ": no value to place against a target"}
	}
	s := draw.Standing{Value: *r.Value, CI: (*[2]float64)(r.CI), Status: string(r.Status)}
	s.Near, s.Far, s.TwoSided = edges(r)
	if t.Baseline != nil {
		s.Baseline = &t.Baseline.Value
	}
	return s.Strip(stripLabel(r))
}

// edges gives the two ends of the scale; a one-sided target borrows its far
// end from the distance to the warn line or the baseline.
func edges(r scorecard.Row) (near, far float64, twoSided bool) {
	t, sign := r.Target, 1.0
	if r.Direction == "down" {
		sign = -1
	}
	near = *t.FloorNow
	if t.StretchNow != nil && (*t.StretchNow-near)*sign > 0 {
		return near, *t.StretchNow, true
	}
	reach := 0.0
	switch {
	case t.WarnNow != nil:
		reach = math.Abs(near - *t.WarnNow)
	case t.Baseline != nil:
		reach = math.Abs(near - t.Baseline.Value)
	}
	if reach == 0 {
		reach = math.Max(math.Abs(near)*0.1, 1)
	}
	return near, near + sign*reach, false
}

func stripLabel(r scorecard.Row) string {
	s := title(word(r.Status)) + ": " + measureOf(r).Format(*r.Value)
	if r.Target.Short != "" {
		s += " against " + r.Target.Short
	}
	if r.Target.Paced {
		s += "; " + measureOf(r).Format(*r.Target.FloorNow) + " due by now"
	}
	return s
}
