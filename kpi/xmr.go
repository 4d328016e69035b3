package kpi

import (
	"math"
	"slices"
)

// A process behaviour chart tells routine variation from signals (Wheeler,
// Understanding Variation, 1993). Values are single final periods in display
// units, never pooled ones: overlapping periods would make runs of their own.

// ChartPoint is one period of a chart; a nil value is a gap. It forms no moving
// range and breaks the runs of rules 2 and 3.
type ChartPoint struct {
	Period string
	Value  *float64
}

// Phase begins a new segment: a change that somebody named, and expects to last.
type Phase struct {
	Starts string // period of its first point
	Cause  string
	By     string // who confirmed it; "" for a change of the definition
}

// ChartOptions say how a chart is drawn. The zero value is the usual one.
type ChartOptions struct {
	Direction Direction // which way is better; 0: signals are neither
	Base      int       // points that set the limits; 0: the first 24, and none below 6
	Median    bool      // limits from the median moving range, where one outlier spoils the mean
	Growth    bool      // the centre is a line through the half-averages, for what should grow
	Rolling   bool      // the periods overlap: rules 2 and 3 would find runs that are none
	Phases    []Phase
}

// Points that limits take (kpi-definitions 4.1).
const (
	limitLeast = 6  // below: none
	limitFair  = 12 // below: provisional
	limitFirm  = 24 // from here on they are locked
)

// Limits of a segment, unclipped, in display units. With a growing centre they
// hold for the segment's first point and rise by Slope with each one.
type Limits struct {
	Centre, MRMean float64
	Lower, Upper   float64
	MRLimit        float64
	Slope          float64
	Points         int  // that set them
	Provisional    bool // fewer than 12 points
	Locked         bool // 24 points or more: new ones are held against them and move them no more
}

// Segment is a stretch of the chart with limits of its own.
type Segment struct {
	First, Last int     // indexes of points, both included
	Limits      *Limits // nil below six points
	Cause       string  // why it began; "" for the first one
	By          string
}

// Chart is a series with its limits and what stands out from them.
type Chart struct {
	Points   []ChartPoint
	Segments []Segment
	Signals  []Signal
	Refused  []RefusedPhase // phases that may not begin a segment
}

// RefusedPhase is a phase that does not begin a segment, and why not.
type RefusedPhase struct {
	Phase
	Why string
}

// NewChart draws the chart of a series in time order.
func NewChart(points []ChartPoint, o ChartOptions) Chart {
	c := Chart{Points: points}
	c.cut(o)
	for i := range c.Segments {
		s := &c.Segments[i]
		s.Limits = limitsOf(points[s.First:s.Last+1], o)
		if s.Limits != nil {
			c.Signals = append(c.Signals, signalsIn(points, *s, o)...)
		}
	}
	return c
}

// Limits are those of the last segment; nil while it has too few points.
func (c Chart) Limits() *Limits {
	if len(c.Segments) == 0 {
		return nil
	}
	return c.Segments[len(c.Segments)-1].Limits
}

// cut begins a segment at each phase that is dated, has a cause and six values
// of its own. A definition that changed always begins one; then By is empty.
func (c *Chart) cut(o ChartOptions) {
	if len(c.Points) == 0 {
		return
	}
	begin := map[int]Phase{}
	for _, p := range o.Phases {
		i, why := c.place(p)
		if why != "" {
			c.Refused = append(c.Refused, RefusedPhase{p, why})
			continue
		}
		begin[i] = p
	}
	current := Segment{}
	for i := range c.Points {
		p, ok := begin[i]
		if !ok || i == 0 {
			continue
		}
		current.Last = i - 1
		c.Segments = append(c.Segments, current)
		current = Segment{First: i, Cause: p.Cause, By: p.By}
	}
	current.Last = len(c.Points) - 1
	c.Segments = append(c.Segments, current)
}

// place finds where a phase begins, or says why it may not.
func (c *Chart) place(p Phase) (first int, why string) {
	if p.Cause == "" {
		return 0, "it names no cause"
	}
	for i, point := range c.Points {
		if point.Period != p.Starts {
			continue
		}
		values := 0
		for _, later := range c.Points[i:] {
			if later.Value != nil {
				values++
			}
		}
		if values < limitLeast && p.By != "" {
			return 0, "it has fewer than six points yet; the old limits hold"
		}
		return i, ""
	}
	return 0, "its first period is not in the series"
}

// limitsOf computes the limits of a segment's points: centre +/- 2.66 mean
// moving ranges, range limit 3.268; of the median 3.145 and 3.865.
// Check (Wheeler's software set): 4135.50, 355.93, 3188.72..5082.28, 1163.19.
func limitsOf(points []ChartPoint, o ChartOptions) *Limits {
	base, least := o.Base, limitLeast
	switch {
	case base <= 0:
		base = limitFirm
	default:
		least = min(least, max(base, 2)) // who names the base wants its limits
	}
	used, values := baseOf(points, base)
	if len(values) < least {
		return nil
	}
	l := &Limits{Points: len(values), Provisional: len(values) < limitFair, Locked: len(values) >= limitFirm || o.Base > 0}
	if o.Growth {
		l.Slope, l.Centre = halves(used)
	} else {
		l.Centre = sum(values) / float64(len(values))
	}
	ranges := movingRanges(used)
	if len(ranges) == 0 {
		return nil
	}
	width, limit := 2.66, 3.268
	l.MRMean = sum(ranges) / float64(len(ranges))
	if o.Median {
		slices.Sort(ranges)
		width, limit = 3.145, 3.865
		l.MRMean, _ = Quantile(ranges, 0.5)
	}
	l.Lower, l.Upper = l.Centre-width*l.MRMean, l.Centre+width*l.MRMean
	l.MRLimit = limit * l.MRMean
	return l
}

// baseOf are the points up to the n-th value, and the values.
func baseOf(points []ChartPoint, n int) (used []ChartPoint, values []float64) {
	for i, p := range points {
		if p.Value == nil {
			continue
		}
		values = append(values, *p.Value)
		if used = points[:i+1]; len(values) == n {
			break
		}
	}
	return used, values
}

// movingRanges are the differences between neighbours; a gap forms none.
func movingRanges(points []ChartPoint) []float64 {
	var out []float64
	for i := 1; i < len(points); i++ {
		if a, b := points[i-1].Value, points[i].Value; a != nil && b != nil {
			out = append(out, math.Abs(*b-*a))
		}
	}
	return out
}

// halves is the line through the means of the first and the second half, placed
// at their mid-points: its slope and its height at the first point.
func halves(points []ChartPoint) (slope, first float64) {
	mean := func(from, to int) (at, value float64) {
		n := 0.0
		for i := from; i < to; i++ {
			if points[i].Value != nil {
				at, value, n = at+float64(i), value+*points[i].Value, n+1
			}
		}
		return at / max(n, 1), value / max(n, 1)
	}
	half := len(points) / 2
	x1, y1 := mean(0, half)
	x2, y2 := mean(len(points)-half, len(points))
	slope = (y2 - y1) / (x2 - x1)
	return slope, y1 - slope*x1
}

// At gives the centre and the limits of the point so many steps after the
// segment's first.
func (l Limits) At(step int) (centre, lower, upper float64) {
	rise := l.Slope * float64(step)
	return l.Centre + rise, l.Lower + rise, l.Upper + rise
}
