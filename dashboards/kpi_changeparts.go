package dashboards

import (
	"math"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// changePart is a part of the change: a segment that is shown, or the rest.
type changePart struct {
	name  string
	slice kpi.Slice
	rest  bool
}

// changeParts are the segments that may be shown, and what is left of the whole. ok is false
// where they cannot be parts of it: their records overlap, or are weighed anew.
func changeParts(m kpi.Measure, s *scorecard.Segments, groups []segmentGroup) (out []changePart, ok bool) {
	n := len(s.All)
	rest := changePart{name: "All other", rest: true}
	var whole kpi.Slice
	for t := range 2 {
		p := s.All[n-2+t]
		if p.Num == nil || additiveDen(m) && p.Den == nil {
			return nil, false
		}
		whole.Num[t], whole.Den[t] = orZero(p.Num), orZero(p.Den)
	}
	rest.slice = whole
	for _, g := range groups {
		one := changePart{name: g.Name}
		hidden := g.ID == "" && len(g.Of) != 1
		for t := range 2 {
			p := g.Points[len(g.Points)-2+t]
			one.slice.Num[t], one.slice.Den[t] = orZero(p.Num), orZero(p.Den)
			hidden = hidden || small(m, p) || p.Num != nil && p.Value == nil
		}
		if hidden { // it is in the rest
			continue
		}
		for t := range 2 {
			rest.slice.Num[t] -= one.slice.Num[t]
			rest.slice.Den[t] -= one.slice.Den[t]
		}
		out = append(out, one)
	}
	empty := true
	for t := range 2 {
		rest.slice.Num[t], rest.slice.Den[t] = dust(rest.slice.Num[t], whole.Num[t]), dust(rest.slice.Den[t], whole.Den[t])
		empty = empty && rest.slice.Num[t] == 0 && rest.slice.Den[t] == 0
	}
	if !empty {
		out = append(out, rest)
	}
	return out, true
}

// additiveDen says whether a measure divides.
func additiveDen(m kpi.Measure) bool { return m.Agg == kpi.Share || m.Agg == kpi.Ratio }

func orZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// dust takes away what only the order of adding left over.
func dust(v, of float64) float64 {
	if math.Abs(v) <= 1e-9*math.Max(1, math.Abs(of)) {
		return 0
	}
	return v
}
