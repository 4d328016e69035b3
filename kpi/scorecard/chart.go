package scorecard

import (
	"fmt"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// What a process chart is drawn of: the single periods as they are judged; the
// same divided by their season; a coarser grain, named by itself, where single
// periods have too few cases; or the days from one event to the next.
const (
	ofPeriods = "periods"
	ofSeason  = "season"
	ofDays    = "days_between"
)

// Wider is a KPI's series at a coarser grain.
type Wider struct {
	Grain        kpi.Grain
	Observations []kpi.Observation // in time order
}

// charted is a process chart with what it is drawn of.
type charted struct {
	kpi.Chart
	Of     string
	Why    string    // there is no chart: sparse
	Single kpi.Chart // of the single periods, what a forecast looks at; empty where they are sparse
	recent int       // points in the last four judged periods
	new    bool      // the last point lies in the newest judged period
}

// chart is the process chart of a KPI's final periods up to a week. A changed
// definition begins a segment. Too few cases a period make a chart of chance
// alone: counts are then charted by the days between events, shares by a coarser
// grain (kpi-definitions 4.1).
func (in Input) chart(k KPI, week kpi.Period) charted {
	until := min(week.Ends, in.AsOf)
	final := finals(k.Measure, k.Observations, until)
	switch {
	case k.Measure.Unit == kpi.Rag:
		return charted{Of: ofPeriods, Why: "sparse"}
	case len(final) == 0:
		return charted{Of: ofPeriods}
	}
	o := kpi.ChartOptions{Direction: k.Measure.Direction, Phases: slices.Clone(k.Phases)}
	last := final[len(final)-1]
	// a comparison with a year ago shares nine months with the quarter before
	o.Rolling = last.Trailing != nil || k.Definition.FxAt == "year_ago"
	if k.Measure.Sparse(final) {
		if k.Measure.Agg == kpi.Count {
			return in.daysBetween(k, o, final)
		}
		return in.coarser(k, o, until)
	}
	c := charted{Of: ofPeriods, recent: signalReach, new: true}
	points := in.points(k, final, until, &o)
	c.Single = kpi.NewChart(points, o)
	c.Chart = c.Single
	if adjusted, ok := in.deseasoned(points, o); ok {
		c.Chart, c.Of = kpi.NewChart(adjusted, o), ofSeason
	}
	return c
}

// finals are the final observations up to an instant, from where the source of
// what is counted began.
func finals(m kpi.Measure, all []kpi.Observation, until kpi.Millis) []kpi.Observation {
	var out []kpi.Observation
	for _, o := range all {
		if o.State == kpi.Final && o.Ends <= until && !unconnected(m, out, o) {
			out = append(out, o)
		}
	}
	return out
}

// unconnected leaves out the zeros a ratio begins with: accounts were there before
// the source of what is counted of them, and those periods are not its process.
func unconnected(m kpi.Measure, before []kpi.Observation, o kpi.Observation) bool {
	return m.Agg == kpi.Ratio && len(before) == 0 && o.Num != nil && *o.Num == 0
}

// points of a chart, with the segments that definitions begin.
func (in Input) points(k KPI, final []kpi.Observation, until kpi.Millis, o *kpi.ChartOptions) []kpi.ChartPoint {
	points := kpi.ChartPoints(kpi.Input{Calendar: in.Calendar, Definition: k.Definition, Measure: k.Measure, Observations: final, AsOf: in.AsOf}, until)
	for _, b := range k.Breaks {
		for _, p := range points {
			if at, err := in.Calendar.Period(p.Period); err == nil && b.Since < at.Ends {
				o.Phases = append(o.Phases, kpi.Phase{Starts: p.Period, Cause: fmt.Sprintf("definition %d", b.Version)})
				break
			}
		}
	}
	return points
}

// coarser charts a share at the first coarser grain that has enough cases.
func (in Input) coarser(k KPI, o kpi.ChartOptions, until kpi.Millis) charted {
	for _, w := range k.Wider {
		final := finals(k.Measure, w.Observations, until)
		if len(final) == 0 || k.Measure.Sparse(final) {
			continue
		}
		o.Phases = nil // they name periods of the judged grain
		d := *k.Definition
		d.Cadence = w.Grain
		k.Definition, k.Measure.Cadence = &d, ""
		c := charted{Of: string(w.Grain), recent: signalReach}
		c.Chart = kpi.NewChart(in.points(k, final, until, &o), o)
		newest := finals(k.Measure, k.Observations, until)
		c.new = final[len(final)-1].Ends > newest[len(newest)-1].Starts
		return c
	}
	return charted{Of: ofPeriods, Why: "sparse"}
}

// daysBetween charts rare events by the days from each to the next, up to the end
// of the newest final period. More days are better where events are bad.
func (in Input) daysBetween(k KPI, o kpi.ChartOptions, final []kpi.Observation) charted {
	last := final[len(final)-1]
	reach := final[max(0, len(final)-signalReach)].Starts
	var days []int64
	var at []kpi.Millis
	for _, e := range slices.Sorted(slices.Values(k.Events)) {
		if e >= final[0].Starts && e < last.Ends {
			days, at = append(days, in.Calendar.Day(e)), append(at, e)
		}
	}
	between := kpi.DaysBetween(days)
	if len(between) == 0 {
		return charted{Of: ofDays, Why: "sparse"}
	}
	c := charted{Of: ofDays}
	points := make([]kpi.ChartPoint, len(between))
	for i := range between {
		event := at[i+1]
		points[i] = kpi.ChartPoint{Period: in.Calendar.Date(event).String(), Value: &between[i]}
		if event >= reach {
			c.recent++
		}
		c.new = event >= last.Starts
	}
	o.Direction, o.Phases, o.Rolling = -o.Direction, nil, false
	c.Chart = kpi.NewChart(points, o)
	return c
}

// deseasoned divides the points by their season where two whole years and six
// points after them are there and that makes the routine narrower: a year's shape
// that is none only adds noise. A changed definition ends the comparison.
func (in Input) deseasoned(points []kpi.ChartPoint, o kpi.ChartOptions) ([]kpi.ChartPoint, bool) {
	first, err := in.Calendar.Period(points[0].Period)
	if err != nil {
		return nil, false
	}
	length := map[kpi.Grain]int{kpi.Month: 12, kpi.Quarter: 4}[first.Grain]
	if length == 0 || o.Rolling || len(o.Phases) > 0 || len(points) < 2*length+6 {
		return nil, false
	}
	adjusted := kpi.Deseasoned(points, length)
	rest := adjusted[2*length:]
	a, b := kpi.NewChart(rest, kpi.ChartOptions{}).Limits(), kpi.NewChart(points[2*length:], kpi.ChartOptions{}).Limits()
	if a == nil || b == nil || a.Centre <= 0 || b.Centre <= 0 || a.MRMean/a.Centre >= b.MRMean/b.Centre {
		return nil, false
	}
	return rest, true
}

// newest is the signal of the newest judged period, the strongest rule first; nil
// when it is routine. A range alone says neither good nor bad.
func (c charted) newest() *kpi.Signal {
	for _, s := range c.Signals {
		if c.new && s.Index == len(c.Points)-1 && s.Favourable != nil {
			return &s
		}
	}
	return nil
}

// named is the period of a signal, or the day of the event that ends it.
func (c charted) named(s kpi.Signal) string {
	if c.Of == ofDays {
		return s.Period
	}
	return period(s.Period)
}

// measure words the values of a chart: as the KPI's own, or in days.
func (c charted) measure(m kpi.Measure) kpi.Measure { return chartMeasure(m, c.Of) }

func chartMeasure(m kpi.Measure, of string) kpi.Measure {
	if of == ofDays {
		return kpi.Measure{Unit: "d", Agg: kpi.Sum, Digits: 0, Direction: -m.Direction}
	}
	return m
}
