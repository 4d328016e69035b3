package dashboards

import (
	"math"

	"github.com/kpid/kpid/kpi"
)

// spreadBox is where the parts of a histogram lie: bins up to right, those who are not
// there beyond it.
type spreadBox struct {
	*drawing
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
func drawSpread(s *Spread, bins []kpi.Bin, mark, label string, width float64, class string) drawing {
	d := drawing{Label: label + " " + mark, Class: class, Width: px(width), Height: px(spreadBottom + 24)}
	most, right := max(1, s.Waiting, s.Never), width
	for _, b := range bins {
		most = max(most, b.Count)
	}
	for _, n := range []int{s.Waiting, s.Never} {
		if n > 0 {
			right -= apartWidth
		}
	}
	box := spreadBox{&d, width, right, linear(0, float64(most), spreadBottom, spreadTop)}
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
	x := linear(0, end, 6, b.right-10)
	b.path("ax-line", "M6 %sH%s", px(spreadBottom), px(b.right-10))
	step := (b.right - 16) / float64(len(bins))
	every := int(math.Ceil(46 / step))
	for i, bin := range bins {
		top, middle := b.y(float64(bin.Count)), (x(bin.Lo)+x(bin.Hi))/2
		if bin.Count > 0 {
			b.path("hs-bar", "M%s %sH%sV%sH%sZ", px(x(bin.Lo)+1), px(top), px(x(bin.Hi)-1), px(spreadBottom), px(x(bin.Lo)+1))
		}
		if i%every == 0 {
			b.text("ax", x(bin.Lo), spreadBottom+18, edge(bin.Lo), map[bool]string{true: "start", false: "middle"}[i == 0])
		}
		crossed := mark != nil && math.Abs(x(*mark)-middle) < 14 // by the line at the number
		if step >= 22 && bin.Count > 0 && !crossed {
			b.text("ax", middle, top-5, count(bin.Count), "middle")
		}
	}
	if mark == nil || *mark > end {
		return
	}
	anchor := "start"
	if x(*mark) > b.width/2 {
		anchor = "end"
	}
	b.path("hs-mark", "M%s 16V%s", px(x(*mark)), px(spreadBottom))
	b.text("ch-label", x(*mark), 11, text, anchor)
}

// apart draws one hollow bar and gives where the next one begins.
func (b spreadBox) apart(name string, n int, at float64) float64 {
	if n == 0 {
		return at
	}
	top := b.y(float64(n))
	b.path("hs-open", "M%s %sH%sV%sH%sZ", px(at+8), px(top), px(at+48), px(spreadBottom), px(at+8))
	b.text("ax", at+28, top-5, count(n), "middle")
	b.text("ax", at+28, spreadBottom+18, name, "middle")
	return at + apartWidth
}
