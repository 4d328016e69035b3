package dashboards

import (
	"math"

	"github.com/kpid/kpid/kpi"
)

// The interval plot of a bet: 240 × 20, from half the promise the wrong way to
// two and a half times the promise. 0 is no lift, 1 as expected, 2 twice.
const (
	betWidth  = 240.0
	betMiddle = 10.0
	betFrom   = -0.5
	betTo     = 2.5
	betInset  = 12.0 // where a dot stands that is out of range, beside its arrow
)

// betPlot is what the plot of one bet draws. Empty strings are not drawn.
type betPlot struct {
	Label       string
	From, To    string // the 95% interval
	Left, Right bool   // clipped: an arrow says that it goes on
	DotX        string
	Open        bool   // missed
	Half        bool   // too early: a half disc and Text instead of a dot
	Text        string // day 75 of 90
}

// betX places a share of the promise; it is not clipped.
func betX(share float64) float64 { return (share - betFrom) / (betTo - betFrom) * betWidth }

// newBetPlot places what was seen of a bet on the scale of its promise. A
// negative promise turns the scale, so that right is always better.
func newBetPlot(b Bet, label, day string) betPlot {
	p := betPlot{Label: label}
	if b.Stage == kpi.StageRunning || b.Stage == kpi.StageWaiting {
		p.Half, p.Text = true, day
		return p
	}
	if b.Seen.Lift == nil || b.Stage == kpi.StagePlanned || b.Stage == kpi.StageKilled {
		return p
	}
	share, ok := b.Share(*b.Seen.Lift)
	if !ok {
		return p
	}
	x := betX(share)
	p.Left, p.Right = share < betFrom, share > betTo
	switch {
	case p.Left:
		x = betInset
	case p.Right:
		x = betWidth - betInset
	default:
		x = clamp(x, 4.7, betWidth-4.7)
	}
	p.DotX, p.Open = px(x), b.Seen.Outcome != kpi.BetMet
	if b.Seen.Lo == nil || b.Seen.Hi == nil {
		return p
	}
	lo, okLo := b.Share(*b.Seen.Lo)
	hi, okHi := b.Share(*b.Seen.Hi)
	if !okLo || !okHi {
		return p
	}
	lo, hi = math.Min(lo, hi), math.Max(lo, hi)
	p.Left, p.Right = p.Left || lo < betFrom, p.Right || hi > betTo
	p.From, p.To = px(clamp(betX(lo), 0, betWidth)), px(clamp(betX(hi), 0, betWidth))
	return p
}

// Bare says that nothing stands on the scale.
func (p betPlot) Bare() bool { return p.DotX == "" && !p.Half }
