package scorecard

import (
	"math"

	"github.com/kpid/kpid/kpi"
)

// TrendLength is how many periods a trend shows: half a year of weeks, a year
// and a month of months, two years of the rest.
func TrendLength(g kpi.Grain) int {
	switch g {
	case kpi.Week:
		return 26
	case kpi.Month:
		return 13
	}
	return 8
}

// trend is the series up to the page's week, one point for each calendar period
// from the first one observed, so that a missing period is a gap.
func (in Input) trend(k KPI, history []kpi.Verdict) []Point {
	if len(k.Observations) == 0 {
		return nil
	}
	seen := map[string]kpi.Observation{}
	for _, o := range k.Observations {
		seen[o.Period] = o
	}
	lines := map[string]kpi.Verdict{}
	for _, v := range history {
		lines[v.Period] = v
	}
	p := in.Calendar.Ended(k.Definition.Cadence, in.Week.Ends)
	var back []Point
	for range TrendLength(k.Definition.Cadence) {
		if p.Ends <= k.Observations[0].Starts {
			break
		}
		back = append(back, point(in.Calendar, k, p, seen[p.ID], lines[p.ID]))
		p = in.Calendar.Prev(p)
	}
	out := make([]Point, 0, len(back))
	for i := len(back) - 1; i >= 0; i-- {
		out = append(out, back[i])
	}
	return out
}

// point turns an observation, or none, into display units.
func point(c kpi.Calendar, k KPI, p kpi.Period, o kpi.Observation, v kpi.Verdict) Point {
	m := k.Measure
	return Point{
		Period: p.ID, Starts: p.Starts, Ends: p.Ends,
		Value: display(m, o.Value), Num: o.Num, Den: o.Den, N: o.N, State: o.State,
		CI: interval(m, o.CILo, o.CIHi), Bounds: interval(m, o.BoundLo, o.BoundHi),
		Floor: v.FloorNow, Stretch: v.StretchNow, Break: breakIn(k.Breaks, p.Starts, p.Ends), Holidays: weekly(c, k.Holidays, p),
	}
}

// weekly names the holidays of a week; in a month they are nothing special.
func weekly(c kpi.Calendar, all []Holiday, p kpi.Period) []string {
	if p.Grain != kpi.Week {
		return []string{}
	}
	return holidaysIn(c, all, p)
}

// delta compares the newest final single period of the page with the calendar
// period before it. There is none unless both have a value, for a gap is no
// change, and none beside a status that says there is no data.
func (in Input) delta(k KPI, v judged) *Delta {
	if v.Published == kpi.NoData {
		return nil
	}
	var last, before *kpi.Observation
	for i := range k.Observations {
		if o := &k.Observations[i]; o.State == kpi.Final && o.Ends <= in.Week.Ends && o.Ends <= in.AsOf {
			before, last = last, o
		}
	}
	if last == nil || before == nil || before.Ends != last.Starts || last.Value == nil || before.Value == nil {
		return nil
	}
	now, was := k.Measure.Display(*last.Value), k.Measure.Display(*before.Value)
	d := &Delta{Against: before.Period, Abs: now - was, Unit: k.Measure.Unit, Tag: tag(k.Definition.Cadence)}
	if s := v.Chart.newest(); s != nil {
		d.Signal = &Signal{Rule: int(s.Rule), Favourable: *s.Favourable}
	}
	relative := relative(now, was)
	d.Shown = k.Measure.FormatChange(d.Abs, relative)
	switch {
	case k.Measure.Unit == "%":
		d.Unit = "pts"
	case relative != nil && amount(k.Measure):
		d.Abs, d.Unit = 100**relative, "%"
	}
	return d
}

// relative is a change as a share of what was; nil of small numbers, as a percent of
// five incidents says less than "+1".
func relative(now, was float64) *float64 {
	if was == 0 || max(math.Abs(now), math.Abs(was)) < 100 {
		return nil
	}
	share := (now - was) / math.Abs(was)
	return &share
}

// amount says whether a measure is counted or summed, so that a change in
// percent means something.
func amount(m kpi.Measure) bool {
	return m.Agg == kpi.Count || m.Agg == kpi.Sum || m.Agg == kpi.Distinct
}

// tag names the comparison: week on week, and so on.
func tag(g kpi.Grain) string {
	switch g {
	case kpi.Week:
		return "WoW"
	case kpi.Month:
		return "MoM"
	case kpi.Quarter:
		return "QoQ"
	case kpi.Half:
		return "HoH"
	}
	return "YoY"
}

// display converts a stored value, or none.
func display(m kpi.Measure, v *float64) *float64 {
	if v == nil {
		return nil
	}
	x := m.Display(*v)
	return &x
}

// interval is nil unless both limits are known.
func interval(m kpi.Measure, lo, hi *float64) *kpi.Interval {
	if lo == nil || hi == nil {
		return nil
	}
	return &kpi.Interval{m.Display(*lo), m.Display(*hi)}
}
