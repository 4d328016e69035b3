package dashboards

import (
	"math"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Size of a small multiple, and where its marks lie.
const (
	plotWidth  = 168.0
	plotHeight = 92.0
	plotLeft   = 6.0
	plotRight  = 136.0 // room for the word all
	plotTop    = 10.0
	plotBottom = 68.0
)

// segmentPlot draws every segment on one scale.
type segmentPlot struct {
	m       kpi.Measure
	n       int // periods
	all     []scorecard.Point
	periods []string
	y       func(float64) float64
}

func newSegmentPlot(row scorecard.Row, s *scorecard.Segments, groups []segmentGroup, n int) segmentPlot {
	p := segmentPlot{m: measureOf(row), n: n, all: latest(s.All, n), periods: s.Periods[len(s.Periods)-n:]}
	lo, hi, _ := extent(p.all)
	for _, g := range groups {
		for _, one := range latest(g.Points, n) {
			if one.Value != nil && !small(p.m, one) {
				lo, hi = math.Min(lo, *one.Value), math.Max(hi, *one.Value)
			}
		}
	}
	pad := (hi - lo) * 0.1
	if pad == 0 || math.IsInf(lo, 0) {
		pad = 0.5
	}
	p.y = linear(lo-pad, hi+pad, plotBottom, plotTop)
	return p
}

func latest(points []scorecard.Point, n int) []scorecard.Point { return points[max(0, len(points)-n):] }

// draw one segment with the line of all behind it.
func (p segmentPlot) draw(g segmentGroup) drawing {
	d := drawing{Class: "segplot", Width: px(plotWidth), Height: px(plotHeight)}
	all := p.trace(p.all, false)
	if all.path != "" {
		d.Shapes = append(d.Shapes, shape{Class: "sg-all", Path: all.path}, shape{Class: "sg-word", X: px(plotRight + 6), Y: px(all.y + 4), Anchor: "start", Text: "all"})
	}
	own := p.trace(latest(g.Points, p.n), true)
	d.Shapes = append(d.Shapes, shape{Class: "sg-line", Path: own.path})
	d.Shapes = append(d.Shapes, own.dots...)
	if end := own.end; end != nil {
		d.Shapes = append(d.Shapes, shape{Class: "ch-dot", X: end.X, Y: end.Y, R: "3"})
		if g.Signal != nil {
			d.Shapes = append(d.Shapes, shape{Class: "ch-signal", X: end.X, Y: end.Y, R: "6"})
		}
	}
	d.Shapes = append(d.Shapes,
		shape{Class: "sg-word", X: px(plotLeft), Y: px(plotHeight - 4), Anchor: "start", Text: periodShort(p.periods[0])},
		shape{Class: "sg-word", X: px(plotRight), Y: px(plotHeight - 4), Anchor: "end", Text: periodShort(p.periods[len(p.periods)-1])})
	d.Label = p.label(g)
	return d
}

// traced is a line through points, broken where one is missing.
type traced struct {
	path string
	dots []shape
	end  *dot    // of the newest period
	y    float64 // of the last point there is
}

func (p segmentPlot) trace(points []scorecard.Point, hide bool) traced {
	x := linear(0, math.Max(1, float64(p.n-1)), plotLeft, plotRight)
	var t traced
	open := false
	for i, one := range points {
		if one.Value == nil || hide && small(p.m, one) {
			open = false
			continue
		}
		d := dot{px(x(float64(i + p.n - len(points)))), px(p.y(*one.Value))}
		if open {
			t.path += "L" + d.X + " " + d.Y
		} else {
			t.path += "M" + d.X + " " + d.Y
		}
		open, t.y = true, p.y(*one.Value)
		if i == len(points)-1 {
			t.end = &d
		} else {
			t.dots = append(t.dots, shape{Class: "sg-dot", X: d.X, Y: d.Y, R: "1.6"})
		}
	}
	return t
}

// label reads the line out: its values, period by period.
func (p segmentPlot) label(g segmentGroup) string {
	var parts []string
	for i, one := range latest(g.Points, p.n) {
		text := orUnknown(one.Value, p.m)
		if small(p.m, one) {
			text = unknown
		}
		if i < len(p.periods) {
			parts = append(parts, periodShort(p.periods[i])+" "+text)
		}
	}
	label := g.Name + ": " + strings.Join(parts, ", ")
	if n := len(p.all); n > 0 && p.all[n-1].Value != nil {
		label += "; all " + p.m.Format(*p.all[n-1].Value)
	}
	if g.Signal != nil {
		label += "; the latest is a signal"
	}
	return label
}
