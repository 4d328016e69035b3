package dashboards

import (
	"fmt"
	"strconv"
	"strings"
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

// drawing is a chart as SVG marks, for pages without script and for paper.
type drawing struct {
	Label         string
	Class         string
	Width, Height string
	Shapes        []shape
}

// shape is one mark: a path, a circle or a text. Classes carry the colours.
type shape struct {
	Class, Path, X, Y, R, Text, Anchor string
}

func newDrawing(m chartModel, label string, narrow bool) drawing {
	width, class := wideWidth, "wide"
	if narrow {
		width, class = thinWidth, "thin"
	}
	list := boxes(m, narrow)
	end := list[len(list)-1]
	d := drawing{Label: label, Class: class, Width: px(width), Height: px(end.Top + end.Height + 28)}
	for i, box := range list {
		d.panel(m, i, box, width)
	}
	if !narrow && len(m.Lanes.Lanes) > 0 {
		d.Height = px(end.Top + end.Height + 28 + m.Lanes.height())
		d.lanes(m, list[m.Lanes.Panel], width)
	}
	return d
}

// panel draws one grid, back to front.
func (d *drawing) panel(m chartModel, i int, box gridBox, width float64) {
	p := m.Panels[i]
	left, right := box.span(width)
	bottom := box.Top + box.Height
	y := linear(m.Min, m.Max, bottom, box.Top)
	step := (right - left) / float64(max(1, len(p.Marks)))
	x := func(j int) float64 { return left + (float64(j)+0.5)*step }
	if len(m.Panels) > 1 {
		d.text("ax-title", left, box.Top-16, p.Title, "start")
	}
	for _, t := range m.ticks() {
		d.path("ax-grid", "M%s %sH%s", px(left), px(y(t)), px(right))
		if i == 0 || box.Right == "14" {
			d.text("ax", left-8, y(t)+4, m.tickText(t), "end")
		}
	}
	d.path("ax-line", "M%s %sH%s", px(left), px(bottom), px(right))
	d.band(m, p, x, y)
	d.notes(p, box, x)
	d.line("ch-near", p.Marks, x, y, func(k chartMark) *float64 { return k.Floor })
	d.line("ch-prior", p.Marks, x, y, func(k chartMark) *float64 { return k.Prior })
	d.line("ch-open", p.Marks, x, y, func(k chartMark) *float64 { return k.Value })
	d.line("ch-actual", p.Marks, x, y, func(k chartMark) *float64 {
		if !k.Settled {
			return nil
		}
		return k.Value
	})
	d.marks(p, box, step, x, y)
	d.discs(p, box, x)
}

// band fills the target band over neighbouring periods that have one.
func (d *drawing) band(m chartModel, p chartPanel, x func(int) float64, y func(float64) float64) {
	var top, back []string
	flush := func() {
		if len(top) > 1 {
			d.path("ch-band", "M%sL%sZ", strings.Join(top, "L"), strings.Join(back, "L"))
		}
		top, back = nil, nil
	}
	for j, k := range p.Marks {
		lo, hi, ok := m.band(k)
		if !ok {
			flush()
			continue
		}
		top = append(top, px(x(j))+" "+px(y(hi)))
		back = append([]string{px(x(j)) + " " + px(y(lo))}, back...)
	}
	flush()
}

// line draws a polyline that is broken at gaps.
func (d *drawing) line(class string, marks []chartMark, x func(int) float64, y func(float64) float64, value func(chartMark) *float64) {
	var run []string
	flush := func() {
		if len(run) > 1 {
			d.path(class, "M%s", strings.Join(run, "L"))
		}
		run = nil
	}
	for j, k := range marks {
		v := value(k)
		if v == nil {
			flush()
			continue
		}
		run = append(run, px(x(j))+" "+px(y(*v)))
	}
	flush()
}

// marks draws points, their labels, signal rings and missing periods.
func (d *drawing) marks(p chartPanel, box gridBox, step float64, x func(int) float64, y func(float64) float64) {
	every := 1
	if step < 34 {
		every = 2 // labels of neighbours would touch
	}
	for j, k := range p.Marks {
		if (len(p.Marks)-1-j)%every == 0 {
			d.text("ax", x(j), box.Top+box.Height+22, k.Label, "middle")
		}
		if k.Missing {
			d.path("ch-missing", "M%s %sV%s", px(x(j)), px(box.Top), px(box.Top+box.Height))
			d.text("ch-none", x(j), box.Top-4, "no data", "middle")
		}
		if k.Break != "" { // on the edge of the period, before its point
			d.path("ch-break", "M%s %sV%s", px(x(j)-step/2), px(box.Top), px(box.Top+box.Height))
			d.text("ch-version", x(j)-step/2+3, box.Top+22, "definition "+k.Break, "start")
		}
		if k.gap() {
			continue
		}
		class, r := "ch-dot", "3.5"
		if !k.Settled {
			class, r = "ch-hollow", "4"
		}
		d.Shapes = append(d.Shapes, shape{Class: class, X: px(x(j)), Y: px(y(*k.Value)), R: r})
		if k.Signal {
			d.Shapes = append(d.Shapes, shape{Class: "ch-signal", X: px(x(j)), Y: px(y(*k.Value)), R: "7.5"})
		}
		if (len(p.Marks)-1-j)%every == 0 {
			at := y(*k.Value) - 10
			if k.Below {
				at = y(*k.Value) + 19
			}
			d.text("ch-label", x(j), at, k.Text, "middle")
		}
	}
}

func (d *drawing) path(class, format string, args ...any) {
	d.Shapes = append(d.Shapes, shape{Class: class, Path: fmt.Sprintf(format, args...)})
}

func (d *drawing) text(class string, x, y float64, text, anchor string) {
	d.Shapes = append(d.Shapes, shape{Class: class, X: px(x), Y: px(y), Text: text, Anchor: anchor})
}

func (d *drawing) circle(class string, x, y, r float64) {
	d.Shapes = append(d.Shapes, shape{Class: class, X: px(x), Y: px(y), R: px(r)})
}
