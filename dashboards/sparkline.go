package dashboards

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Size of a sparkline in the scorecard.
const (
	sparkWidth  = 116.0
	sparkHeight = 24.0
	sparkPad    = 6.0 // room for the ring around the last point
)

// sparkline is a word-sized trend, ready to be written as SVG.
type sparkline struct {
	Label  string
	Empty  bool
	Lines  []string // points of a polyline; a gap starts the next one
	Dots   []dot
	End    *dot
	Hollow bool
	Signal bool
	Band   *rect
}

type dot struct{ X, Y string }

type rect struct{ X, Y, W, H string }

// newSparkline draws up to 26 periods. The scale runs from the lowest to the
// highest of the points and the near target edge, plus 10%.
func newSparkline(r scorecard.Row) sparkline {
	lo, hi, count := extent(r.Trend)
	if count == 0 {
		return sparkline{Empty: true, Label: "No trend yet"}
	}
	low, high := lo, hi
	if t := r.Target; t != nil && t.FloorNow != nil {
		lo, hi = math.Min(lo, *t.FloorNow), math.Max(hi, *t.FloorNow)
	}
	pad := (hi - lo) * 0.1
	if pad == 0 {
		pad = math.Max(math.Abs(hi)*0.1, 0.5)
	}
	y := linear(lo-pad, hi+pad, sparkHeight-1, 1)
	s := sparkline{
		Hollow: r.Status == kpi.NotEnoughData,
		Signal: r.Change != nil && r.Change.Signal != nil,
		Band:   sparkBand(r, y),
		Label: fmt.Sprintf("Trend, %d periods, latest %s, low %s, high %s", count,
			orUnknown(last(r.Trend), measureOf(r)), bare(low, measureOf(r)), bare(high, measureOf(r))),
	}
	s.trace(r.Trend, y)
	return s
}

// trace adds the line, broken at missing periods, and its dots.
func (s *sparkline) trace(trend []scorecard.Point, y func(float64) float64) {
	x := linear(0, math.Max(1, float64(len(trend)-1)), sparkPad/2, sparkWidth-sparkPad)
	var line []string
	flush := func() {
		if len(line) > 1 {
			s.Lines = append(s.Lines, strings.Join(line, " "))
		}
		line = nil
	}
	for i, p := range trend {
		if p.Value == nil {
			flush()
			continue
		}
		d := dot{px(x(float64(i))), px(y(*p.Value))}
		line = append(line, d.X+","+d.Y)
		alone := len(line) == 1 && (i+1 == len(trend) || trend[i+1].Value == nil)
		if len(trend) <= 8 || alone {
			s.Dots = append(s.Dots, d)
		}
		if i == len(trend)-1 {
			s.End = &d
		}
	}
	flush()
}

// sparkBand is the target band clipped to the box, at least one pixel high.
func sparkBand(r scorecard.Row, y func(float64) float64) *rect {
	t := r.Target
	if t == nil || t.FloorNow == nil {
		return nil
	}
	near := y(*t.FloorNow)
	far := 0.0
	if r.Direction == "down" {
		far = sparkHeight
	}
	if t.StretchNow != nil {
		far = y(*t.StretchNow)
	}
	top, bottom := clamp(math.Min(near, far), 0, sparkHeight-1), clamp(math.Max(near, far), 1, sparkHeight)
	return &rect{X: "0", Y: px(top), W: px(sparkWidth), H: px(math.Max(1, bottom-top))}
}

// extent is the lowest and highest value and how many there are.
func extent(points []scorecard.Point) (lo, hi float64, n int) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if p.Value != nil {
			lo, hi, n = math.Min(lo, *p.Value), math.Max(hi, *p.Value), n+1
		}
	}
	return lo, hi, n
}

// last is the value of the newest period, nil when it has none.
func last(points []scorecard.Point) *float64 {
	if len(points) == 0 {
		return nil
	}
	return points[len(points)-1].Value
}

// linear maps [a, b] to [from, to].
func linear(a, b, from, to float64) func(float64) float64 {
	return func(v float64) float64 { return from + (v-a)/(b-a)*(to-from) }
}

func clamp(v, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, v)) }

// px writes a coordinate with at most one decimal.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}
