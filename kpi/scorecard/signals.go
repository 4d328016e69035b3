package scorecard

import (
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// signalReach is how many of the newest periods a guardrail's signal counts in.
const signalReach = 4

// Process is what the process chart of a row says. Values are in display units,
// or days where it is drawn of days between events. Limits are those of its newest
// stretch, null below six points.
type Process struct {
	Of          string         `json:"of"` // periods, season, days_between, or the coarser grain
	Centre      *float64       `json:"centre"`
	MRMean      *float64       `json:"mr_mean"`
	Lower       *float64       `json:"lower"`
	Upper       *float64       `json:"upper"`
	MRLimit     *float64       `json:"mr_limit"`
	Points      int            `json:"points"` // that set the limits
	Provisional bool           `json:"provisional"`
	Locked      bool           `json:"locked"`
	Assurance   *kpi.Assurance `json:"assurance"` // of the near edge of the target
	Signals     []ProcessPoint `json:"signals"`   // all of the series up to the week
	Cause       *string        `json:"cause"`     // why its stretch began: a named change, another definition
	Refused     []string       `json:"refused"`   // phases that may not begin a stretch, and why not
	Why         *string        `json:"why"`       // why no signal is looked for: sparse
	Values      []ProcessValue `json:"-"`         // what is drawn, in time order
	Stretches   []Stretch      `json:"stretches"` // each is judged by its own limits
}

// ProcessPoint is a period that stands out.
type ProcessPoint struct {
	Period     string   `json:"period"`
	Rule       kpi.Rule `json:"rule"`
	Favourable *bool    `json:"favourable"`
}

// ProcessValue is one point; null is a gap. Of days between events the period is
// the day of the later event.
type ProcessValue struct {
	Period string
	Value  *float64
}

// Stretch is a part of the chart with limits of its own, null below six points.
// Slope is their rise with each point.
type Stretch struct {
	First  int      `json:"first"` // places in the chart, from 0, both included
	Last   int      `json:"last"`
	Centre *float64 `json:"centre"`
	Lower  *float64 `json:"lower"`
	Upper  *float64 `json:"upper"`
	Slope  float64  `json:"slope"`
	Cause  *string  `json:"cause"`
}

// process is the chart in the form it is shown; nil without a single period.
func (in Input) process(k KPI, v judged) *Process {
	c := v.Chart
	if len(k.Observations) == 0 {
		return nil
	}
	p := &Process{Of: c.Of, Signals: []ProcessPoint{}, Refused: []string{}, Why: text(c.Why), Values: []ProcessValue{}, Stretches: []Stretch{}}
	for _, r := range c.Refused {
		p.Refused = append(p.Refused, r.Starts+": "+r.Why)
	}
	for _, point := range c.Points {
		p.Values = append(p.Values, ProcessValue(point))
	}
	for _, s := range c.Segments {
		p.Stretches = append(p.Stretches, stretch(s))
	}
	if l := c.Limits(); l != nil {
		last := c.Segments[len(c.Segments)-1]
		p.Cause = text(last.Cause)
		centre, lower, upper := l.At(last.Last - last.First)
		p.Centre, p.Lower, p.Upper = &centre, &lower, &upper
		p.MRMean, p.MRLimit = &l.MRMean, &l.MRLimit
		p.Points, p.Provisional, p.Locked = l.Points, l.Provisional, l.Locked
		if c.Of == ofPeriods && v.FloorNow != nil && v.WarnNow != nil && v.Kind != kpi.CountKind {
			a := l.Assure(last.Last-last.First, *v.FloorNow, k.Measure.Direction)
			p.Assurance = &a
		}
	}
	for _, s := range c.Signals {
		p.Signals = append(p.Signals, ProcessPoint{s.Period, s.Rule, s.Favourable})
	}
	return p
}

func stretch(s kpi.Segment) Stretch {
	out := Stretch{First: s.First, Last: s.Last, Cause: text(s.Cause)}
	if l := s.Limits; l != nil {
		out.Centre, out.Lower, out.Upper, out.Slope = &l.Centre, &l.Lower, &l.Upper, l.Slope
	}
	return out
}

// Measure words the values of the chart.
func (p *Process) Measure(m kpi.Measure) kpi.Measure { return chartMeasure(m, p.Of) }

// signalClause says what stands out, and which way, without saying why.
func (r Row) signalClause(c charted, s kpi.Signal) string {
	seg := c.Segments[len(c.Segments)-1]
	centre, lower, upper := seg.Limits.At(s.Index - seg.First)
	m, value := c.measure(r.measure()), *c.Points[s.Index].Value
	lower, upper = m.Possible(lower), m.Possible(upper)
	way := "adverse"
	if *s.Favourable {
		way = "favourable"
	}
	name := period(s.Period)
	switch c.Of {
	case ofDays:
		name = "from the event before to that of " + s.Period
	case ofSeason:
		name += " (adjusted for the season)"
	}
	switch s.Rule {
	case kpi.Outside:
		return fmt.Sprintf("%s in %s lies outside the usual %s to %s: %s signal", m.Format(value), name, m.Format(lower), m.Format(upper), way)
	case kpi.RunOf8:
		return fmt.Sprintf("%s in %s, the eighth in a row on one side of the usual %s: %s signal", m.Format(value), name, m.Format(centre), way)
	default:
		return fmt.Sprintf("%s in %s, three of four periods near the edge of the usual %s to %s: %s signal", m.Format(value), name, m.Format(lower), m.Format(upper), way)
	}
}

// breach says how a guardrail is broken: by its own status, else by an adverse
// signal of rule 1 or 2 in its last four periods; "" when it is not.
func breach(v judged) string {
	if v.Raw == kpi.OffTrack {
		return "off track"
	}
	if s, ok := v.Chart.Adverse(v.Chart.recent, kpi.Outside, kpi.RunOf8); ok {
		return "showing an adverse signal (" + v.Chart.named(s) + ")"
	}
	return ""
}
