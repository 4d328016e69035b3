// Package draw is the geometry of every drawing that is no interactive chart:
// sparklines, target strips, small multiples, interval plots, and the charts for
// paper, mail and pages without script.
//
// A Drawing is plain data: marks with coordinates in px, y downwards, and a class
// each. It is written as JSON where a report is frozen, as SVG by the pages, whose
// stylesheets know the classes, and as PDF or PNG by backends that take the colours
// from the same classes. What is drawn is decided here once.
package draw

import "math"

// Drawing is a picture of Width × Height px. Shapes are painted in their order.
type Drawing struct {
	Label  string  `json:"l,omitempty"` // what it shows, in words
	Class  string  `json:"c,omitempty"`
	Width  float64 `json:"w"`
	Height float64 `json:"h"`
	Shapes []Shape `json:"s"`
}

// Point is x and y.
type Point [2]float64

// At makes a point.
func At(x, y float64) Point { return Point{x, y} }

// Run is a line from point to point.
type Run []Point

// Gap lifts the pen of a line.
func Gap() Point { return Point{math.NaN(), math.NaN()} }

// X of a point.
func (p Point) X() float64 { return p[0] }

// Y of a point.
func (p Point) Y() float64 { return p[1] }

// finite says that a point has a place.
func (p Point) finite() bool { return isFinite(p[0]) && isFinite(p[1]) }

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Shape is one mark. What it is follows from its fields: with an Anchor it is a
// text, with a radius a disc around the ends of a line, else lines.
type Shape struct {
	Class string `json:"c,omitempty"`
	// Runs are lines of two points and more. A text stands at the first point of the
	// only run; a circle has its centre there, a pill the centres of both its ends.
	Runs   []Run   `json:"p"`
	Closed bool    `json:"z,omitempty"` // each run is a polygon
	R      float64 `json:"r,omitempty"`
	Text   string  `json:"t,omitempty"`
	Anchor string  `json:"a,omitempty"` // start, middle or end
}

// Kind says which of the four marks a shape is.
type Kind int

// The marks.
const (
	Lines  Kind = iota // open or closed runs
	Circle             // around one point
	Pill               // a disc that is drawn out between two points
	Text
)

// Kind of a shape. One that came from elsewhere and has no point is Lines, and draws nothing.
func (s Shape) Kind() Kind {
	switch {
	case len(s.Runs) == 0 || len(s.Runs[0]) == 0:
		return Lines
	case s.Anchor != "":
		return Text
	case s.R > 0 && len(s.Runs[0]) > 1:
		return Pill
	case s.R > 0:
		return Circle
	}
	return Lines
}

// New begins a drawing.
func New(label, class string, width, height float64) Drawing {
	return Drawing{Label: label, Class: class, Width: Round(width), Height: Round(height)}
}

// Line adds a line through points; at a Gap, or at a number that is none, it is
// broken. A point alone between gaps draws nothing, and without a run of two points
// nothing is added.
func (d *Drawing) Line(class string, points ...Point) {
	s := Shape{Class: class}
	var run Run
	flush := func() {
		if len(run) > 1 {
			s.Runs = append(s.Runs, run)
		}
		run = nil
	}
	for _, p := range points {
		if !p.finite() {
			flush()
			continue
		}
		run = append(run, p.Round())
	}
	if flush(); len(s.Runs) > 0 {
		d.Shapes = append(d.Shapes, s)
	}
}

// Polygon adds a closed line.
func (d *Drawing) Polygon(class string, points ...Point) {
	d.add(Shape{Class: class, Closed: true}, points...)
}

// Rect adds a rectangle between two corners.
func (d *Drawing) Rect(class string, left, top, right, bottom float64) {
	d.Polygon(class, At(left, top), At(right, top), At(right, bottom), At(left, bottom))
}

// Circle adds a circle.
func (d *Drawing) Circle(class string, x, y, r float64) {
	d.add(Shape{Class: class, R: Round(r)}, At(x, y))
}

// Pill adds a rectangle with round ends of radius r, whose centres are at left and right.
func (d *Drawing) Pill(class string, left, right, y, r float64) {
	d.add(Shape{Class: class, R: Round(r)}, At(left, y), At(right, y))
}

// Text adds a line of text on the base line y. Anchor is start, middle or end: what
// of the text stands at x.
func (d *Drawing) Text(class string, x, y float64, text, anchor string) {
	d.add(Shape{Class: class, Text: text, Anchor: anchor}, At(x, y))
}

// add keeps a shape whose points all have a place.
func (d *Drawing) add(s Shape, points ...Point) {
	run := make(Run, len(points))
	for i, p := range points {
		if !p.finite() {
			return
		}
		run[i] = p.Round()
	}
	s.Runs = []Run{run}
	d.Shapes = append(d.Shapes, s)
}
