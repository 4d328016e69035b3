package dashboards

import (
	"fmt"
	"math"
	"slices"
	"strconv"

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
	Forecast string   // where it is heading, with the method's past error
	Signals  []string // newest first
	Drawings []drawing
}

// newProcess words and draws the chart of a row; points are those of its cadence.
func newProcess(row scorecard.Row, points []scorecard.Point, until kpi.Millis) processView {
	p := row.Process
	switch {
	case p == nil:
		return processView{Usual: "No period yet."}
	case p.Why != nil:
		return processView{Usual: "Too few cases a period to tell routine from signal; look at a coarser grain."}
	case p.Centre == nil:
		return processView{Usual: "Fewer than six final periods: no limits yet."}
	}
	m := measureOf(row)
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
	v.Forecast = forecastText(row)
	for i, s := range slices.Backward(p.Signals) {
		if len(v.Signals) == signalsListed {
			v.Signals = append(v.Signals, count(i+1)+" earlier")
			break
		}
		v.Signals = append(v.Signals, signalText(s))
	}
	shown := charted(points, until)
	for _, narrow := range []bool{false, true} {
		v.Drawings = append(v.Drawings, drawProcess(row, shown, narrow))
	}
	return v
}

// forecastText says a forecast with its interval, its method's error in the past
// and whether it meets what is due; "" when there is none.
func forecastText(row scorecard.Row) string {
	f := row.Forecast
	switch {
	case f == nil:
		return ""
	case f.Why != nil:
		return "No forecast: " + *f.Why + "."
	}
	m := measureOf(row)
	text := fmt.Sprintf("Forecast for %s: %s, four times in five between %s and %s (by %s, %s %% off in the middle of %d past forecasts)", *f.Period,
		m.Format(*f.Value), m.Format(f.Interval[0]), m.Format(f.Interval[1]),
		map[kpi.Method]string{kpi.Stable: "its mean", kpi.Drift: "its slope", kpi.Seasonal: "the year before"}[*f.Method],
		strconv.FormatFloat(math.Round(1000**f.Error)/10, 'f', -1, 64), f.Origins)
	if f.WillLand != nil {
		text += "; " + m.Format(*f.Floor) + " is due then: " + map[kpi.Landing]string{kpi.Lands: "it will land", kpi.Misses: "it will not land", kpi.TooClose: "too close to say"}[*f.WillLand]
	}
	return text + "."
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

// charted are the newest final points with the gaps between them.
func charted(points []scorecard.Point, until kpi.Millis) []scorecard.Point {
	var out []scorecard.Point
	for _, p := range points {
		if p.State == kpi.Final && p.Ends <= until {
			out = append(out, p)
		}
	}
	return out[max(0, len(out)-xmrPoints):]
}

// drawProcess draws points, centre, limits and a ring around what stands out.
func drawProcess(row scorecard.Row, points []scorecard.Point, narrow bool) drawing {
	p, m := row.Process, measureOf(row)
	width, class, left := wideWidth, "wide", 64.0
	if narrow {
		width, class, left = thinWidth, "thin", 54.0
	}
	top, bottom, right := 20.0, 250.0, width-20
	d := drawing{Label: row.Name + ", process chart. Usual range " + m.Format(m.Possible(*p.Lower)) + " to " + m.Format(m.Possible(*p.Upper)) + ".",
		Class: class, Width: px(width), Height: px(bottom + 30)}
	if len(points) == 0 {
		return d
	}
	low, high := m.Possible(*p.Lower), m.Possible(*p.Upper)
	for _, point := range points {
		if point.Value != nil {
			low, high = min(low, *point.Value), max(high, *point.Value)
		}
	}
	if high-low < 1e-9*max(1, math.Abs(high)) {
		high = low + 1
	}
	y := linear(low, high, bottom, top)
	x := func(i int) float64 { return left + (float64(i)+0.5)*(right-left)/float64(len(points)) }
	for _, l := range []struct {
		value float64
		class string
	}{{m.Possible(*p.Upper), "ch-limit"}, {*p.Centre, "ch-centre"}, {m.Possible(*p.Lower), "ch-limit"}} {
		d.path(l.class, "M%s %sH%s", px(left), px(y(l.value)), px(right))
		d.text("ax", left-8, y(l.value)+4, m.Format(l.value), "end")
	}
	d.path("ch-actual", "%s", track(points, x, y))
	signals := map[string]bool{}
	for _, s := range p.Signals {
		signals[s.Period] = true
	}
	for i, point := range points {
		if point.Value == nil {
			continue
		}
		d.circle("ch-dot", x(i), y(*point.Value), 3)
		if signals[point.Period] {
			d.circle("ch-signal", x(i), y(*point.Value), 7)
		}
	}
	d.text("ax", x(0), bottom+20, points[0].Period, "start")
	d.text("ax", x(len(points)-1), bottom+20, points[len(points)-1].Period, "end")
	return d
}

// track is the path of the values; a gap lifts the pen.
func track(points []scorecard.Point, x func(int) float64, y func(float64) float64) string {
	path, pen := "", "M"
	for i, p := range points {
		if p.Value == nil {
			pen = "M"
			continue
		}
		path += pen + px(x(i)) + " " + px(y(*p.Value))
		pen = "L"
	}
	return path
}
