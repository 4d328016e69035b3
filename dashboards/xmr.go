package dashboards

import (
	"math"
	"slices"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// xmrPoints is how many periods the process chart shows.
const xmrPoints = 36

// signalsListed is how many signals are listed in words.
const signalsListed = 8

// processView is the process chart: is a movement routine or a signal?
type processView struct {
	Usual    string   // "10.4% to 60.1%, centre 35.3%"
	Basis    string   // how many periods set the limits
	Target   string   // what the process does about the near edge
	Ahead    []string // where it is heading, with the method's past error
	Signals  []string // newest first
	Drawings []draw.Drawing
}

// newProcess words and draws the chart of a row.
func newProcess(row scorecard.Row) processView {
	p := row.Process
	switch {
	case p == nil:
		return processView{Usual: "No period yet."}
	case p.Why != nil:
		return processView{Usual: "Too few cases a period to tell routine from signal, at any grain it is kept at."}
	case p.Centre == nil:
		return processView{Usual: "Fewer than six final periods: no limits yet."}
	}
	m := p.Measure(measureOf(row))
	v := processView{
		Usual: m.Format(m.Possible(*p.Lower)) + " to " + m.Format(m.Possible(*p.Upper)) + ", centre " + m.Format(*p.Centre),
		Basis: basis(p),
	}
	if p.Assurance != nil && row.Target != nil && row.Target.FloorNow != nil {
		edge := m.Format(*row.Target.FloorNow)
		v.Target = map[kpi.Assurance]string{
			kpi.Reliable: "All of that meets " + edge + ".",
			kpi.Chance:   edge + " lies within: as it is, single periods meet or miss it by chance.",
			kpi.Beyond:   edge + " lies beyond: as it is, no period is expected to meet it.",
		}[*p.Assurance]
	}
	if p.Cause != nil {
		v.Basis += "; since a change: " + *p.Cause
	}
	v.Basis += drawnOf(row)
	for i, s := range slices.Backward(p.Signals) {
		if len(v.Signals) == signalsListed {
			v.Signals = append(v.Signals, count(i+1)+" earlier")
			break
		}
		v.Signals = append(v.Signals, signalText(s))
	}
	for _, narrow := range []bool{false, true} {
		v.Drawings = append(v.Drawings, drawProcess(row, narrow))
	}
	return v
}

// drawnOf says what is charted where it is not the single periods.
func drawnOf(row scorecard.Row) string {
	switch of := row.Process.Of; of {
	case "periods":
		return ""
	case "season":
		return "; each value is divided by the factor of its season, from the complete years before it"
	case "days_between":
		return "; too few a " + string(row.Cadence) + " to chart, so days from each to the next: more days are better where events are bad"
	default:
		return "; too few cases a " + string(row.Cadence) + ", charted by the " + of
	}
}

func basis(p *scorecard.Process) string {
	text := "set by " + plural(p.Points, "period", "periods")
	switch {
	case p.Provisional:
		return text + ", provisional below 12"
	case p.Locked:
		return text + ", locked: new ones are held against them"
	}
	return text
}

func signalText(s scorecard.ProcessPoint) string {
	text := map[kpi.Rule]string{
		kpi.Outside: "outside the limits", kpi.RunOf8: "eight in a row on one side of the centre",
		kpi.Near3Of: "three of four near a limit", kpi.Range: "a jump from the period before",
	}[s.Rule]
	switch {
	case s.Favourable == nil:
	case *s.Favourable:
		text += ", favourable"
	default:
		text += ", adverse"
	}
	return s.Period + ": " + text
}

// drawProcess draws points, each stretch with its own centre and limits, and a
// ring around what stands out.
func drawProcess(row scorecard.Row, narrow bool) draw.Drawing {
	p := row.Process
	m := p.Measure(measureOf(row))
	width, class, left := wideWidth, "wide", 64.0
	if narrow {
		width, class, left = thinWidth, "thin", 54.0
	}
	top, bottom, right := 20.0, 250.0, width-20
	d := draw.New(row.Name+", process chart. Usual range "+m.Format(m.Possible(*p.Lower))+" to "+m.Format(m.Possible(*p.Upper))+".",
		class, width, bottom+30)
	first := max(0, len(p.Values)-xmrPoints)
	points := p.Values[first:]
	if len(points) == 0 {
		return d
	}
	lines := limitLines(p, m, first)
	low, high := spread(points, lines)
	y := draw.Linear(low, high, bottom, top)
	x := func(i int) float64 { return left + (float64(i)+0.5)*(right-left)/float64(len(points)) }
	half := (right - left) / float64(len(points)) / 2
	for _, l := range lines {
		d.Line(l.class, draw.At(x(l.from)-half, y(l.start)), draw.At(x(l.to)+half, y(l.end)))
		if l.to == len(points)-1 {
			d.Text("ax", left-8, y(l.end)+4, m.Format(l.end), "end")
		}
	}
	d.Line("ch-actual", track(points, x, y)...)
	signals := map[string]bool{}
	for _, s := range p.Signals {
		signals[s.Period] = true
	}
	for i, point := range points {
		if point.Value == nil {
			continue
		}
		d.Circle("ch-dot", x(i), y(*point.Value), 3)
		if signals[point.Period] {
			d.Circle("ch-signal", x(i), y(*point.Value), 7)
		}
	}
	d.Text("ax", x(0), bottom+20, points[0].Period, "start")
	d.Text("ax", x(len(points)-1), bottom+20, points[len(points)-1].Period, "end")
	return d
}

// limitLine is the centre or a limit of one stretch, from point to point.
type limitLine struct {
	class      string
	from, to   int // places among the points shown
	start, end float64
}

// limitLines are those of the stretches that are shown, clipped to what can be.
func limitLines(p *scorecard.Process, m kpi.Measure, first int) []limitLine {
	var out []limitLine
	for _, s := range p.Stretches {
		if s.Centre == nil || s.Last < first {
			continue
		}
		from := max(s.First, first)
		for _, l := range []struct {
			at    float64
			class string
		}{{*s.Upper, "ch-limit"}, {*s.Centre, "ch-centre"}, {*s.Lower, "ch-limit"}} {
			out = append(out, limitLine{l.class, from - first, s.Last - first,
				m.Possible(l.at + s.Slope*float64(from-s.First)), m.Possible(l.at + s.Slope*float64(s.Last-s.First))})
		}
	}
	return out
}

// spread is the range that holds all points and lines.
func spread(points []scorecard.ProcessValue, lines []limitLine) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		low, high = min(low, l.start, l.end), max(high, l.start, l.end)
	}
	for _, p := range points {
		if p.Value != nil {
			low, high = min(low, *p.Value), max(high, *p.Value)
		}
	}
	if high-low < 1e-9*max(1, math.Abs(high)) {
		high = low + 1
	}
	return low, high
}

// track is the line of the values, with a gap where there is none.
func track(points []scorecard.ProcessValue, x func(int) float64, y func(float64) float64) []draw.Point {
	out := make([]draw.Point, len(points))
	for i, p := range points {
		if out[i] = draw.Gap(); p.Value != nil {
			out[i] = draw.At(x(i), y(*p.Value))
		}
	}
	return out
}
