package draw

import "math"

// Size of a target strip. The near edge stands at the middle of every strip, so
// one blue line runs down the whole table.
const (
	StripWidth  = 156.0
	StripHeight = 34.0
	stripMiddle = StripHeight / 2
	markSize    = 12.0 // of the status shape
)

// Standing is what a target strip shows: a value between worse (left) and better
// (right). Far is below Near when lower is better.
type Standing struct {
	Value     float64
	Near, Far float64
	TwoSided  bool // Far is an edge of the target, not just the end of the scale
	Baseline  *float64
	CI        *[2]float64 // 95% interval
	Status    string      // off_track, at_risk, on_track, exceeding, maturing, not_enough_data, no_data
}

// Strip is a placed Standing. Coordinates are px; nil is not drawn.
type Strip struct {
	Label    string   `json:"label"`
	Empty    bool     `json:"empty"` // no value: a grey near edge only
	Band     Box      `json:"band"`
	Far      *float64 `json:"far"` // x of the ambitious edge, nil when one-sided
	Baseline *float64 `json:"baseline"`
	CI       *Span    `json:"ci"`
	MarkX    float64  `json:"mark_x"` // left edge of the 12 px status shape
	MarkY    float64  `json:"mark_y"`
	Status   string   `json:"status"`
}

// Span is a stretch of the x axis.
type Span struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Strip places a value on x(v) = w (0.5 + 0.3 (v − near) / (far − near)), kept 6 px
// within the ends. When lower is better the same formula turns the scale.
func (v Standing) Strip(label string) Strip {
	x := func(at float64) float64 {
		return Clamp(StripWidth*(0.5+0.3*(at-v.Near)/(v.Far-v.Near)), 6, StripWidth-6)
	}
	s := Strip{Label: label, Status: v.Status, MarkX: Round(x(v.Value) - markSize/2), MarkY: stripMiddle - markSize/2}
	right := StripWidth
	if v.TwoSided {
		right = x(v.Far)
		s.Far = rounded(right)
	}
	s.Band = Box{X: StripWidth / 2, Y: stripMiddle - 7, W: Round(right - StripWidth/2), H: 14}
	if v.Baseline != nil {
		s.Baseline = rounded(x(*v.Baseline))
	}
	if v.CI != nil {
		a, b := x(v.CI[0]), x(v.CI[1])
		s.CI = &Span{Round(math.Min(a, b)), Round(math.Max(a, b))}
	}
	return s
}

func rounded(v float64) *float64 {
	v = Round(v)
	return &v
}

// Drawing of a strip, as for a sparkline.
func (s Strip) Drawing() Drawing {
	d := New(s.Label, "strip", StripWidth, StripHeight)
	if s.Empty {
		d.Line("grey", At(StripWidth/2, -1), At(StripWidth/2, StripHeight+1))
		return d
	}
	b := s.Band
	d.Rect("band", b.X, b.Y, b.X+b.W, b.Y+b.H)
	d.Line("base", At(0, stripMiddle), At(StripWidth, stripMiddle))
	d.Line("near", At(StripWidth/2, -1), At(StripWidth/2, StripHeight+1))
	if s.Far != nil {
		d.Line("far", At(*s.Far, stripMiddle-7), At(*s.Far, stripMiddle+7))
	}
	if s.Baseline != nil {
		d.Line("tick", At(*s.Baseline, stripMiddle-5), At(*s.Baseline, stripMiddle+5))
	}
	if s.CI != nil {
		d.Line("ci", At(s.CI.From, stripMiddle), At(s.CI.To, stripMiddle))
	}
	for _, mark := range Status(s.Status, s.MarkX, s.MarkY, markSize) {
		mark.Class = "pos " + mark.Class
		d.Shapes = append(d.Shapes, mark)
	}
	return d
}
