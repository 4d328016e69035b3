package dashboards

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
)

// Widths of the two drawings, and where the layout changes.
const (
	wideWidth   = 1004.0
	thinWidth   = 340.0
	narrowWidth = 560
)

// gridBox places one panel. Left, Right and Width are as ECharts reads them
// (pixels or percent); box resolves them for the drawing.
type gridBox struct {
	Left, Right, Width string
	Top, Height        float64
}

// boxes of the panels: beside each other, or stacked on a narrow page.
func boxes(m chartModel, narrow bool) []gridBox {
	switch n := len(m.Panels); {
	case narrow:
		out := make([]gridBox, n)
		for i := range out {
			out[i] = gridBox{Left: "46", Right: "14", Top: 30 + float64(i)*194, Height: 130}
		}
		return out
	case n == 2:
		return []gridBox{{Left: "52", Width: "31%", Top: 30, Height: 232}, {Left: "38.5%", Right: "20", Top: 30, Height: 232}}
	}
	return []gridBox{{Left: "52", Right: "20", Top: 30, Height: 232}}
}

// span of a box on a drawing of some width.
func (g gridBox) span(width float64) (left, right float64) {
	resolve := func(s string) float64 {
		if p, ok := strings.CutSuffix(s, "%"); ok {
			v, _ := strconv.ParseFloat(p, 64) // literals above
			return v / 100 * width
		}
		v, _ := strconv.ParseFloat(s, 64) // literals above
		return v
	}
	left = resolve(g.Left)
	if g.Width != "" {
		return left, left + resolve(g.Width)
	}
	return left, width - resolve(g.Right)
}

// newDrawing draws a chart as marks, for pages without script and for paper.
func newDrawing(m chartModel, label string, narrow bool) draw.Drawing {
	width, class := wideWidth, "wide"
	if narrow {
		width, class = thinWidth, "thin"
	}
	list := boxes(m, narrow)
	end := list[len(list)-1]
	d := draw.New(label, class, width, end.Top+end.Height+28)
	for i, box := range list {
		drawPanel(&d, m, i, box, width)
	}
	if !narrow && len(m.Lanes.Lanes) > 0 {
		d.Height += m.Lanes.height()
		drawLanes(&d, m, list[m.Lanes.Panel], width)
	}
	return d
}

// drawPanel draws one grid, back to front.
func drawPanel(d *draw.Drawing, m chartModel, i int, box gridBox, width float64) {
	p := m.Panels[i]
	left, right := box.span(width)
	bottom := box.Top + box.Height
	y := draw.Linear(m.Min, m.Max, bottom, box.Top)
	step := (right - left) / float64(max(1, len(p.Marks)))
	x := func(j int) float64 { return left + (float64(j)+0.5)*step }
	if len(m.Panels) > 1 {
		d.Text("ax-title", left, box.Top-16, p.Title, "start")
	}
	for _, t := range m.ticks() {
		d.Line("ax-grid", draw.At(left, y(t)), draw.At(right, y(t)))
		if i == 0 || box.Right == "14" {
			d.Text("ax", left-8, y(t)+4, m.tickText(t), "end")
		}
	}
	d.Line("ax-line", draw.At(left, bottom), draw.At(right, bottom))
	drawBand(d, m, p, x, y)
	drawNotes(d, p, box, x)
	drawLine(d, "ch-near", p.Marks, x, y, func(k chartMark) *float64 { return k.Floor })
	drawLine(d, "ch-prior", p.Marks, x, y, func(k chartMark) *float64 { return k.Prior })
	drawLine(d, "ch-open", p.Marks, x, y, func(k chartMark) *float64 { return k.Value })
	drawLine(d, "ch-actual", p.Marks, x, y, func(k chartMark) *float64 {
		if !k.Settled {
			return nil
		}
		return k.Value
	})
	drawMarks(d, p, box, step, x, y)
	drawDiscs(d, p, box, x)
}

// drawBand fills the target band over neighbouring periods that have one.
func drawBand(d *draw.Drawing, m chartModel, p chartPanel, x func(int) float64, y func(float64) float64) {
	var top, back []draw.Point
	flush := func() {
		if len(top) > 1 {
			slices.Reverse(back)
			d.Polygon("ch-band", append(top, back...)...)
		}
		top, back = nil, nil
	}
	for j, k := range p.Marks {
		lo, hi, ok := m.band(k)
		if !ok {
			flush()
			continue
		}
		top, back = append(top, draw.At(x(j), y(hi))), append(back, draw.At(x(j), y(lo)))
	}
	flush()
}

// drawLine draws a line through one value of each period, broken at gaps.
func drawLine(d *draw.Drawing, class string, marks []chartMark, x func(int) float64, y func(float64) float64, value func(chartMark) *float64) {
	line := make([]draw.Point, len(marks))
	for j, k := range marks {
		if line[j] = draw.Gap(); value(k) != nil {
			line[j] = draw.At(x(j), y(*value(k)))
		}
	}
	d.Line(class, line...)
}

// drawMarks draws points, their labels, signal rings and missing periods.
func drawMarks(d *draw.Drawing, p chartPanel, box gridBox, step float64, x func(int) float64, y func(float64) float64) {
	every := 1
	if step < 34 {
		every = 2 // labels of neighbours would touch
	}
	for j, k := range p.Marks {
		if (len(p.Marks)-1-j)%every == 0 {
			d.Text("ax", x(j), box.Top+box.Height+22, k.Label, "middle")
		}
		if k.Missing {
			d.Line("ch-missing", draw.At(x(j), box.Top), draw.At(x(j), box.Top+box.Height))
			d.Text("ch-none", x(j), box.Top-4, "no data", "middle")
		}
		if k.Break != "" { // on the edge of the period, before its point
			d.Line("ch-break", draw.At(x(j)-step/2, box.Top), draw.At(x(j)-step/2, box.Top+box.Height))
			d.Text("ch-version", x(j)-step/2+3, box.Top+22, "definition "+k.Break, "start")
		}
		if k.gap() {
			continue
		}
		class, r := "ch-dot", 3.5
		if !k.Settled {
			class, r = "ch-hollow", 4
		}
		d.Circle(class, x(j), y(*k.Value), r)
		if k.Signal {
			d.Circle("ch-signal", x(j), y(*k.Value), 7.5)
		}
		if (len(p.Marks)-1-j)%every == 0 {
			at := y(*k.Value) - 10
			if k.Below {
				at = y(*k.Value) + 19
			}
			d.Text("ch-label", x(j), at, k.Text, "middle")
		}
	}
}
