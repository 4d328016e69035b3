package dashboards

import (
	"fmt"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// newSparkline draws the trend of a row.
func newSparkline(r scorecard.Row) draw.Sparkline {
	values := valuesOf(r.Trend)
	lo, hi, count := draw.Extent(values)
	if count == 0 {
		return draw.Trend{}.Sparkline("No trend yet")
	}
	t := draw.Trend{Values: values, Lower: r.Direction == "down",
		Hollow: r.Status == kpi.NotEnoughData, Signal: r.Change != nil && r.Change.Signal != nil}
	if r.Target != nil && r.Target.FloorNow != nil {
		t.Near, t.Far = r.Target.FloorNow, r.Target.StretchNow
	}
	m := measureOf(r)
	return t.Sparkline(fmt.Sprintf("Trend, %d periods, latest %s, low %s, high %s", count,
		orUnknown(values[len(values)-1], m), bare(lo, m), bare(hi, m)))
}

// valuesOf points, nil where there is none.
func valuesOf(points []scorecard.Point) []*float64 {
	out := make([]*float64, len(points))
	for i, p := range points {
		out[i] = p.Value
	}
	return out
}
