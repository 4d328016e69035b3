package draw

import "math"

// Size of a sparkline in the scorecard.
const (
	SparkWidth  = 116.0
	SparkHeight = 24.0
	sparkPad    = 6.0 // room for the ring around the last point
)

// Trend is what a sparkline shows.
type Trend struct {
	Values []*float64 // oldest first; nil is a gap
	Near   *float64   // the edge of the target that counts now; nil: no band
	Far    *float64   // its other edge; nil: the band reaches to the better border
	Lower  bool       // lower is better
	Hollow bool       // the last value is not judged
	Signal bool       // the last value gets a ring
}

// Sparkline is a word-sized trend. Coordinates are px.
type Sparkline struct {
	Label  string
	Empty  bool
	Lines  []Run // a gap starts the next one
	Dots   []Point
	End    *Point // of the newest period, nil when it has no value
	Hollow bool
	Signal bool
	Band   *Box
}

// Box is a rectangle: its corner at the top left, its width and its height.
type Box struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// Sparkline places up to 26 periods. The scale runs from the lowest to the highest of
// the points and the near target edge, plus 10%. Without any value it is empty.
func (t Trend) Sparkline(label string) Sparkline {
	lo, hi, count := Extent(t.Values)
	if count == 0 {
		return Sparkline{Empty: true, Label: label}
	}
	if t.Near != nil {
		lo, hi = math.Min(lo, *t.Near), math.Max(hi, *t.Near)
	}
	pad := (hi - lo) * 0.1
	if pad == 0 {
		pad = math.Max(math.Abs(hi)*0.1, 0.5)
	}
	y := Linear(lo-pad, hi+pad, SparkHeight-1, 1)
	s := Sparkline{Label: label, Hollow: t.Hollow, Signal: t.Signal, Band: t.band(y)}
	s.trace(t.Values, y)
	return s
}

// trace adds the line, broken at missing periods, and its dots.
func (s *Sparkline) trace(values []*float64, y func(float64) float64) {
	x := Linear(0, math.Max(1, float64(len(values)-1)), sparkPad/2, SparkWidth-sparkPad)
	var line Run
	flush := func() {
		if len(line) > 1 {
			s.Lines = append(s.Lines, line)
		}
		line = nil
	}
	for i, v := range values {
		if v == nil {
			flush()
			continue
		}
		p := At(x(float64(i)), y(*v)).Round()
		line = append(line, p)
		alone := len(line) == 1 && (i+1 == len(values) || values[i+1] == nil)
		if len(values) <= 8 || alone {
			s.Dots = append(s.Dots, p)
		}
		if i == len(values)-1 {
			s.End = &p
		}
	}
	flush()
}

// band is the target band clipped to the box, at least one pixel high.
func (t Trend) band(y func(float64) float64) *Box {
	if t.Near == nil {
		return nil
	}
	near, far := y(*t.Near), 0.0
	if t.Lower {
		far = SparkHeight
	}
	if t.Far != nil {
		far = y(*t.Far)
	}
	top, bottom := Clamp(math.Min(near, far), 0, SparkHeight-1), Clamp(math.Max(near, far), 1, SparkHeight)
	return &Box{X: 0, Y: Round(top), W: SparkWidth, H: Round(math.Max(1, bottom-top))}
}

// Drawing of a sparkline, for a page without the marks of ours, for paper and mail.
func (s Sparkline) Drawing() Drawing {
	d := New(s.Label, "spark", SparkWidth, SparkHeight)
	if s.Empty {
		d.Line("none", At(2, 12), At(110, 12))
		return d
	}
	if b := s.Band; b != nil {
		d.Rect("band", b.X, b.Y, b.X+b.W, b.Y+b.H)
	}
	for _, line := range s.Lines {
		d.Line("line", line...)
	}
	for _, p := range s.Dots {
		d.Circle("d", p[0], p[1], 1.5)
	}
	if s.End == nil {
		return d
	}
	class := "end"
	if s.Hollow {
		class = "end hollow"
	}
	d.Circle(class, s.End[0], s.End[1], 2.6)
	if s.Signal {
		d.Circle("sig", s.End[0], s.End[1], 5)
	}
	return d
}
