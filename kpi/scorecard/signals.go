package scorecard

import (
	"fmt"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// signalReach is how many of the newest periods a guardrail's signal counts in.
const signalReach = 4

// Process is what the process chart of a row says, in display units. Limits are
// null below six periods.
type Process struct {
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
}

// ProcessPoint is a period that stands out.
type ProcessPoint struct {
	Period     string   `json:"period"`
	Rule       kpi.Rule `json:"rule"`
	Favourable *bool    `json:"favourable"`
}

// chart is the process chart of a KPI's single final periods up to a week. A
// changed definition begins a segment. Too few cases a period make a chart of
// chance alone, so that there is none.
func (in Input) chart(k KPI, week kpi.Period) (c kpi.Chart, why string) {
	until := min(week.Ends, in.AsOf)
	var final []kpi.Observation
	o := kpi.ChartOptions{Direction: k.Measure.Direction, Phases: slices.Clone(k.Phases)}
	for _, have := range k.Observations {
		if have.State == kpi.Final && have.Ends <= until && !unconnected(k.Measure, final, have) {
			final = append(final, have)
			o.Rolling = have.Trailing != nil || k.Definition.FxAt == "year_ago" // a comparison with a year ago shares nine months with the quarter before
		}
	}
	if k.Measure.Sparse(final) || k.Measure.Unit == kpi.Rag {
		return kpi.Chart{}, "sparse"
	}
	points := kpi.ChartPoints(kpi.Input{Calendar: in.Calendar, Definition: k.Definition, Measure: k.Measure, Observations: final, AsOf: in.AsOf}, until)
	for _, b := range k.Breaks {
		for _, p := range points {
			if at, err := in.Calendar.Period(p.Period); err == nil && b.Since < at.Ends {
				o.Phases = append(o.Phases, kpi.Phase{Starts: p.Period, Cause: fmt.Sprintf("definition %d", b.Version)})
				break
			}
		}
	}
	return kpi.NewChart(points, o), ""
}

// unconnected leaves out the zeros a ratio begins with: accounts were there before
// the source of what is counted of them, and those periods are not its process.
func unconnected(m kpi.Measure, before []kpi.Observation, o kpi.Observation) bool {
	return m.Agg == kpi.Ratio && len(before) == 0 && o.Num != nil && *o.Num == 0
}

// process is the chart in the form it is shown; nil without a single period.
func (in Input) process(k KPI, v judged) *Process {
	c := v.Chart
	if len(k.Observations) == 0 {
		return nil
	}
	p := &Process{Signals: []ProcessPoint{}, Refused: []string{}, Why: text(v.NoChart)}
	for _, r := range c.Refused {
		p.Refused = append(p.Refused, r.Starts+": "+r.Why)
	}
	if l := c.Limits(); l != nil {
		last := c.Segments[len(c.Segments)-1]
		p.Cause = text(last.Cause)
		centre, lower, upper := l.At(last.Last - last.First)
		p.Centre, p.Lower, p.Upper = &centre, &lower, &upper
		p.MRMean, p.MRLimit = &l.MRMean, &l.MRLimit
		p.Points, p.Provisional, p.Locked = l.Points, l.Provisional, l.Locked
		if v.FloorNow != nil && v.WarnNow != nil && v.Kind != kpi.CountKind {
			a := l.Assure(last.Last-last.First, *v.FloorNow, k.Measure.Direction)
			p.Assurance = &a
		}
	}
	for _, s := range c.Signals {
		p.Signals = append(p.Signals, ProcessPoint{s.Period, s.Rule, s.Favourable})
	}
	return p
}

// newest is the signal of the chart's last period, the strongest rule first; nil
// when it is routine. A range alone says neither good nor bad.
func newest(c kpi.Chart) *kpi.Signal {
	for _, s := range c.Signals {
		if s.Index == len(c.Points)-1 && s.Favourable != nil {
			return &s
		}
	}
	return nil
}

// signalClause says what stands out, and which way, without saying why.
func (r Row) signalClause(c kpi.Chart, s kpi.Signal) string {
	seg := c.Segments[len(c.Segments)-1]
	centre, lower, upper := seg.Limits.At(s.Index - seg.First)
	m, value := r.measure(), *c.Points[s.Index].Value
	lower, upper = m.Possible(lower), m.Possible(upper)
	way := "adverse"
	if *s.Favourable {
		way = "favourable"
	}
	switch name := period(s.Period); s.Rule {
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
	if s, ok := v.Chart.Adverse(signalReach, kpi.Outside, kpi.RunOf8); ok {
		return "showing an adverse signal (" + period(s.Period) + ")"
	}
	return ""
}
