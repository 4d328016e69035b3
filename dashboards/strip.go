package dashboards

import (
	"math"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Size of a target strip. The near edge stands at the middle of every strip, so
// one blue line runs down the whole table.
const (
	stripWidth  = 156.0
	stripHeight = 34.0
	stripMiddle = stripHeight / 2
)

// strip shows a value between worse (left) and better (right).
type strip struct {
	Label    string
	Empty    bool // no value: a grey near edge only
	Band     rect
	Far      string // x of the ambitious edge, "" when one-sided
	Baseline string
	From, To string // 95% interval
	MarkX    string // left edge of the 12 px status shape
	MarkY    string
	Status   kpi.Status
}

// newStrip places a row on x(v) = w (0.5 + 0.3 (v - near) / (far - near)). When
// lower is better far is below near, so the same formula turns the scale.
func newStrip(r scorecard.Row) strip {
	t := r.Target
	if t == nil || t.FloorNow == nil || r.Value == nil {
		return strip{Empty: true, Label: title(word(r.Status)) + ": no value to place against a target"}
	}
	near, far, twoSided := edges(r)
	x := func(v float64) float64 {
		return clamp(stripWidth*(0.5+0.3*(v-near)/(far-near)), 6, stripWidth-6)
	}
	s := strip{Label: stripLabel(r), Status: r.Status, MarkX: px(x(*r.Value) - 6), MarkY: px(stripMiddle - 6)}
	right := stripWidth
	if twoSided {
		right = x(far)
		s.Far = px(right)
	}
	s.Band = rect{X: px(stripWidth / 2), Y: px(stripMiddle - 7), W: px(right - stripWidth/2), H: "14"}
	if t.Baseline != nil {
		s.Baseline = px(x(t.Baseline.Value))
	}
	if r.CI != nil {
		a, b := x(r.CI[0]), x(r.CI[1])
		s.From, s.To = px(math.Min(a, b)), px(math.Max(a, b))
	}
	return s
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
