package dashboards

import (
	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// newBetPlot places what was seen of a bet on the scale of its promise. A
// negative promise turns the scale, so that right is always better.
func newBetPlot(b Bet, label, day string) draw.BetPlot {
	p := draw.BetPlot{Label: label}
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
	l := draw.Lift{Share: share, Missed: b.Seen.Outcome != kpi.BetMet}
	if b.Seen.Lo != nil && b.Seen.Hi != nil {
		lo, okLo := b.Share(*b.Seen.Lo)
		hi, okHi := b.Share(*b.Seen.Hi)
		if okLo && okHi {
			l.CI = &[2]float64{lo, hi}
		}
	}
	return l.BetPlot(label)
}
