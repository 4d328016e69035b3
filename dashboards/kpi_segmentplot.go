package dashboards

import (
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// segmentPlot draws every segment on one scale.
type segmentPlot struct {
	draw.Multiples
	m       kpi.Measure
	all     []scorecard.Point
	periods []string
}

func newSegmentPlot(row scorecard.Row, s *scorecard.Segments, groups []segmentGroup, n int) segmentPlot {
	p := segmentPlot{m: measureOf(row), all: latest(s.All, n), periods: s.Periods[len(s.Periods)-n:]}
	p.Multiples = draw.Multiples{All: valuesOf(p.all), Periods: n, First: periodShort(p.periods[0]), Last: periodShort(p.periods[n-1])}
	var shown [][]*float64
	for _, g := range groups {
		shown = append(shown, p.shown(g))
	}
	p.Scale(shown...)
	return p
}

func latest(points []scorecard.Point, n int) []scorecard.Point { return points[max(0, len(points)-n):] }

// shown are the values of a segment, without those of too few.
func (p segmentPlot) shown(g segmentGroup) []*float64 {
	points := latest(g.Points, p.Periods)
	values := valuesOf(points)
	for i, one := range points {
		if small(p.m, one) {
			values[i] = nil
		}
	}
	return values
}

// draw one segment with the line of all behind it.
func (p segmentPlot) draw(g segmentGroup) draw.Drawing {
	return p.Drawing(p.label(g), p.shown(g), g.Signal != nil)
}

// label reads the line out: its values, period by period.
func (p segmentPlot) label(g segmentGroup) string {
	var parts []string
	for i, one := range latest(g.Points, p.Periods) {
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
