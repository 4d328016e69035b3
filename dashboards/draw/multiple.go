package draw

import "math"

// Size of a small multiple, and where its marks lie.
const (
	MultipleWidth  = 168.0
	MultipleHeight = 92.0
	multipleLeft   = 6.0
	multipleRight  = 136.0 // room for the word all
	multipleTop    = 10.0
	multipleBottom = 68.0
)

// Multiples are small charts of the same periods on one scale, each with the line of
// all behind its own.
type Multiples struct {
	All         []*float64 // oldest first, up to Periods; the last is the newest period
	Periods     int
	First, Last string // names of the first and of the last period
	y           func(float64) float64
}

// Scale sets the scale by the line of all and by what the single ones show.
func (m *Multiples) Scale(single ...[]*float64) {
	lo, hi, _ := Extent(m.All)
	for _, values := range single {
		low, high, _ := Extent(values)
		lo, hi = math.Min(lo, low), math.Max(hi, high)
	}
	pad := (hi - lo) * 0.1
	if pad == 0 || math.IsInf(lo, 0) {
		pad = 0.5
	}
	m.y = Linear(lo-pad, hi+pad, multipleBottom, multipleTop)
}

// Drawing of one, after Scale; nil is a gap, signal puts a ring around the newest value.
func (m Multiples) Drawing(label string, values []*float64, signal bool) Drawing {
	d := New(label, "segplot", MultipleWidth, MultipleHeight)
	all, own := m.place(m.All), m.place(values)
	d.Line("sg-all", all...)
	if last, ok := lastOf(all); ok {
		d.Text("sg-word", multipleRight+6, last[1]+4, "all", "start")
	}
	d.Line("sg-line", own...)
	for i, p := range own {
		if i < len(own)-1 {
			d.Circle("sg-dot", p[0], p[1], 1.6)
			continue
		}
		d.Circle("ch-dot", p[0], p[1], 3)
		if signal {
			d.Circle("ch-signal", p[0], p[1], 6)
		}
	}
	d.Text("sg-word", multipleLeft, MultipleHeight-4, m.First, "start")
	d.Text("sg-word", multipleRight, MultipleHeight-4, m.Last, "end")
	return d
}

// place puts values on the scale, the last one at the right end.
func (m Multiples) place(values []*float64) []Point {
	x := Linear(0, math.Max(1, float64(m.Periods-1)), multipleLeft, multipleRight)
	out := make([]Point, len(values))
	for i, v := range values {
		if out[i] = Gap(); v != nil {
			out[i] = At(x(float64(i+m.Periods-len(values))), m.y(*v))
		}
	}
	return out
}

func lastOf(points []Point) (Point, bool) {
	for i := len(points) - 1; i >= 0; i-- {
		if points[i].finite() {
			return points[i], true
		}
	}
	return Point{}, false
}
