package dashboards

import (
	"cmp"
	"math"
	"slices"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// segmentGroup is a segment that has a cell, or the others together (ID "").
type segmentGroup struct {
	scorecard.Segment
	Of []scorecard.Segment // what it is made of
}

// grouped gives the cells in the order of their size, those with too little data
// last. More than six segments leave five and one of all others, where numerators and
// denominators add up; elsewhere the names of the others.
func grouped(row scorecard.Row, s *scorecard.Segments) (groups []segmentGroup, more []string) {
	m := measureOf(row)
	var all []segmentGroup
	for _, one := range s.Of {
		if len(one.Points) > 0 {
			all = append(all, segmentGroup{one, []scorecard.Segment{one}})
		}
	}
	slices.SortStableFunc(all, func(a, b segmentGroup) int {
		x, y := a.Points[len(a.Points)-1], b.Points[len(b.Points)-1]
		if small(m, x) != small(m, y) {
			if small(m, x) {
				return 1
			}
			return -1
		}
		return cmp.Compare(size(y), size(x))
	})
	if len(all) <= mostCells {
		return all, nil
	}
	made := makeupOf(m, s)
	if made == overlapping {
		for _, g := range all[mostCells:] {
			more = append(more, g.Name)
		}
		return all[:mostCells], more
	}
	return append(slices.Clone(all[:mostCells-1]), other(m, made, all[mostCells-1:])), nil
}

// How the segments of a dimension make up the whole: their numerators and denominators
// add up to it; their numerators do, over one denominator that all have (tickets of a
// topic, by all accounts); or neither.
type makeup int

const (
	overlapping makeup = iota
	apart
	shared
)

// makeupOf looks at the two newest periods. Distinct accounts of two segments may be the
// same, and medians add up to nothing.
func makeupOf(m kpi.Measure, s *scorecard.Segments) makeup {
	switch {
	case m.Agg == kpi.Count || m.Agg == kpi.Sum:
		return apart
	case m.Agg != kpi.Share && m.Agg != kpi.Ratio:
		return overlapping
	}
	same, within := len(s.Of) > 1 && !m.Complement, true
	for i := max(0, len(s.All)-2); i < len(s.All); i++ {
		whole, sum := orZero(s.All[i].Den), 0.0
		for _, one := range s.Of {
			den := orZero(one.Points[i].Den)
			same = same && dust(den-whole, whole) == 0
			sum += den
		}
		within = within && dust(max(0, sum-whole), whole) == 0
	}
	switch {
	case same:
		return shared
	case within:
		return apart
	}
	return overlapping
}

// size of a point, for the order of cells.
func size(p scorecard.Point) float64 {
	switch {
	case p.Den != nil:
		return *p.Den
	case p.N != nil:
		return float64(*p.N)
	case p.Value != nil:
		return *p.Value
	}
	return -1
}

// other puts segments together by the sums of what they are made of.
func other(m kpi.Measure, b makeup, rest []segmentGroup) segmentGroup {
	out := segmentGroup{Segment: scorecard.Segment{Name: "Other (" + count(len(rest)) + ")"}}
	for i, p := range rest[0].Points {
		sum := scorecard.Point{Period: p.Period, Starts: p.Starts, Ends: p.Ends, State: kpi.Final}
		for _, g := range rest {
			sum = addPoint(sum, g.Points[i])
		}
		if b == shared {
			sum.Den, sum.N = p.Den, p.N
		}
		sum.Value = valueOf(m, sum)
		out.Points = append(out.Points, sum)
	}
	for _, g := range rest {
		out.Of = append(out.Of, g.Of...)
	}
	return out
}

func addPoint(sum, p scorecard.Point) scorecard.Point {
	add := func(a, b *float64) *float64 {
		if a == nil || b == nil {
			return cmp.Or(a, b)
		}
		v := *a + *b
		return &v
	}
	sum.Num, sum.Den = add(sum.Num, p.Num), add(sum.Den, p.Den)
	if p.N != nil {
		n := *p.N
		if sum.N != nil {
			n += *sum.N
		}
		sum.N = &n
	}
	if p.Num != nil && p.State != kpi.Final {
		sum.State = p.State
	}
	return sum
}

// valueOf a point in display units by its sums; nil while any of it may still move.
func valueOf(m kpi.Measure, p scorecard.Point) *float64 {
	var v float64
	switch {
	case p.State != kpi.Final || p.Num == nil:
		return nil
	case m.Agg == kpi.Count || m.Agg == kpi.Sum:
		v = m.Display(*p.Num)
	case p.Den == nil || *p.Den == 0:
		return nil
	default:
		v = m.Display(m.Quotient(*p.Num, *p.Den))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
