package draw

import (
	"strconv"
	"strings"
)

// Color is "#rrggbb", or "" for none.
type Color string

// RGB of a color; black of what is none.
func (c Color) RGB() (r, g, b uint8) {
	v, err := strconv.ParseUint(strings.TrimPrefix(string(c), "#"), 16, 24)
	if err != nil {
		return 0, 0, 0
	}
	return uint8(v >> 16), uint8(v >> 8), uint8(v)
}

// Ink is how a mark looks on light paper: what the stylesheets of the pages say of its
// class, for those who draw without a browser. Sizes are px of the drawing.
type Ink struct {
	Fill   Color // of a polygon, a circle or a text; an open line has none
	Stroke Color
	Width  float64   // of the stroke
	Dash   []float64 // lengths on and off; empty: solid
	Halo   float64   // width of a rim in the colour of the paper, under the fill
	Size   float64   // of a text
	Weight int       // of a text: 400, 500 or 600
}

// Paper is the colour that drawings lie on.
const Paper Color = "#ffffff"

// The tokens of the stylesheet in the light theme, named as there. A test holds them
// against it.
const (
	surface  = Paper
	line2    = "#d3d3cb"
	ink      = "#17191d"
	ink2     = "#474b54"
	ink3     = "#666a73"
	actual   = "#17191d"
	prior    = "#80848f"
	target   = "#4463c4"
	fill     = "#e6ebf8"
	signal   = "#7a3d9c"
	grid     = "#ecece7"
	axis     = "#666a73"
	offTrack = "#b02318"
)

// InkOf a mark in a drawing of some class. A class that nobody gave an ink is drawn
// thin and grey and reported by false.
func InkOf(drawing string, s Shape) (Ink, bool) {
	if kind, status, ok := statusClass(s.Class); ok {
		return statusInk(kind, status, strings.HasPrefix(s.Class, "pos "))
	}
	if s.Kind() == Text {
		return textInk(drawing, s.Class)
	}
	for _, of := range []func(string) Ink{chartInk, fieldInk, smallInk} {
		if i := of(s.Class); i.Fill != "" || i.Stroke != "" {
			return i, true
		}
	}
	return Ink{Stroke: ink3, Width: 1}, false
}

func line(c Color, width float64, dash ...float64) Ink {
	return Ink{Stroke: c, Width: width, Dash: dash}
}

// chartInk of the lines and points of charts.
func chartInk(class string) Ink {
	switch class {
	case "ax-grid":
		return line(grid, 1)
	case "ax-line":
		return line(line2, 1)
	case "ch-band":
		return Ink{Fill: fill}
	case "ch-near":
		return line(target, 1.5, 5, 4)
	case "ch-prior":
		return line(prior, 1.5)
	case "ch-actual":
		return line(actual, 2)
	case "ch-open":
		return line(actual, 2, 3, 3)
	case "ch-dot":
		return Ink{Fill: actual}
	case "ch-hollow":
		return Ink{Fill: surface, Stroke: actual, Width: 2}
	case "ch-signal":
		return line(signal, 2)
	case "ch-limit":
		return line(ink3, 1, 5, 4)
	case "ch-centre":
		return line(ink3, 1)
	case "ch-missing":
		return line(offTrack, 1, 3, 3)
	case "ch-break", "ch-note":
		return line(ink3, 1, 2, 3)
	case "ch-disc":
		return Ink{Fill: surface, Stroke: ink3, Width: 1}
	case "lane-bar":
		return line(line2, 12)
	case "lane-dot":
		return Ink{Fill: ink2}
	}
	return Ink{}
}

// fieldInk of small multiples, bridges and spreads.
func fieldInk(class string) Ink {
	switch class {
	case "sg-all":
		return line(ink3, 1, 2, 3)
	case "sg-line":
		return line(actual, 1.5)
	case "sg-dot", "wf-whole":
		return Ink{Fill: actual}
	case "wf-part", "hs-bar":
		return Ink{Fill: prior}
	case "wf-join":
		return line(ink3, 1, 2, 2)
	case "hs-mark":
		return line(actual, 2)
	case "hs-open":
		return line(ink3, 1.25, 3, 2)
	}
	return Ink{}
}

// smallInk of sparklines, strips and bet plots.
func smallInk(class string) Ink {
	switch class {
	case "band":
		return Ink{Fill: fill}
	case "line":
		return line(ink2, 1.3)
	case "d":
		return Ink{Fill: ink2}
	case "end":
		return Ink{Fill: ink}
	case "end hollow":
		return Ink{Fill: surface, Stroke: ink2, Width: 1.3}
	case "sig":
		return line(signal, 1.6)
	case "none":
		return line(line2, 1, 1.5, 3)
	case "near":
		return line(target, 1.25)
	case "far":
		return line(target, 1)
	case "grey":
		return line(line2, 1.25)
	case "base", "bp-grid":
		return line(line2, 1)
	case "tick":
		return line(ink3, 1.25)
	case "ci":
		return line(ink2, 1.5)
	case "bp-one":
		return line(target, 1.25)
	case "bp-ci", "bp-arrow":
		return line(ink2, 1.4)
	case "bp-dot":
		return Ink{Fill: actual, Stroke: actual, Width: 1.6}
	case "bp-dot open":
		return Ink{Fill: surface, Stroke: actual, Width: 1.6}
	}
	return Ink{}
}
