package dashboards

import (
	"math"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// spreadBox is where the parts of a histogram lie: bins up to right, those who are not
// there beyond it.
type spreadBox struct {
	*draw.Drawing
	width, right float64
	y            func(float64) float64
}

const (
	spreadTop    = 26.0
	spreadBottom = spreadTop + 150
	apartWidth   = 66.0
)

// drawSpread draws the bins, the line at the number, and apart from them those who are
// not there: hollow, for nobody knows how long they will take.
func drawSpread(s *Spread, bins []kpi.Bin, mark, label string, width float64, class string) draw.Drawing {
	d := draw.New(label+" "+mark, class, width, spreadBottom+24)
	most, right := max(1, s.Waiting, s.Never), width
	for _, b := range bins {
		most = max(most, b.Count)
	}
	for _, n := range []int{s.Waiting, s.Never} {
		if n > 0 {
			right -= apartWidth
		}
	}
	box := spreadBox{&d, width, right, draw.Linear(0, float64(most), spreadBottom, spreadTop)}
	if len(bins) > 0 {
		box.bins(bins, s.Mark, mark)
	}
	at := box.apart("not yet", s.Waiting, right)
	box.apart("never", s.Never, at)
	return d
}

// bins draws the bars with as many labels as there is room for, and the line at the
// number.
func (b spreadBox) bins(bins []kpi.Bin, mark *float64, text string) {
	end := bins[len(bins)-1].Hi
	x := draw.Linear(0, end, 6, b.right-10)
	b.Line("ax-line", draw.At(6, spreadBottom), draw.At(b.right-10, spreadBottom))
	step := (b.right - 16) / float64(len(bins))
	every := int(math.Ceil(46 / step))
	for i, bin := range bins {
		top, middle := b.y(float64(bin.Count)), (x(bin.Lo)+x(bin.Hi))/2
		if bin.Count > 0 {
			b.Rect("hs-bar", x(bin.Lo)+1, top, x(bin.Hi)-1, spreadBottom)
		}
		if i%every == 0 {
			b.Text("ax", x(bin.Lo), spreadBottom+18, edge(bin.Lo), map[bool]string{true: "start", false: "middle"}[i == 0])
		}
		crossed := mark != nil && math.Abs(x(*mark)-middle) < 14 // by the line at the number
		if step >= 22 && bin.Count > 0 && !crossed {
			b.Text("ax", middle, top-5, count(bin.Count), "middle")
		}
	}
	if mark == nil || *mark > end {
		return
	}
	anchor := "start"
	if x(*mark) > b.width/2 {
		anchor = "end"
	}
	b.Line("hs-mark", draw.At(x(*mark), 16), draw.At(x(*mark), spreadBottom))
	b.Text("ch-label", x(*mark), 11, text, anchor)
}

// apart draws one hollow bar and gives where the next one begins.
func (b spreadBox) apart(name string, n int, at float64) float64 {
	if n == 0 {
		return at
	}
	top := b.y(float64(n))
	b.Rect("hs-open", at+8, top, at+48, spreadBottom)
	b.Text("ax", at+28, top-5, count(n), "middle")
	b.Text("ax", at+28, spreadBottom+18, name, "middle")
	return at + apartWidth
}
