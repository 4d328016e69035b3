package draw

import "math"

// The interval plot of a bet: 240 × 20, from half the promise the wrong way to
// two and a half times the promise. 0 is no lift, 1 as expected, 2 twice.
const (
	BetWidth  = 240.0
	BetHeight = 20.0
	betMiddle = BetHeight / 2
	betFrom   = -0.5
	betTo     = 2.5
	betInset  = 12.0 // where a dot stands that is out of range, beside its arrow
)

// Lift is what was seen of a bet, in shares of what it promised: 1 is as promised,
// below 0 the wrong way.
type Lift struct {
	Share  float64
	CI     *[2]float64 // 95% interval, either end first
	Missed bool
}

// BetPlot is what the plot of one bet draws, in px. Nil is not drawn.
type BetPlot struct {
	Label string   `json:"label"`
	CI    *Span    `json:"ci"`
	Left  bool     `json:"left"` // clipped: an arrow says that it goes on
	Right bool     `json:"right"`
	DotX  *float64 `json:"dot_x"`
	Open  bool     `json:"open"` // missed
	Half  bool     `json:"half"` // too early: a half disc and Text instead of a dot
	Text  string   `json:"text"` // day 75 of 90
}

// betX places a share of the promise; it is not clipped.
func betX(share float64) float64 { return (share - betFrom) / (betTo - betFrom) * BetWidth }

// BetPlot places a lift on the scale of its promise; right is always better.
func (l Lift) BetPlot(label string) BetPlot {
	x := Clamp(betX(l.Share), 4.7, BetWidth-4.7)
	p := BetPlot{Label: label, Left: l.Share < betFrom, Right: l.Share > betTo, Open: l.Missed}
	switch {
	case p.Left:
		x = betInset
	case p.Right:
		x = BetWidth - betInset
	}
	p.DotX = rounded(x)
	if l.CI == nil {
		return p
	}
	lo, hi := math.Min(l.CI[0], l.CI[1]), math.Max(l.CI[0], l.CI[1])
	p.Left, p.Right = p.Left || lo < betFrom, p.Right || hi > betTo
	p.CI = &Span{Round(Clamp(betX(lo), 0, BetWidth)), Round(Clamp(betX(hi), 0, BetWidth))}
	return p
}

// Bare says that nothing stands on the scale.
func (p BetPlot) Bare() bool { return p.DotX == nil && !p.Half }

// Drawing of a bet plot, as for a sparkline. The lines of the scale go on beyond its box,
// so that in a table they are one.
func (p BetPlot) Drawing() Drawing {
	d := New(p.Label, "betplot", BetWidth, BetHeight)
	const above, below = -40, 60
	d.Line("bp-grid", At(betX(0), above), At(betX(0), below), Gap(), At(betX(2), above), At(betX(2), below))
	d.Line("bp-one", At(betX(1), above), At(betX(1), below))
	if p.CI != nil {
		d.Line("bp-ci", At(p.CI.From, betMiddle), At(p.CI.To, betMiddle))
	}
	if p.Left {
		d.Line("bp-arrow", At(6, 6), At(1, 10), At(6, 14))
	}
	if p.Right {
		d.Line("bp-arrow", At(234, 6), At(239, 10), At(234, 14))
	}
	if p.Half {
		d.Shapes = append(d.Shapes, Status("maturing", 2, 4, markSize)...)
		d.Text("bp-text", 20, 14.5, p.Text, "start")
	}
	if p.DotX != nil {
		class := "bp-dot"
		if p.Open {
			class = "bp-dot open"
		}
		d.Circle(class, *p.DotX, betMiddle, 4)
	}
	return d
}
